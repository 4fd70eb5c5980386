import type { JsonObject } from '../json.js';

interface Staleness {
  readonly endpoint: string | undefined;
  readonly reads: number;
}

interface Remembered {
  readonly view: JsonObject;
  left: number;
}

/** Scripted lag of reads: after an update was accepted, the next reads still show the endpoint as it was before. */
export class StaleReads {
  #habit: Staleness | null = null;
  readonly #remembered = new Map<string, Remembered>();

  /** From now on the first `reads` reads after every update are stale; for one endpoint or for all. 0 ends it. */
  afterUpdates(reads: number, endpoint?: string): void {
    this.#habit = { endpoint, reads };
  }

  updated(endpoint: string, before: JsonObject): void {
    const habit = this.#habit;
    if (habit === null || habit.reads === 0) return;
    if (habit.endpoint !== undefined && habit.endpoint !== endpoint) return;
    this.#remembered.set(endpoint, { view: before, left: habit.reads });
  }

  /** The old view while reads lag, `null` otherwise. */
  read(endpoint: string): JsonObject | null {
    const remembered = this.#remembered.get(endpoint);
    if (remembered === undefined || remembered.left === 0) return null;
    remembered.left -= 1;
    return remembered.view;
  }
}
