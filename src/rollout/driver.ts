import { asActionError } from '../errors.js';
import type { EngineEvent, Happening } from './core/protocol.js';
import { begin, step } from './core/reducer.js';
import type { Context, RolloutState } from './core/state.js';
import type { EndpointView, RolloutOutcome } from './core/types.js';
import { EffectRunner } from './effects.js';
import { type Standing, standingOf } from './holders.js';
import { type JournalStore, sha256, TagJournal } from './journal-store.js';
import { engineSettings, type RolloutRequest } from './options.js';
import { Patience } from './patience.js';
import { announce } from './progress.js';

const LEAST_SETTLE_MS = 200;
const SETTLE_SPREAD_MS = 800;

/**
 * Rolls a version out as planned, or takes it back. Whatever happens on the endpoint ends in an outcome; only faults of this
 * program itself are thrown. Needs the lease of the endpoint and gives it back at the end.
 *
 * With `resume` the rollout goes on from that record; the plan must then be the one that was rebuilt from it.
 */
export async function runRollout(request: RolloutRequest): Promise<RolloutOutcome> {
  const { ports, plan } = request;
  const store = ports.journal ?? new TagJournal(ports.serving);
  const startedAtMs = ports.clock.serverNow();
  let standing: Standing;
  try {
    standing = await standingOf(ports, store, request.identity, request.signal);
  } catch (thrown) {
    return notBegun(request, startedAtMs, null, ...beforeStart(request.signal, thrown));
  }
  if (standing.kind === 'in-progress') {
    const { lease, view } = standing;
    const explanation = `Run ${lease.runId} (attempt ${lease.attempt}) of ${lease.repository} is rolling out on this endpoint. Nothing was changed.`;
    return notBegun(request, startedAtMs, view, 'rejected', 'rollout-in-progress', explanation);
  }
  const open = standing.journal?.status === 'running' || standing.journal?.status === 'paused';
  if (open && plan.kind !== 'already-serving' && (request.resume ?? null) === null) {
    const explanation = `A rollout of ${standing.journal?.candidate.name} has been left unfinished on this endpoint. Nothing was changed; run the command \`reconcile\` first.`;
    return notBegun(request, startedAtMs, standing.view, 'rejected', 'rollout-in-progress', explanation);
  }
  return drive(contextFor(request, standing), request, store);
}

function contextFor(request: RolloutRequest, standing: Extract<Standing, { kind: 'free' }>): Context {
  const { identity, resume } = request;
  return {
    plan: request.plan,
    settings: engineSettings(request.settings, request.cancelBudgetMs ?? null),
    holder: identity,
    generation: standing.generation,
    rolloutId: resume?.rolloutId ?? `${identity.runId}-${identity.attempt}-${identity.nonce}`,
    settleMs: LEAST_SETTLE_MS + Math.floor((request.random ?? Math.random)() * SETTLE_SPREAD_MS),
    resume: resume === undefined || resume === null ? null : (standing.journal ?? resume),
    earlier: standing.journal?.record ?? null,
    hash: sha256,
  };
}

/** Runs the engine to its end: one effect, one event, one turn of the reducer at a time. */
async function drive(context: Context, request: RolloutRequest, store: JournalStore): Promise<RolloutOutcome> {
  const { ports } = request;
  const patience = new Patience(request.signal, ports.clock);
  const runner = new EffectRunner(ports, store, patience);
  const eventOf = (happening: Happening): EngineEvent => {
    const { cancelled } = patience;
    patience.acknowledge();
    return { ...happening, now: ports.clock.now(), serverNow: ports.clock.serverNow(), cancelled };
  };
  const first = eventOf({ kind: 'started' });
  let { state, effect } = begin(context, first);
  let before: RolloutState | null = null;
  try {
    for (;;) {
      announce(ports.progress, context, before, state);
      if (effect.kind === 'end') return effect.outcome;
      before = state;
      const happening = await runner.run(effect);
      if (happening.kind === 'looked') tick(request, context, state, happening);
      ({ state, effect } = step(context, state, eventOf(happening)));
    }
  } finally {
    ports.health.end();
  }
}

function tick(
  request: RolloutRequest,
  context: Context,
  state: RolloutState,
  { look }: Extract<Happening, { kind: 'looked' }>,
): void {
  const report = state.steps.find((one) => one.index === state.bake?.index);
  if (report === undefined || state.bake === null) return;
  const whole = state.bake.bakeMs * (1 + state.bake.extensions);
  const shown = { ...report, judgement: look.judgement, figures: look.figures, extensions: state.bake.extensions };
  request.ports.progress.tick(shown, Math.max(0, whole - state.bake.creditedMs), look);
  request.ports.progress.debug(
    `${context.settings.endpointName}: ${look.judgement.kind}: ${look.judgement.explanation}`,
  );
}

type Refused = readonly ['rejected' | 'failed' | 'cancelled', RolloutOutcome['reason'], string];

function beforeStart(signal: AbortSignal, thrown: unknown): Refused {
  if (signal.aborted) return ['cancelled', 'cancelled', 'Cancelled before anything was written.'];
  const fault = asActionError(thrown);
  return ['failed', fault.reason, `The endpoint could not be read: ${fault.message}`];
}

function notBegun(
  request: RolloutRequest,
  startedAtMs: number,
  view: EndpointView | null,
  ...[decision, reason, explanation]: Refused
): RolloutOutcome {
  return {
    decision,
    reason,
    explanation,
    state: 'Nothing was changed.',
    action: null,
    steps: [],
    timeline: [],
    rollback: null,
    live: view,
    warnings: [],
    startedAtMs,
    endedAtMs: request.ports.clock.serverNow(),
    updates: 0,
  };
}
