/**
 * How an update is to end instead of well.
 * - `deployment-failed`: the new entity that fits ends DEPLOYMENT_FAILED, other new ones DEPLOYMENT_ABORTED, the update UPDATE_FAILED.
 * - `never-finishes`: the update stays IN_PROGRESS until something else ends it.
 * - `silent-revert`: NOT_UPDATING and READY, but the old configuration is still the one that serves.
 * - `cancelled`: UPDATE_CANCELED, the old configuration serves on.
 * - `failed-shift`: entities come up, then the update ends UPDATE_FAILED with the old traffic.
 * - `slow`: ends well, but takes `durationMs`.
 */
export type UpdateOutcome =
  | 'deployment-failed'
  | 'never-finishes'
  | 'silent-revert'
  | 'cancelled'
  | 'failed-shift'
  | 'slow';

export interface UpdateScript {
  readonly endpoint?: string;
  /** Only updates that bring this entity version up anew (for `deployment-failed`) or that contain it. */
  readonly entityVersion?: string;
  readonly entityName?: string;
  /** Only the n-th accepted update of the endpoint; its creation is number 1. */
  readonly update?: number;
  readonly outcome: UpdateOutcome;
  readonly message?: string;
  /** Server ms from acceptance to the end; the usual duration when left out. */
  readonly durationMs?: number;
  /** How often it applies; once unless said otherwise. */
  readonly times?: number;
}

export interface UpdateSubject {
  readonly endpoint: string;
  readonly update: number;
  readonly entities: readonly { readonly entityName: string; readonly entityVersion: string }[];
}

interface Armed {
  readonly script: UpdateScript;
  left: number;
}

function fits(script: UpdateScript, subject: UpdateSubject): boolean {
  if (script.endpoint !== undefined && script.endpoint !== subject.endpoint) return false;
  if (script.update !== undefined && script.update !== subject.update) return false;
  if (script.entityVersion === undefined && script.entityName === undefined) return true;
  return subject.entities.some((entity) => entityFits(script, entity));
}

/** Whether the entity is one that the script speaks of. */
export function entityFits(
  script: UpdateScript,
  entity: { readonly entityName: string; readonly entityVersion: string },
): boolean {
  if (script.entityName !== undefined && script.entityName !== entity.entityName) return false;
  return script.entityVersion === undefined || script.entityVersion === entity.entityVersion;
}

/** Scripted endings of updates. The first that fits is used up by one. */
export class UpdateScripts {
  readonly #armed: Armed[] = [];

  add(script: UpdateScript): void {
    this.#armed.push({ script, left: script.times ?? 1 });
  }

  take(subject: UpdateSubject): UpdateScript | null {
    const armed = this.#armed.find((candidate) => candidate.left > 0 && fits(candidate.script, subject));
    if (armed === undefined) return null;
    armed.left -= 1;
    return armed.script;
  }

  clear(): void {
    this.#armed.length = 0;
  }
}
