import type { HttpClient } from '../http/client.js';
import { faultText } from '../http/fault.js';
import type { Fault } from '../http/types.js';
import { readModelVersion } from '../registry/mlflow-versions.js';
import { readPatiently } from '../registry/patience.js';
import type { PromotionRecord, PromotionUndo } from '../registry/types.js';
import { writeTags } from '../registry/version-tags.js';
import { anyAnswer } from '../registry/wire.js';
import { readStages, stageNamed } from './workspace-stage-reads.js';

type Promoted = { readonly undo: PromotionUndo; readonly warnings: readonly string[] };

const NOTHING_MOVED: PromotionUndo = { aliases: [] };

/**
 * Moves the version into the stage that `promoteAlias` names, archiving what was there. Where the caller may not transition, a request
 * for it is made instead and reported. Tags are best effort.
 */
export async function promoteStage(
  http: HttpClient,
  model: string,
  record: PromotionRecord,
  expected: Readonly<Record<string, string | null>>,
  signal: AbortSignal,
): Promise<Promoted> {
  const moved = await transition(http, model, record, expected, signal);
  const tagWarnings = await writeTags(http, '/api/2.0/mlflow/model-versions/set-tag', model, record, signal);
  const unused =
    record.previousAlias === null
      ? []
      : [`The workspace registry has no aliases: ${record.previousAlias} was not set.`];
  return { undo: moved.undo, warnings: [...moved.warnings, ...unused, ...tagWarnings] };
}

async function transition(
  http: HttpClient,
  model: string,
  record: PromotionRecord,
  expected: Readonly<Record<string, string | null>>,
  signal: AbortSignal,
): Promise<Promoted> {
  if (record.promoteAlias === null) return { undo: NOTHING_MOVED, warnings: [] };
  const stage = stageNamed(record.promoteAlias);
  if (stage === null) {
    const warning = `The workspace registry has no aliases: \`promote_alias\` must name a stage such as Production, not ${record.promoteAlias}; nothing was moved.`;
    return { undo: NOTHING_MOVED, warnings: [warning] };
  }
  const [stages, candidate] = await Promise.all([
    readPatiently(() => readStages(http, model, signal)),
    readPatiently(() => readModelVersion(http, model, record.version, signal)),
  ]);
  const from = stages[stage] ?? null;
  if (from === record.version) return { undo: NOTHING_MOVED, warnings: [] };
  const wanted = expected[record.promoteAlias];
  if (wanted !== undefined && wanted !== from) {
    const warning = `Stage ${stage} was left alone: it held version ${wanted ?? 'none'} when this began and holds ${from ?? 'none'} now.`;
    return { undo: NOTHING_MOVED, warnings: [warning] };
  }
  const { fault, now } = await moveAndRead(
    http,
    model,
    { version: record.version, stage, name: stage, before: from },
    signal,
  );
  if (now === record.version) {
    const before = candidate.current_stage || 'None';
    return { undo: { aliases: [], stage: { from, to: record.version, name: stage, before } }, warnings: [] };
  }
  return { undo: NOTHING_MOVED, warnings: [await explainRefusal(http, model, record.version, stage, fault, signal)] };
}

/** How often a transition is sent when reading back shows that nothing has happened. */
const MOST_SENDS = 3;

/** A transition of a version; `before` is what the stage `name` holds until then. */
interface Move {
  readonly version: string;
  readonly stage: string;
  readonly name: string;
  readonly before: string | null;
}

/** Sends a transition and reads what stage `name` holds then. Sent again only when the answer was lost and nothing has moved. */
async function moveAndRead(
  http: HttpClient,
  model: string,
  move: Move,
  signal: AbortSignal,
): Promise<{ readonly fault: Fault | null; readonly now: string | null }> {
  for (let sends = 1; ; sends += 1) {
    const fault = await moveToStage(http, model, move.version, move.stage, signal);
    const now = (await readPatiently(() => readStages(http, model, signal)))[move.name] ?? null;
    if (fault?.outcome !== 'unknown' || now !== move.before || sends === MOST_SENDS) return { fault, now };
  }
}

/** `null` when the server accepted it. The archive flag is only sent for stages that can be active. */
async function moveToStage(
  http: HttpClient,
  model: string,
  version: string,
  stage: string,
  signal: AbortSignal,
): Promise<Fault | null> {
  const archive = stage === 'Production' || stage === 'Staging';
  const value = { name: model, version, stage, archive_existing_versions: archive };
  const path = '/api/2.0/mlflow/databricks/model-versions/transition-stage';
  const reply = await http.ask({ method: 'POST', path, payload: { kind: 'json', value }, signal }, anyAnswer);
  return reply.kind === 'fault' ? reply.fault : null;
}

async function explainRefusal(
  http: HttpClient,
  model: string,
  version: string,
  stage: string,
  fault: Fault | null,
  signal: AbortSignal,
): Promise<string> {
  const said = fault === null ? 'the server accepted it without doing it' : faultText(fault);
  const refused = `Version ${version} of ${model} was not moved to ${stage}: ${said}.`;
  if (fault?.status !== 403) return refused;
  const value = { name: model, version, stage, comment: 'Requested after a successful rollout.' };
  const path = '/api/2.0/mlflow/transition-requests/create';
  const reply = await http.ask({ method: 'POST', path, payload: { kind: 'json', value }, signal }, anyAnswer);
  return reply.kind === 'value'
    ? `${refused} A transition request was made instead; someone who may manage the model must approve it.`
    : `${refused} A transition request was refused as well: ${faultText(reply.fault)}.`;
}

/** Puts the stage back, unless someone else has changed it since. Returns warnings. */
export async function restoreStage(
  http: HttpClient,
  model: string,
  undo: PromotionUndo,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { stage } = undo;
  if (stage === undefined) return [];
  const name = stage.name ?? 'Production';
  const now = (await readPatiently(() => readStages(http, model, signal)))[name] ?? null;
  if (now === stage.from) return [];
  if (now !== stage.to)
    return [`Stage ${name} was not put back: someone has moved version ${now ?? 'none'} into it since.`];
  const back =
    stage.from === null ? { version: stage.to, stage: stage.before ?? 'None' } : { version: stage.from, stage: name };
  const { fault, now: after } = await moveAndRead(http, model, { ...back, name, before: stage.to }, signal);
  if (after === stage.from) return [];
  const said = fault === null ? 'the server accepted it without doing it' : faultText(fault);
  return [`Stage ${name} was not put back to version ${stage.from ?? 'none'}: ${said}.`];
}
