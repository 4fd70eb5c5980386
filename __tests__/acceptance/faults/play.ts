import { type Case, nameOf, STRENGTHS } from './matrix.js';
import { HANGING_ANSWER_MS, type Scene, World } from './scenes.js';

/** What came of a case. */
export interface Played {
  readonly case: Case;
  readonly kind: 'same' | 'stopped';
  /** How the run ended. */
  readonly ending: string;
  /** Whether the fault happened at all: with other timing a call may not be made. */
  readonly struck: boolean;
  /** Empty: all is well. */
  readonly faults: readonly string[];
}

/** Ways in which a run may stop because of a fault. A fault never makes it pass, reject or promote otherwise. */
const CLEAR_STOPS: readonly RegExp[] = [
  /^failed \((remote-error|credentials-rejected|metrics-unavailable)\)$/,
  /^rolled-back \((remote-error|credentials-rejected|metrics-unavailable|no-data|update-timeout)\)$/,
];

/** What more may come of a fault at some calls, and why that is right. */
const ALSO: readonly { readonly at: RegExp; readonly by?: RegExp; readonly ending: RegExp }[] = [
  // A failed answer of the model is evidence against the model, whoever in the platform gave it.
  { at: /\/invocations$/, ending: /^rolled-back \((smoke-failed|canary-errors|canary-answers|baseline-unhealthy)\)$/ },
  // Likewise in a first deployment, where there is nothing to go back to.
  { at: /\/invocations$/, ending: /^held \((smoke-failed|canary-errors|canary-answers)\)$/ },
  // A page or an error that stays instead of a file means that files cannot be had here: a required signature is then unknown.
  { at: /artifact/, by: /login page|500/, ending: /^rejected \(signature-unknown\)$/ },
  // The server refuses the way back as well: no program can do more than say so.
  { at: /\/config$/, by: /expired token/, ending: /^degraded \(restore-unverified\)$/ },
];

function isClearStop({ call, disturbance }: Case, ending: string): boolean {
  if (CLEAR_STOPS.some((stop) => stop.test(ending))) return true;
  return ALSO.some(
    (one) => one.at.test(call.path) && one.by?.test(disturbance.name) !== false && one.ending.test(ending),
  );
}

/** Plays a scene with one fault, judges how it ended, and has the next run clear up what it left. */
export async function play(chosen: Case): Promise<Played> {
  const { scene, call, disturbance, strength } = chosen;
  const world = await World.open(scene);
  try {
    const path = new RegExp(`^${call.path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
    const nth = Array.from({ length: STRENGTHS[strength] }, (_, index) => call.nth + index);
    const sides = [...new Set([world.workspace, world.server])];
    const armed = sides.map((side) =>
      side.faults.add({ match: { method: call.method, path, nth }, effect: disturbance.effect }),
    );
    const { ending, error, log } = await (isHang(chosen)
      ? world.run(scene.command, 1, HANGING_ANSWER_MS)
      : world.run(scene.command));
    const struck = armed.some((fault) => fault.struck > 0);
    for (const side of sides) side.faults.clear();
    const kind = ending === scene.ending ? 'same' : 'stopped';
    const found =
      kind === 'same'
        ? judgeSame(world, strength === 'once' ? '' : log)
        : await judgeStopped(world, isClearStop(chosen, ending), error?.message ?? log);
    const faults = [...hiccup(chosen, ending), ...found, ...writesOf(world), ...world.violations()];
    const shown = faults.map((fault) => `${nameOf(chosen)} (ended ${ending}): ${fault}`);
    return { case: chosen, kind, ending, struck, faults: shown };
  } finally {
    await world.close();
  }
}

function isHang({ disturbance }: Case): boolean {
  return disturbance.name.startsWith('hang');
}

/** What stays as it is or speaks of something else than a passing trouble, so that it may stop a run at its first sight. */
function isNoHiccup({ scene, call, disturbance }: Case): boolean {
  const renews = scene.registry !== 'mlflow' && !call.path.startsWith('/oidc/');
  if (disturbance.name === 'login page' || call.path.endsWith('/invocations')) return true;
  return disturbance.name === 'expired token' && !renews;
}

/** What passes at once does not even stop a run. (Hangs are waited for so shortly here that a busy machine makes more of them.) */
function hiccup(chosen: Case, ending: string): readonly string[] {
  const passes = chosen.strength === 'once' && !isHang(chosen) && !isNoHiccup(chosen);
  return passes && ending !== chosen.scene.ending ? [`a hiccup ended it ${ending}`] : [];
}

/** `log`: of a run whose registry was out of reach for long; what was not moved there must at least be said. */
function judgeSame(world: World, log: string): readonly string[] {
  const { scene } = world;
  const isSaid = /warning: .*(was not|may not have been) (moved|put back|brought up to date)/.test(log);
  return [
    ...differing('traffic', world.split(), shareOf(scene.serves)),
    ...(isSaid ? [] : differing('alias or stage', world.pointer(), scene.serves)),
  ];
}

/** The run stopped: with a clear error, nothing half done, and in a state from which the next run goes on. */
async function judgeStopped(world: World, isClear: boolean, words: string): Promise<readonly string[]> {
  const { scene } = world;
  const faults: string[] = [];
  if (!isClear) faults.push(`not a clear stop: ${words.slice(-600)}`);
  if (scene.command === 'gate' || scene.command === 'plan') return [...faults, ...judgeSame(world, '')];
  const reconciled = await world.run('reconcile', 2);
  if (!/^(unchanged \(nothing-to-reconcile\)|reconciled |failed \(not-found\))/.test(reconciled.ending)) {
    faults.push(`reconcile ended ${reconciled.ending}: ${reconciled.log.slice(-600)}`);
  }
  const allowed = scene.first === true ? ['nothing', '2: 100 %'] : ['1: 100 %', '2: 100 %'];
  if (!allowed.includes(world.split())) faults.push(`after reconcile: ${world.split()}`);
  return [...faults, ...(await judgeNext(world))];
}

/** The same command again, in a healthy world, does what it should have done. */
async function judgeNext(world: World): Promise<readonly string[]> {
  const { scene } = world;
  const done = world.split() === shareOf(scene.serves) && scene.candidate === undefined;
  const again = await world.run(scene.command, 3);
  const expected = done
    ? /^(unchanged|promoted|rolled-back|failed \(nothing-to-roll-back-to\))/
    : exactly(scene.ending);
  const faults = expected.test(again.ending) ? [] : [`the next run ended ${again.ending}: ${again.log.slice(-600)}`];
  return [...faults, ...differing('traffic after the next run', world.split(), shareOf(scene.serves))];
}

/** Commands that only look write nothing, whatever happens. */
function writesOf(world: World): readonly string[] {
  if (world.scene.command !== 'gate' && world.scene.command !== 'plan') return [];
  return [world.workspace, world.server].flatMap((side) =>
    side.requests.writes().map(({ method, path }) => `wrote: ${method} ${path}`),
  );
}

function differing(what: string, found: string, wanted: string): readonly string[] {
  return found === wanted || found === 'not asked' ? [] : [`${what}: ${found} instead of ${wanted}`];
}

function shareOf(serves: Scene['serves']): string {
  return serves === 'nothing' ? 'nothing' : `${serves}: 100 %`;
}

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replace(/[()]/g, '\\$&')}$`);
}

/** Plays cases, some side by side. */
export async function playAll(cases: readonly Case[], sideBySide: number): Promise<readonly Played[]> {
  const results: Played[] = [];
  const queue = [...cases];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results.push(await play(next));
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
  return results;
}
