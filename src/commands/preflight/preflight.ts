import type { DatabricksClient } from '../../databricks/client.js';
import { listEndpoints } from '../../databricks/serving.js';
import { configurationError } from '../../errors.js';
import type { Conclusion, Workbench } from '../types.js';
import { jobChecks } from './access.js';
import { readApp } from './app.js';
import { aliasCheck, metastoreCheck, objectChecks, readObjects } from './catalog.js';
import { attempt, type Check } from './check.js';
import { conclude } from './conclude.js';
import { endpointChecks } from './endpoint.js';
import { githubChecks } from './github.js';
import { goLiveChecks } from './go-live.js';
import { identityChecks, principalOf } from './identity.js';
import type { Principal } from './privileges.js';
import { readVersion, type VersionReading, versionChecks } from './version.js';
import { volumeChecks } from './volumes.js';
import { workflowCheck } from './workflow.js';

/**
 * Checks every object, grant and permission that the other commands would need with these settings. Reads only, everything side by side;
 * what cannot be told is `unknown`, never assumed.
 */
export async function preflight(bench: Workbench): Promise<Conclusion> {
  const { databricks } = bench;
  if (databricks === null) {
    const fix = 'Set databricks-host, or the variable DATABRICKS_HOST, to the workspace URL.';
    throw configurationError([
      { key: 'input:databricks-host', message: 'preflight needs a Databricks workspace.', fix },
    ]);
  }
  bench.log.phase('Checklist');
  return conclude(bench, await gather(bench, databricks));
}

/** All lines, the go-live checklist first. Every read starts as soon as what it needs is known. */
async function gather(bench: Workbench, databricks: DatabricksClient): Promise<Check[]> {
  const { endpoint: configured, model } = bench.settings;
  const me = attempt(bench.signal, () => databricks.me(bench.signal));
  const principal = me.then(principalOf);
  const serving = readServing(bench, databricks);
  const version = model.name === '' ? Promise.resolve(null) : readVersion(bench);
  const [identity, who, endpoint, catalogLines, app, job, previous, github, workflow] = await Promise.all([
    me,
    principal,
    serving,
    readCatalog(bench, databricks, principal, serving, version),
    principal.then((known) => readApp(bench, databricks, known)),
    principal.then((known) => jobChecks(bench, databricks, known)),
    previousVersion(bench),
    githubChecks(bench),
    workflowCheck(bench),
  ]);
  const checks: Check[] = [
    ...identityChecks(databricks, identity),
    ...catalogLines,
    ...(endpoint.endpoint === null ? [] : endpointChecks(configured.name, endpoint.endpoint, who?.name ?? null)),
    ...job,
    ...app.checks,
    ...github,
    workflow,
  ];
  const facts = { bench, checks, version: await version, ...endpoint, app, previous };
  return [...goLiveChecks(facts), ...checks];
}

type ServingReading = Awaited<ReturnType<typeof readServing>>;

async function readServing(bench: Workbench, databricks: DatabricksClient) {
  const { signal } = bench;
  if (bench.settings.endpoint.name === '') return { endpoint: null, metrics: null, servingAnswers: false };
  const [endpoint, metrics, list] = await Promise.all([
    attempt(signal, () => bench.serving.read(signal)),
    attempt(signal, () => bench.metrics.read(signal)),
    attempt(signal, () => listEndpoints(databricks.http, signal)),
  ]);
  return { endpoint, metrics, servingAnswers: list.kind === 'value' };
}

/** Everything about the model: where it is registered, who may use it, and the version that would be promoted. */
async function readCatalog(
  bench: Workbench,
  databricks: DatabricksClient,
  who: Promise<Principal | null>,
  serving: Promise<ServingReading>,
  reading: Promise<VersionReading | null>,
): Promise<Check[]> {
  const { settings, signal } = bench;
  const { name, registry } = settings.model;
  const inCatalog = registry === 'unity-catalog' && name !== '';
  const creator = creatorOf(who, serving);
  const [attached, principal, volumes, version, objects, other] = await Promise.all([
    registry === 'unity-catalog' ? databricks.grants.metastore(signal).then((found) => [metastoreCheck(found)]) : [],
    who,
    inCatalog ? volumeChecks(databricks.grants, name, signal) : [],
    reading,
    inCatalog ? readObjects(databricks.grants, name, who, creator, signal) : [],
    creator,
  ]);
  const lines = objects.flatMap((object) => objectChecks(object, principal, other));
  const alias = settings.rollout.promoteAlias;
  const model = objects.at(-1);
  const aliasLines =
    alias === null || model === undefined || principal === null ? [] : [aliasCheck(model, principal, alias)];
  const blocked = lines.find((line) => line.status === 'missing' && !isAbout(line, other))?.name ?? null;
  const versions = version === null ? [] : versionChecks(version, name, blocked);
  return [...attached, ...lines, ...aliasLines, ...versions, ...volumes];
}

/** Whether a line is about the endpoint's creator and not about the caller. */
function isAbout(line: Check, creator: string | null): boolean {
  return creator !== null && line.name.includes(`for ${creator}`);
}

/** Whose grants load the model, where it is not the caller. */
async function creatorOf(who: Promise<Principal | null>, serving: Promise<ServingReading>): Promise<string | null> {
  const [principal, { endpoint }] = await Promise.all([who, serving]);
  const creator = endpoint?.kind === 'value' ? (endpoint.value?.creator ?? '') : '';
  return creator === '' || creator === principal?.name ? null : creator;
}

async function previousVersion(bench: Workbench): Promise<string | null> {
  const { registry, settings, signal } = bench;
  const alias = settings.rollout.previousAlias;
  if (alias === null || settings.model.name === '') return null;
  const found = await attempt(signal, () => registry.alias(settings.model.name, alias, signal));
  return found.kind === 'value' ? found.value : null;
}
