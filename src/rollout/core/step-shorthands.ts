import { parseDuration } from './duration.js';
import type { Step } from './types.js';

interface ShorthandFault {
  readonly message: string;
  readonly fix: string;
}

const FORMS: Readonly<Record<string, string>> = {
  linear: 'linear(growth, bake), such as `linear(20, 10m)`',
  exponential: 'exponential(start, factor, bake), such as `exponential(5, 3, 10m)`',
  canary: 'canary(share, bake), such as `canary(10, 10m)`',
  'all-at-once': '`all-at-once`, without parentheses',
  'blue-green': '`blue-green`, without parentheses',
};

/**
 * Expands a shorthand into its steps, 0 % and 100 % included.
 *
 * - `linear(g, bake)`: g, 2g, 3g, … 100.
 * - `exponential(s, f, bake)`: s, s·f, s·f², … 100, rounded to whole percent.
 * - `canary(s, bake)`: s, then 100.
 * - `all-at-once`: 0 %, then 100 %.
 * - `blue-green`: 0 %, where the new version is also baked on probes alone, then 100 %. The old version stays provisioned
 *   through the final bake, as in every rollout.
 *
 * The bake time may be left out; then it is `bakeMs`.
 *
 * @returns `null` when the text is no shorthand at all.
 */
export function expandShorthand(text: string, bakeMs: number): readonly Step[] | ShorthandFault | null {
  const match = /^([a-z][a-z-]*)\s*(?:\(([^()]*)\))?$/.exec(text);
  if (match === null) return null;
  const name = match[1] ?? '';
  const form = FORMS[name];
  if (form === undefined) {
    return {
      message: `\`${text}\` is not a known way to give steps.`,
      fix: `Use ${Object.values(FORMS).join('; ')}; or \`auto\`.`,
    };
  }
  const words = match[2] === undefined ? [] : match[2].split(',').map((word) => word.trim());
  const steps = expand(name, words, bakeMs);
  return (
    steps ?? {
      message: `\`${text}\` cannot be read as steps.`,
      fix: `Write ${form}. Shares are whole percents from 1 to 99.`,
    }
  );
}

function expand(name: string, words: readonly string[], bakeMs: number): readonly Step[] | null {
  if (name === 'all-at-once') return words.length === 0 ? withEnds([], bakeMs, 0) : null;
  if (name === 'blue-green') return words.length === 0 ? withEnds([], bakeMs, bakeMs) : null;
  const numbers = name === 'exponential' ? 2 : 1;
  const bake = words.length > numbers ? parseDuration(words[numbers] ?? '') : bakeMs;
  if (bake === null || words.length < numbers || words.length > numbers + 1) return null;
  const start = wholePercent(words[0]);
  if (start === null) return null;
  if (name === 'canary') return withEnds([start], bake, 0);
  if (name === 'linear') return withEnds(linear(start), bake, 0);
  const factor = /^\d+(\.\d+)?$/.test(words[1] ?? '') ? Number(words[1]) : 0;
  return factor >= 1.1 ? withEnds(exponential(start, factor), bake, 0) : null;
}

function wholePercent(word: string | undefined): number | null {
  const match = /^(\d{1,2})\s*%?$/.exec(word ?? '');
  const value = match === null ? 0 : Number(match[1]);
  return value >= 1 ? value : null;
}

function linear(growth: number): number[] {
  return Array.from({ length: Math.ceil(100 / growth) - 1 }, (_, index) => growth * (index + 1));
}

function exponential(start: number, factor: number): number[] {
  const shares: number[] = [];
  for (let share = start; Math.round(share) < 100; share *= factor) {
    if (Math.round(share) !== shares.at(-1)) shares.push(Math.round(share));
  }
  return shares;
}

function withEnds(shares: readonly number[], bakeMs: number, bakeAtZeroMs: number): readonly Step[] {
  return [{ traffic: 0, bakeMs: bakeAtZeroMs }, ...[...shares, 100].map((traffic) => ({ traffic, bakeMs }))];
}
