import type { Holder, Journal } from './core/journal.js';
import type { Context } from './core/state.js';
import type { Plan } from './core/types.js';
import type { Standing } from './holders.js';
import { sha256 } from './journal-store.js';
import { engineSettings, type RolloutSettings } from './options.js';

const LEAST_SETTLE_MS = 200;
const SETTLE_SPREAD_MS = 800;

/** What the engine needs besides its state, from what the caller wants and what stands on the endpoint. */
export function contextFor(
  request: {
    readonly plan: Plan;
    readonly settings: RolloutSettings;
    readonly identity: Holder;
    readonly cancelBudgetMs?: number | null;
    readonly random?: () => number;
  },
  standing: Extract<Standing, { kind: 'free' }>,
  resume: Journal | null,
): Context {
  const { identity } = request;
  return {
    plan: request.plan,
    settings: engineSettings(request.settings, request.cancelBudgetMs ?? null),
    holder: identity,
    generation: standing.generation,
    rolloutId: resume?.rolloutId ?? `${identity.runId}-${identity.attempt}-${identity.nonce}`,
    settleMs: LEAST_SETTLE_MS + Math.floor((request.random ?? Math.random)() * SETTLE_SPREAD_MS),
    resume,
    earlier: standing.journal?.record ?? null,
    hash: sha256,
  };
}
