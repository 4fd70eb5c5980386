import type { Command } from '../reasons.js';
import { asksForNothing, baselineNeeded } from './gate-settings.js';
import { isDamaged, isGiven, type Scope } from './scope.js';
import type { Path } from './source.js';
import type { Credentials, Settings } from './types.js';

/** A setting that a command cannot do without, with the input that gives it. */
interface Need {
  readonly path: Path;
  readonly input: string;
  readonly what: string;
}

const MODEL: Need = { path: ['model', 'name'], input: 'model-name', what: 'the registered model' };
const ENDPOINT: Need = { path: ['endpoint', 'name'], input: 'endpoint-name', what: 'the serving endpoint' };
const APP: Need = { path: ['app', 'name'], input: 'app-name', what: 'the Databricks App' };
const SOURCE: Need = { path: ['app', 'source'], input: 'app-source', what: "the folder with the app's source" };

const NEEDS: Readonly<Record<Command, readonly Need[]>> = {
  gate: [MODEL],
  plan: [MODEL, ENDPOINT],
  promote: [MODEL, ENDPOINT],
  rollback: [ENDPOINT],
  reconcile: [ENDPOINT],
  monitor: [ENDPOINT],
  preflight: [],
  'deploy-app': [APP, SOURCE],
};

/** What the checks look at besides the scope. */
export interface NeedsContext {
  readonly command: Command;
  readonly gate: Settings['gate'];
  readonly registry: Settings['model']['registry'];
  readonly credentials: Credentials;
  /** A configuration file was meant and could not be read: what it may hold is not called missing. */
  readonly fileUnusable: boolean;
}

/** Notes a fault for each thing that the command cannot do without, and for switches that it would not obey. */
export function checkNeeds(scope: Scope, context: NeedsContext): void {
  if (!context.fileUnusable) {
    for (const need of NEEDS[context.command]) requireSetting(scope, context.command, need);
    if (context.command === 'preflight') requireAny(scope);
    if (judges(context.command)) checkGate(scope, context);
  }
  requireHost(scope, context);
  checkSwitches(scope, context.command);
}

function judges(command: Command): boolean {
  return command === 'gate' || command === 'plan' || command === 'promote';
}

function requireSetting(scope: Scope, command: Command, need: Need): void {
  if (isGiven(scope, need.path) || isDamaged(scope, need.path)) return;
  const key = `deployment.${need.path.join('.')}`;
  scope.faults.push({
    message: `${command} needs ${need.what}, and neither ${key} nor the input ${need.input} is given.`,
    fix: `Set ${key} in the configuration, or the input ${need.input}.`,
    key: `input:${need.input}`,
  });
}

function requireAny(scope: Scope): void {
  const needs = [MODEL, ENDPOINT, APP];
  if (needs.some((need) => isGiven(scope, need.path) || isDamaged(scope, need.path))) return;
  scope.faults.push({
    message: 'preflight has nothing to check: no model, endpoint or app is given.',
    fix: 'Set model-name, endpoint-name or app-name, or their keys in the configuration.',
    key: 'input:model-name',
  });
}

function checkGate(scope: Scope, { command, gate }: NeedsContext): void {
  const path = ['ci_cd', 'metrics_threshold'];
  const asked = asksForNothing(scope, gate);
  if (asked === 'on-purpose' && !isDamaged(scope, path)) {
    scope.notes.push({ level: 'warning', message: 'metrics_threshold is empty: no metric of the version is checked.' });
  }
  if (asked === 'nothing' && !isDamaged(scope, ['ci_cd']) && scope.inputs['metrics-threshold'] === undefined) {
    scope.faults.push({
      message: `${command} has nothing to judge by: no metrics_threshold and no require is given.`,
      fix: 'Set deployment.ci_cd.metrics_threshold or the input metrics-threshold, such as accuracy >= 0.9; or metrics_threshold: {} to check no metric on purpose.',
      key: 'input:metrics-threshold',
    });
  }
  if (command === 'gate') checkServingBaseline(scope, gate);
}

/** `gate` may do without an endpoint, but then there is no serving version to compare with. */
function checkServingBaseline(scope: Scope, gate: Settings['gate']): void {
  if (gate.baseline.kind !== 'serving' || isGiven(scope, ENDPOINT.path) || isDamaged(scope, ENDPOINT.path)) return;
  const needed = isGiven(scope, ['ci_cd', 'baseline']) ? 'baseline: serving' : baselineNeeded(gate);
  if (needed === undefined) return;
  scope.faults.push({
    message: `gate needs the serving endpoint for ${needed}, and no endpoint is given.`,
    fix: 'Set deployment.endpoint.name or the input endpoint-name, or another baseline such as @champion.',
    key: 'input:endpoint-name',
  });
}

function requireHost(scope: Scope, { command, registry, credentials }: NeedsContext): void {
  if (credentials.databricks.host !== undefined) return;
  if (command === 'gate' && registry === 'mlflow' && !isGiven(scope, ENDPOINT.path)) return;
  scope.faults.push({
    message: `${command} needs a Databricks workspace, and neither databricks-host nor DATABRICKS_HOST is set.`,
    fix: 'Set databricks-host to the workspace URL, such as https://adb-1234567890123456.7.azuredatabricks.net.',
    key: 'input:databricks-host',
  });
}

const CHANGING: readonly Command[] = ['rollback', 'reconcile', 'deploy-app'];

/** A switch that would be ignored is only noted where nothing can be harmed; a dry run that would not be dry is refused. */
function checkSwitches(scope: Scope, command: Command): void {
  const { inputs } = scope;
  const monitoring = command === 'monitor' && inputs['rollback-on-alert'];
  if (inputs['dry-run'] && (CHANGING.includes(command) || monitoring)) {
    const message = `dry-run is for promote, and ${command} would change things in spite of it.`;
    scope.faults.push({ message, fix: 'Remove dry-run, or use command: plan.', key: 'input:dry-run' });
  }
  const idle: [boolean, string, readonly Command[]][] = [
    [inputs['rollback-on-alert'], 'rollback-on-alert', ['monitor']],
    [inputs.duration !== undefined, 'duration', ['monitor']],
    [inputs.until !== undefined, 'until', ['promote', 'plan']],
    [inputs['expect-plan'] !== undefined, 'expect-plan', ['promote', 'plan']],
  ];
  for (const [given, name, commands] of idle) {
    if (!given || commands.includes(command)) continue;
    scope.notes.push({ level: 'warning', message: `The input ${name} has no meaning for ${command} and is ignored.` });
  }
}
