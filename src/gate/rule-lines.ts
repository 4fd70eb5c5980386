import { OPERATOR_START, parseConditions } from './condition-text.js';
import { buildRule } from './rule-builder.js';
import { type ParsedRules, type Place, type RuleFault, refuse, show } from './rule-faults.js';
import {
  endOfQuoted,
  indexOutsideQuotes,
  type Statement,
  splitOutsideQuotes,
  splitStatements,
  unquote,
} from './rule-text.js';
import { numberOf } from './rule-values.js';
import type { Condition, Rule } from './types.js';

/** What a metric name may consist of without quotes: MLflow's own characters, and `*` for patterns. */
export const PLAIN_NAME = /^[\p{L}\p{N}_./:*-](?:[\p{L}\p{N}_ ./:*-]*[\p{L}\p{N}_./:*-])?$/u;

/**
 * Rules in the one-line form, one a line or separated by semicolons: `accuracy >= 0.9`,
 * `"eval/f1 score" >= baseline - 0.01 [severity: warn]`. Every mistake of every line is reported. The origin of a rule is
 * `origin` with its 1-based line.
 */
export function parseRuleLines(text: string, origin: string): ParsedRules {
  const faults: RuleFault[] = [];
  const rules = splitStatements(text).flatMap((statement) => {
    const rule = parseStatement(statement, `${origin}:${statement.line + 1}`, faults);
    return rule === undefined ? [] : [rule];
  });
  return { rules, faults };
}

/** What may follow a metric name: conditions, and keys in brackets. Used for lines, and for text as a value in a map. */
export function parseTail(metric: string, tail: string, place: Place, origin: string): Rule | undefined {
  const before = place.faults.length;
  const bracket = indexOutsideQuotes(tail, '[');
  const text = (bracket === -1 ? tail : tail.slice(0, bracket)).trim();
  const fields = bracket === -1 ? new Map<string, unknown>() : parseBracket(tail.slice(bracket).trim(), place);
  const conditions: Condition[] = text === '' ? [] : parseConditions(text, place);
  return buildRule(metric, conditions, fields, place, origin, before);
}

function parseStatement(statement: Statement, origin: string, faults: RuleFault[]): Rule | undefined {
  const place: Place = { label: `Rule ${show(statement.text)}`, path: [statement.line], faults };
  const end = nameEnd(statement.text);
  if (end === -1) return refuse(place, 'a quote is not closed.', 'Close the quote after the metric name.');
  const written = statement.text.slice(0, end).trim();
  const tail = statement.text.slice(end).trim();
  const name = readMetricName(written, tail, place);
  return name === undefined ? undefined : parseTail(name, tail, place, origin);
}

function nameEnd(text: string): number {
  const quoted = endOfQuoted(text);
  if (quoted !== 0) return quoted;
  const operator = text.search(OPERATOR_START);
  const bracket = text.indexOf('[');
  const ends = [operator, bracket].filter((index) => index !== -1);
  return ends.length === 0 ? text.length : Math.min(...ends);
}

function readMetricName(written: string, tail: string, place: Place): string | undefined {
  const name = unquote(written);
  if (name === undefined)
    return refuse(
      place,
      'the quoted name cannot be read.',
      'Write the name in double quotes as JSON has them, or in single quotes.',
    );
  if (name.trim() === '')
    return refuse(place, 'the metric name is missing.', 'Write the name first, such as accuracy >= 0.9.');
  if (tail === '') return refuseBareName(name, place);
  if (name !== written) return name;
  if (numberOf(name) !== undefined || name === 'baseline') {
    return refuse(
      place,
      'the metric must stand on the left.',
      'Write the metric name, then the operator, then the bound: accuracy >= 0.9.',
    );
  }
  if (PLAIN_NAME.test(name)) return name;
  return refuse(
    place,
    `${show(name)} has characters that need quotes.`,
    `Write ${JSON.stringify(name)}, or each rule on a line of its own.`,
  );
}

function refuseBareName(name: string, place: Place): undefined {
  const [, metric, bound] = /^(.*?)\s*[:\s]\s*(\S+)$/.exec(name) ?? [];
  const fix =
    metric !== undefined && numberOf(bound ?? '') !== undefined
      ? `Write ${metric} >= ${bound}, or ${metric} <= ${bound}.`
      : `Write a condition after the name, such as ${name} >= 0.9.`;
  return refuse(place, 'there is no operator.', fix);
}

function parseBracket(text: string, place: Place): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  const end = indexOutsideQuotes(text, ']');
  if (end !== text.length - 1) {
    refuse(
      place,
      end === -1 ? 'the bracket is not closed.' : 'something stands after the closing bracket.',
      'Write the keys as [key: value, key: value] at the end of the rule.',
    );
    return fields;
  }
  for (const part of splitOutsideQuotes(text.slice(1, -1), ',')) readField(part.trim(), fields, place);
  return fields;
}

function readField(text: string, fields: Map<string, unknown>, place: Place): void {
  const colon = text.indexOf(':');
  const key = text.slice(0, Math.max(colon, 0)).trim();
  const value = unquote(text.slice(colon + 1).trim());
  if (key === '' || value === undefined || value === '') {
    refuse(place, `${show(text)} is no key with a value.`, 'Write [key: value], such as [severity: warn].');
  } else if (fields.has(key)) refuse(place, `${key} is given twice.`, `Keep one ${key}.`);
  else fields.set(key, value);
}
