import { BAD_RATE, BOUND_WEIGHTS, boundOf, CLUMPS, FAULTS, RATES, RATIOS, WEIGHTS } from './cells.js';
import { CONTENDERS, OUR_SETTINGS } from './contenders.js';
import type { Layout } from './layout.js';
import { BASE_ERRORS, type Cell, type CellMeasure } from './measures.js';
import { BAD_INTRO, boundSection, durationSection, faultSection, healthySection, table } from './tables.js';
import { PROVISION_MS, SHIFT_MS } from './world/endpoint.js';

const COMMAND = 'npm run bench:rollouts';
/** Fault and step whose cost stands in the headline: plain to see, from the first step on. */
const HEADLINE_FAULT = 2;
const HEADLINE_STEP = 0;

/** The whole report as Markdown. `cells`: how many releases stand behind each measure. */
export function report(measured: Layout<CellMeasure>, cells: Layout<Cell>): string {
  const sections = [
    intro(cells),
    targets(measured, cells),
    ...CLUMPS.map((_, index) => healthySection(measured, index)),
    BAD_INTRO,
    '![Requests exposed by the step at which the fault begins](rollouts-exposure.svg)',
    ...FAULTS.map((_, index) => faultSection(measured, index)),
    boundSection(measured),
    durationSection(measured),
  ];
  return `${sections.join('\n\n')}\n`;
}

function intro(cells: Layout<Cell>): string {
  const legend = CONTENDERS.map(({ label, description }) => `- **${label}**: ${description}.`);
  const [plain, probes] = (cells.healthy[0]?.[0] ?? []).map(({ releases }) => releases);
  return [
    '# Rollouts, simulated',
    '',
    `Made by \`${COMMAND}\`. Seeds are fixed, so the same figures come out again; \`-- --releases 1000\` plays more.`,
    '',
    'Every release is a whole rollout by the real engine: plan, updates, verification, bakes, extensions and the way back, on a virtual clock. Our judge reads a metrics export as text',
    'through the real parser, and probes go through the real prober. The other rules are models of how those systems decide, with thresholds as in their own examples; each takes',
    'the place of our judge in the same engine, follows the same plan and sees the same minutes of the same traffic.',
    '',
    `The current version fails ${100 * BASE_ERRORS} % of requests. The plan is 0 % without a bake, then ${WEIGHTS.join(', ')} % with five minutes each, looked at every 15 s; new compute takes ${PROVISION_MS / 1000} s, a change of the split`,
    `${SHIFT_MS / 1000} s; the export shows a minute 10 s after its end. Fixed limits are 1 % errors and 300 ms at the 95th percentile, where 228 ms are usual; ours has the limit on errors only.`,
    `${plain} releases a cell where they are healthy (${probes} with probes), ${cells.bad[0]?.[0]?.[0]?.releases} where they are bad, ${cells.strict.releases} against the lower bound.`,
    '',
    ...legend,
  ].join('\n');
}

/** How our figures stand to what was aimed at, whichever way it went. */
function targets(measured: Layout<CellMeasure>, cells: Layout<Cell>): string {
  const ratios = measured.bounds.flatMap((row, at) =>
    row.map(
      ({ judged }, which) => judged / boundOf(BOUND_WEIGHTS[at] ?? 0, RATIOS[which] ?? 0, OUR_SETTINGS.toleratedRatio),
    ),
  );
  const within = ratios.filter((ratio) => ratio <= 1.5).length;
  const told = CONTENDERS.slice(0, 2).map(({ label }, index) => {
    const [calm, bursty] = [
      falseRollbacks(measured, cells, index, [0]),
      falseRollbacks(measured, cells, index, [1, 2]),
    ];
    return `${label}: ${calm.toFixed(1)} with independent errors, ${bursty.toFixed(1)} in clumps`;
  });
  return [
    '## Against the targets',
    '',
    `- Not above 10 false rollbacks per thousand healthy releases. ${told.join('; ')}.`,
    `- Median requests needed within 1.5 times the lower bound, errors independent: ${within} of ${ratios.length} combinations of weight and ratio; the greatest is ${Math.max(...ratios).toFixed(2)}.`,
    '- What is not reached: a version with twice the errors stays within the tolerated ratio for longer than this plan lasts, and is mostly missed; errors in clumps are told from chance late.',
    '  Both are the price of the first line: rules that catch them sooner take back healthy versions as well.',
  ].join('\n');
}

/** The page of headlines: three figures for everyone, out of the same measures. */
export function headlines(measured: Layout<CellMeasure>, cells: Layout<Cell>): string {
  const rows = CONTENDERS.map(({ label }, index) => {
    const bad = measured.bad[HEADLINE_FAULT]?.[HEADLINE_STEP]?.[index];
    return [
      label,
      String(Math.round(bad?.exposed ?? 0)),
      String(Math.round(bad?.seconds ?? 0)),
      falseRollbacks(measured, cells, index, [...CLUMPS.keys()]).toFixed(1),
    ];
  });
  const head = [
    '',
    'requests exposed to a bad version',
    'seconds until traffic was restored',
    'false rollbacks per 1000',
  ];
  return [
    '# Benchmarks',
    '',
    `Figures of simulated rollouts by the real engine, made by \`${COMMAND}\`; everything behind them is in [rollouts.md](rollouts.md).`,
    '',
    table(head, rows),
    '',
    `- **Requests exposed** and **seconds until restored**: medians for a version with ${FAULTS[HEADLINE_FAULT]?.name} from its first step (${WEIGHTS[HEADLINE_STEP]} % of ${BAD_RATE} requests per second) on.`,
    `- **False rollbacks**: healthy releases that were taken back as bad, of all at ${RATES.join(', ')} requests per second, with independent errors and with errors in clumps of`,
    `  ${CLUMPS.slice(1).join(' and ')}. Where there is too little traffic to judge by, the Action without probes does not promote; that is not counted here, and is shown in the tables.`,
    '',
  ].join('\n');
}

/** Healthy releases of a contender that were condemned, per thousand, over some of the sizes of clumps. */
function falseRollbacks(
  measured: Layout<CellMeasure>,
  cells: Layout<Cell>,
  contender: number,
  clumps: readonly number[],
): number {
  let condemned = 0;
  let releases = 0;
  for (const clump of clumps) {
    for (const [rate, row] of (measured.healthy[clump] ?? []).entries()) {
      const played = cells.healthy[clump]?.[rate]?.[contender]?.releases ?? 0;
      condemned += (row[contender]?.condemned ?? 0) * played;
      releases += played;
    }
  }
  return (1000 * condemned) / releases;
}
