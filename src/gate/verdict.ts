import { evaluateRules } from './evaluate.js';
import { requirementsWithEvaluation, rulesWithEvaluation } from './evaluation-requirement.js';
import { gravest } from './gravity.js';
import { noted, unmet } from './requirement-result.js';
import { checkRequirements } from './requirements.js';
import type {
  Baseline,
  GateContext,
  RequirementResult,
  Requirements,
  Rule,
  RuleResult,
  Verdict,
  VerdictCommon,
  VersionFacts,
} from './types.js';

export interface GateQuestion {
  readonly candidate: VersionFacts;
  readonly baseline: Baseline;
  readonly rules: readonly Rule[];
  readonly requirements: Requirements;
  readonly context: GateContext;
}

/**
 * The verdict on a candidate. Every rule and requirement is evaluated and listed, whatever the first one says; the reason
 * is that of the gravest failure. A candidate that serves already is `unchanged`. A gate that was asked nothing (no rule
 * and no requirement) does not pass, unless that was said on purpose. Never throws.
 */
export function decide(question: GateQuestion): Verdict {
  const { candidate, baseline, rules, requirements, context } = question;
  const ruleLines = rulesWithEvaluation(evaluateRules(rules, candidate, baseline), context.evaluation);
  const checked = [
    ...emptyGate(question),
    ...readiness(candidate),
    ...checkRequirements(requirements, rules, candidate, baseline, context),
  ];
  const requirementLines = requirementsWithEvaluation(checked, context.evaluation);
  const common = { rules: ruleLines, requirements: requirementLines, notes: notesOf(question, ruleLines) };
  if (isServing(candidate, context)) {
    return {
      ...common,
      kind: 'unchanged',
      reason: 'already-serving',
      summary: `Version ${candidate.version} of ${candidate.model} serves already: there is nothing to promote.`,
    };
  }
  const failures = [...ruleLines, ...requirementLines].filter((line) => line.status === 'fail');
  const reason = gravest(failures.map((line) => line.reason));
  if (reason !== undefined)
    return { ...common, kind: 'rejected', reason, summary: rejection(candidate, common, reason) };
  return {
    ...common,
    kind: 'passed',
    reason: isFirstDeployment(baseline, context) ? 'first-deployment' : 'ok',
    summary: approval(question, ruleLines),
  };
}

/** Whether any requirement was asked for, which is more than the two that are checked anyway. */
function asksAnything(requirements: Requirements): boolean {
  const { signature, tags, params, sameCommit, sameDataset, runFinished, ...others } = requirements;
  const maps = Object.keys({ ...tags, ...params }).length > 0;
  return (
    maps ||
    sameCommit === true ||
    sameDataset === true ||
    runFinished === true ||
    (signature !== undefined && signature !== 'ignore') ||
    Object.values(others).some((value) => value !== undefined)
  );
}

function emptyGate({ rules, requirements, context }: GateQuestion): RequirementResult[] {
  if (rules.length > 0 || asksAnything(requirements)) return [];
  if (context.emptyOnPurpose === true)
    return [noted('rules', 'Nothing is asked of this version, as the configuration says.')];
  if (context.evaluation?.stage === 'elsewhere')
    return [
      unmet('rules', 'evaluation-missing', 'Only the evaluation is asked of this version, and it was not started.'),
    ];
  if (context.evaluation !== undefined) return [];
  const explanation =
    'The gate has no rule and no requirement, and a gate that is asked nothing does not pass. Set metrics_threshold or require under ci_cd.';
  return [unmet('rules', 'configuration-invalid', explanation)];
}

function readiness({ version, status }: VersionFacts): RequirementResult[] {
  return status === 'READY'
    ? []
    : [unmet('status', 'version-not-ready', `Version ${version} is ${status}, not READY.`)];
}

function isServing(candidate: VersionFacts, context: GateContext): boolean {
  return context.servingVersion === candidate.version && context.servedAlone !== false;
}

function isFirstDeployment(baseline: Baseline, context: GateContext): boolean {
  return context.servingVersion === undefined && baseline.kind === 'absent';
}

function notesOf({ candidate, baseline, rules, context }: GateQuestion, lines: readonly RuleResult[]): string[] {
  const notes: string[] = [];
  if (rules.length === 0) notes.push('The gate has no metric rule; only the requirements were checked.');
  if (isFirstDeployment(baseline, context))
    notes.push('First deployment: nothing serves yet, so that nothing is compared and there is nothing to go back to.');
  else if (baseline.kind === 'absent') notes.push(`There is no baseline to compare with: ${baseline.why}.`);
  if (baseline.kind === 'version' && isSameVersion(baseline.facts, candidate) && !isServing(candidate, context)) {
    notes.push(`The baseline (${baseline.chosenBy}) is the candidate itself: a comparison says nothing.`);
  }
  const warned = lines.filter((line) => line.status === 'warn').length;
  if (warned > 0)
    notes.push(`${count(warned, 'rule')} would have failed, but only ${warned === 1 ? 'warns' : 'warn'}.`);
  return notes;
}

function isSameVersion(left: VersionFacts, right: VersionFacts): boolean {
  return left.model === right.model && left.version === right.version;
}

function approval({ candidate, baseline, context }: GateQuestion, lines: readonly RuleResult[]): string {
  const against = baseline.kind === 'version' ? `against version ${baseline.facts.version}, ` : '';
  const held = lines.length === 0 ? 'its requirements are met' : `${against}${heldRules(lines)}`;
  const first = isFirstDeployment(baseline, context) ? ' This is the first deployment.' : '';
  return `Version ${candidate.version} of ${candidate.model} may be promoted: ${held}.${first}`;
}

function heldRules(lines: readonly RuleResult[]): string {
  const having = (status: RuleResult['status']): number => lines.filter((line) => line.status === status).length;
  const [passed, unjudged, warned] = [having('pass'), having('note'), having('warn')];
  return [
    `${passed} of ${count(lines.length, 'rule')} ${passed === 1 ? 'holds' : 'hold'}`,
    ...(unjudged > 0 ? [`${unjudged} had nothing to be judged by`] : []),
    ...(warned > 0 ? [`${warned} only ${warned === 1 ? 'warns' : 'warn'}`] : []),
  ].join(', ');
}

function rejection(candidate: VersionFacts, common: Omit<VerdictCommon, 'summary'>, reason: string): string {
  const rules = common.rules.filter((line) => line.status === 'fail');
  const requirements = common.requirements.filter((line) => line.status === 'fail');
  const parts = [
    ...(rules.length > 0
      ? [
          `${rules.length} of ${count(common.rules.length, 'rule')} ${rules.length === 1 ? 'fails' : 'fail'} (${listed(rules.map((line) => line.metric))})`,
        ]
      : []),
    ...(requirements.length > 0 ? [`not met: ${listed(requirements.map((line) => line.name))}`] : []),
  ];
  const gravestLine = [...rules, ...requirements].find((line) => line.reason === reason);
  return `Version ${candidate.version} of ${candidate.model} is rejected: ${parts.join('; ')}. ${describe(gravestLine)}`.trim();
}

function describe(line: RuleResult | RequirementResult | undefined): string {
  if (line === undefined) return '';
  return 'metric' in line ? `${line.metric}: ${line.explanation}` : line.explanation;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
