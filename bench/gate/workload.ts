import type { MetricPoint, VersionFacts } from '../../src/gate/types.js';

const SLICES = ['accuracy', 'f1', 'recall', 'val_loss', 'latency'] as const;

/** Names such as `f1/slice_17`: `count` of them, spread evenly over a few known metrics. */
export function metricNames(count: number): string[] {
  return Array.from(
    { length: count },
    (_, index) => `${SLICES[index % SLICES.length]}/slice_${Math.floor(index / SLICES.length)}`,
  );
}

/** `count` rules over these metrics as the map that a configuration holds: limits, changes, ranges, and a pattern in every fiftieth. */
export function ruleMap(names: readonly string[], count: number): Record<string, unknown> {
  const entries = Array.from({ length: count }, (_, index): [string, unknown] => {
    const name = names[(index * 37) % names.length] ?? 'accuracy';
    if (index % 50 === 49) return [`recall/slice_${index}*`, { min: 0.1, max_regression: 0.1 }];
    return [name, ruleFor(index)];
  });
  return Object.fromEntries(entries);
}

function ruleFor(index: number): unknown {
  switch (index % 4) {
    case 0:
      return { min: 0.1, max: 1 };
    case 1:
      return '>= baseline - 0.05';
    case 2:
      return { max_relative_regression: '10%' };
    default:
      return { condition: '<= baseline * 1.2', severity: 'warn' };
  }
}

/** The answer of `runs/get` for a run with these metrics. `shift` tells candidate and baseline apart. */
export function runAnswer(names: readonly string[], shift: number): unknown {
  const metrics = names.map((key, index) => ({
    key,
    value: 0.5 + ((index * 7919) % 1000) / 4000 + shift,
    timestamp: 1767000000000,
    step: 0,
  }));
  return {
    run: { info: { run_id: `run-${shift}`, status: 'FINISHED', lifecycle_stage: 'active' }, data: { metrics } },
  };
}

/** A version with the metrics of such an answer. */
export function factsOf(version: string, answer: unknown): VersionFacts {
  return {
    model: 'main.bench.model',
    version,
    status: 'READY',
    aliases: [],
    tags: {},
    metrics: pointsOf(answer, version),
  };
}

function pointsOf(answer: unknown, id: string): MetricPoint[] {
  const metrics = at(at(at(answer, 'run'), 'data'), 'metrics');
  if (!Array.isArray(metrics)) throw new Error('The answer has no metrics.');
  return metrics.map((metric: unknown) => ({
    name: String(at(metric, 'key')),
    value: Number(at(metric, 'value')),
    provenance: { source: 'run', id, step: Number(at(metric, 'step')), loggedAtMs: Number(at(metric, 'timestamp')) },
  }));
}

function at(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
