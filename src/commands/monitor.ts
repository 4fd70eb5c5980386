import { ActionError } from '../errors.js';
import { createEndpointWatch, type HealthReport } from '../health/collect/watch.js';
import type { ResultDocument } from '../report/result.js';
import type { EndpointView } from '../rollout/core/types.js';
import { standingOf } from '../rollout/holders.js';
import { TagJournal } from '../rollout/journal-store.js';
import { Trust } from '../rollout/trust.js';
import { createBookkeeping } from './bookkeeping.js';
import { endpointSection } from './document/rollout.js';
import { rolloutIdentity, sharedPorts } from './engine.js';
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
  const explanation = raised.map((alert) => alert.explanation).join(' ');
  if (control.rollbackOnAlert) return goBack(bench, explanation);
  return {
    decision: 'alerting',
    reason_code: 'alert-raised',
    headline: `${endpoint.name}: ${raised.length === 1 ? '1 alert is' : `${raised.length} alerts are`} raised.`,
    explanation,
    next: '`command: rollback` puts the previous version back.',
  };
}

/** Puts the previous version back because of the alert, unless another run is at work on the endpoint. */
async function goBack(bench: Workbench, alert: string): Promise<Conclusion> {
  const ports = {
    ...sharedPorts(bench),
    health: new Trust(bench.clock),
    bookkeeping: createBookkeeping(bench, { version: '', previousVersion: null, aliases: {} }),
  };
  const standing = await standingOf(ports, new TagJournal(bench.serving), rolloutIdentity(bench), bench.signal);
  if (standing.kind === 'in-progress') {
    return {
      decision: 'alerting',
      reason_code: 'rollout-in-progress',
      headline: `${bench.settings.endpoint.name}: an alert is raised while a rollout is under way.`,
      explanation: `${alert} Run ${standing.lease.runId} of ${standing.lease.repository} is rolling out on this endpoint and judges it itself; nothing was changed.`,
      next: 'Wait for that rollout to end, or run `command: rollback` to take it back at once.',
    };
  }
  const done = await rollback(bench);
  if (done.decision !== 'rolled-back') return { ...done, explanation: `${alert} ${done.explanation ?? ''}`.trim() };
  return {
    ...done,
    reason_code: 'alert-raised',
    headline: `${done.headline} An alert was raised.`,
    explanation: alert,
  };
}

async function healthy(bench: Workbench, report: HealthReport): Promise<Conclusion> {
  const isBlind = report.kind === 'unknown';
  if (isBlind && (await bench.metrics.read(bench.signal)).kind !== 'text') {
    return {
      decision: 'alerting',
      reason_code: 'metrics-unavailable',
      headline: `The health of ${bench.settings.endpoint.name} cannot be seen: its metrics export is not there.`,
      explanation: report.notes.join(' '),
      next: 'Check the permission on the endpoint; a new endpoint has an export after a few minutes.',
    };
  }
  return {
    decision: 'healthy',
    reason_code: 'ok',
    headline: isBlind
      ? `${bench.settings.endpoint.name} is up; nobody called it, so there are no figures to judge.`
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
