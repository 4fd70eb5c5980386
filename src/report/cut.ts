import { clamp } from './escape.js';
import type { ResultDocument } from './result.js';

/**
 * A job's outputs together may hold 1 MB, and whoever passes an output on as an environment variable is stopped by Linux at
 * 128 KiB for one variable. Half of that leaves room for both. UTF-8 bytes.
 */
export const OUTPUT_LIMIT_BYTES = 64 * 1024;

interface Cut {
  /** Dotted path of what is left out. */
  readonly name: string;
  readonly apply: (result: ResultDocument) => ResultDocument;
}

function withoutTimeline(result: ResultDocument): ResultDocument {
  return result.rollout === null ? result : { ...result, rollout: { ...result.rollout, timeline: [] } };
}

function withoutDiffs(result: ResultDocument): ResultDocument {
  if (result.plan === null) return result;
  return {
    ...result,
    plan: { ...result.plan, updates: result.plan.updates.map((update) => ({ ...update, diff: '' })) },
  };
}

function withoutLog(result: ResultDocument): ResultDocument {
  return result.app === null ? result : { ...result, app: { ...result.app, log_tail: [] } };
}

function withoutProvenance(result: ResultDocument): ResultDocument {
  if (result.gate === null) return result;
  const rules = result.gate.rules.map((rule) => ({
    ...rule,
    provenance: null,
    baseline_provenance: null,
    interval: null,
  }));
  return { ...result, gate: { ...result.gate, rules } };
}

function withoutMetrics(result: ResultDocument): ResultDocument {
  return { ...result, metrics: {} };
}

function onlyMissedRules(result: ResultDocument): ResultDocument {
  if (result.gate === null) return result;
  const missed = <T extends { readonly status: string }>(lines: readonly T[]): T[] =>
    lines.filter((line) => line.status !== 'pass');
  const { rules, requirements } = result.gate;
  return { ...result, gate: { ...result.gate, rules: missed(rules), requirements: missed(requirements) } };
}

/** Every list and every text of whatever is left, to a length; arrays that are pairs stay as they are. */
function shortened(value: unknown, most: { readonly items: number; readonly text: number }): unknown {
  if (typeof value === 'string') return clamp(value, most.text);
  if (Array.isArray(value)) return value.slice(0, most.items).map((item) => shortened(item, most));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item, most)]));
}

const CUTS: readonly Cut[] = [
  { name: 'rollout.timeline', apply: withoutTimeline },
  { name: 'plan.updates.diff', apply: withoutDiffs },
  { name: 'app.log_tail', apply: withoutLog },
  { name: 'gate.rules.provenance', apply: withoutProvenance },
  { name: 'metrics', apply: withoutMetrics },
  { name: 'gate: what passed', apply: onlyMissedRules },
];

/** Lists and texts of every length, shorter and shorter; the last fits whatever came in. */
const LENGTHS = [
  { items: 100, text: 1_000 },
  { items: 25, text: 300 },
  { items: 5, text: 80 },
] as const;

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function parts(before: ResultDocument, cut: Cut): ResultDocument {
  const after = cut.apply(before);
  if (JSON.stringify(after) === JSON.stringify(before)) return before;
  return { ...after, cut: [...(before.cut ?? []), cut.name] };
}

/**
 * The result document as JSON for the `result` output: whole where it fits, else without its largest parts, which `cut`
 * names. It stays a valid result document; the report file has everything.
 */
export function resultOutput(result: ResultDocument, limit = OUTPUT_LIMIT_BYTES): string {
  let document = result;
  let text = JSON.stringify(document);
  for (const cut of CUTS) {
    if (bytesOf(text) <= limit) return text;
    document = parts(document, cut);
    text = JSON.stringify(document);
  }
  for (const most of LENGTHS) {
    if (bytesOf(text) <= limit) return text;
    const marked = { ...document, cut: [...(document.cut ?? []), 'long lists and texts'] };
    text = JSON.stringify(shortened(marked, most));
  }
  return text;
}
