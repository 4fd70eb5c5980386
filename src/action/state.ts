import * as core from '@actions/core';
import type { StateName } from './registry.js';

/**
 * Leaves a value for the post stage of this step. `value` must be JSON-able and hold no secret: the runner keeps it as
 * plain text.
 */
export function saveState(name: StateName, value: unknown): void {
  core.saveState(name, JSON.stringify(value));
}

/** What the main stage left under `name`; `undefined` when it left nothing or something that is not JSON. */
export function readState(name: StateName): unknown {
  const text = core.getState(name);
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether this process is the post stage: only then has the runner handed back what the main stage saved. */
export function isPostStage(): boolean {
  return readState('stage') === 'main';
}
