import type { RunResult } from '../runner/index.js';
import { MERGE_SHA, Stage } from '../stage.js';
import { Callers, type Question } from './callers.js';
import type { Checks } from './checks.js';
import { classify, type Images, type Mlflow, type Trained } from './mlflow.js';

const MODEL = 'digits';
const ENDPOINT = 'digits-images';
const SMOKE_FILE = 'samples/golden.json';
const RUN_LIMIT_MS = 240_000;

const CONFIGURATION = `deployment:
  model: { name: ${MODEL}, registry: mlflow }
  endpoint: { name: ${ENDPOINT} }
  ci_cd:
    metrics_threshold:
      accuracy: 0.93
      f1: { min: 0.93, max_regression: 0.01 }
      val_loss: { max: 0.5 }
    require: { signature: compatible, same_commit: true, same_dataset: true }
  rollout:
    steps:
      - { traffic: 0, smoke: ${SMOKE_FILE} }
      - { traffic: 20, bake: 3s }
      - { traffic: 100, bake: 3s }
    final_bake: 3s
    min_requests: 20
    probe_rate: 5
    promote_alias: champion
    previous_alias: previous-champion
  monitoring:
    interval: 250ms
    alerts:
      - { metric: error_rate, threshold: 0.02 }
`;

type Name = 'current' | 'better' | 'weak' | 'permuted';

/** Everything that the scenes share. */
interface Play {
  readonly stage: Stage;
  readonly mlflow: Mlflow;
  readonly versions: Readonly<Record<Name, string>>;
  readonly questions: readonly Question[];
  readonly golden: string;
  readonly checks: Checks;
  readonly say: (line: string) => void;
}

/**
 * Trains, registers and serves real image classifiers, and lets the bundle `entry` promote them: a good one, one that
 * misses its threshold, and one whose labels are permuted only where it is served.
 */
export async function playDigits(
  mlflow: Mlflow,
  entry: string,
  checks: Checks,
  say: (line: string) => void,
): Promise<void> {
  await mlflow.startTracking();
  say(`A real MLflow server at ${mlflow.url}. Training on scikit-learn's digits …`);
  const trained = await mlflow.train(MODEL, MERGE_SHA);
  for (const { name, version, metrics } of trained.versions)
    say(`  version ${version} (${name}): accuracy ${metrics.accuracy?.toFixed(3)}`);
  const versions = {
    current: numberOf(trained, 'current'),
    better: numberOf(trained, 'better'),
    weak: numberOf(trained, 'weak'),
    permuted: numberOf(trained, 'permuted'),
  };
  const served = [versions.current, versions.better, versions.permuted];
  const [current = '', better = '', permuted = ''] = await Promise.all(
    served.map((version) => mlflow.serve(MODEL, version)),
  );
  const { questions, golden } = await ask(trained.images, current, better);
  const stage = await Stage.open({ entry });
  try {
    const play: Play = { stage, mlflow, versions, questions, golden, checks, say };
    furnish(play, { current, better, permuted });
    await playAll(play);
  } finally {
    await stage.close();
  }
}

function numberOf(trained: Trained, name: Name): string {
  const found = trained.versions.find((version) => version.name === name);
  if (found === undefined) throw new Error(`Training registered no version "${name}".`);
  return found.version;
}

/** Golden requests are the good version's real answers; callers accept what either of the first two versions says. */
async function ask(
  batches: readonly Images[],
  current: string,
  better: string,
): Promise<{ questions: Question[]; golden: string }> {
  const answered = await Promise.all(
    batches.map(async (images) => ({
      images,
      right: await classify(better, images),
      older: await classify(current, images),
    })),
  );
  const golden = answered.map(({ images, right }) => ({ request: { inputs: images }, expect: { predictions: right } }));
  const questions = answered.map(({ images, right, older }) => ({
    images,
    accepted: right.map((label, row) => [label, older[row] ?? label]),
  }));
  return { questions, golden: JSON.stringify(golden) };
}

/** The endpoint serves the first version; each served entity forwards to a real scoring server. */
function furnish({ stage, versions }: Play, urls: Readonly<Record<'current' | 'better' | 'permuted', string>>): void {
  const { seed, serving, traffic } = stage.workspace;
  for (const version of Object.values(versions)) seed.version({ model: MODEL, version: Number(version) });
  for (const name of ['current', 'better', 'permuted'] as const)
    traffic.behave(MODEL, versions[name], { backend: urls[name] });
  const { current } = versions;
  serving.place({
    name: ENDPOINT,
    entities: [{ name: `digits-${current}`, model: MODEL, version: current, traffic: 100 }],
  });
  traffic.start({ endpoint: ENDPOINT, requestsPerSecond: 10 });
}

