import type { Command } from '../reasons.js';
import { parseDuration } from '../rollout/core/duration.js';
import { alertsOf } from './alerts.js';
import { gateSettingsOf } from './gate-settings.js';
import { registryOf } from './registry-choice.js';
import { reportingOf } from './reporting.js';
import { rolloutSettingsOf } from './rollout-settings.js';
import { type Scope, textMapAt } from './scope.js';
import { versionSelectorOf } from './selectors.js';
import { sizingOf } from './sizing.js';
import type { Credentials, Settings } from './types.js';

/**
 * The settings of a scope. Faults that are found on the way are left in the scope; the settings are complete all the
 * same, and must be used only when there are none.
 */
export function assembleSettings(scope: Scope, credentials: Credentials, command: Command): Settings {
  const { deployment, inputs } = scope;
  const written = deployment.model.name ?? '';
  const registry = registryOf(scope, written, credentials);
  // Unity Catalog folds the names of models to lower case, and so does every answer that they are compared with.
  const name = registry === 'unity-catalog' ? written.toLowerCase() : written;
  const target = inputs.target ?? null;
  const subject = { name: name || deployment.endpoint.name || deployment.app.name || '', target };
  return {
    command,
    configFile: scope.document?.file ?? null,
    target,
    model: {
      name,
      registry,
      version: versionSelectorOf(deployment.model.version),
    },
    endpoint: endpointOf(scope),
    gate: gateSettingsOf(scope, command),
    rollout: rolloutSettingsOf(scope),
    monitoring: monitoringOf(scope),
    app: deployment.app.name === undefined ? null : { name: deployment.app.name, source: deployment.app.source ?? '' },
    control: controlOf(scope),
    reporting: reportingOf(inputs, subject),
    credentials,
    githubToken: inputs['github-token'] ?? '',
    notes: scope.notes,
  };
}

function endpointOf(scope: Scope): Settings['endpoint'] {
  const { endpoint } = scope.deployment;
  const sizing = sizingOf(scope);
  for (const message of sizing.mapping) scope.notes.push({ level: 'info', message });
  const variables = endpoint.environment_vars;
  return {
    name: endpoint.name ?? '',
    sizing,
    environmentVars: variables === undefined ? null : textMapAt(scope, ['endpoint', 'environment_vars'], variables),
    tags: textMapAt(scope, ['endpoint', 'tags'], endpoint.tags),
  };
}

function monitoringOf(scope: Scope): Settings['monitoring'] {
  const { monitoring } = scope.deployment;
  const alerts = alertsOf(scope);
  return {
    intervalMs: parseDuration(monitoring.interval) ?? 0,
    metrics: [...new Set([...monitoring.metrics, ...alerts.map((alert) => alert.metric)])],
    alerts,
  };
}

function controlOf({ inputs }: Scope): Settings['control'] {
  return {
    dryRun: inputs['dry-run'],
    until: inputs.until ?? null,
    expectPlan: inputs['expect-plan'] ?? null,
    onCancel: inputs['on-cancel'],
    timeoutMs: parseDuration(inputs.timeout) ?? 0,
    rollbackOnAlert: inputs['rollback-on-alert'],
    durationMs: inputs.duration === undefined ? null : parseDuration(inputs.duration),
  };
}
