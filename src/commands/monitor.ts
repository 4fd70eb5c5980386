import { ActionError } from '../errors.js';
import { createEndpointWatch, type HealthReport } from '../health/collect/watch.js';
import type { ResultDocument } from '../report/result.js';
import type { EndpointView } from '../rollout/core/types.js';
import { endpointSection } from './document/rollout.js';
import { rollback } from './rollback.js';
import type { Conclusion, Workbench } from './types.js';

/** Chance of a false alarm over the whole watch. */
const ALPHA = 0.01;

/** Looks at the endpoint's health once, or for a duration; with `rollback-on-alert` an alert puts the previous version back. */
export async function monitor(bench: Workbench): Promise<Conclusion> {
  const { endpoint, control } = bench.settings;
  bench.log.phase(`Health of ${endpoint.name}`);
  const view = await bench.serving.read(bench.signal);
  if (view === null) throw missingEndpoint(endpoint.name);
  bench.record({ endpoint: endpointSection(endpoint.name, view, null, null) });
  const report = await watchFor(bench, view);
  const state = stateAlerts(view);
  const health = healthSection(report, state);
  bench.record({ health });
  for (const alert of health.alerts)
    bench.log.info(`  ${alert.status.toUpperCase().padEnd(4)}  ${alert.subject}: ${alert.explanation}`);
  const raised = health.alerts.filter((alert) => alert.status === 'fail');
  if (raised.length === 0) return healthy(bench, report);
  if (control.rollbackOnAlert) return rollback(bench);
  return {
    decision: 'alerting',
    reason_code: 'alert-raised',
    headline: `${endpoint.name}: ${raised.length === 1 ? '1 alert is' : `${raised.length} alerts are`} raised.`,
    explanation: raised.map((alert) => alert.explanation).join(' '),
    next: '`command: rollback` puts the previous version back.',
  };
}

function healthy(bench: Workbench, report: HealthReport): Conclusion {
  const isBlind = report.kind === 'unknown';
  return {
    decision: 'healthy',
    reason_code: isBlind ? 'metrics-unavailable' : 'ok',
    headline: isBlind
      ? `${bench.settings.endpoint.name} is up; its figures could not be judged.`
      : `${bench.settings.endpoint.name} keeps all of its limits.`,
    explanation: isBlind ? report.notes.join(' ') : null,
  };
}

/** One look, or looks at the configured interval until the time is over or an alert is raised. */
async function watchFor(bench: Workbench, view: EndpointView): Promise<HealthReport> {
  const { monitoring, control, endpoint } = bench.settings;
  const { durationMs } = control;
  const watch = createEndpointWatch({
    source: bench.metrics,
    endpoint: endpoint.name,
    entities: (view.config?.servedEntities ?? []).map((entity) => ({
      name: entity.name,
      model: entity.entityName,
      version: entity.entityVersion,
    })),
    alerts: monitoring.alerts,
    alpha: ALPHA,
    once: durationMs === null,
    clock: bench.clock,
  });
  const until = bench.clock.now() + (durationMs ?? 0);
  for (;;) {
    const report = await watch.look(bench.signal);
    const left = until - bench.clock.now();
    if (report.kind === 'alerting' || left <= 0) return report;
    await bench.clock.sleep(Math.min(monitoring.intervalMs, left), bench.signal);
  }
}

type AlertLine = NonNullable<ResultDocument['health']>['alerts'][number];

/** What the endpoint itself says of its state, as lines beside the alerts. */
function stateAlerts(view: EndpointView): AlertLine[] {
  const line = (subject: string, isGood: boolean, required: string, explanation: string): AlertLine => ({
    metric: 'state',
    subject,
    status: isGood ? 'pass' : 'fail',
    required,
    value: null,
    explanation,
  });
  const shareOf = (name: string): number =>
    view.config?.routes.find((route) => route.servedEntityName === name)?.trafficPercentage ?? 0;
  return [
    line(
      view.name,
      view.ready && !view.stopped,
      'READY',
      view.stopped
        ? 'The endpoint is stopped.'
        : `The endpoint is ${view.ready ? 'ready' : 'not ready'}, last update ${view.update}.`,
    ),
    ...view.entityStates.map((entity) =>
      line(
        entity.name,
        entity.deployment === 'DEPLOYMENT_READY' || shareOf(entity.name) === 0,
        'DEPLOYMENT_READY where there is traffic',
        `${entity.name} is ${entity.deployment} with ${shareOf(entity.name)} % of the traffic.${entity.message === '' ? '' : ` ${entity.message}`}`,
      ),
    ),
  ];
}

function healthSection(report: HealthReport, state: readonly AlertLine[]): NonNullable<ResultDocument['health']> {
  return {
    alerts: [...state, ...report.alerts.map((alert) => ({ ...alert }))],
    looks: report.looks,
    notes: [...report.notes],
  };
}

function missingEndpoint(name: string): ActionError {
  return new ActionError(`There is no endpoint ${name}, or this identity cannot see it.`, {
    kind: 'remote',
    reason: 'not-found',
    fix: 'Check endpoint-name and the permission on the endpoint.',
  });
}
