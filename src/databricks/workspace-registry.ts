import { ActionError } from '../errors.js';
import type { HttpClient } from '../http/client.js';
import { findByCommit, MOST_LOOKED_AT } from '../registry/commit-search.js';
import { assembleFacts } from '../registry/facts.js';
import { noReadyVersion, versionNotFound } from '../registry/faults.js';
import { headOf } from '../registry/mlflow-head.js';
import { latestVersion, newestVersions, readModelVersion } from '../registry/mlflow-versions.js';
import {
  createModelFiles,
  folderInRun,
  loggedModelRoutes,
  type ModelFiles,
  readServingExample,
  runRoutes,
} from '../registry/model-files.js';
import { createTracking, type Tracking } from '../registry/tracking.js';
import type { ModelRegistry, ResolvedVersion, VersionQuery } from '../registry/types.js';
import type { ModelVersionWire } from '../registry/wire.js';
import type { WorkspacePages } from './pages.js';
import { readStages, stageNamed } from './workspace-stage-reads.js';
import { promoteStage, restoreStage } from './workspace-stages.js';

/**
 * The workspace ("legacy") model registry. It has stages and no aliases: where a query or a promotion speaks of an alias, the
 * name of a stage (`Production`, `Staging`, `Archived`) is understood, and any other name is refused.
 */
export function createWorkspaceRegistry(http: HttpClient, pages: WorkspacePages): ModelRegistry {
  const tracking = createTracking(http);
  return {
    kind: 'workspace',
    resolve: (model, query, signal) => resolveVersion(http, tracking, model, query, signal),
    async facts(model, version, query, signal) {
      const wire = await readModelVersion(http, model, version, signal);
      const stage = wire.current_stage === 'None' ? [] : [wire.current_stage].filter((name) => name !== '');
      const head = headOf(model, wire, stage, pages.workspaceVersion(model, version));
      return assembleFacts(head, { tracking, files: modelFiles(http, wire), runUrl: pages.run }, query, signal);
    },
    async alias(model, alias, signal) {
      const stages = await readStages(http, model, signal);
      return stages[requireStage(alias)] ?? null;
    },
    promote: (model, record, expected, signal) => promoteStage(http, model, record, expected, signal),
    restore: (model, undo, signal) => restoreStage(http, model, undo, signal),
    async servingExample(model, version, signal) {
      return readServingExample(modelFiles(http, await readModelVersion(http, model, version, signal)), signal);
    },
    versionUrl: (model, version) => pages.workspaceVersion(model, version),
  };
}

async function resolveVersion(
  http: HttpClient,
  tracking: Tracking,
  model: string,
  query: VersionQuery,
  signal: AbortSignal,
): Promise<ResolvedVersion> {
  const stagesRead = readStages(http, model, signal);
  switch (query.kind) {
    case 'alias': {
      const aliases = await stagesRead;
      const version = aliases[requireStage(query.alias)];
      if (version === undefined)
        throw versionNotFound(model, `no version is in stage ${query.alias}`, Object.keys(aliases));
      return { version, passedOver: [], aliases };
    }
    case 'number': {
      const [aliases, found] = await Promise.all([stagesRead, readModelVersion(http, model, query.version, signal)]);
      return { version: found.version, passedOver: [], aliases };
    }
    case 'latest': {
      const [aliases, choice] = await Promise.all([stagesRead, latestVersion(http, model, signal)]);
      if (choice.version === null) throw noReadyVersion(model, choice.passedOver);
      return { version: choice.version, passedOver: choice.passedOver, aliases };
    }
    case 'commit': {
      const [aliases, rows] = await Promise.all([stagesRead, newestVersions(http, model, MOST_LOOKED_AT, signal)]);
      const sources = { tracking, tagsOf: async () => ({}) };
      return { ...(await findByCommit(model, rows, query.commits, sources, signal)), aliases };
    }
  }
}

function requireStage(alias: string): string {
  const stage = stageNamed(alias);
  if (stage !== null) return stage;
  throw new ActionError(`The workspace model registry has no aliases, so there is no \`${alias}\` in it.`, {
    kind: 'configuration',
    reason: 'configuration-invalid',
    fix: 'Name a stage instead (`Production`, `Staging`), or register the model in Unity Catalog.',
  });
}

function modelFiles(http: HttpClient, wire: ModelVersionWire): ModelFiles {
  const head = headOf(wire.name, wire, [], '');
  const folder = folderInRun(wire.source);
  const logged = head.loggedModelId === null ? [] : loggedModelRoutes(head.loggedModelId);
  return createModelFiles(
    http,
    folder === null || wire.run_id === '' ? logged : [...logged, ...runRoutes(wire.run_id, folder)],
  );
}
