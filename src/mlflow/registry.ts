import { ActionError } from '../errors.js';
import type { HttpClient } from '../http/client.js';
import { type AliasStore, moveAliases, problemOf, restoreAliases, wantedMoves } from '../registry/alias-moves.js';
import { findByCommit, MOST_LOOKED_AT } from '../registry/commit-search.js';
import { assembleFacts, loggedModelOf, type VersionHead } from '../registry/facts.js';
import { noReadyVersion, versionNotFound } from '../registry/faults.js';
import { headOf } from '../registry/mlflow-head.js';
import { latestVersion, newestVersions, readModelVersion } from '../registry/mlflow-versions.js';
import { createModelFiles, type FileRoute, loggedModelRoutes, readServingExample } from '../registry/model-files.js';
import { createTracking, type Tracking } from '../registry/tracking.js';
import type { ModelRegistry, PromotionRecord, ResolvedVersion, VersionQuery } from '../registry/types.js';
import { writeTags } from '../registry/version-tags.js';
import { anyAnswer, modelVersionAnswer, registeredModelAnswer } from '../registry/wire.js';

const API = '/api/2.0/mlflow';

/** The model registry of an open-source MLflow server, 2.3 or newer (aliases). */
export function createMlflowRegistry(http: HttpClient): ModelRegistry {
  const tracking = createTracking(http);
  const versionUrl = (model: string, version: string): string =>
    `${http.baseUrl}/#/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}`;
  return {
    kind: 'mlflow',
    resolve: (model, query, signal) => resolveVersion(http, tracking, model, query, signal),
    async facts(model, version, query, signal) {
      const wire = await readModelVersion(http, model, version, signal);
      const direct = headOf(model, wire, wire.aliases, versionUrl(model, version));
      const head = direct.loggedModelId === null ? await followCopy(http, direct, signal) : direct;
      const sources = { tracking, files: modelFiles(http, model, version, head.loggedModelId), runUrl: runUrl(http) };
      return assembleFacts(head, sources, query, signal);
    },
    alias: (model, alias, signal) => readAlias(http, model, alias, signal),
    async promote(model, record, expected, signal) {
      checkAliasNames(record);
      const moved = await moveAliases(aliasStore(http, model, signal), record, expected);
      const tagWarnings = await writeTags(http, `${API}/model-versions/set-tag`, model, record, signal);
      return { undo: moved.undo, warnings: [...moved.warnings, ...tagWarnings] };
    },
    restore: (model, undo, signal) => restoreAliases(aliasStore(http, model, signal), undo),
    async servingExample(model, version, signal) {
      const wire = await readModelVersion(http, model, version, signal);
      return readServingExample(modelFiles(http, model, version, loggedModelOf(wire.model_id, wire.source)), signal);
    },
    versionUrl,
  };
}

function runUrl(http: HttpClient): (experimentId: string, runId: string) => string {
  return (experimentId, runId) => `${http.baseUrl}/#/experiments/${experimentId}/runs/${runId}`;
}

async function resolveVersion(
  http: HttpClient,
  tracking: Tracking,
  model: string,
  query: VersionQuery,
  signal: AbortSignal,
): Promise<ResolvedVersion> {
  const aliasesRead = readAliases(http, model, signal);
  switch (query.kind) {
    case 'alias': {
      const aliases = await aliasesRead;
      const version = aliases[query.alias];
      if (version === undefined)
        throw versionNotFound(model, `alias ${query.alias} does not exist`, Object.keys(aliases));
      return { version, passedOver: [], aliases };
    }
    case 'number': {
      const [aliases, found] = await Promise.all([aliasesRead, readModelVersion(http, model, query.version, signal)]);
      return { version: found.version, passedOver: [], aliases };
    }
    case 'latest': {
      const [aliases, choice] = await Promise.all([aliasesRead, latestVersion(http, model, signal)]);
      if (choice.version === null) throw noReadyVersion(model, choice.passedOver);
      return { version: choice.version, passedOver: choice.passedOver, aliases };
    }
    case 'commit': {
      const [aliases, rows] = await Promise.all([aliasesRead, newestVersions(http, model, MOST_LOOKED_AT, signal)]);
      const sources = { tracking, tagsOf: async () => ({}) };
      return { ...(await findByCommit(model, rows, query.commits, sources, signal)), aliases };
    }
  }
}

