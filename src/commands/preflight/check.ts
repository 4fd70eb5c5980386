import { type ActionError, asActionError } from '../../errors.js';
import type { ResultCheck } from '../../report/result.js';

/** One line of the checklist; `isRight` marks those that are about a grant or a permission. */
export type Check = ResultCheck & { readonly isRight?: true };

/** Lines of one group, without repeating its name. */
export interface CheckWriter {
  ok(name: string, evidence: string): Check;
  /** Something is not there; the fix is a command or a statement for whoever may give it. */
  missing(name: string, evidence: string, fix: string): Check;
  /** It cannot be told from what this identity may read. */
  unknown(name: string, evidence: string, fix?: string): Check;
}

/** Writers of lines for one group; `checklist` where they are lines of the go-live checklist. */
export function checksOf(group: string, checklist = false): CheckWriter {
  const line = (name: string, status: Check['status'], evidence: string, fix: string | null): Check => ({
    group,
    name,
    status,
    evidence,
    fix,
    checklist,
  });
  return {
    ok: (name, evidence) => line(name, 'ok', evidence, null),
    missing: (name, evidence, fix) => line(name, 'missing', evidence, fix),
    unknown: (name, evidence, fix) => line(name, 'unknown', evidence, fix ?? null),
  };
}

/** The same line, marked as one about a right. */
export function asRight(check: Check): Check {
  return { ...check, isRight: true };
}

/** What a read brought, or why it brought nothing. */
export type Tried<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'fault'; readonly error: ActionError };

/** Turns a read that throws into one that tells. Throws only the signal's reason. */
export async function attempt<T>(signal: AbortSignal, read: () => Promise<T>): Promise<Tried<T>> {
  try {
    return { kind: 'value', value: await read() };
  } catch (thrown) {
    signal.throwIfAborted();
    return { kind: 'fault', error: asActionError(thrown) };
  }
}
