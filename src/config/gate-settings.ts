import { mergeRules } from '../gate/grammar.js';
import { checkRulesAgainstBaseline, needsBaseline } from '../gate/rule-checks.js';
import type { Requirements, Rule } from '../gate/types.js';
import type { Command } from '../reasons.js';
import { parseDuration } from '../rollout/core/duration.js';
import { placeOfInput } from './places.js';
import { isDamaged, isGiven, placeOf, refuse, type Scope, textMapAt } from './scope.js';
import { baselineSelectorOf } from './selectors.js';
import { rulesOfInput, rulesOfLayers, THRESHOLD_ORIGIN } from './thresholds.js';
import type { BaselineSelector, Settings } from './types.js';

type GateSettings = Settings['gate'];

/** What the gate checks. */
export function gateSettingsOf(scope: Scope, command: Command): GateSettings {
  const baseline = baselineSelectorOf(scope.deployment.ci_cd.baseline);
  const rules = rulesOf(scope);
  checkAgainstBaseline(scope, rules, baseline);
  const asked = { baseline, rules, require: requirementsOf(scope), evaluation: evaluationOf(scope) };
  const gate = { ...asked, emptyOnPurpose: asksForNothing(scope, asked) === 'on-purpose' };
  return command === 'gate' ? withReachableBaseline(scope, gate) : gate;
}

/** `gate` alone needs no endpoint: without one, and with nothing that compares, there is no baseline, and that is said. */
function withReachableBaseline(scope: Scope, gate: GateSettings): GateSettings {
  if (isGiven(scope, ['endpoint', 'name']) || isGiven(scope, ['ci_cd', 'baseline'])) return gate;
  if (baselineNeeded(gate) !== undefined) return gate;
  const message = 'No endpoint is given: the version is judged by itself, not compared with what serves.';
  scope.notes.push({ level: 'info', message });
  return { ...gate, baseline: { kind: 'none' } };
}

/** What needs a baseline, in words, or `undefined` when every rule and requirement can do without one. */
export function baselineNeeded(gate: Pick<GateSettings, 'rules' | 'require'>): string | undefined {
  const rule = gate.rules.find((candidate) => candidate.conditions.some(needsBaseline));
  if (rule !== undefined) return `the rule for ${rule.metric}`;
  if (gate.require.sameDataset === true) return 'require.same_dataset';
  const { signature } = gate.require;
  return signature === undefined || signature === 'ignore' ? undefined : `require.signature: ${signature}`;
}

function rulesOf(scope: Scope): readonly Rule[] {
  const inFile = rulesOfLayers(scope.layers);
  const text = scope.inputs['metrics-threshold'];
  if (text === undefined) return inFile;
  const given = rulesOfInput(text);
  scope.faults.push(...given.faults);
  return mergeRules(inFile, given.rules);
}

function checkAgainstBaseline(scope: Scope, rules: readonly Rule[], baseline: BaselineSelector): void {
  if (baseline.kind !== 'none') return;
  for (const fault of checkRulesAgainstBaseline(rules, 'none')) {
    const rule = rules.find(({ origin }) => origin === fault.origin);
    const place = fault.origin.startsWith(THRESHOLD_ORIGIN)
      ? placeOfInput('metrics-threshold')
      : {
          ...placeOf(scope, ['ci_cd', 'metrics_threshold', ...(rule === undefined ? [] : [rule.metric])]),
          key: fault.origin,
        };
    scope.faults.push({ message: fault.message, fix: fault.fix, ...place });
  }
  const { require } = scope.deployment.ci_cd;
  const needing = [
    ...(require?.same_dataset === true ? ['same_dataset'] : []),
    ...(require?.signature === undefined || require.signature === 'ignore' ? [] : ['signature']),
  ];
  for (const key of needing) {
    const message = `ci_cd.require.${key} compares with the baseline, but baseline is none.`;
    refuse(scope, ['ci_cd', 'require', key], message, `Set baseline to serving, or remove ${key}.`);
  }
}

function requirementsOf(scope: Scope): Requirements {
  const { require } = scope.deployment.ci_cd;
  if (require === undefined) return {};
  const maxAgeMs = require.max_age === undefined ? null : parseDuration(require.max_age);
  const path = ['ci_cd', 'require'];
  return {
    ...(require.signature === undefined ? {} : { signature: require.signature }),
    ...(maxAgeMs === null ? {} : { maxAgeMs }),
    ...(require.tags === undefined ? {} : { tags: textMapAt(scope, [...path, 'tags'], require.tags) }),
    ...(require.params === undefined ? {} : { params: textMapAt(scope, [...path, 'params'], require.params) }),
    ...(require.same_commit === undefined ? {} : { sameCommit: require.same_commit }),
    ...(require.same_dataset === undefined ? {} : { sameDataset: require.same_dataset }),
    ...(require.deployment_job === undefined ? {} : { deploymentJob: require.deployment_job }),
    ...(require.registered_by === undefined ? {} : { registeredBy: require.registered_by }),
  };
}

function evaluationOf(scope: Scope): GateSettings['evaluation'] {
  const { evaluation } = scope.deployment.ci_cd;
  if (evaluation === undefined) return null;
  const path = ['ci_cd', 'evaluation'];
  if (evaluation.job_id === undefined) {
    if (isDamaged(scope, [...path, 'job_id'])) return null;
    refuse(
      scope,
      path,
      'ci_cd.evaluation has no job_id.',
      'Give it the number of the Databricks job, or remove evaluation.',
    );
    return null;
  }
  const timeoutMs = parseDuration(evaluation.timeout) ?? 0;
  return {
    jobId: String(evaluation.job_id),
    timeoutMs,
    parameters: textMapAt(scope, [...path, 'parameters'], evaluation.parameters),
    when: evaluation.when,
  };
}

/** Whether anything at all is asked of a version: `metrics_threshold: {}` says on purpose that no metric is. */
export function asksForNothing(
  scope: Scope,
  gate: Pick<GateSettings, 'rules' | 'require' | 'evaluation'>,
): 'nothing' | 'on-purpose' | 'something' {
  if (gate.rules.length > 0 || Object.keys(gate.require).length > 0 || gate.evaluation !== null) return 'something';
  return isGiven(scope, ['ci_cd', 'metrics_threshold']) ? 'on-purpose' : 'nothing';
}
