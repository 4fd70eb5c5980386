import {
  BASE_ERRORS,
  type BadMeasure,
  type BoundMeasure,
  type Contender,
  type HealthyMeasure,
  leastSeconds,
  measureBad,
  measureBound,
  measureHealthy,
} from './measures.js';
import { drawPlot } from './plot.js';
import type { Release } from './release.js';

const RATES = [0.1, 1, 10, 100, 500];
const CLUMPS = [1, 5, 10];
const WEIGHTS = [5, 10, 25, 50];
const RATIOS = [2, 5, 10, 20];
const DEFAULT_TOLERANCE = 1.25;

/** Releases that are bad, and what is bad about them; at 50 requests per second. */
const BAD: readonly (readonly [string, Partial<Release>])[] = [
  ['2 × errors', { candidateErrors: 2 * BASE_ERRORS }],
  ['5 × errors', { candidateErrors: 5 * BASE_ERRORS }],
  ['5 × errors, in clumps of 5', { candidateErrors: 5 * BASE_ERRORS, clump: 5 }],
  ['20 × errors', { candidateErrors: 20 * BASE_ERRORS }],
  ['100 % errors', { candidateErrors: 1 }],
  ['1.5 × latency', { slowdown: 1.5 }],
];

export interface BenchmarkReport {
  readonly markdown: string;
  readonly plots: Readonly<Record<string, string>>;
}

/** Measures all contenders and renders tables and plots. `releases`: simulated releases per cell of the healthy tables. */
export function runBenchmark(
  contenders: readonly Contender[],
  releases: number,
  log: (line: string) => void,
): BenchmarkReport {
  const healthy = CLUMPS.map((clump) => healthyCells(contenders, clump, releases, log));
  const bad = BAD.map(([name, change]) => {
    log(`bad releases: ${name}`);
    const release = {
      rate: 50,
      currentErrors: BASE_ERRORS,
      candidateErrors: BASE_ERRORS,
      clump: 1,
      slowdown: 1,
      ...change,
    };
    return contenders.map((contender) => measureBad(contender, release, Math.ceil(releases / 5)));
  });
  const bounds = WEIGHTS.map((weight) =>
    RATIOS.map((ratio) => boundCell(weight, ratio, 1, DEFAULT_TOLERANCE, releases, log)),
  );
  const reference = boundCell(10, 10, 1, 1, releases, log);
  const bursty = RATIOS.slice(1).map((ratio) => boundCell(10, ratio, 5, DEFAULT_TOLERANCE, releases, log));
  const markdown = [
    intro(contenders, releases),
    ...healthy.map((cells, index) => healthySection(contenders, CLUMPS[index] ?? 1, cells)),
    badSection(contenders, bad),
    boundSection(bounds, reference, bursty),
    durationSection(contenders, healthy[0] ?? []),
  ].join('\n\n');
  return { markdown: `${markdown}\n`, plots: plotsOf(contenders, healthy, bounds) };
}

function healthyCells(
  contenders: readonly Contender[],
  clump: number,
  releases: number,
  log: (line: string) => void,
): HealthyMeasure[][] {
  return RATES.map((rate) => {
    log(`healthy releases: clumps of ${clump}, ${rate} requests per second`);
    // Probes are simulated one by one, so their runs are fewer.
    return contenders.map((one) =>
      measureHealthy(one, rate, clump, one.probeRate > 0 ? Math.ceil(releases / 5) : releases),
    );
  });
}

function boundCell(
  weight: number,
  ratio: number,
  clump: number,
  tolerated: number,
  releases: number,
  log: (line: string) => void,
): BoundMeasure {
  log(`bound: ${ratio} times the errors at ${weight} %, clumps of ${clump}`);
  return measureBound(weight, ratio * BASE_ERRORS, clump, tolerated, Math.max(101, Math.ceil(releases / 5)));
}

function intro(contenders: readonly Contender[], releases: number): string {
  const legend = contenders.map(
    ({ label, rule, probeRate }) =>
      `- **${label}**: ${rule.description}${probeRate > 0 ? `; with ${probeRate} probe a second to each version` : ''}.`,
  );
  return [
    '# How good is the judge?',
    '',
    'Made by `node build/bench/rollouts/main.js`; every figure is a simulation with fixed seeds, so the same numbers come out again.',
    `Simulated releases on a virtual clock, judged from per-minute figures of both versions. The current version fails ${BASE_ERRORS * 100} % of requests;`,
    'the plan is 5, 25, 50, 100 % with 5 minutes each; a split takes 35 s to change, a minute is read 10 to 25 s after its end. Fixed limits are 1 % errors',
    `and 300 ms at the 95th percentile, where 228 ms are usual. ${releases} releases per cell; a fifth of that with probes and for bad releases.`,
    '',
    'The other rules are models of how those systems decide, with thresholds as in their own examples; each follows the same plan and sees the same minutes.',
    '',
    ...legend,
  ].join('\n');
}

