import type { HttpClient } from '../http/client.js';
import { encodePath } from '../http/path.js';
import { type AliasStore, moveAliases, problemOf, restoreAliases } from '../registry/alias-moves.js';
import { findByCommit } from '../registry/commit-search.js';
import { assembleFacts, type FactSources, loggedModelOf, type VersionHead } from '../registry/facts.js';
import { noReadyVersion, versionNotFound } from '../registry/faults.js';
import {
  createModelFiles,
  folderInRun,
  loggedModelRoutes,
  readServingExample,
  runRoutes,
} from '../registry/model-files.js';
import { LatestChooser, type VersionRow, versionStatus } from '../registry/select.js';
import { createTracking, type Tracking } from '../registry/tracking.js';
import type { ModelRegistry, ResolvedVersion, VersionQuery } from '../registry/types.js';
import { writeTags } from '../registry/version-tags.js';
import { anyAnswer } from '../registry/wire.js';
import type { WorkspacePages } from './pages.js';
import {
  catalogVersionRows,
  type Extras,
  readCatalogAlias,
  readCatalogVersion,
  readExtras,
  readModelAliases,
} from './unity-catalog-reads.js';
import type { CatalogVersionWire } from './unity-catalog-wire.js';

/** Models in Unity Catalog: the documented API for versions and aliases, the MLflow-style one for tags and metrics. */
export function createUnityCatalogRegistry(http: HttpClient, pages: WorkspacePages): ModelRegistry {
  const tracking = createTracking(http);
  return {
    kind: 'unity-catalog',
    resolve: (model, query, signal) => resolveVersion(http, tracking, model, query, signal),
    async facts(model, version, query, signal) {
      const [found, extras] = await Promise.all([
        readCatalogVersion(http, model, version, signal),
        readExtras(http, model, version, signal),
      ]);
      if (found === null) throw versionNotFound(model, `version ${version} does not exist, or is not visible`, []);
      const head = versionHead(model, found, extras, pages);
      return assembleFacts(head, factSources(http, tracking, pages, head), query, signal);
    },
    alias: (model, alias, signal) => readCatalogAlias(http, model, alias, signal),
    async promote(model, record, expected, signal) {
      const moved = await moveAliases(aliasStore(http, model, signal), record, expected);
      const path = '/api/2.0/mlflow/unity-catalog/model-versions/set-tag';
      const tagWarnings = await writeTags(http, path, model, record, signal);
      return { undo: moved.undo, warnings: [...moved.warnings, ...tagWarnings] };
    },
    restore: (model, undo, signal) => restoreAliases(aliasStore(http, model, signal), undo),
    async servingExample(model, version, signal) {
      const found = await readCatalogVersion(http, model, version, signal);
      if (found === null) return null;
      const modelId = loggedModelOf('', found.source);
      return readServingExample(modelFiles(http, found.source, found.run_id, modelId), signal);
    },
    versionUrl: (model, version) => pages.catalogVersion(model, version),
  };
}

async function resolveVersion(
  http: HttpClient,
  tracking: Tracking,
  model: string,
  query: VersionQuery,
  signal: AbortSignal,
): Promise<ResolvedVersion> {
  const aliasesRead = readModelAliases(http, model, signal);
  switch (query.kind) {
    case 'alias': {
      const [aliases, pointed] = await Promise.all([aliasesRead, readCatalogAlias(http, model, query.alias, signal)]);
      if (pointed === null) throw versionNotFound(model, `alias ${query.alias} does not exist`, Object.keys(aliases));
      return { version: pointed, passedOver: [], aliases };
    }
    case 'number': {
      const [aliases, found] = await Promise.all([aliasesRead, readCatalogVersion(http, model, query.version, signal)]);
      if (found === null) throw versionNotFound(model, `version ${query.version} does not exist`, []);
      return { version: found.version, passedOver: [], aliases };
    }
    case 'latest': {
      const [aliases, choice] = await Promise.all([aliasesRead, latest(http, model, signal)]);
      if (choice.version === null) throw noReadyVersion(model, choice.passedOver);
      return { version: choice.version, passedOver: choice.passedOver, aliases };
    }
    case 'commit': {
      const [aliases, rows] = await Promise.all([aliasesRead, allRows(http, model, signal)]);
      const tagsOf = async (row: VersionRow): Promise<Readonly<Record<string, string>>> => {
        const extras = await readExtras(http, model, row.version, signal);
        return extras.kind === 'read' ? extras.value.tags : {};
      };
      return { ...(await findByCommit(model, rows, query.commits, { tracking, tagsOf }, signal)), aliases };
    }
  }
}

