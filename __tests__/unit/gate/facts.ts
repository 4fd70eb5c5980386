import { parseRuleLines } from '../../../src/gate/grammar.js';
import type { Baseline, MetricPoint, Provenance, Rule, VersionFacts } from '../../../src/gate/types.js';

/** One logged point; a point of the run unless said otherwise. */
export function point(name: string, value: number, provenance: Partial<Provenance> = {}): MetricPoint {
  return { name, value, provenance: { source: 'run', id: 'run-1', ...provenance } };
}

/** A READY version with these metrics, each logged once. */
export function version(
  metrics: Readonly<Record<string, number>> | readonly MetricPoint[],
  more: Partial<VersionFacts> = {},
): VersionFacts {
  const points = Array.isArray(metrics) ? metrics : Object.entries(metrics).map(([name, value]) => point(name, value));
  return { model: 'main.cv.model', version: '7', status: 'READY', aliases: [], tags: {}, metrics: points, ...more };
}

/** A baseline version with these metrics. */
export function against(
  metrics: Readonly<Record<string, number>> | readonly MetricPoint[],
  more: Partial<VersionFacts> = {},
): Baseline {
  return { kind: 'version', chosenBy: 'serving', facts: version(metrics, { version: '6', ...more }) };
}

export const ABSENT: Baseline = { kind: 'absent', why: 'the endpoint does not exist' };

/** The rules of these lines, which must be without fault. */
export function rules(...lines: readonly string[]): Rule[] {
  const parsed = parseRuleLines(lines.join('\n'), 'test');
  if (parsed.faults.length > 0) throw new Error(JSON.stringify(parsed.faults));
  return [...parsed.rules];
}
