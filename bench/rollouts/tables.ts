import {
  BAD_RATE,
  BOUND_WEIGHTS,
  boundOf,
  CLUMPS,
  FAULTS,
  fewestRequests,
  leastExposure,
  leastSeconds,
  RATES,
  RATIOS,
  WEIGHTS,
} from './cells.js';
import { CONTENDERS, OUR_SETTINGS } from './contenders.js';
import type { Layout } from './layout.js';
import type { CellMeasure } from './measures.js';

const LABELS = CONTENDERS.map(({ label }) => label);
const HEALTHY_NOTE =
  'Share of healthy releases that were taken back as bad. In brackets: ended because there was too little to judge by, which the plan says beforehand.';

/** Healthy releases that were taken back, for one size of clumps. */
export function healthySection(measured: Layout<CellMeasure>, index: number): string {
  const clump = CLUMPS[index] ?? 1;
  const kind = clump === 1 ? 'independent errors' : `errors in clumps of ${clump} on average`;
  const cell = ({ condemned, noData }: CellMeasure) =>
    `${percent(condemned)}${noData > 0 ? ` (no data: ${percent(noData)})` : ''}`;
  const rows = RATES.map((rate, at) => [String(rate), ...(measured.healthy[index]?.[at] ?? []).map(cell)]);
  const plot = clump === 1 ? ['', '![Healthy releases taken back](rollouts-false-rollbacks.svg)'] : [];
  return [
    `## Healthy releases taken back, ${kind}`,
    '',
    HEALTHY_NOTE,
    '',
    table(['requests per second', ...LABELS], rows),
    ...plot,
  ].join('\n');
}

/** What one fault costs, by the step at which it begins. */
export function faultSection(measured: Layout<CellMeasure>, index: number): string {
  const fault = FAULTS[index];
  if (fault === undefined) return '';
  const rows = WEIGHTS.map((weight, at) => {
    const cells = measured.bad[index]?.[at] ?? [];
    const least = leastExposure(fault.change, weight);
    const ratios = cells.slice(0, 2).map(({ exposed }) => (Number.isFinite(least) ? ratio(exposed, least) : '–'));
    const needed = fewestRequests(fault.change, weight);
    return [
      `${weight} %`,
      Number.isFinite(least) ? `${Math.round(needed)} / ${Math.round(least)}` : 'not told by the limit',
      ...cells.map(badCellText),
      ratios.join(' / '),
    ];
  });
  const head = ['fault begins at', 'lower bound', ...LABELS, 'ours / bound'];
  return [`### ${fault.name}`, '', table(head, rows)].join('\n');
}

function badCellText({ condemned, noData, exposed, seconds }: CellMeasure): string {
  const missed = 1 - condemned - noData;
  const figures = `${Math.round(exposed)} requests, ${Math.round(seconds)} s`;
  return missed > 0.0001 ? `${figures} (missed: ${percent(missed)})` : figures;
}

/** Requests that our judge needs against the lower bound, without the delays of export and updates. */
export function boundSection({ bounds, strict, bursty }: Layout<CellMeasure>): string {
  const cell = (measured: CellMeasure, bound: number) =>
    `${measured.judged} / ${Math.round(bound)} = ${ratio(measured.judged, bound)}`;
  const { toleratedRatio } = OUR_SETTINGS;
  const rows = bounds.map((row, at) => {
    const weight = BOUND_WEIGHTS[at] ?? 0;
    return [`${weight} %`, ...row.map((one, which) => cell(one, boundOf(weight, RATIOS[which] ?? 0, toleratedRatio)))];
  });
  const clumps = bursty
    .map((one, at) => `${RATIOS[at + 1]} × errors: ${one.judged} [${one.judgedNinetieth}]`)
    .join('; ');
  return [
    '## Requests needed, against the lower bound',
    '',
    'Median requests of the candidate that had been exported when it was condemned / lower bound = ratio, at a rate at which the bound is reached in twenty minutes of',
    `figures, so that minutes and delays do not blur it. The bound is ln(1/α) divided by the information per request, at α = 1 % and the tolerated ratio of ${toleratedRatio}.`,
    '',
    table(['traffic', ...RATIOS.map((one) => `${one} × errors`)], rows),
    '',
    `With a tolerated ratio of 1, at 10 % of the traffic and 10 × errors: ${cell(strict, boundOf(10, 10, 1))}.`,
    `The price of bursts (clumps of 5 in both versions), at 10 %, median [90th percentile]: ${clumps}.`,
    '',
    '![Requests needed against the lower bound](rollouts-requests-needed.svg)',
  ].join('\n');
}

/** How long healthy rollouts take. */
export function durationSection({ healthy }: Layout<CellMeasure>): string {
  const rows = RATES.map((rate, at) => [
    String(rate),
    `${Math.round(leastSeconds(rate))} s`,
    ...(healthy[0]?.[at] ?? []).map(({ promotedSeconds }, index) => {
      // Probes count towards the requests that a step needs, so traffic does not limit who has them.
      const least =
        (CONTENDERS[index]?.probeRate ?? 0) > 0 ? leastSeconds(Number.POSITIVE_INFINITY) : leastSeconds(rate);
      return promotedSeconds === null
        ? 'none promoted'
        : `${Math.round(promotedSeconds)} s (${ratio(promotedSeconds, least)})`;
    }),
  ]);
  return [
    '## Duration of healthy rollouts',
    '',
    'Median of those that were promoted, in brackets as a multiple of the least possible: provisioning, every update, and for each step its bake or the time in which the',
    'candidate sees a hundred requests, whichever is longer; with probes the bakes alone. A rule that asks for no number of requests can be quicker than that.',
    '',
    table(['requests per second', 'least', ...LABELS], rows),
  ].join('\n');
}

export const BAD_INTRO = [
  `## Bad releases at ${BAD_RATE} requests per second`,
  '',
  'The version is as good as the current one until the step at which its fault begins. Median requests that it answered from then on, and median seconds until the old split',
  'was back; missed releases count with all their requests to the end of the plan. Lower bound: the fewest requests from which an optimal test could know / the same with those',
  'that come while one update puts the split back. At 100 % nothing serves beside the version, so it is held to the limit of 1 % on errors (which 2 × errors just keep), and',
  'to three times the slow answers of before. The last column divides our exposure, without and with probes, by that bound; most of what remains is the export, which shows',
  'a minute when it is over. A rule that condemns at a fixed limit is quick where the limit lies close, and pays for it in the tables above.',
].join('\n');

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

function ratio(value: number, bound: number): string {
  return (value / bound).toFixed(2);
}