async function latest(http: HttpClient, model: string, signal: AbortSignal) {
  const chooser = new LatestChooser();
  for await (const rows of catalogVersionRows(http, model, signal)) chooser.add(rows);
  return chooser.choice();
}

async function allRows(http: HttpClient, model: string, signal: AbortSignal): Promise<VersionRow[]> {
  const all: VersionRow[] = [];
  for await (const rows of catalogVersionRows(http, model, signal)) all.push(...rows);
  return all;
}

function versionHead(model: string, found: CatalogVersionWire, extras: Extras, pages: WorkspacePages): VersionHead {
  const more = extras.kind === 'read' ? extras.value : null;
  const source = found.source || more?.source || '';
  const jobState = more?.deployment_job_state?.run_state ?? '';
  const notes = extras.kind === 'refused' ? [`Tags and metrics of the version could not be read: ${extras.why}`] : [];
  const elsewhere = found.run_workspace_id;
  return {
    base: {
      model,
      version: found.version,
      status: versionStatus(found.status),
      aliases: found.aliases.map((row) => row.alias_name),
      tags: more?.tags ?? {},
      url: pages.catalogVersion(model, found.version),
      ...(found.created_at === undefined ? {} : { createdAtMs: found.created_at }),
      ...(found.created_by === '' ? {} : { createdBy: found.created_by }),
      ...(found.comment === '' ? {} : { description: found.comment }),
      ...(jobState === '' ? {} : { deploymentJobState: jobState }),
    },
    source,
    runId: found.run_id || more?.run_id || '',
    loggedModelId: loggedModelOf(more?.model_id ?? '', source),
    metrics: more?.model_metrics ?? [],
    notes,
    ...(elsewhere == null || elsewhere === '0'
      ? {}
      : {
          runElsewhere: `The version says that its run belongs to workspace ${elsewhere}; runs of another workspace cannot be read here`,
        }),
  };
}

function factSources(http: HttpClient, tracking: Tracking, pages: WorkspacePages, head: VersionHead): FactSources {
  const files = modelFiles(http, head.source, head.runId, head.loggedModelId);
  return { tracking, files, runUrl: pages.run };
}

/** Storage itself cannot be read without cloud credentials: the routes are those of the tracking server. */
function modelFiles(http: HttpClient, source: string, runId: string, modelId: string | null) {
  const folder = folderInRun(source);
  const logged = modelId === null ? [] : loggedModelRoutes(modelId);
  return createModelFiles(http, folder === null || runId === '' ? logged : [...logged, ...runRoutes(runId, folder)]);
}

function aliasStore(http: HttpClient, model: string, signal: AbortSignal): AliasStore {
  return {
    read: (alias) => readCatalogAlias(http, model, alias, signal),
    async write(alias, version) {
      const path = encodePath`/api/2.1/unity-catalog/models/${model}/aliases/${alias}`;
      const payload = { kind: 'json', value: { version_num: Number(version) } } as const;
      const reply = await http.ask(
        version === null ? { method: 'DELETE', path, signal } : { method: 'PUT', path, payload, signal },
        anyAnswer,
      );
      return reply.kind === 'value' ? null : problemOf(reply.fault);
    },
  };
}
