import type { Alert } from '../health/core/types.js';
import { shown } from './fault-words.js';
import type { DeploymentMonitoring } from './schema/document.js';
import { refuse, type Scope } from './scope.js';

type WrittenAlert = DeploymentMonitoring['alerts'][number];
type Metric = Alert['metric'];

const DEFAULT_QUANTILE = 0.95;

/** What a threshold of each metric may be, as the end of a sentence. */
const EXPECTED: Readonly<Record<Metric, string>> = {
  error_rate: 'a share from 0 to 1 such as 0.01, or a percentage such as 1%',
  latency: 'milliseconds above 0 such as 100, or a duration such as 250ms or 1.5s',
  throughput: 'requests per second such as 5',
  cpu: 'percent from 0 to 100 such as 80',
  memory: 'percent from 0 to 100 such as 80',
};

/** The alerts, with thresholds in the units of `Alert`. */
export function alertsOf(scope: Scope): readonly Alert[] {
  return scope.deployment.monitoring.alerts.flatMap((written, index) => {
    const alert = alertOf(scope, written, index);
    return alert === undefined ? [] : [alert];
  });
}

function alertOf(scope: Scope, written: WrittenAlert, index: number): Alert | undefined {
  const path = ['monitoring', 'alerts', index];
  const name = `monitoring.alerts[${index}] (${written.metric})`;
  const before = scope.faults.length;
  const threshold = written.threshold === undefined ? undefined : thresholdOf(written.metric, written.threshold);
  if (written.threshold !== undefined && threshold === undefined) {
    const message = `${name}: threshold cannot be ${shown(written.threshold)}.`;
    refuse(scope, [...path, 'threshold'], message, `Write ${EXPECTED[written.metric]}.`);
  }
  if (written.threshold === undefined && written.max_regression === undefined) {
    refuse(scope, path, `${name} has no limit.`, 'Give it a threshold, a max_regression, or both.');
  }
  if (written.quantile !== undefined && written.metric !== 'latency') {
    const message = `${name}: quantile is for latency only.`;
    refuse(scope, [...path, 'quantile'], message, 'Remove quantile.');
  }
  if (written.max_regression !== undefined && written.metric === 'throughput') {
    const message = `${name}: the throughput of two versions follows the traffic split and cannot be compared.`;
    refuse(
      scope,
      [...path, 'max_regression'],
      message,
      'Use threshold, the least requests per second of the endpoint.',
    );
  }
  if (scope.faults.length > before) return undefined;
  return {
    metric: written.metric,
    ...(threshold === undefined ? {} : { threshold }),
    ...(written.max_regression === undefined ? {} : { maxRegression: shareOf(written.max_regression) }),
    quantile: written.quantile ?? DEFAULT_QUANTILE,
  };
}

/** A share as a number: `5%` and 0.05 are the same. */
function shareOf(written: string | number): number {
  return typeof written === 'number' ? written : Number(written.slice(0, -1)) / 100;
}

/** A threshold in the metric's unit, or `undefined` when it cannot be one. */
function thresholdOf(metric: Metric, written: string | number): number | undefined {
  const [, digits, unit] = /^([0-9.]+)(%|ms|s)?$/.exec(String(written)) ?? [];
  const number = typeof written === 'number' ? written : Number(digits);
  if (metric === 'error_rate') return errorRate(number, unit);
  if (metric === 'latency') return latency(number, unit);
  if (metric === 'throughput') return unit === undefined ? number : undefined;
  return number <= 100 && (unit === undefined || unit === '%') ? number : undefined;
}

function errorRate(number: number, unit: string | undefined): number | undefined {
  const share = unit === '%' ? number / 100 : number;
  return share <= 1 && (unit === undefined || unit === '%') ? share : undefined;
}

function latency(number: number, unit: string | undefined): number | undefined {
  const milliseconds = unit === 's' ? number * 1000 : number;
  return milliseconds > 0 && unit !== '%' ? milliseconds : undefined;
}
