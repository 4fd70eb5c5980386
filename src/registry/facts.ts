import { readMetricValue } from './metric-value.js';
import { type LoggedPoint, pointsOf, reduceToLast, runsBehindZeros, unmaskNaN } from './metrics.js';
import { loggedModelIn, type ModelFiles, readSignature } from './model-files.js';
import type { SignatureReading } from './signature.js';
import type { Reading, Tracking } from './tracking.js';
import type { FactsQuery, MetricPoint, RegistryFacts, RunFacts, VersionFacts } from './types.js';
import type { LoggedModelWire, MetricRow, RunWire } from './wire.js';

/** What the registry itself says of a version. */
export interface VersionHead {
  readonly base: Pick<VersionFacts, 'model' | 'version' | 'status' | 'aliases' | 'tags' | 'url'> &
    Partial<Pick<VersionFacts, 'createdAtMs' | 'createdBy' | 'description' | 'deploymentJobState'>>;
  readonly source: string;
  /** Empty: registered without a run. */
  readonly runId: string;
  /** From the registry or from the source; `null` when the version was not made by MLflow 3. */
  readonly loggedModelId: string | null;
  /** Metrics that the registry keeps on the version (Unity Catalog). */
  readonly metrics: readonly MetricRow[];
  /** What could not be read of the version, in words. */
  readonly notes: readonly string[];
  /** Says where else the run may be, when it is not found here. */
  readonly runElsewhere?: string;
}

export interface FactSources {
  readonly tracking: Tracking;
  readonly files: ModelFiles;
  readonly runUrl: (experimentId: string, runId: string) => string;
}

/** Everything that is read about a version, before it is put together. */
interface Evidence {
  readonly run: Reading<RunWire> | null;
  readonly logged: Reading<LoggedModelWire> | null;
  readonly histories: readonly MetricRow[];
  readonly signature: SignatureReading | null;
}

/**
 * Completes what the registry says of a version with its run, its logged model, histories and signature, all read side by side. Metrics
 * of all sources are given, each with its provenance; which counts is for the gate to choose.
 */
export async function assembleFacts(
  head: VersionHead,
  sources: FactSources,
  query: FactsQuery,
  signal: AbortSignal,
): Promise<RegistryFacts> {
  const evidence = await gather(head, sources, query, signal);
  const run = evidence.run?.kind === 'read' ? evidence.run.value : null;
  const metrics = await believableMetrics(head, evidence, sources.tracking, query, signal);
  return {
    ...head.base,
    ...(head.source === '' ? {} : { source: head.source }),
    ...(head.loggedModelId === null ? {} : { loggedModelId: head.loggedModelId }),
    ...(run === null ? {} : { run: runFacts(run, sources.runUrl) }),
    metrics,
    ...signatureFacts(evidence.signature),
    notes: notesOf(head, evidence),
  };
}

async function gather(
  head: VersionHead,
  { tracking, files }: FactSources,
  query: FactsQuery,
  signal: AbortSignal,
): Promise<Evidence> {
  const run = head.runId === '' ? Promise.resolve(null) : tracking.run(head.runId, signal);
  const tags = async (): Promise<Readonly<Record<string, string>> | undefined> => {
    const reading = await run;
    return reading?.kind === 'read' ? reading.value.data?.tags : undefined;
  };
  const signature = query.signature ? signatureWith(files, head.source, tags, signal) : null;
  const histories = head.runId === '' ? [] : query.histories.map((name) => tracking.history(head.runId, name, signal));
  const logged = head.loggedModelId === null ? null : tracking.loggedModel(head.loggedModelId, signal);
  const [runRead, loggedRead, signatureRead, ...historyRows] = await Promise.all([
    run,
    logged,
    signature,
    ...histories,
  ]);
  const found = runRead ?? (await sourceRun(loggedRead, tracking, signal));
  return { run: found, logged: loggedRead, histories: historyRows.flat(), signature: signatureRead };
}

async function signatureWith(
  files: ModelFiles,
  source: string,
  runTags: () => Promise<Readonly<Record<string, string>> | undefined>,
  signal: AbortSignal,
): Promise<SignatureReading> {
  const direct = await readSignature(files, source, () => undefined, signal);
  if (direct.kind !== 'unreadable') return direct;
  const tags = await runTags();
  if (tags === undefined) return direct;
  const absent: ModelFiles = async () => ({ kind: 'absent', why: direct.why });
  const logged = await readSignature(absent, source, () => tags, signal);
  return logged.kind === 'unreadable' ? direct : logged;
}

