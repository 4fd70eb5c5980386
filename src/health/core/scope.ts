import type { MinuteSample } from './types.js';

/** What a served entity may be called in the labels of an export. */
export interface EntityIdentity {
  /** Name of the served entity, unique on its endpoint. */
  readonly name: string;
  /** Registered model, such as `main.vision.classifier`. */
  readonly model?: string;
  /** Model version as text. */
  readonly version?: string;
}

/** The two versions whose figures are told apart; `current` is `null` for a first deployment. */
export interface Subjects {
  readonly candidate: EntityIdentity;
  readonly current: EntityIdentity | null;
  /** Names of further served entities of the endpoint, as far as they are known. */
  readonly others?: readonly string[];
}

export type Scope = MinuteSample['scope'];

/** Labels that name an entity even when its name is none that we know. */
const ENTITY_LABEL = /^(served_?(entity|model)(_?name)?|entity(_?name)?)$/i;
const VERSION_LABEL = /^(model_|entity_|served_entity_|served_model_)?version$/i;
const ENDPOINT_LABEL = /^(serving_)?endpoint/i;

/**
 * Whose series these labels describe. A label value that equals the name of a served entity decides; without one, a
 * version label does, if the two versions differ and no label names another model. Series that name some other entity
 * are `other`; series that name none are the whole endpoint's. The label names are not documented, so any may carry it.
 */
export function scopeOf(labels: ReadonlyMap<string, string>, subjects: Subjects): Scope {
  const entries = [...labels].filter(([key]) => !ENDPOINT_LABEL.test(key));
  const { candidate, current } = subjects;
  if (entries.some(([, value]) => value === candidate.name)) return 'candidate';
  if (current !== null && entries.some(([, value]) => value === current.name)) return 'current';
  if (entries.some(([, value]) => subjects.others?.includes(value))) return 'other';
  if (entries.some(([key, value]) => ENTITY_LABEL.test(key) && !namesModel(value, subjects))) return 'other';
  const version = entries.find(([key]) => VERSION_LABEL.test(key))?.[1];
  if (version === undefined) return 'endpoint';
  if (candidate.version === current?.version) return 'endpoint';
  if (version === candidate.version) return 'candidate';
  return version === current?.version ? 'current' : 'other';
}

function namesModel(value: string, subjects: Subjects): boolean {
  return [subjects.candidate.model, subjects.current?.model].some(
    (model) => model !== undefined && (model === value || model.split('.').at(-1) === value),
  );
}
