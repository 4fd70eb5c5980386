import { nearest } from './nearest.js';
import { isMeasurable } from './numbers.js';
import { type Place, refuse, show } from './rule-faults.js';
import type { PointChoice } from './types.js';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const PERCENTAGE = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*%$/i;
const MEAN = /^mean of(?: the)?(?: last)? (\d{1,6})$/i;

/** A decimal number written as text, or `undefined`. `NaN`, `Infinity`, hexadecimal and grouped digits are no numbers here. */
export function numberOf(text: string): number | undefined {
  const trimmed = text.trim();
  return NUMBER.test(trimmed) ? Number(trimmed) + 0 : undefined;
}

/** The number before a percent sign, or `undefined` when the text is no percentage. */
export function percentageOf(text: string): number | undefined {
  const digits = PERCENTAGE.exec(text.trim())?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A number in the metric's own unit. Percentages are refused: whether a metric is logged as 0.9 or as 90 is not ours to guess. */
export function readNumber(value: unknown, key: string, place: Place): number | undefined {
  if (typeof value === 'string' && percentageOf(value) !== undefined) return refusePercentage(value, key, place);
  const number = typeof value === 'string' ? numberOf(value) : value;
  if (typeof number !== 'number') {
    return refuse(place, `${key} must be a number, but it is ${show(value)}.`, `Write a number, such as ${key}: 0.9.`);
  }
  if (!isMeasurable(number)) {
    return refuse(
      place,
      `${key} must be a finite number, but it is ${show(value)}.`,
      'Write a finite number: nothing can be compared with NaN or infinity.',
    );
  }
  return number + 0;
}

/** A number in the metric's own unit that is not negative. */
export function readAmount(value: unknown, key: string, place: Place): number | undefined {
  const amount = readNumber(value, key, place);
  if (amount !== undefined && amount < 0) {
    return refuse(
      place,
      `${key} must not be negative, but it is ${amount}.`,
      `Write the amount without a sign: ${key}: ${-amount}.`,
    );
  }
  return amount;
}

/** A share: `5%` or `0.05`, at most `100%`. A bare number of 1 or more is refused, because 1 could mean 1 % or 100 %. */
export function readShare(value: unknown, key: string, place: Place): number | undefined {
  const percentage = typeof value === 'string' ? percentageOf(value) : undefined;
  const share = percentage === undefined ? readNumber(value, key, place) : percentage / 100;
  if (share === undefined) return undefined;
  if (share >= 0 && (share < 1 || (share === 1 && percentage !== undefined))) return share + 0;
  const fix =
    share >= 1 && percentage === undefined
      ? `Write ${key}: ${share}% or ${key}: ${share / 100}.`
      : `Write ${key}: 5% or ${key}: 0.05.`;
  return refuse(place, `${key} must be a share from 0% to 100%, but it is ${show(value)}.`, fix);
}

/** A confidence such as `95%` or `0.95`: more than 50 %, at most 99.99 %. */
export function readConfidence(value: unknown, key: string, place: Place): number | undefined {
  const percentage = typeof value === 'string' ? percentageOf(value) : undefined;
  const share = percentage === undefined ? readNumber(value, key, place) : percentage / 100;
  if (share === undefined || (share > 0.5 && share <= 0.9999)) return share;
  return refuse(
    place,
    `${key} must be more than 50% and at most 99.99%, but it is ${show(value)}.`,
    `Write ${key}: 95% or ${key}: 0.95.`,
  );
}

/** `last`, `best` or `mean of last 5`. */
export function readPoint(value: unknown, key: string, place: Place): PointChoice | undefined {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (text === 'last') return { kind: 'last' };
  if (text === 'best') return { kind: 'best' };
  const of = Number(MEAN.exec(text)?.[1] ?? 0);
  if (of > 0) return { kind: 'mean', of };
  return refuse(
    place,
    `${key} must be last, best or mean of last 5 (any number from 1), but it is ${show(value)}.`,
    `Write ${key}: last, ${key}: best or ${key}: mean of last 5.`,
  );
}

/** One word of a closed list. */
export function readChoice<Word extends string>(
  value: unknown,
  words: readonly Word[],
  key: string,
  place: Place,
): Word | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  const meant = nearest(text, words);
  const fix =
    meant === undefined
      ? `Write ${words.map((word) => `${key}: ${word}`).join(' or ')}.`
      : `Did you mean ${key}: ${meant}?`;
  return refuse(place, `${key} must be ${words.join(' or ')}, but it is ${show(value)}.`, fix);
}

/** A name that is not empty. YAML reads an unquoted 2024 as a number; it is taken as the text that stands there. */
export function readName(value: unknown, key: string, place: Place): string | undefined {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof text === 'string' && text.trim() !== '') return text;
  return refuse(
    place,
    `${key} must be a name, but it is ${show(value)}.`,
    `Write the name as text, such as ${key}: eval.`,
  );
}

function refusePercentage(value: string, key: string, place: Place): undefined {
  const percentage = percentageOf(value) ?? 0;
  const relative = RELATIVE_TWIN[key];
  const fix =
    relative === undefined
      ? `Write ${percentage / 100}, or ${percentage} if the metric is logged in percent.`
      : `Write ${relative}: ${percentage}% for a share of the baseline, or ${key}: ${percentage / 100} in the metric's own unit.`;
  return refuse(place, `${key} is in the metric's own unit and takes no percentage, but it is ${show(value)}.`, fix);
}

const RELATIVE_TWIN: Readonly<Record<string, string>> = {
  max_regression: 'max_relative_regression',
  min_improvement: 'min_relative_improvement',
};