/** A version that names no run may still have a logged model that does. */
async function sourceRun(
  logged: Reading<LoggedModelWire> | null,
  tracking: Tracking,
  signal: AbortSignal,
): Promise<Reading<RunWire> | null> {
  const runId = logged?.kind === 'read' ? logged.value.info.source_run_id : '';
  return runId === '' ? null : tracking.run(runId, signal);
}

async function believableMetrics(
  head: VersionHead,
  evidence: Evidence,
  tracking: Tracking,
  query: FactsQuery,
  signal: AbortSignal,
): Promise<MetricPoint[]> {
  const run = evidence.run?.kind === 'read' ? evidence.run.value : null;
  const logged = evidence.logged?.kind === 'read' ? evidence.logged.value : null;
  const versionPoints = pointsOf(head.metrics, { source: 'version', id: head.base.version });
  const loggedPoints = pointsOf(logged?.data?.metrics ?? [], { source: 'logged-model', id: head.loggedModelId ?? '' });
  const runId = run?.info.run_id || head.runId;
  const lastOfRun = pointsOf(run?.data?.metrics ?? [], { source: 'run', id: runId }).filter(
    (point) => !evidence.histories.some((row) => row.key === point.name),
  );
  const historyPoints = pointsOf(evidence.histories, { source: 'run', id: runId });
  const doubted = [...reduceToLast(versionPoints, query.histories), ...reduceToLast(loggedPoints, query.histories)].map(
    (point) => (point.runId === '' ? { ...point, runId } : point),
  );
  const nanOnRun = await readNaNs(runsBehindZeros(doubted), run, runId, tracking, signal);
  return [...unmaskNaN(doubted, nanOnRun), ...lastOfRun, ...historyPoints].map(withoutRunId);
}

function withoutRunId({ runId: _runId, ...point }: LoggedPoint): MetricPoint {
  return point;
}

/** Which metrics of these runs are NaN; the run at hand is not read again, and one that is out of reach has none. */
async function readNaNs(
  runIds: readonly string[],
  atHand: RunWire | null,
  atHandId: string,
  tracking: Tracking,
  signal: AbortSignal,
): Promise<(runId: string, name: string) => boolean> {
  const entries = await Promise.all(
    runIds.map(async (runId) => {
      const reading = runId === atHandId ? null : await tracking.run(runId, signal);
      const run = runId === atHandId ? atHand : reading?.kind === 'read' ? reading.value : null;
      return [runId, nanNames(run)] as const;
    }),
  );
  const byRun = new Map(entries);
  return (runId, name) => byRun.get(runId)?.has(name) ?? false;
}

function nanNames(run: RunWire | null): ReadonlySet<string> {
  const rows = run?.data?.metrics ?? [];
  return new Set(rows.filter((row) => Number.isNaN(readMetricValue(row.value))).map((row) => row.key));
}

function runFacts(run: RunWire, runUrl: FactSources['runUrl']): RunFacts {
  const { info, data, inputs } = run;
  const { lifecycle_stage: stage } = info;
  const datasets = (inputs?.dataset_inputs ?? [])
    .map((input) => ({ name: input.dataset?.name ?? '', digest: input.dataset?.digest ?? '' }))
    .filter((dataset) => dataset.name !== '' || dataset.digest !== '');
  return {
    id: info.run_id,
    status: info.status,
    lifecycle: stage === 'active' || stage === 'deleted' ? stage : 'unknown',
    ...(info.start_time === undefined ? {} : { startedAtMs: info.start_time }),
    ...(info.end_time === undefined || info.end_time === 0 ? {} : { endedAtMs: info.end_time }),
    params: data?.params ?? {},
    tags: data?.tags ?? {},
    datasets,
    url: runUrl(info.experiment_id, info.run_id),
  };
}

function signatureFacts(reading: SignatureReading | null): Pick<VersionFacts, 'signature' | 'signatureNote'> {
  if (reading === null) return {};
  if (reading.kind === 'found') return { signature: reading.signature };
  return reading.kind === 'none' ? { signature: null } : { signatureNote: reading.why };
}

function notesOf(head: VersionHead, evidence: Evidence): string[] {
  const notes = [...head.notes];
  if (head.runId === '' && evidence.run === null) notes.push('The version was registered without a run.');
  if (evidence.run?.kind === 'out-of-reach') {
    notes.push(head.runElsewhere === undefined ? evidence.run.why : `${evidence.run.why}. ${head.runElsewhere}`);
  }
  if (evidence.logged?.kind === 'out-of-reach') notes.push(evidence.logged.why);
  return notes;
}

/** The logged model of a version: as the registry names it, else from the source. */
export function loggedModelOf(named: string, source: string): string | null {
  return named === '' ? loggedModelIn(source) : named;
}
