import { Html } from '../html/template.js';
import type { ResultRule } from '../result.js';

const WIDTH = 110;
const HEIGHT = 22;

/**
 * A rule at a glance: the bound as a bar, the candidate as a dot, the baseline as a ring, on a scale of their own. It
 * repeats numbers of its row, so screen readers skip it. `null` without a value and a bound.
 */
export function bullet(rule: ResultRule): Html | null {
  if (typeof rule.value !== 'number' || rule.bound === null) return null;
  const values = [rule.value, rule.bound, ...(typeof rule.baseline === 'number' ? [rule.baseline] : [])];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const place = (value: number): string => {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    return (10 + share * (WIDTH - 20)).toFixed(1);
  };
  const middle = HEIGHT / 2;
  const baseline =
    typeof rule.baseline === 'number'
      ? `<circle class="other-dot" cx="${place(rule.baseline)}" cy="${middle}" r="4"/>`
      : '';
  return new Html(
    `<svg width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true"><line class="grid" x1="4" x2="${WIDTH - 4}" y1="${middle}" y2="${middle}"/><line class="bound" x1="${place(rule.bound)}" x2="${place(rule.bound)}" y1="3" y2="${HEIGHT - 3}"/>${baseline}<circle class="mine-dot" cx="${place(rule.value)}" cy="${middle}" r="5"/></svg>`,
  );
}
