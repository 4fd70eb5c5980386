import type { Endpoint, Entity } from '../serving/types.js';
import type { ExportHabits } from './export-habits.js';
import { addTally, emptyTally, LATENCY_BOUNDS, type Minutes, type MinuteTally, minuteEnd } from './minutes.js';

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly tally: MinuteTally;
  /** What histograms are made of: the minute, or everything so far. */
  readonly histogram: MinuteTally;
  readonly concurrency: number;
}

interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly always: boolean;
  readonly value: (series: Series) => number;
}

const GAUGES: readonly Gauge[] = [
  {
    name: 'request_count_total',
    help: 'Number of requests in the last minute.',
    always: true,
    value: ({ tally }) => tally.requests,
  },
  {
    name: 'request_4xx_count_total',
    help: 'Number of 4xx errors in the last minute.',
    always: true,
    value: ({ tally }) => tally.errors4xx,
  },
  {
    name: 'request_5xx_count_total',
    help: 'Number of 5xx errors in the last minute.',
    always: true,
    value: ({ tally }) => tally.errors5xx,
  },
  {
    name: 'cpu_usage_percentage',
    help: 'Average CPU utilization.',
    always: false,
    value: ({ tally, concurrency }) => utilisation(tally, concurrency),
  },
  { name: 'mem_usage_percentage', help: 'Average memory utilization.', always: false, value: () => 41.5 },
  {
    name: 'provisioned_concurrent_requests_total',
    help: 'Provisioned concurrency.',
    always: false,
    value: ({ concurrency }) => concurrency,
  },
];

/** Percent: time spent in requests as a share of what the provisioned concurrency could have spent in the minute. */
function utilisation(tally: MinuteTally, concurrency: number): number {
  const share = tally.latencySum / (60_000 * Math.max(1, concurrency));
  return Math.round(Math.min(100, 2 + 98 * share) * 10) / 10;
}

function concurrencyOf(entity: Entity): number {
  const least = entity.settings.min_provisioned_concurrency;
  if (typeof least === 'number') return least;
  const bySize: Readonly<Record<string, number>> = { Small: 4, Medium: 8, Large: 16 };
  return bySize[String(entity.settings.workload_size)] ?? 4;
}

function seriesOf(endpoint: Endpoint, minute: number, minutes: Minutes, habits: ExportHabits): readonly Series[] {
  const common: Readonly<Record<string, string>> =
    habits.endpointLabel === null ? {} : { [habits.endpointLabel]: endpoint.name };
  const each = (endpoint.active?.entities ?? []).map((entity): Series => {
    const tally = minutes.at(endpoint.name, entity.name, minute);
    const histogram = habits.histogram === 'window' ? tally : minutes.until(endpoint.name, entity.name, minute);
    const labels = habits.entityLabel === null ? common : { ...common, [habits.entityLabel]: entity.name };
    return { labels, tally, histogram, concurrency: concurrencyOf(entity) };
  });
  if (habits.entityLabel !== null) return each;
  const [tally, histogram] = [emptyTally(), emptyTally()];
  for (const series of each) {
    addTally(tally, series.tally);
    addTally(histogram, series.histogram);
  }
  return [{ labels: common, tally, histogram, concurrency: each.reduce((sum, series) => sum + series.concurrency, 0) }];
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"]/g, '\\$&')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function histogramLines(
  name: string,
  series: Series,
  write: (name: string, labels: Series['labels'], value: number) => string,
): string[] {
  const { labels, histogram } = series;
  let cumulative = 0;
  const buckets = histogram.latencyBuckets.map((count, index) => {
    cumulative += count;
    const bound = LATENCY_BOUNDS[index];
    return write(`${name}_bucket`, { ...labels, le: bound === undefined ? '+Inf' : String(bound) }, cumulative);
  });
  const sum = Math.round(histogram.latencySum * 1000) / 1000;
  return [...buckets, write(`${name}_sum`, labels, sum), write(`${name}_count`, labels, histogram.requests)];
}

/**
 * The exposition of one minute, `null` for a minute without figures. Every sample carries the end of its minute:
 * epoch ms in the Prometheus form, seconds in OpenMetrics.
 */
export function renderExport(
  endpoint: Endpoint,
  minute: number | null,
  minutes: Minutes,
  habits: ExportHabits,
): string {
  const lines: string[] = [];
  const end = minute === null ? 0 : minuteEnd(minute);
  const stamp = habits.format === 'openmetrics' ? String(end / 1000) : String(end);
  const write = (name: string, labels: Series['labels'], value: number): string =>
    `${name}${labelText(labels)} ${habits.notANumber ? 'NaN' : value} ${stamp}`;
  const all = minute === null ? [] : seriesOf(endpoint, minute, minutes, habits);
  for (const gauge of GAUGES) {
    if (!gauge.always && habits.series === 'requests') continue;
    lines.push(`# HELP ${gauge.name} ${gauge.help}`, `# TYPE ${gauge.name} gauge`);
    for (const series of all) lines.push(write(gauge.name, series.labels, gauge.value(series)));
  }
  if (habits.series === 'all') {
    lines.push('# HELP request_latency_ms Request latency.', '# TYPE request_latency_ms histogram');
    for (const series of all) lines.push(...histogramLines('request_latency_ms', series, write));
  }
  if (habits.format === 'openmetrics') lines.push('# EOF');
  return `${lines.join('\n')}\n`;
}
