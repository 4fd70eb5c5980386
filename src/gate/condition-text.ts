import { isMeasurable } from './numbers.js';
import { type Place, refuse, show } from './rule-faults.js';
import { numberOf, percentageOf, readAmount, readNumber } from './rule-values.js';
import type { Comparison, Condition } from './types.js';

/** Characters that start an operator. MLflow refuses all of them in metric names. */
export const OPERATOR_START = /[<>=!≥≤≠]/u;

const OPERATORS: readonly Comparison[] = ['>=', '<=', '==', '>', '<'];
const MISSPELLED: Readonly<Record<string, string>> = {
  '=>': '>=',
  '=<': '<=',
  '=': '==',
  '===': '==',
  '≥': '>=',
  '≤': '<=',
};
const UNSIGNED = String.raw`(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const BASELINE = new RegExp(
  String.raw`^(?:(${UNSIGNED})\s*\*\s*)?baseline(?:\s*\*\s*(${UNSIGNED}))?(?:\s*([+-])\s*(${UNSIGNED})(\s*%)?)?$`,
  'i',
);
const TOLERANCE = /^(.*?)\s*(?:\+-|±)\s*(.*)$/u;

/**
 * The conditions after a metric name: `>= 0.9`, `>= 0.8 and <= baseline * 1.05`, `== 0.5 +- 0.01`. Mistakes go to the
 * place; conditions that could be read are returned all the same.
 */
export function parseConditions(text: string, place: Place): Condition[] {
  return text.split(/\s+and\s+/i).flatMap((part) => {
    const condition = parseCondition(part.trim(), place);
    return condition === undefined ? [] : [condition];
  });
}

/**
 * What a value is compared with: a number, or a term of the baseline such as `baseline - 0.01`. `key` names it in
 * messages.
 */
export function parseOperand(operator: Comparison, operand: unknown, key: string, place: Place): Condition | undefined {
  const text = typeof operand === 'string' ? operand.trim() : '';
  if (/baseline/i.test(text)) return parseBaseline(operator, text, place);
  if (text !== '' && numberOf(text) === undefined && percentageOf(text) === undefined)
    return refuseOperand(text, key, place);
  const value = readNumber(operand, key, place);
  return value === undefined ? undefined : { kind: 'bound', operator, value };
}

function parseCondition(text: string, place: Place): Condition | undefined {
  const written = /^[<>=!≥≤≠]+/u.exec(text)?.[0] ?? '';
  const operator = OPERATORS.find((known) => known === written);
  if (operator === undefined) return refuseOperator(written, text, place);
  const operand = text.slice(written.length).trim();
  if (operand === '')
    return refuse(
      place,
      `nothing stands after ${operator}.`,
      `Write a number or baseline after it, such as ${operator} 0.9.`,
    );
  const [, centre, tolerance] = TOLERANCE.exec(operand) ?? [];
  if (centre === undefined || tolerance === undefined) return parseOperand(operator, operand, 'the bound', place);
  const amount = readAmount(tolerance, 'the tolerance', place);
  const condition = parseOperand(operator, centre, 'the bound', place);
  return amount === undefined ? undefined : withTolerance(condition, amount, place);
}

/** Adds a tolerance, which only an equality with a number can have. */
export function withTolerance(
  condition: Condition | undefined,
  tolerance: number,
  place: Place,
): Condition | undefined {
  if (condition === undefined) return undefined;
  if (condition.kind === 'bound' && condition.operator === '==') return { ...condition, tolerance };
  return refuse(
    place,
    'only an equality with a number can have a tolerance.',
    'Write >= and <= with the two ends of the range.',
  );
}

function parseBaseline(operator: Comparison, text: string, place: Place): Condition | undefined {
  const match = BASELINE.exec(text);
  if (match === null || (match[1] !== undefined && match[2] !== undefined))
    return refuseOperand(text, 'the bound', place);
  const factor = Number(match[1] ?? match[2] ?? 1);
  const offset = Number(match[4] ?? 0) * (match[3] === '-' ? -1 : 1) + 0;
  if (match[5] !== undefined) return refuseShareOfBaseline(match[3] ?? '-', match[4] ?? '5', place);
  if (factor === 0 || !isMeasurable(factor) || !isMeasurable(offset)) {
    return refuse(
      place,
      `${show(text)} cannot be computed.`,
      'Write a finite offset and a finite factor greater than 0, such as baseline * 0.95.',
    );
  }
  return { kind: 'baseline', operator, factor, offset };
}

function refuseShareOfBaseline(sign: string, percentage: string, place: Place): undefined {
  const factor = Number(((100 + Number(percentage) * (sign === '-' ? -1 : 1)) / 100).toPrecision(12));
  return refuse(
    place,
    `"baseline ${sign} ${percentage}%" does not say of what it is a share.`,
    `Write max_relative_regression: ${percentage}% (of the baseline's magnitude), or baseline * ${factor}.`,
  );
}

function refuseOperator(written: string, text: string, place: Place): undefined {
  const meant = MISSPELLED[written];
  if (meant !== undefined) return refuse(place, `${written} is no operator.`, `Write ${meant} instead of ${written}.`);
  const what = written === '' ? `${show(text)} does not start with an operator.` : `${written} is no operator.`;
  return refuse(place, what, `Write one of ${OPERATORS.join(', ')} and then a number or baseline.`);
}

function refuseOperand(text: string, key: string, place: Place): undefined {
  const number = numberOf(text.replace(',', '.'));
  if (number !== undefined)
    return refuse(
      place,
      `${key} is ${show(text)}, which is no number.`,
      `Write the decimal point as a point: ${number}.`,
    );
  const fix = /^@?(champion|serving|production|current)\b/i.test(text)
    ? 'Write baseline; which version that is, the key baseline of ci_cd says.'
    : 'Write a number, baseline, baseline - 0.01 or baseline * 0.95.';
  return refuse(place, `${key} is ${show(text)}, which is neither a number nor a term of the baseline.`, fix);
}
