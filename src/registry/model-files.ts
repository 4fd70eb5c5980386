import type { HttpClient } from '../http/client.js';
import { isWebPage } from '../http/error-body.js';
import { encodePath } from '../http/path.js';
import type { Fault, HttpRequest } from '../http/types.js';
import {
  type SignatureReading,
  servingExamplePath,
  signatureFromDocument,
  signatureFromModelFile,
} from './signature.js';

/** One file of a model, or why it cannot be had. */
export type FileReading =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent'; readonly why: string };

/**
 * Reads files that were logged with a model, by their path inside the model's folder. Throws `ActionError` when that cannot be known now.
 */
export type ModelFiles = (path: string, signal: AbortSignal) => Promise<FileReading>;

/** One way to ask for a file. */
export type FileRoute = (path: string) => Omit<HttpRequest, 'signal' | 'method'>;

const FILE_TIMEOUT_MS = 15_000;
const FILE_BUDGET_MS = 45_000;

/** With these words a server says that a file is not there, or that it gives out none; the status is 500 or 503 all the same. */
const NOT_THERE = /no such|not found|does not exist|serve-artifacts/i;

/**
 * Tries routes in turn until one gives the file. Storage may not be readable over REST at all, so a definite no is only a reason to try
 * the next route: any refusal, a web page, or a 500 that stays (which is also how MLflow servers answer for missing files). A server that
 * is out of reach or in trouble is an error, so that a hiccup does not look like a model without the file.
 */
export function createModelFiles(http: HttpClient, routes: readonly FileRoute[]): ModelFiles {
  return async (path, signal) => {
    const whys: string[] = [];
    for (const route of routes) {
      const reply = await http.text({
        method: 'GET',
        headers: { accept: '*/*' },
        timeoutMs: FILE_TIMEOUT_MS,
        budgetMs: FILE_BUDGET_MS,
        finalWords: NOT_THERE,
        ...route(path),
        signal,
      });
      if (reply.kind === 'value' && !isWebPage(reply.value)) return { kind: 'text', text: reply.value };
      if (reply.kind === 'fault' && isTrouble(reply.fault))
        throw http.error(`Reading the model's file ${path}`, reply.fault);
      whys.push(
        reply.kind === 'fault'
          ? `${reply.fault.request} gave ${reply.fault.status ?? 'no answer'}`
          : 'a web page came back',
      );
    }
    const why = whys.length === 0 ? 'no route is known to the files of this model' : [...new Set(whys)].join('; ');
    return { kind: 'absent', why };
  };
}

/** Whether a fault says nothing about the file. */
function isTrouble(fault: Fault): boolean {
  const { status, message } = fault;
  if (status === null || status === 401 || status === 429) return true;
  return (status === 408 || (status > 501 && status < 600)) && !NOT_THERE.test(message);
}

/** Routes to files of a logged model (MLflow 3). */
export function loggedModelRoutes(modelId: string): FileRoute[] {
  const path = encodePath`/ajax-api/2.0/mlflow/logged-models/${modelId}/artifacts/files`;
  return [(file) => ({ path, query: { artifact_file_path: file } })];
}

/** Routes to files that lie under a run's artifacts. `folder` is the model's path there. */
export function runRoutes(runId: string, folder: string): FileRoute[] {
  const full = (file: string): string => (folder === '' ? file : `${folder}/${file}`);
  return [(file) => ({ path: '/get-artifact', query: { run_id: runId, run_uuid: runId, path: full(file) } })];
}

/** The part of a model's source below its run's artifacts; `null` when the source is not of that form. */
export function folderInRun(source: string): string | null {
  return /\/artifacts\/(.+?)\/*$/.exec(source)?.[1] ?? /^runs:\/[^/]+\/(.+?)\/*$/.exec(source)?.[1] ?? null;
}

/** Id of the logged model that a source names (`models:/m-…`); `null` for other sources. */
export function loggedModelIn(source: string): string | null {
  return /^models:\/+(m-[^/@]+)\/*$/.exec(source)?.[1] ?? null;
}

/**
 * The signature: from the `MLmodel` file, or from the run's tag `mlflow.log-model.history`, in which MLflow 2 keeps a copy of the model's
 * description.
 */
export async function readSignature(
  files: ModelFiles,
  source: string,
  runTags: () => Readonly<Record<string, string>> | undefined,
  signal: AbortSignal,
): Promise<SignatureReading> {
  const file = await files('MLmodel', signal);
  if (file.kind === 'text') return signatureFromModelFile(file.text);
  const logged = loggedDescription(runTags()?.['mlflow.log-model.history'], folderInRun(source));
  if (logged !== null) return signatureFromDocument(logged);
  return { kind: 'unreadable', why: `the MLmodel file could not be read (${file.why})` };
}

function loggedDescription(tag: string | undefined, folder: string | null): Readonly<Record<string, unknown>> | null {
  if (tag === undefined) return null;
  const entries = parseList(tag);
  const fitting = entries.filter((entry) => folder !== null && entry.artifact_path === folder);
  const chosen = fitting.length > 0 ? fitting : entries;
  return chosen.length === 1 || fitting.length > 0 ? (chosen.at(-1) ?? null) : null;
}

function parseList(text: string): Readonly<Record<string, unknown>>[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((entry) => typeof entry === 'object' && entry !== null) : [];
  } catch {
    return [];
  }
}

/**
 * The serving input example as a body for `/invocations`, or `null` when there is none or it cannot be read. The `MLmodel` file says
 * whether there is one; only where that file cannot be read the usual name is tried.
 */
export async function readServingExample(files: ModelFiles, signal: AbortSignal): Promise<unknown> {
  const model = await files('MLmodel', signal);
  const path = model.kind === 'text' ? namedExample(model.text) : 'serving_input_example.json';
  if (path === null) return null;
  const found = await files(path, signal);
  if (found.kind === 'absent') return null;
  try {
    return JSON.parse(found.text);
  } catch {
    return null;
  }
}

function namedExample(modelFile: string): string | null {
  try {
    return servingExamplePath(modelFile);
  } catch {
    return null;
  }
}
