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
import { readAhead, SeenVersions, type Whereabouts } from './unity-catalog-ahead.js';
import {
  catalogVersionRows,
  type Extras,
  readCatalogAlias,
  readCatalogVersion,
  readExtras,
  readModelAliases,
  versionRow,
} from './unity-catalog-reads.js';
import type { CatalogVersionWire } from './unity-catalog-wire.js';

/** Models in Unity Catalog: the documented API for versions and aliases, the MLflow-style one for tags and metrics. */
export function createUnityCatalogRegistry(http: HttpClient, pages: WorkspacePages): ModelRegistry {
  const tracking = createTracking(http);
  const seen = new SeenVersions();
  return {
    kind: 'unity-catalog',
    resolve: (model, query, signal) => resolveVersion({ http, tracking, seen }, model, query, signal),
    async facts(model, version, query, signal) {
      const place = seen.get(model, version);
      const ahead = place === null ? null : readAhead(sourcesAt(http, tracking, pages, place), place, query, signal);
      const [found, extras] = await Promise.all([
        readCatalogVersion(http, model, version, signal),
        readExtras(http, model, version, signal),
      ]);
      if (found === null) throw versionNotFound(model, `version ${version} does not exist, or is not visible`, []);
      const head = versionHead(model, found, extras, pages);
      const sources = ahead !== null && isAt(head, place) ? ahead : factSources(http, tracking, pages, head);
      return assembleFacts(head, sources, query, signal);
    },
    alias: async (model, alias, signal) => (await readCatalogAlias(http, model, alias, signal))?.version ?? null,
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

interface Resolving {
  readonly http: HttpClient;
  readonly tracking: Tracking;
  readonly seen: SeenVersions;
}

async function resolveVersion(
  { http, tracking, seen }: Resolving,
  model: string,
  query: VersionQuery,
  signal: AbortSignal,
): Promise<ResolvedVersion> {
  const aliasesRead = readModelAliases(http, model, signal);
  switch (query.kind) {
    case 'alias': {
      const [aliases, pointed] = await Promise.all([aliasesRead, readCatalogAlias(http, model, query.alias, signal)]);
      if (pointed === null) throw versionNotFound(model, `alias ${query.alias} does not exist`, Object.keys(aliases));
      seen.add(model, [pointed]);
      return { version: pointed.version, passedOver: [], aliases };
    }
    case 'number': {
      const [aliases, found] = await Promise.all([aliasesRead, readCatalogVersion(http, model, query.version, signal)]);
      if (found === null) throw versionNotFound(model, `version ${query.version} does not exist`, []);
      seen.add(model, [found]);
      return { version: found.version, passedOver: [], aliases };
    }
    case 'latest': {
      const [aliases, rows] = await Promise.all([aliasesRead, allRows(http, seen, model, signal)]);
      const chooser = new LatestChooser();
      chooser.add(rows);
      const choice = chooser.choice();
      if (choice.version === null) throw noReadyVersion(model, choice.passedOver);
      return { version: choice.version, passedOver: choice.passedOver, aliases };
    }
    case 'commit': {
      const [aliases, rows] = await Promise.all([aliasesRead, allRows(http, seen, model, signal)]);
      const tagsOf = async (row: VersionRow): Promise<Readonly<Record<string, string>>> => {
        const extras = await readExtras(http, model, row.version, signal);
        return extras.kind === 'read' ? extras.value.tags : {};
      };
      return { ...(await findByCommit(model, rows, query.commits, { tracking, tagsOf }, signal)), aliases };
    }
  }
}

async function allRows(
  http: HttpClient,
  seen: SeenVersions,
  model: string,
  signal: AbortSignal,
): Promise<VersionRow[]> {
  const all: VersionRow[] = [];
  for await (const rows of catalogVersionRows(http, model, signal)) {
    seen.add(model, rows);
    all.push(...rows.map(versionRow));
  }
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

type Located = Pick<VersionHead, 'source' | 'runId' | 'loggedModelId'>;

function factSources(http: HttpClient, tracking: Tracking, pages: WorkspacePages, head: Located): FactSources {
  const files = modelFiles(http, head.source, head.runId, head.loggedModelId);
  return { tracking, files, runUrl: pages.run };
}

function sourcesAt(http: HttpClient, tracking: Tracking, pages: WorkspacePages, place: Whereabouts): FactSources {
  const { source, run_id: runId } = place;
  return factSources(http, tracking, pages, { source, runId, loggedModelId: loggedModelOf('', source) });
}

/** Whether a version is where the reads ahead looked. */
function isAt(head: Located, place: Whereabouts | null): boolean {
  if (place === null) return false;
  const isSame = head.source === place.source && head.runId === place.run_id;
  return isSame && head.loggedModelId === loggedModelOf('', place.source);
}

/** Storage itself cannot be read without cloud credentials: the routes are those of the tracking server. */
function modelFiles(http: HttpClient, source: string, runId: string, modelId: string | null) {
  const folder = folderInRun(source);
  const logged = modelId === null ? [] : loggedModelRoutes(modelId);
  return createModelFiles(http, folder === null || runId === '' ? logged : [...logged, ...runRoutes(runId, folder)]);
}

function aliasStore(http: HttpClient, model: string, signal: AbortSignal): AliasStore {
  return {
    read: async (alias) => (await readCatalogAlias(http, model, alias, signal))?.version ?? null,
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
