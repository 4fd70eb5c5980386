import { hintsAtLower } from './directions.js';
import { buildRule } from './rule-builder.js';
import { below, type ParsedRules, type Place, type RuleFault, refuse, show } from './rule-faults.js';
import { parseTail } from './rule-lines.js';
import { numberOf, readNumber } from './rule-values.js';
import type { Rule } from './types.js';

/**
 * Rules from a map: metric name -> number (`at least`), text (`>= baseline - 0.01`), map of keys, or a list of these.
 * The origin of a rule is `origin` with the name of the metric.
 */
export function parseRuleMap(map: Readonly<Record<string, unknown>>, origin: string): ParsedRules {
  const faults: RuleFault[] = [];
  const rules = Object.entries(map).flatMap(([metric, value]) => {
    const place: Place = { label: `The rule for ${metric === '' ? '""' : metric}`, path: [metric], faults };
    if (metric.trim() !== '') return parseValue(metric, value, place, `${origin}${step(metric)}`);
    refuse(place, 'the metric name is empty.', 'Write the name of the metric as the key.');
    return [];
  });
  return { rules, faults };
}

/** Whether a value is a map with text keys: what YAML and JSON give for `{…}`. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseValue(metric: string, value: unknown, place: Place, origin: string): Rule[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => parseValue(metric, item, below(place, index), `${origin}[${index}]`));
  const rule = parseSingle(metric, value, place, origin);
  return rule === undefined ? [] : [rule];
}

function parseSingle(metric: string, value: unknown, place: Place, origin: string): Rule | undefined {
  if (isMap(value)) return buildRule(metric, [], new Map(Object.entries(value)), place, origin);
  if (typeof value === 'number' || (typeof value === 'string' && /^[+-]?[\d.]/.test(value.trim())))
    return parseBareNumber(metric, value, place, origin);
  if (typeof value === 'string' && value.trim() !== '') return parseTail(metric, value.trim(), place, origin);
  return refuse(
    place,
    `it must be a number, a condition or a map, but it is ${show(value)}.`,
    'Write a number, ">= baseline - 0.01", or a map such as { min: 0.9 }.',
  );
}

/** A number alone means "at least", which would be the wrong way round for a loss: such names must say which they mean. */
function parseBareNumber(metric: string, value: number | string, place: Place, origin: string): Rule | undefined {
  const bound = readNumber(value, 'the bound', place);
  if (bound === undefined) return undefined;
  if (!hintsAtLower(metric)) return buildRule(metric, [], new Map([['min', bound]]), place, origin);
  return refuse(
    place,
    `a number alone means "at least ${numberOf(String(value)) ?? value}", but the name says that lower is better.`,
    `Write ${metric}: { max: ${bound} } for "at most", or ${metric}: { min: ${bound} } if at least is what you mean.`,
  );
}

function step(key: string): string {
  return /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
