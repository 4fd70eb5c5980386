import { OPERATOR_START } from './condition-text.js';
import { checkRange } from './rule-checks.js';
import { below, type ParsedRules, type Place, type RuleFault, show } from './rule-faults.js';
import { parseRuleLines } from './rule-lines.js';
import { isMap, parseRuleMap } from './rule-map.js';
import { endOfQuoted, splitStatements } from './rule-text.js';
import type { Rule } from './types.js';

export { parseRuleLines } from './rule-lines.js';

/**
 * The rules in a value as YAML or JSON gives it: a map, a text in the one-line form, a list of such texts and maps, or
 * nothing. All mistakes are reported; `rules` holds those that could be read. `origin` names the place for messages.
 */
export function parseRules(value: unknown, origin: string): ParsedRules {
  const parsed = parseAny(value, origin);
  const faults = [...parsed.faults];
  refuseContradictions(parsed.rules, faults);
  return { rules: parsed.rules, faults };
}

/**
 * The rules in the text of an input, whichever of the forms it has. `readYaml` turns YAML into values and throws on
 * broken YAML; it is called only for text that is neither JSON nor lines.
 */
export function parseThresholdInput(text: string, origin: string, readYaml: (text: string) => unknown): ParsedRules {
  const form = formOfThresholds(text);
  if (form === 'lines') return parseRules(text, origin);
  try {
    return parseRules(form === 'json' ? JSON.parse(text) : readYaml(text), origin);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return {
      rules: [],
      faults: [
        {
          message: `${origin} is no valid YAML: ${why}`,
          fix: 'Correct the YAML, or write one rule a line: accuracy >= 0.9.',
          path: [],
        },
      ],
    };
  }
}

/**
 * Which form a text has. JSON when it parses as JSON and is a map or list; YAML when the first rule has `: ` before any
 * operator or starts as a YAML map or list does; else lines.
 */
export function formOfThresholds(text: string): 'json' | 'yaml' | 'lines' {
  const first = splitStatements(text)[0]?.text ?? '';
  if (/^[[{]/.test(first)) return isJson(text) ? 'json' : 'yaml';
  if (/^(?:- |---|\? |%YAML)/.test(first)) return 'yaml';
  const quoted = Math.max(endOfQuoted(first), 0);
  const rest = first.slice(quoted);
  const colon = rest.search(/:(?:\s|$)/);
  const end = rest.search(new RegExp(`${OPERATOR_START.source}|\\[`, 'u'));
  return colon !== -1 && (end === -1 || colon < end) ? 'yaml' : 'lines';
}

/** Rules of `over` beside those of `base`; a metric that `over` names loses every rule that `base` had for it. */
export function mergeRules(base: readonly Rule[], over: readonly Rule[]): Rule[] {
  const replaced = new Set(over.map((rule) => rule.metric));
  return [...base.filter((rule) => !replaced.has(rule.metric)), ...over];
}

function parseAny(value: unknown, origin: string): ParsedRules {
  if (value === undefined || value === null) return { rules: [], faults: [] };
  if (typeof value === 'string') return parseRuleLines(value, origin);
  if (Array.isArray(value)) return parseList(value, origin);
  if (isMap(value)) return parseRuleMap(value, origin);
  const fix = 'Write a map such as accuracy: 0.9, or one rule a line: accuracy >= 0.9.';
  return {
    rules: [],
    faults: [{ message: `The thresholds must be a map, but they are ${show(value)}.`, fix, path: [] }],
  };
}

function parseList(list: readonly unknown[], origin: string): ParsedRules {
  const parts = list.map((item, index) => {
    const nested = Array.isArray(item) ? wrongItem(item) : parseAny(item, `${origin}[${index}]`);
    return { rules: nested.rules, faults: nested.faults.map((fault) => ({ ...fault, path: [index, ...fault.path] })) };
  });
  return { rules: parts.flatMap((part) => part.rules), faults: parts.flatMap((part) => part.faults) };
}

function wrongItem(item: unknown): ParsedRules {
  const fix = 'Write each rule as text or as a map.';
  return { rules: [], faults: [{ message: `A list of rules must not hold ${show(item)}.`, fix, path: [] }] };
}

/** Several rules for one metric must all hold, so that their limits must leave room for a value. */
function refuseContradictions(rules: readonly Rule[], faults: RuleFault[]): void {
  const groups = new Map<string, Rule[]>();
  for (const rule of rules) {
    if (rule.severity === 'warn' || rule.point.kind !== 'last') continue;
    const key = JSON.stringify([rule.metric, rule.dataset ?? null]);
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    const metric = group[0]?.metric ?? '';
    const place: Place = { label: `The rules for ${metric} together`, path: [], faults };
    checkRange(
      group.flatMap((rule) => rule.conditions),
      below(place, metric),
    );
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
