import type { App } from '../../databricks/apps.js';
import type { ExportRead } from '../../health/ports.js';
import type { EndpointView } from '../../rollout/core/types.js';
import { isServing } from '../deploy-app/app-state.js';
import type { Workbench } from '../types.js';
import type { AppReading } from './app.js';
import { type Check, checksOf, type Tried } from './check.js';
import { recoveryLine } from './recovery.js';
import type { VersionReading } from './version.js';

const write = checksOf('Go-live checklist', true);

/** Everything that the checklist is answered from. */
export interface GoLiveFacts {
  readonly bench: Workbench;
  /** All other lines. */
  readonly checks: readonly Check[];
  readonly version: VersionReading | null;
  /** `null`: no endpoint is configured. */
  readonly endpoint: Tried<EndpointView | null> | null;
  /** Whether the serving API lists endpoints for this identity. */
  readonly servingAnswers: boolean;
  readonly metrics: Tried<ExportRead> | null;
  readonly app: AppReading;
  /** Version that the alias for going back points at. */
  readonly previous: string | null;
}

/** The go-live checklist, each line answered from what was read, none assumed. */
export function goLiveChecks(facts: GoLiveFacts): Check[] {
  return [
    catalogLine(facts),
    permissionsLine(facts),
    registeredLine(facts),
    trainingLine(facts),
    endpointLine(facts),
    monitoringLine(facts),
    recoveryLine(facts.bench.settings, facts.endpoint, facts.previous),
    appLine(facts),
  ];
}

const FIX_ABOVE = 'See the lines above.';

function summed(title: string, checks: readonly Check[], what: string): Check {
  const named = (status: Check['status']): string =>
    checks.flatMap((check) => (check.status === status ? [check.name] : [])).join('; ');
  const [missing, unknown] = [named('missing'), named('unknown')];
  if (checks.length === 0) return write.unknown(title, `Nothing of ${what} was asked for.`);
  if (missing !== '') return write.missing(title, `Missing: ${missing}.`, FIX_ABOVE);
  if (unknown !== '') return write.unknown(title, `Not to be told: ${unknown}.`, FIX_ABOVE);
  return write.ok(title, `All ${checks.length} lines about ${what} are ok.`);
}

function catalogLine({ checks }: GoLiveFacts): Check {
  return summed(
    'Unity Catalog set up',
    checks.filter((check) => check.group === 'Unity Catalog' && check.isRight !== true),
    'Unity Catalog',
  );
}

/** What no read can show does not count against it; it has its own line. */
function permissionsLine({ checks }: GoLiveFacts): Check {
  const rights = checks.filter(
    (check) => check.isRight === true && (check.group !== 'GitHub' || check.status !== 'unknown'),
  );
  return summed('Permissions configured', rights, 'permissions');
}

function registeredLine({ version }: GoLiveFacts): Check {
  const title = 'Model registered';
  if (version === null) return write.unknown(title, 'No model is configured.', 'Set model-name.');
  if (version.facts?.kind === 'value' && version.facts.value.status === 'READY') {
    return write.ok(title, `Version ${version.facts.value.version} of ${version.facts.value.model} is READY.`);
  }
  const failure = version.resolved.kind === 'fault' ? version.resolved.error : null;
  const isAbsent = failure?.reason === 'version-not-found' || failure?.reason === 'version-not-ready';
  if (isAbsent && failure !== null) return write.missing(title, failure.message, failure.fix);
  return write.unknown(title, failure?.message ?? 'The version could not be read.');
}

/** The run that made the version is the training that has to have worked. */
function trainingLine({ version }: GoLiveFacts): Check {
  const title = 'Sample training job successful';
  const facts = version?.facts?.kind === 'value' ? version.facts.value : null;
  const run = facts?.run;
  if (facts === null || run === undefined)
    return write.unknown(title, 'The training run of the version could not be read.');
  if (run.status === 'FINISHED')
    return write.ok(title, `Run ${run.id}, which made version ${facts.version}, is FINISHED.`);
  return write.missing(
    title,
    `Run ${run.id}, which made version ${facts.version}, is ${run.status}.`,
    'Train again and register what a finished run made.',
  );
}

function endpointLine(facts: GoLiveFacts): Check {
  const title = 'Endpoint can be created or updated';
  const { endpoint, checks } = facts;
  const { name } = facts.bench.settings.endpoint;
  if (endpoint === null) return write.unknown(title, 'No endpoint is configured.', 'Set endpoint-name.');
  if (endpoint.kind === 'fault') return write.unknown(title, endpoint.error.message, endpoint.error.fix);
  if (name.startsWith('databricks-')) {
    return write.missing(title, 'Names that begin with databricks- are reserved.', 'Choose another endpoint-name.');
  }
  if (endpoint.value === null) {
    if (!facts.servingAnswers) return write.unknown(title, 'It does not exist, and the serving API cannot be listed.');
    const model = registeredLine(facts);
    if (model.status !== 'ok')
      return write.unknown(title, 'It does not exist, and there is no version to create it with.');
    return write.ok(
      title,
      `The name is free, the serving API answers, and there is a version to serve. ${model.evidence}`,
    );
  }
  const about = checks.filter((check) => check.group === 'Serving endpoint' && /CAN_MANAGE|Room/.test(check.name));
  return summed(title, about, 'the endpoint');
}

function monitoringLine({ bench, metrics, endpoint }: GoLiveFacts): Check {
  const title = 'Monitoring configured';
  const count = bench.settings.monitoring.alerts.length;
  if (count === 0) {
    return write.missing(
      title,
      'No alert is configured.',
      'Set deployment.monitoring.alerts, such as error_rate with threshold 0.01.',
    );
  }
  const alerts = `${count} ${count === 1 ? 'alert is' : 'alerts are'} configured`;
  if (endpoint?.kind === 'value' && endpoint.value === null) {
    return write.unknown(title, `${alerts}; there is no endpoint yet to read metrics from.`);
  }
  if (metrics?.kind === 'value' && metrics.value.kind === 'text')
    return write.ok(title, `${alerts}, and the endpoint exports metrics.`);
  return write.unknown(title, `${alerts}; the endpoint's metrics could not be read.`);
}

function appLine({ bench, app: reading }: GoLiveFacts): Check {
  const title = 'App deployed and tested';
  if (reading.app === null) return write.unknown(title, 'No app is configured.', 'Set app-name where there is one.');
  const name = bench.settings.app?.name ?? '';
  if (reading.app.kind === 'fault') return write.unknown(title, reading.app.error.message, reading.app.error.fix);
  const app: App | null = reading.app.value;
  const fix = 'Run this Action with command: deploy-app.';
  if (app === null) return write.missing(title, `App ${name} does not exist.`, fix);
  const deployment = app.activeDeployment;
  if (isServing(app) && deployment?.state === 'SUCCEEDED') {
    return write.ok(title, `Deployment ${deployment.id} succeeded, and app ${name} is RUNNING.`);
  }
  const state = `compute ${app.computeState || 'unknown'}, app ${app.appState || 'unknown'}, deployment ${deployment?.state ?? 'none'}`;
  return write.missing(title, `App ${name} does not run: ${state}.`, fix);
}
