import { contextFor } from './context.js';
import { sharesInWords } from './core/compare.js';
import type { Holder, Journal } from './core/journal.js';
import { isSettled } from './core/preparation.js';
import { rebuildPlan } from './core/rebuild.js';
import type { EndpointView, RolloutOutcome } from './core/types.js';
import { type Standing, standingOf } from './holders.js';
import { type JournalStore, sha256, TagJournal } from './journal-store.js';
import { conduct } from './loop.js';
import { beforeStart, inProgress, notBegun, type Refused } from './not-begun.js';
import type { RolloutPorts, RolloutSettings } from './options.js';

export interface ReconcileRequest {
  readonly settings: RolloutSettings;
  readonly ports: RolloutPorts;
  readonly identity: Holder;
  readonly signal: AbortSignal;
  /**
   * `on-evidence` (default): finish what had passed, go on where the evidence can be taken over, otherwise back.
   * `back`: never forward.
   */
  readonly direction?: 'on-evidence' | 'back';
  readonly cancelBudgetMs?: number | null;
  readonly random?: () => number;
}

export type Direction = 'nothing' | 'finished' | 'resumed' | 'back';

export interface ReconcileOutcome {
  /** Which way it went; `nothing` when there was nothing to do, or nothing could be done. */
  readonly direction: Direction;
  readonly outcome: RolloutOutcome;
}

type Free = Extract<Standing, { kind: 'free' }>;

/**
 * Brings an endpoint on which a rollout was left behind to a verified good state. Without a record, or with one that says that all
 * is done, or that a person or an approval is awaited, there is nothing to do. A rollout whose holder is alive is left alone.
 */
export async function reconcile(request: ReconcileRequest): Promise<ReconcileOutcome> {
  const { ports, signal } = request;
  const store = ports.journal ?? new TagJournal(ports.serving);
  const startedAtMs = ports.clock.serverNow();
  let standing: Standing;
  try {
    standing = await standingOf(ports, store, request.identity, signal);
  } catch (thrown) {
    return { direction: 'nothing', outcome: notBegun(ports.clock, startedAtMs, null, ...beforeStart(signal, thrown)) };
  }
  if (standing.kind === 'in-progress') {
    return {
      direction: 'nothing',
      outcome: notBegun(ports.clock, startedAtMs, standing.view, ...inProgress(standing)),
    };
  }
  return settleStanding(request, store, standing, startedAtMs);
}

async function settleStanding(
  request: ReconcileRequest,
  store: JournalStore,
  standing: Free,
  startedAtMs: number,
): Promise<ReconcileOutcome> {
  const { journal, view } = standing;
  const { clock } = request.ports;
  const nothing = (
    ...words: Parameters<typeof notBegun> extends [unknown, unknown, unknown, ...infer Rest] ? Rest : never
  ) => ({
    direction: 'nothing' as const,
    outcome: notBegun(clock, startedAtMs, view, ...words),
  });
  if (standing.damaged !== null) return nothing('held', 'restore-unverified', damagedInWords(standing.damaged));
  if (view === null || journal === null)
    return nothing('unchanged', 'nothing-to-reconcile', 'No rollout has been left behind.');
  if (journal.status !== 'running') return nothing('unchanged', 'nothing-to-reconcile', restingInWords(journal));
  return takeUp(request, store, standing, journal, view);
}

async function takeUp(
  request: ReconcileRequest,
  store: JournalStore,
  standing: Free,
  journal: Journal,
  view: EndpointView,
): Promise<ReconcileOutcome> {
  const rebuilt = rebuildPlan(journal, view, sha256);
  if (rebuilt.kind === 'unclear') return leave(request, store, standing, journal, view, rebuilt.why);
  const direction = directionOf(journal, request.direction ?? 'on-evidence');
  const resume: Journal =
    direction === 'back' && journal.turn === null ? { ...journal, turn: { reason: 'cancelled' } } : journal;
  request.ports.bookkeeping.resume?.(journal.record?.undo ?? null);
  const context = contextFor({ ...request, plan: rebuilt.plan }, standing, resume);
  const outcome = await conduct(context, request.ports, store, request.signal);
  return { direction: outcome.decision === 'held' ? 'nothing' : direction, outcome };
}

/**
 * Somebody else has been there, and the recorded configuration cannot be put back. Where nothing of the split is left, the record is
 * closed; otherwise it waits for a person, and holds nobody up once that person has decided.
 */
async function leave(
  request: ReconcileRequest,
  store: JournalStore,
  standing: Free,
  journal: Journal,
  view: EndpointView,
  why: string,
): Promise<ReconcileOutcome> {
  const { ports, signal } = request;
  const settled = isSettled(view, journal.candidate.entityName);
  const status = settled ? 'ended' : 'held';
  await store.write({ ...journal, status, lease: null, generation: standing.generation }, view, signal);
  const known = `The rollout of ${journal.candidate.name} cannot be put back exactly: ${why}. The endpoint serves ${sharesInWords(view.config)}.`;
  const words: Refused = settled
    ? ['unchanged', 'nothing-to-reconcile', `${known} That stays, and the record is closed.`]
    : ['held', 'foreign-change', known];
  return { direction: 'nothing', outcome: notBegun(ports.clock, ports.clock.serverNow(), view, ...words) };
}

/**
 * What the record supports: what has passed is finished, what was watched can be watched on, everything else goes back. A first
 * deployment has no way back, so it is watched to its end.
 */
function directionOf(journal: Journal, wanted: 'on-evidence' | 'back'): 'finished' | 'resumed' | 'back' {
  if (journal.turn !== null) return 'back';
  const watched = journal.phase === 'cleaning-up' || journal.phase === 'finishing';
  if (watched || (journal.phase === 'final-bake' && journal.passed)) return 'finished';
  if (wanted === 'back') return 'back';
  if (journal.kind === 'first-deployment') return 'resumed';
  const watching = journal.phase === 'baking' || journal.phase === 'final-bake';
  return watching && journal.evidence !== null ? 'resumed' : 'back';
}

function damagedInWords(why: string): string {
  return `The endpoint holds the record of a rollout that cannot be read (${why}). Look at the routes, set them as they should be, and remove the tags that begin with dmp.`;
}

function restingInWords(journal: Journal): string {
  if (journal.status === 'paused')
    return `The rollout of ${journal.candidate.name} is paused; the next promotion of this version goes on with it.`;
  if (journal.status === 'held')
    return `The rollout of ${journal.candidate.name} was stopped for a person; the command \`rollback\` takes it back.`;
  return `The last rollout (${journal.candidate.name}) has ended; nothing has been left behind.`;
}