function healthySection(
  contenders: readonly Contender[],
  clump: number,
  cells: readonly (readonly HealthyMeasure[])[],
): string {
  const kind = clump === 1 ? 'independent errors' : `errors in clumps of ${clump} on average`;
  const rows = RATES.map((rate, index) => [
    String(rate),
    ...(cells[index] ?? []).map(
      ({ condemned, noData }) => `${percent(condemned)}${noData > 0.005 ? ` (no data: ${percent(noData)})` : ''}`,
    ),
  ]);
  return [
    `## Healthy releases taken back, ${kind}`,
    '',
    'Share of healthy releases that were condemned. In brackets: ended because there was too little to judge by, which the plan says beforehand.',
    '',
    table(['requests per second', ...contenders.map(({ label }) => label)], rows),
    ...(clump === 1 ? ['', '![Healthy releases condemned](rollouts-false-rollbacks.svg)'] : []),
  ].join('\n');
}

function badSection(contenders: readonly Contender[], cells: readonly (readonly BadMeasure[])[]): string {
  const rows = BAD.map(([name], index) => [
    name,
    ...(cells[index] ?? []).map(
      ({ caught, exposed, seconds }) => `${percent(caught)}, ${Math.round(exposed)} requests, ${Math.round(seconds)} s`,
    ),
  ]);
  return [
    '## Bad releases at 50 requests per second',
    '',
    'Share caught, median requests that the bad version answered, median seconds from its first request until the old split was back. Releases that are',
    'not caught count with all their requests. A rule that condemns at a fixed limit is quick where the limit lies close, and pays for it in the tables above.',
    '',
    table(['release', ...contenders.map(({ label }) => label)], rows),
  ].join('\n');
}

function boundSection(
  bounds: readonly (readonly BoundMeasure[])[],
  reference: BoundMeasure,
  bursty: readonly BoundMeasure[],
): string {
  const cell = (one: BoundMeasure) =>
    `${one.median} / ${Math.round(one.bound)} = ${(one.median / one.bound).toFixed(2)}`;
  const rows = bounds.map((cells, index) => [`${WEIGHTS[index]} %`, ...cells.map(cell)]);
  const clumps = bursty
    .map((one) => `${one.candidateErrors / BASE_ERRORS} × errors: ${one.median} [${one.ninetieth}]`)
    .join('; ');
  return [
    '## Requests needed, against the lower bound',
    '',
    'Median requests of the candidate until it is condemned / lower bound = ratio, when figures come in portions of five of its requests. The bound is ln(1/α) divided by the',
    `information per request of the conditional count test, at α = 1 % and the tolerated ratio of ${DEFAULT_TOLERANCE}; no test can be quicker on average. Where the bound is about three`,
    'errors, the rule that three errors in more than one minute are needed decides.',
    '',
    table(['traffic', ...RATIOS.map((ratio) => `${ratio} × errors`)], rows),
    '',
    `With a tolerated ratio of 1, at 10 % of the traffic and 10 × errors: ${cell(reference)}.`,
    `The price of bursts (clumps of 5 in both versions), at 10 %, median [90th percentile]: ${clumps}.`,
    '',
    '![Requests needed against the lower bound](rollouts-requests-needed.svg)',
  ].join('\n');
}

function durationSection(contenders: readonly Contender[], cells: readonly (readonly HealthyMeasure[])[]): string {
  const least = leastSeconds();
  const rows = RATES.map((rate, index) => [
    String(rate),
    ...(cells[index] ?? []).map(({ seconds }) =>
      seconds === null ? 'none promoted' : `${(seconds / least).toFixed(2)}`,
    ),
  ]);
  return [
    '## Duration of healthy rollouts',
    '',
    `Median duration of those that were promoted, as a multiple of the least possible (${least} s: every bake once, and the updates between).`,
    '',
    table(['requests per second', ...contenders.map(({ label }) => label)], rows),
  ].join('\n');
}

function plotsOf(
  contenders: readonly Contender[],
  healthy: readonly (readonly (readonly HealthyMeasure[])[])[],
  bounds: readonly (readonly BoundMeasure[])[],
) {
  const falseRollbacks = drawPlot({
    title: 'Healthy releases condemned, independent errors (%)',
    xLabel: 'requests per second',
    yLabel: '% of releases',
    xTicks: RATES,
    yTicks: [0, 10, 20, 30, 40, 50, 60],
    logY: false,
    lines: contenders.map(({ label }, index) => ({
      label,
      points: RATES.map((rate, at) => [rate, 100 * (healthy[0]?.[at]?.[index]?.condemned ?? 0)] as const),
    })),
  });
  const needed = drawPlot({
    title: 'Requests of the candidate until it is condemned (10 × errors)',
    xLabel: '% of the traffic on the candidate',
    yLabel: 'requests',
    xTicks: WEIGHTS,
    yTicks: [50, 100, 200, 500, 1000],
    logY: true,
    lines: [
      { label: 'median', points: pointsOf(bounds, ({ median }) => median) },
      { label: '90th percentile', points: pointsOf(bounds, ({ ninetieth }) => ninetieth) },
      { label: 'lower bound', points: pointsOf(bounds, ({ bound }) => bound), dashed: true },
    ],
  });
  return { 'rollouts-false-rollbacks': falseRollbacks, 'rollouts-requests-needed': needed };
}

function pointsOf(
  bounds: readonly (readonly BoundMeasure[])[],
  of: (one: BoundMeasure) => number,
): (readonly [number, number])[] {
  return bounds.flatMap((cells) =>
    cells.filter((_, index) => RATIOS[index] === 10).map((one) => [one.weight, of(one)] as const),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}
