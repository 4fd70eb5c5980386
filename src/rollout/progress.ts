import { formatDuration } from './core/duration.js';
import type { Context, RolloutState } from './core/state.js';
import type { Phase } from './core/types.js';
import type { ProgressPort } from './ports.js';

const TITLES: Readonly<Record<Phase, string>> = {
  starting: 'Starting',
  provisioning: 'Bringing the version up without traffic',
  smoke: 'Smoke requests',
  shifting: 'Moving traffic',
  baking: 'Watching',
  'final-bake': 'Final bake: the old version is still there, without traffic',
  'cleaning-up': 'Removing the old version',
  finishing: 'Finishing in the registry',
  'rolling-back': 'Going back',
  ended: 'Ended',
};

/** Tells people what has changed between two states. */
export function announce(
  progress: ProgressPort,
  context: Context,
  before: RolloutState | null,
  state: RolloutState,
): void {
  if (before?.phase !== state.phase) progress.phase(titleOf(context, state));
  for (const warning of state.warnings.slice(before?.warnings.length ?? 0)) progress.warning(warning);
  if (state.turn !== null && (before === null || before.turn === null)) {
    progress.warning(`Going back: ${state.turn.explanation}`);
  }
  announceUpdates(progress, before, state);
  if (before?.steps !== state.steps) progress.stepChanged(state.steps, state.timeline);
}

function titleOf(context: Context, state: RolloutState): string {
  const title = TITLES[state.phase];
  const share = state.bake === null ? null : state.bake.share;
  const place = state.phase === 'baking' && share !== null ? ` at ${share} %` : '';
  return `${title}${place} (${context.plan.candidate.name})`;
}

function announceUpdates(progress: ProgressPort, before: RolloutState | null, state: RolloutState): void {
  if (before === null) return;
  if (state.updates > before.updates) progress.info('Update sent.');
  if (state.update > before.update && before.flight !== null) {
    progress.info(`The update is live after ${formatDuration(state.now - before.flight.sentNow)}.`);
  }
  const extended =
    (state.bake?.extensions ?? 0) > (before.bake?.extensions ?? 0) && state.bake?.index === before.bake?.index;
  if (extended) progress.info('The step is extended: there is not enough evidence yet.');
  if (state.stage === 'polling' && before.stage === 'polling' && state.polls !== before.polls) {
    progress.debug(`The endpoint's update is ${state.live?.update ?? 'unknown'}.`);
  }
}
