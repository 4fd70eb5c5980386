import { loggedModelOf, type VersionHead } from './facts.js';
import { versionStatus } from './select.js';
import type { ModelVersionWire } from './wire.js';

/** A version of the MLflow registry API as the start of its facts. */
export function headOf(model: string, wire: ModelVersionWire, aliases: readonly string[], url: string): VersionHead {
  return {
    base: {
      model,
      version: wire.version,
      status: versionStatus(wire.status),
      aliases,
      tags: wire.tags,
      url,
      ...(wire.creation_timestamp === undefined ? {} : { createdAtMs: wire.creation_timestamp }),
      ...(wire.user_id === '' ? {} : { createdBy: wire.user_id }),
      ...(wire.description === '' ? {} : { description: wire.description }),
    },
    source: wire.source,
    runId: wire.run_id,
    loggedModelId: loggedModelOf(wire.model_id, wire.source),
    metrics: wire.model_metrics,
    notes: wire.status_message === '' ? [] : [`The registry says of version ${wire.version}: ${wire.status_message}`],
  };
}
