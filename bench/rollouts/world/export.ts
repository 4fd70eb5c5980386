import type { ExportRead, MetricsSource } from '../../../src/health/ports.js';
import { type ArmMinute, BOUNDS } from '../release.js';
import type { SimulatedClock } from './clock.js';
import type { Minute, Traffic } from './traffic.js';

/** Time that one read takes. */
const READ_MS = 200;
const BUCKETS = [...BOUNDS.map(String), '+Inf'];

/** The endpoint's metrics export: the newest whole minute of both versions, as gauges with timestamps and a histogram. */
export class SimulatedExport implements MetricsSource {
  private shown: { readonly endMs: number; readonly text: string } | null = null;

  constructor(
    private readonly traffic: Traffic,
    private readonly clock: SimulatedClock,
    private readonly names: { readonly candidate: string; readonly current: string },
  ) {}

  async read(signal: AbortSignal): Promise<ExportRead> {
    await this.clock.sleep(READ_MS, signal);
    const minute = this.traffic.visible().at(-1);
    if (minute === undefined) return { kind: 'absent', message: 'nothing has been exported yet' };
    if (this.shown?.endMs !== minute.endMs) this.shown = { endMs: minute.endMs, text: this.textOf(minute) };
    return { kind: 'text', text: this.shown.text, contentType: 'text/plain; version=0.0.4' };
  }

  private textOf({ endMs, candidate, current }: Minute): string {
    const arms = [[this.names.candidate, candidate] as const, [this.names.current, current] as const];
    const gauge = (metric: string, of: (arm: ArmMinute) => number) => [
      `# TYPE ${metric} gauge`,
      ...arms.map(([name, arm]) => `${metric}{served_entity_name="${name}"} ${of(arm)} ${endMs}`),
    ];
    return [
      ...gauge('request_count_total', ({ requests }) => requests),
      ...gauge('request_4xx_count_total', () => 0),
      ...gauge('request_5xx_count_total', ({ errors }) => errors),
      '# TYPE request_latency_ms histogram',
      ...arms.flatMap(([name, arm]) => histogram(name, arm, endMs)),
      '',
    ].join('\n');
  }
}

function histogram(name: string, { latencies, requests }: ArmMinute, endMs: number): string[] {
  let below = 0;
  const buckets = BUCKETS.map((le, index) => {
    below += latencies[index] ?? 0;
    return `request_latency_ms_bucket{served_entity_name="${name}",le="${le}"} ${below} ${endMs}`;
  });
  return [...buckets, `request_latency_ms_count{served_entity_name="${name}"} ${requests} ${endMs}`];
}
