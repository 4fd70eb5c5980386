import { met, noted, unmet } from './requirement-result.js';
import type { EvaluationState, RequirementResult, RuleResult } from './types.js';

/**
 * Rules in the light of the evaluation. While it is ahead, what it may bring is left open, so that a job is started for a
 * version that passes in everything else and for no other; afterwards, what was not logged is missing from the evaluation.
 */
export function rulesWithEvaluation(lines: readonly RuleResult[], state: EvaluationState | undefined): RuleResult[] {
  if (state === undefined) return [...lines];
  return lines.map((line) => {
    if (line.status !== 'fail') return line;
    if (state.stage === 'ahead') return line.isAbsent || MAY_BE_MEASURED.has(line.reason) ? open(line) : line;
    if (!line.isAbsent) return line;
    const sentence = state.stage === 'elsewhere' ? NOT_STARTED : NOT_BROUGHT;
    return { ...line, reason: 'evaluation-missing', explanation: `${line.explanation} ${sentence}` };
  });
}

/** Requirements in the light of the evaluation, and a line for the evaluation itself. */
export function requirementsWithEvaluation(
  lines: readonly RequirementResult[],
  state: EvaluationState | undefined,
): RequirementResult[] {
  if (state === undefined) return [...lines];
  const seen =
    state.stage === 'ahead'
      ? lines.map((line) => (line.isAbsent || MAY_BE_MEASURED.has(line.reason) ? open(line) : line))
      : lines;
  return [...seen, evaluationLine(state)];
}

/** Other than what is absent: an evaluation may measure the baseline too, and both on the same data. */
const MAY_BE_MEASURED: ReadonlySet<string> = new Set(['baseline-metric-missing', 'dataset-mismatch']);

const NOT_STARTED = 'The evaluation may bring it, but this command does not start it.';
const NOT_BROUGHT = 'The evaluation did not bring it.';

function open<Line extends RuleResult | RequirementResult>(line: Line): Line {
  return {
    ...line,
    status: 'note',
    reason: 'ok',
    explanation: `${line.explanation} The evaluation may still bring it.`,
  };
}

function evaluationLine({ stage, explanation, details, url }: EvaluationState): RequirementResult {
  const name = 'evaluation';
  const page = url === undefined ? {} : { url };
  switch (stage) {
    case 'succeeded':
      return { ...met(name, explanation, details), ...page };
    case 'failed':
      return { ...unmet(name, 'evaluation-failed', explanation, details), ...page };
    case 'late':
      return { ...unmet(name, 'evaluation-missing', explanation, details), ...page };
    case 'ahead':
    case 'elsewhere':
      return { ...noted(name, explanation, details), ...page };
  }
}
