import { parseDuration } from './duration.js';
import { expandShorthand } from './step-shorthands.js';
import type { Step } from './types.js';

/** What is wrong with one part of the steps, and what to write instead. Never thrown: the configuration collects faults. */
interface StepFault {
  readonly message: string;
  readonly fix: string;
  /** 0-based place in a list of steps, where the fault belongs to one. */
  readonly index?: number;
}

/** One step as a configuration file gives it. */
export interface StepEntry {
  /** Whole percent, as a number or as text with or without `%`. */
  readonly traffic: number | string;
  /** Duration as text, or ms as a number. */
  readonly bake?: string | number;
  readonly smoke?: string;
}

export type StepsInput = string | readonly (number | string | StepEntry)[];

export type StepsResult =
  | { readonly kind: 'steps'; readonly steps: readonly Step[] | 'auto'; readonly notes: readonly string[] }
  | { readonly kind: 'faults'; readonly faults: readonly StepFault[] };

const EXAMPLE =
  'Write for example `5, 25, 50, 100`, `canary(10, 10m)`, `linear(20, 10m)`, `exponential(5, 3, 10m)`, `all-at-once`, `blue-green` or `auto`.';

/**
 * Reads the steps of a rollout: a list of shares of the model's traffic (whole percent), a list of `{traffic, bake, smoke}`,
 * or a shorthand (`linear(growth, bake)`, `exponential(start, factor, bake)`, `canary(share, bake)`, `all-at-once`,
 * `blue-green`, `auto`).
 *
 * Shares rise strictly and end with 100. A list that ends below 100 is a fault and is not completed in silence: who
 * wants to stop half-way says `until`. A first step at 0 % is added where none is given, since a version always comes up
 * before it gets traffic; it does not bake unless the list says so.
 *
 * @param bakeMs The bake time of steps that name none.
 */
export function parseSteps(input: StepsInput, bakeMs: number): StepsResult {
  if (typeof input === 'string') return parseText(input, bakeMs);
  const faults: StepFault[] = [];
  const steps = input.flatMap((entry, index) => parseEntry(entry, index, bakeMs, faults));
  return faults.length > 0 ? { kind: 'faults', faults } : checkedSteps(steps);
}

function parseText(text: string, bakeMs: number): StepsResult {
  const trimmed = text.trim();
  if (trimmed === 'auto') return { kind: 'steps', steps: 'auto', notes: [] };
  const expanded = expandShorthand(trimmed, bakeMs);
  if (expanded !== null) return 'message' in expanded ? { kind: 'faults', faults: [expanded] } : checkedSteps(expanded);
  const words = trimmed.split(/[\s,]+/).filter((word) => word !== '');
  if (words.length === 0) return { kind: 'faults', faults: [{ message: 'The rollout has no steps.', fix: EXAMPLE }] };
  return parseSteps(words, bakeMs);
}

function parseEntry(entry: number | string | StepEntry, index: number, bakeMs: number, faults: StepFault[]): Step[] {
  const given = typeof entry === 'object' ? entry : { traffic: entry };
  const traffic = parseShare(given.traffic);
  const bake = parseBake(given.bake, traffic === 0 ? 0 : bakeMs);
  if (traffic === null) {
    const message = `Step ${index + 1}: ${JSON.stringify(given.traffic)} is not a share of traffic.`;
    faults.push({ message, fix: `Traffic is a whole percent from 0 to 100. ${EXAMPLE}`, index });
  }
  if (bake === null) {
    const message = `Step ${index + 1}: ${JSON.stringify(given.bake)} is not a bake time.`;
    faults.push({ message, fix: 'Write a whole number with its unit, such as `90s`, `10m` or `1h`.', index });
  }
  if (traffic === null || bake === null) return [];
  return [{ traffic, bakeMs: bake, ...(given.smoke === undefined ? {} : { smoke: given.smoke }) }];
}

function parseShare(value: number | string): number | null {
  const match = /^\s*(\d{1,3})\s*%?\s*$/.exec(String(value));
  const share = match === null ? Number.NaN : Number(match[1]);
  return share >= 0 && share <= 100 ? share : null;
}

function parseBake(value: string | number | undefined, fallback: number): number | null {
  if (value === undefined) return fallback;
  if (typeof value === 'string') return parseDuration(value);
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function checkedSteps(given: readonly Step[]): StepsResult {
  const faults: StepFault[] = [];
  given.forEach((step, index) => {
    const before = given[index - 1];
    if (before !== undefined && step.traffic <= before.traffic) {
      const message = `Step ${index + 1} has ${step.traffic} %, which is not more than the ${before.traffic} % before it.`;
      faults.push({ message, fix: 'Give the steps in rising order, each share once.', index });
    }
  });
  const last = given.at(-1);
  if (last !== undefined && last.traffic !== 100 && faults.length === 0) {
    const message = `The last step has ${last.traffic} %; a rollout ends with 100 %.`;
    const fix = `Add 100 as the last step. To stop at ${last.traffic} % and go on later, set \`until: ${last.traffic}\`.`;
    faults.push({ message, fix, index: given.length - 1 });
  }
  if (last === undefined) faults.push({ message: 'The rollout has no steps.', fix: EXAMPLE });
  if (faults.length > 0) return { kind: 'faults', faults };
  return { kind: 'steps', steps: given[0]?.traffic === 0 ? given : [{ traffic: 0, bakeMs: 0 }, ...given], notes: [] };
}
