import { ApiFailure, invalid } from '../http/failure.js';
import type { ModelVersion, RegisteredModel, Stage } from './types.js';

const STAGES: readonly Stage[] = ['None', 'Staging', 'Production', 'Archived'];

/** A stage by its name in any letter case. */
export function stageNamed(name: string): Stage {
  const stage = STAGES.find((known) => known.toLowerCase() === name.toLowerCase());
  if (stage === undefined)
    throw invalid(`Invalid Model Version stage: ${name}. Value must be one of None, Staging, Production, Archived.`);
  return stage;
}

/** The newest READY version of each stage that has one. */
export function latestPerStage(model: RegisteredModel): readonly ModelVersion[] {
  return STAGES.flatMap((stage) => {
    const staged = [...model.versions.values()].filter(
      (version) => version.stage === stage && version.status === 'READY',
    );
    return staged.sort((a, b) => b.version - a.version).slice(0, 1);
  });
}

/** Moves a version. Archiving others is a 500 for stages that are not active, as on real servers. */
export function transition(
  model: RegisteredModel,
  version: ModelVersion,
  name: string,
  archive: boolean,
  now: number,
): void {
  const stage = stageNamed(name);
  if (archive && stage !== 'Staging' && stage !== 'Production') {
    throw new ApiFailure(
      'INTERNAL_ERROR',
      `Model version transition cannot archive existing model versions because '${stage}' is not an active stage.`,
    );
  }
  for (const other of archive ? model.versions.values() : []) {
    if (other === version || other.stage !== stage) continue;
    other.stage = 'Archived';
    other.updatedAt = now;
  }
  version.stage = stage;
  version.updatedAt = now;
}
