import { expect } from '@jest/globals';
import type { RunOptions, RunResult } from '../../../sandbox/runner/index.js';
import { ENDPOINT, MODEL, type Stage } from '../../../sandbox/stage.js';
import type { LoggedRequest } from '../../../sandbox/workspace/http/request-log.js';
import type { Journal } from '../../../src/rollout/core/journal.js';
import { decodeJournal } from '../../../src/rollout/core/journal-codec.js';
import { PACKING } from '../../../src/rollout/journal-store.js';
import { onStage } from '../support.js';
import { CALLERS, QUICK, QUICK_WORKSPACE } from './fast.js';

/** The run that promotes in most scenes. */
export const RUN = 41;

/** The configuration file of a run, for `files`. */
export function configured(text: string): { readonly files: Readonly<Record<string, string>> } {
  return { files: { 'config/deployment_config.yaml': text } };
}

/** As `onStage`, on a workspace in which a rollout takes a few seconds. */
export function onQuickStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  return onStage(play, { workspace: QUICK_WORKSPACE });
}

/** The old version serves everything and is the champion; a better one is registered. */
export function oldAndNew(stage: Stage, callers = CALLERS): { readonly old: string; readonly next: string } {
  const old = stage.version(undefined, { aliases: ['champion'] });
  stage.serve(old, callers);
  return { old, next: stage.version() };
}

/** A promotion with the quick configuration, by `RUN` unless told otherwise. */
export function promote(stage: Stage, options: Partial<RunOptions> = {}): Promise<RunResult> {
  return stage.onMerge({ runId: RUN, ...configured(QUICK), ...options });
}

/** Another command with the quick configuration. */
export function command(
  stage: Stage,
  inputs: Readonly<Record<string, string>>,
  options: Partial<RunOptions> = {},
): Promise<RunResult> {
  return stage.byHand(inputs, { ...configured(QUICK), ...options });
}

interface SentConfiguration {
  readonly traffic_config?: {
    readonly routes: readonly { readonly served_entity_name: string; readonly traffic_percentage: number }[];
  };
  readonly config?: SentConfiguration;
}

/** Shares by entity that a request body asks for. */
function sharesIn(body: string): Readonly<Record<string, number>> {
  const sent: SentConfiguration = JSON.parse(body);
  const routes = (sent.config ?? sent).traffic_config?.routes ?? [];
  return Object.fromEntries(routes.map((route) => [route.served_entity_name, route.traffic_percentage]));
}

/** Whether the server carried the request out, whatever of the answer arrived. */
function wasCarriedOut(request: LoggedRequest): boolean {
  return request.acted && (request.status === null || request.status < 300);
}

/** Every configuration that the server took, in order, as shares by entity. */
export function configurations(stage: Stage): readonly Readonly<Record<string, number>>[] {
  return stage.workspace.requests
    .writes()
    .filter((one) => /\/serving-endpoints(\/[^/]+\/config)?$/.test(one.path) && wasCarriedOut(one))
    .map((one) => sharesIn(one.body));
}

/** Every attempt to change the endpoint's configuration, taken or not. */
export function attempts(stage: Stage): readonly LoggedRequest[] {
  return stage.workspace.requests.writes().filter((one) => one.path.endsWith('/config'));
}

/** The record on the endpoint; `null` when there is none. Damaged ones fail the test. */
export function recordOn(stage: Stage): Journal | null {
  const tags = stage.workspace.endpoints.find(ENDPOINT)?.tags;
  if (tags === undefined) return null;
  const reading = decodeJournal(Object.fromEntries(tags), PACKING);
  expect(reading.kind).not.toBe('damaged');
  return reading.kind === 'journal' ? reading.journal : null;
}

/** Where the two aliases point; absent ones are left out. */
export function aliases(stage: Stage): Readonly<Record<string, string>> {
  const found = [...stage.workspace.unityCatalog.get(MODEL).aliases];
  return Object.fromEntries(found.map(([alias, version]) => [alias, String(version)]));
}

/** GitHub knows that a run has come to its end. */
export function runHasEnded(stage: Stage, id: number): void {
  stage.github.seed.run({ id, status: 'completed', conclusion: 'failure' });
}
