import { BOUND_WEIGHTS, boundOf, FAULTS, leastExposure, RATES, RATIOS, WEIGHTS } from './cells.js';
import { CONTENDERS, OUR_SETTINGS } from './contenders.js';
import type { Layout } from './layout.js';
import type { CellMeasure } from './measures.js';
import { drawPlot, type PlotLine } from './plot.js';

/** Fault of the exposure plot, and ratio of the plot against the lower bound. */
const PLOTTED_FAULT = 2;
const PLOTTED_RATIO = 10;

/** The plots by their file names without ending. */
export function plotsOf(measured: Layout<CellMeasure>): Readonly<Record<string, string>> {
  return {
    'rollouts-false-rollbacks': falseRollbacks(measured),
    'rollouts-exposure': exposure(measured),
    'rollouts-requests-needed': requestsNeeded(measured),
  };
}

function falseRollbacks({ healthy }: Layout<CellMeasure>): string {
  return drawPlot({
    title: 'Healthy releases taken back as bad, independent errors (%)',
    xLabel: 'requests per second',
    yLabel: '% of releases',
    xTicks: RATES,
    yTicks: [0, 10, 20, 30, 40, 50, 60],
    logY: false,
    lines: byContender((index) =>
      RATES.map((rate, at) => [rate, 100 * (healthy[0]?.[at]?.[index]?.condemned ?? 0)] as const),
    ),
  });
}

function exposure({ bad }: Layout<CellMeasure>): string {
  const fault = FAULTS[PLOTTED_FAULT];
  const least = WEIGHTS.map((weight) => [weight, leastExposure(fault?.change ?? {}, weight)] as const);
  return drawPlot({
    title: `Requests answered by a version with ${fault?.name ?? ''}`,
    xLabel: '% of the traffic at which the fault begins',
    yLabel: 'requests',
    xTicks: WEIGHTS,
    yTicks: [100, 300, 1000, 3000, 10_000, 30_000],
    logY: true,
    lines: [
      ...byContender((index) =>
        WEIGHTS.map((weight, at) => [weight, bad[PLOTTED_FAULT]?.[at]?.[index]?.exposed ?? 0] as const),
      ),
      { label: 'lower bound', points: least, dashed: true },
    ],
  });
}

function requestsNeeded({ bounds }: Layout<CellMeasure>): string {
  const at = RATIOS.indexOf(PLOTTED_RATIO);
  const points = (of: (one: CellMeasure) => number) =>
    BOUND_WEIGHTS.flatMap((weight, index) => {
      const one = bounds[index]?.[at];
      return one === undefined ? [] : [[weight, of(one)] as const];
    });
  const { toleratedRatio } = OUR_SETTINGS;
  return drawPlot({
    title: `Requests of the candidate until it is condemned (${PLOTTED_RATIO} × errors)`,
    xLabel: '% of the traffic on the candidate',
    yLabel: 'requests',
    xTicks: BOUND_WEIGHTS,
    yTicks: [50, 100, 200, 500, 1000],
    logY: true,
    lines: [
      { label: 'median', points: points(({ judged }) => judged) },
      { label: '90th percentile', points: points(({ judgedNinetieth }) => judgedNinetieth) },
      {
        label: 'lower bound',
        points: BOUND_WEIGHTS.map((weight) => [weight, boundOf(weight, PLOTTED_RATIO, toleratedRatio)] as const),
        dashed: true,
      },
    ],
  });
}

function byContender(points: (index: number) => PlotLine['points']): PlotLine[] {
  return CONTENDERS.map(({ label }, index) => ({ label, points: points(index) }));
}
