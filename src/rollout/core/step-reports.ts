import type { Look } from './answers.js';
import { formatDuration } from './duration.js';
import { sharesOf } from './split.js';
import type { Context, RolloutState } from './state.js';
import type { EndpointConfig, StepReport } from './types.js';

/** Percent of the endpoint that the candidate has in a configuration. */
export function candidateShareIn(context: Context, config: EndpointConfig | null): number {
  return config === null ? 0 : (sharesOf(config).get(context.plan.candidate.name) ?? 0);
}

/** Opens the report of the step that an update belongs to, or returns the reports as they are if it is open already. */
export function openStep(context: Context, state: RolloutState, index: number, share: number): readonly StepReport[] {
  if (state.steps.some((step) => step.index === index)) return state.steps;
  const final = index >= context.plan.steps.length;
  const report: StepReport = {
    index,
    label: final ? 'final bake' : `${share} %`,
    traffic: share,
    startedAtMs: state.serverNow,
    endedAtMs: null,
    updateMs: null,
    extensions: 0,
    verdict: 'running',
    judgement: null,
    figures: null,
  };
  return [...state.steps, report];
}

/** The reports with one of them changed. */
export function withStep(state: RolloutState, index: number, change: Partial<StepReport>): readonly StepReport[] {
  return state.steps.map((step) => (step.index === index ? { ...step, ...change } : step));
}

/** The reports when the rollout stops where it is: whatever was running has ended with `verdict`. */
export function closeSteps(state: RolloutState, verdict: StepReport['verdict']): readonly StepReport[] {
  return state.steps.map((step) =>
    step.verdict === 'running' ? { ...step, verdict, endedAtMs: state.serverNow } : step,
  );
}

/** Takes a look into the present step's report and the timeline. */
export function withLook(context: Context, state: RolloutState, look: Look): RolloutState {
  const bake = state.bake;
  if (bake === null) return state;
  const steps = withStep(state, bake.index, {
    judgement: look.judgement,
    figures: look.figures,
    extensions: bake.extensions,
  });
  const traffic = candidateShareIn(context, state.expected);
  const exposure = look.exposure ?? state.exposure;
  return {
    ...state,
    steps,
    timeline: [...state.timeline, { ...look.point, traffic }],
    evidence: look.evidence,
    exposure,
  };
}

/** `at 25 % after 3m`, for explanations. */
export function placeInWords(context: Context, state: RolloutState): string {
  const share = candidateShareIn(context, state.expected);
  return state.bake === null
    ? `at ${share} %`
    : `at ${share} % after ${formatDuration(state.now - state.bake.startedNow)}`;
}
