import type { ReasonCode } from '../reasons.js';
import { type Bound, type BoundCheck, boundOf, checkBound, describeBound, describeCondition } from './bounds.js';
import { directionOf } from './directions.js';
import type { Measurement } from './measurement.js';
import { judgeNoise, type NoiseJudgement } from './noise.js';
import { formatBeside, formatNumber } from './numbers.js';
import { lookUpBaseline, type Reference } from './reference.js';
import { directionFor, needsBaseline } from './rule-checks.js';
import type { Sides } from './sides.js';
import type { Direction, MissingPolicy, Rule, RuleResult, RuleStatus } from './types.js';

type Value = Extract<Measurement, { kind: 'value' }>;

/** A result line; `status` is what the rule says, before its severity softens a failure to a warning. */
export function resultLine(
  rule: Rule,
  metric: string,
  line: Pick<RuleResult, 'status' | 'reason' | 'required' | 'explanation'> & Partial<RuleResult>,
): RuleResult {
  const softened: RuleStatus = line.status === 'fail' && rule.severity === 'warn' ? 'warn' : line.status;
  return { metric, severity: rule.severity, origin: rule.origin, ...line, status: softened };
}

/** What a rule asks for, in words, without any numbers of the baseline. */
export function requiredInWords(rule: Rule): string {
  return rule.conditions.map(describeCondition).join(' and ');
}

/** The status that a policy gives to a case in which there is nothing to judge. */
export function statusOf(policy: MissingPolicy): RuleStatus {
  return policy === 'pass' ? 'note' : policy;
}

/** Holds a measured value against every condition of its rule. All conditions are looked at, whatever the first one says. */
export function judgeValue(rule: Rule, metric: string, measured: Value, sides: Sides): RuleResult {
  const direction = directionFor(rule, metric);
  const reference = lookUpBaseline(rule, metric, measured, direction, sides);
  const base = { value: measured.value, provenance: measured.provenance, ...seen(reference) };
  const disagreement = directionDisagreement(rule, metric);
  if (disagreement !== undefined || reference.kind === 'refused') {
    const reason = reference.kind === 'refused' ? reference.reason : 'threshold-missed';
    const explanation = disagreement ?? (reference.kind === 'refused' ? reference.why : '');
    return resultLine(rule, metric, { ...base, status: 'fail', reason, required: requiredInWords(rule), explanation });
  }
  const baseline = reference.kind === 'value' ? reference.value : undefined;
  const checks = checksOf(rule, measured.value, baseline, direction);
  return decide(rule, metric, measured, sides, { base, checks, reference });
}

interface Weighed {
  readonly base: Partial<RuleResult>;
  readonly checks: readonly BoundCheck[];
  readonly reference: Exclude<Reference, { kind: 'refused' }>;
}

/** What one part of the judgement found: the bounds, the noise, the lack of a baseline. */
interface Finding {
  readonly status: RuleStatus;
  readonly reason: ReasonCode;
  readonly words: readonly string[];
}

/** Of all findings the gravest is the line's: none may hide behind another that a policy lets pass. */
function decide(rule: Rule, metric: string, measured: Value, sides: Sides, weighed: Weighed): RuleResult {
  const { base, checks, reference } = weighed;
  const decisive = checks.reduce<BoundCheck | undefined>(nearer, undefined);
  const missed = missedFinding(checks, measured.value);
  const bounds = missed === undefined ? checks.map((check) => check.bound) : [];
  const noise = judgeNoise(rule, metric, measured, bounds, sides);
  const findings = [missed, noiseFinding(noise), lackingFinding(reference)].filter((finding) => finding !== undefined);
  const met =
    noise.explanation === '' ? checks.map((check) => metInWords(check.bound, measured.value)) : [noise.explanation];
  const gravest: Finding = GRAVITY_OF_STATUS.map((status) =>
    findings.find((finding) => finding.status === status),
  ).find((finding) => finding !== undefined) ?? { status: 'pass', reason: 'ok', words: met };
  const heldBefore = gravest.reason === 'baseline-missing' || gravest.reason === 'baseline-metric-missing' ? met : [];
  return resultLine(rule, metric, {
    ...base,
    required: requiredBeside(rule, checks, measured.value, reference),
    ...(decisive === undefined ? {} : { bound: decisive.bound.value, margin: decisive.margin }),
    ...(noise.interval === undefined ? {} : { interval: noise.interval }),
    status: gravest.status,
    reason: gravest.reason,
    explanation: sentence([...heldBefore, ...gravest.words, ...remarksOf(measured, reference)]),
  });
}

