import { ActionError } from '../errors.js';
import { faultText } from '../http/fault.js';
import type { Fault } from '../http/types.js';
import { readPatiently } from './patience.js';
import type { PromotionRecord, PromotionUndo } from './types.js';

/** One registry's aliases of one model. */
export interface AliasStore {
  /** `null`: there is no such alias. Throws `ActionError`. */
  read(alias: string): Promise<string | null>;
  /**
   * Sends one move (or removal, for `null`). Returns what was wrong, or `null` when the server accepted it; a lost answer is
   * also "wrong", because the caller reads back anyway. Throws only when aborted.
   */
  write(alias: string, version: string | null): Promise<WriteProblem | null>;
}

/** Why a write is not known to have been carried out. */
export interface WriteProblem {
  readonly message: string;
  /** The server did not say no: it may or may not have acted. */
  readonly isOpen: boolean;
}

/** The problem that a fault of the transport is. */
export function problemOf(fault: Fault): WriteProblem {
  return { message: faultText(fault), isOpen: fault.outcome === 'unknown' };
}

export interface AliasMove {
  readonly alias: string;
  readonly from: string | null;
  readonly to: string;
}

/** How one move ended. */
type Ending =
  | { readonly kind: 'moved'; readonly move: AliasMove }
  | { readonly kind: 'unneeded' }
  | { readonly kind: 'failed'; readonly warning: string };

/** The moves that a promotion asks for: first the note of what to go back to, then the alias itself. */
export function wantedMoves(record: PromotionRecord): readonly { readonly alias: string; readonly to: string }[] {
  const moves: { alias: string; to: string }[] = [];
  if (record.previousAlias !== null && record.previousVersion !== null) {
    moves.push({ alias: record.previousAlias, to: record.previousVersion });
  }
  if (record.promoteAlias !== null) moves.push({ alias: record.promoteAlias, to: record.version });
  return moves;
}

/**
 * Moves aliases one after the other. Each is re-read right before its write and left alone when someone else has moved it since
 * `expected`; registries have no compare-and-set, so it is read again afterwards.
 */
export async function moveAliases(
  store: AliasStore,
  record: PromotionRecord,
  expected: Readonly<Record<string, string | null>>,
): Promise<{ readonly undo: PromotionUndo; readonly warnings: readonly string[] }> {
  const aliases: AliasMove[] = [];
  const warnings: string[] = [];
  for (const { alias, to } of wantedMoves(record)) {
    const ending = await moveOne(store, alias, to, expected[alias]).catch((error) => failedMove(alias, error));
    if (ending.kind === 'moved') aliases.push(ending.move);
    if (ending.kind === 'failed') warnings.push(ending.warning);
  }
  return { undo: { aliases }, warnings };
}

async function moveOne(
  store: AliasStore,
  alias: string,
  to: string,
  expected: string | null | undefined,
): Promise<Ending> {
  const from = await readPatiently(() => store.read(alias));
  if (from === to) return { kind: 'unneeded' };
  if (expected !== undefined && from !== expected) {
    const warning = `Alias ${alias} was left alone: it pointed at ${words(expected)} when this began and points at ${words(from)} now.`;
    return { kind: 'failed', warning };
  }
  const problem = await writeAndRead(store, alias, from, to);
  if (problem === null) return { kind: 'moved', move: { alias, from, to } };
  return { kind: 'failed', warning: `Alias ${alias} was not moved to version ${to}: ${problem}.` };
}

/** A failed read must not lose what was moved before it; only an abort goes through. */
function failedMove(alias: string, error: unknown): Ending {
  if (!(error instanceof ActionError)) throw error;
  return { kind: 'failed', warning: `Alias ${alias} may not have been moved: ${error.message}` };
}

/** How often a move is sent when reading back shows that nothing has happened. */
const MOST_SENDS = 3;

/**
 * Sends a move and reads back; `null` when the alias stands as wanted. It is sent again only when the answer was lost and the alias still
 * stands where it stood: then nobody has moved it, this program included.
 */
async function writeAndRead(
  store: AliasStore,
  alias: string,
  from: string | null,
  to: string | null,
): Promise<string | null> {
  for (let sends = 1; ; sends += 1) {
    const problem = await store.write(alias, to);
    const now = await readPatiently(() => store.read(alias));
    if (now === to) return null;
    if (problem === null) return `it points at ${words(now)} although the server accepted the change`;
    if (!problem.isOpen || now !== from || sends === MOST_SENDS) return problem.message;
  }
}

/** Puts aliases back in reverse order, except those that someone else has moved since. Returns warnings. */
export async function restoreAliases(store: AliasStore, undo: PromotionUndo): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const { alias, from, to } of [...undo.aliases].reverse()) {
    const now = await readPatiently(() => store.read(alias));
    if (now === from) continue;
    if (now !== to) {
      warnings.push(`Alias ${alias} was not put back: someone has moved it to ${words(now)} since.`);
      continue;
    }
    const problem = await writeAndRead(store, alias, to, from);
    if (problem !== null) warnings.push(`Alias ${alias} was not put back to ${words(from)}: ${problem}.`);
  }
  return warnings;
}

function words(version: string | null): string {
  return version === null ? 'nothing' : `version ${version}`;
}