async function playAll(play: Play): Promise<void> {
  const { workspace } = play.stage;
  const callers = new Callers(
    `${workspace.url}/serving-endpoints/${ENDPOINT}/invocations`,
    workspace.token,
    play.questions,
    100,
  );
  try {
    await promoteGood(play);
    await rejectWeak(play);
    await catchPermuted(play, callers);
  } finally {
    const seen = await callers.stop();
    play.checks.holds('callers with real images asked all the time', seen.requests > 50, `${seen.requests} requests`);
    play.checks.equal('no request of theirs failed', seen.failures, []);
    play.checks.equal('no image was classified as neither good version does', seen.wrong, {});
  }
  play.checks.equal('the workspace saw no broken invariant', workspace.invariants.violations, []);
  play.checks.equal('no simulated caller went unserved', workspace.traffic.ledger.unserved, []);
}

async function promoteGood(play: Play): Promise<void> {
  const { stage, mlflow, versions, checks, say } = play;
  say('\nA better version is merged: it passes the gate and is rolled out.');
  const run = await act(play, { 'model-version': versions.better });
  checks.equal('decision', run.outputs.decision, 'promoted');
  checks.equal('the job succeeded', run.conclusion, 'success');
  checks.equal('metrics are the measured ones', typeof JSON.parse(run.outputs.metrics || '{}').accuracy, 'number');
  checks.equal('the endpoint serves it alone', splitOf(stage), { [versions.better]: 100 });
  checks.equal('champion in MLflow', await mlflow.alias(MODEL, 'champion'), versions.better);
  checks.equal('previous-champion in MLflow', await mlflow.alias(MODEL, 'previous-champion'), versions.current);
}

async function rejectWeak(play: Play): Promise<void> {
  const { stage, mlflow, versions, checks, say } = play;
  say('\nA weak version is merged: its measured accuracy misses the threshold.');
  const run = await act(play, { 'model-version': versions.weak });
  checks.equal('decision', run.outputs.decision, 'rejected');
  checks.equal('reason', run.outputs['reason-code'], 'threshold-missed');
  checks.equal('the job failed', run.conclusion, 'failure');
  checks.equal('the endpoint is as before', splitOf(stage), { [versions.better]: 100 });
  checks.equal('champion in MLflow is as before', await mlflow.alias(MODEL, 'champion'), versions.better);
}

async function catchPermuted(play: Play, callers: Callers): Promise<void> {
  const { stage, mlflow, versions, checks, say } = play;
  say('\nA version with the best metrics is merged, but where it is served its labels are off by one.');
  const run = await act(play, { 'model-version': 'latest' });
  checks.equal('it is the latest version', run.outputs['model-version'], versions.permuted);
  checks.equal('reason', run.outputs['reason-code'], 'smoke-failed');
  checks.equal('the job failed', run.conclusion, 'failure');
  checks.equal('the endpoint serves the good version alone', splitOf(stage), { [versions.better]: 100 });
  const { ledger } = stage.workspace.traffic;
  const seen = ledger.tally({ model: MODEL, version: versions.permuted, source: 'caller' }).requests;
  checks.equal('simulated callers that it answered', seen, 0);
  const probes = ledger.tally({ model: MODEL, version: versions.permuted, source: 'http' }).requests;
  checks.holds('it was asked the golden requests', probes > 0, `${probes} requests`);
  const answered = Object.entries(callers.report.byEntity).filter(([entity]) =>
    entity.endsWith(`-${versions.permuted}`),
  );
  checks.equal('callers with real images that it answered', answered, []);
  checks.equal('champion in MLflow is as before', await mlflow.alias(MODEL, 'champion'), versions.better);
}

function act({ stage, mlflow, golden, say }: Play, inputs: Readonly<Record<string, string>>): Promise<RunResult> {
  return stage.onMerge({
    inputs: { ...inputs, 'mlflow-tracking-uri': mlflow.url },
    files: { 'config/deployment_config.yaml': CONFIGURATION, [SMOKE_FILE]: golden },
    timeoutMs: RUN_LIMIT_MS,
    onLine: (line) => {
      if (line.kind === 'text' || line.kind === 'error' || line.kind === 'warning') say(`    ${line.text}`);
    },
  });
}

function splitOf(stage: Stage): Readonly<Record<string, number>> {
  const active = stage.workspace.endpoints.find(ENDPOINT)?.active;
  return Object.fromEntries(
    (active?.entities ?? []).map((entity) => [
      entity.entityVersion,
      active?.routes.find((route) => route.entity === entity.name)?.traffic ?? 0,
    ]),
  );
}