const GRAVITY_OF_STATUS: readonly RuleStatus[] = ['fail', 'warn', 'note'];

function missedFinding(checks: readonly BoundCheck[], value: number): Finding | undefined {
  const missed = checks.filter((check) => !check.holds).map((check) => missedInWords(check, value));
  return missed.length === 0 ? undefined : { status: 'fail', reason: 'threshold-missed', words: missed };
}

function noiseFinding(noise: NoiseJudgement): Finding | undefined {
  if (noise.status === 'pass') return undefined;
  return { status: noise.status, reason: 'threshold-missed', words: [noise.explanation] };
}

function lackingFinding(reference: Reference): Finding | undefined {
  if (reference.kind !== 'lacking') return undefined;
  return { status: statusOf(reference.policy), reason: reference.reason, words: [reference.why] };
}

function checksOf(
  rule: Rule,
  value: number,
  baseline: number | undefined,
  direction: Direction | undefined,
): BoundCheck[] {
  return rule.conditions.flatMap((condition) => {
    const bound = boundOf(condition, baseline, direction);
    return bound === undefined ? [] : [checkBound(bound, value)];
  });
}

/** The check that decides: a missed one before a held one, then the smaller margin. */
function nearer(champion: BoundCheck | undefined, check: BoundCheck): BoundCheck {
  if (champion === undefined || champion.holds !== check.holds)
    return champion !== undefined && !champion.holds ? champion : check;
  return check.margin < champion.margin ? check : champion;
}

function requiredBeside(rule: Rule, checks: readonly BoundCheck[], value: number, reference: Reference): string {
  const computed = checks.map((check) => describeBound(check.bound, value));
  const open = reference.kind === 'lacking' ? rule.conditions.filter(needsBaseline).map(describeCondition) : [];
  return [...computed, ...open].join(' and ');
}

function missedInWords({ bound, margin }: BoundCheck, value: number): string {
  const by = Number.isFinite(margin) && margin !== 0 ? `, missed by ${formatNumber(Math.abs(margin))}` : '';
  const advice = bound.shareOfZero
    ? '; a share of a baseline of 0 is 0, so give an absolute amount as well (max_regression or min_improvement)'
    : '';
  return `${formatBeside(value, bound.value)} is not ${describeBound(bound, value)}${by}${advice}`;
}

function metInWords(bound: Bound, value: number): string {
  return `${formatBeside(value, bound.value)} is ${describeBound(bound, value)}`;
}

function remarksOf(measured: Value, reference: Reference): string[] {
  const how = measured.how === 'last point' ? [] : [`the value is the ${measured.how}`];
  return reference.kind === 'value' ? [...how, ...reference.remarks] : how;
}

function seen(reference: Reference): Partial<RuleResult> {
  return reference.kind === 'value' ||
    (reference.kind === 'refused' && reference.value !== undefined && reference.provenance !== undefined)
    ? {
        ...(reference.value === undefined ? {} : { baseline: reference.value }),
        ...(reference.provenance === undefined ? {} : { baselineProvenance: reference.provenance }),
      }
    : {};
}

/** A pattern takes its direction from its own words; a metric that it finds may say the opposite, and then nobody knows. */
function directionDisagreement(rule: Rule, metric: string): string | undefined {
  if (rule.direction !== undefined || !rule.isPattern) return undefined;
  const own = directionOf(rule.metric);
  const found = directionOf(metric);
  if (own === undefined || found === undefined || own === found) return undefined;
  if (rule.conditions.every((condition) => condition.kind === 'bound' || condition.kind === 'baseline'))
    return undefined;
  return `The pattern ${rule.metric} says that ${own} is better, the name ${metric} says ${found}: give the rule a direction.`;
}

function sentence(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('; ')}.`;
}