/** The one call that lists all aliases of a model. */
async function readAliases(
  http: HttpClient,
  model: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const request = { method: 'GET', path: `${API}/registered-models/get`, query: { name: model }, signal } as const;
  const answer = await http.json(`Reading registered model ${model}`, request, registeredModelAnswer);
  return answer.registered_model.aliases;
}

/** An absent alias is a 404, or a 400 that says so: only those two mean "no such alias". */
async function readAlias(http: HttpClient, model: string, alias: string, signal: AbortSignal): Promise<string | null> {
  const query = { name: model, alias };
  const reply = await http.ask(
    { method: 'GET', path: `${API}/registered-models/alias`, query, signal },
    modelVersionAnswer,
  );
  if (reply.kind === 'value') return reply.value.model_version.version;
  const { status, message, form } = reply.fault;
  if (status === 404 && form !== 'web-page') return null;
  if (status === 400 && /alias .*not found/i.test(message)) return null;
  throw http.error(`Reading alias ${alias} of ${model}`, reply.fault);
}

function aliasStore(http: HttpClient, model: string, signal: AbortSignal): AliasStore {
  const path = `${API}/registered-models/alias`;
  return {
    read: (alias) => readAlias(http, model, alias, signal),
    async write(alias, version) {
      const fields = version === null ? { name: model, alias } : { name: model, alias, version };
      const payload = { kind: 'json', value: fields } as const;
      // Open-source servers read a DELETE's body, Databricks its query: both are sent.
      const reply = await http.ask(
        version === null
          ? { method: 'DELETE', path, query: fields, payload, signal }
          : { method: 'POST', path, payload, signal },
        anyAnswer,
      );
      return reply.kind === 'value' ? null : problemOf(reply.fault);
    },
  };
}

/** Names that MLflow reserves are refused before anything is written. */
function checkAliasNames(record: PromotionRecord): void {
  for (const { alias } of wantedMoves(record)) {
    if (/^[\w-]{1,255}$/.test(alias) && !/^(latest|v\d+)$/i.test(alias)) continue;
    throw new ActionError(`\`${alias}\` cannot be an alias in MLflow.`, {
      kind: 'configuration',
      reason: 'configuration-invalid',
      fix: 'Use letters, digits, `_` and `-`, and neither `latest` nor `v` with a number.',
    });
  }
}

/** A copied version names another version as its source: that one's source names the logged model. Followed once. */
async function followCopy(http: HttpClient, head: VersionHead, signal: AbortSignal): Promise<VersionHead> {
  const copied = /^models:\/(.+)\/(\d+)$/.exec(head.source);
  const [, name, version] = copied ?? [];
  if (name === undefined || version === undefined) return head;
  const query = { name, version };
  const request = { method: 'GET', path: `${API}/model-versions/get`, query, signal } as const;
  const origin = await http.jsonOrNull(`Reading version ${version} of ${name}`, request, modelVersionAnswer);
  const wire = origin?.model_version;
  if (wire === undefined) return head;
  return { ...head, runId: head.runId || wire.run_id, loggedModelId: loggedModelOf(wire.model_id, wire.source) };
}

/** The route by version works for every kind of source; that of the logged model is the second try. */
function modelFiles(http: HttpClient, model: string, version: string, modelId: string | null) {
  const byVersion: FileRoute = (file) => ({
    path: '/model-versions/get-artifact',
    query: { name: model, version, path: file },
  });
  return createModelFiles(http, [byVersion, ...(modelId === null ? [] : loggedModelRoutes(modelId))]);
}
