import type { ServedEntity } from './types.js';

/** Sizing as asked for; parts left out are those of the current version, or the platform's default. */
export interface CandidateSizing {
  readonly workloadType?: string;
  readonly workloadSize?: string;
  readonly minProvisionedConcurrency?: number;
  readonly maxProvisionedConcurrency?: number;
  readonly scaleToZero?: boolean;
}

/** Sizing of a first deployment for which nothing was asked. Scale to zero is always sent, since its default is not settled. */
const FRESH: Readonly<Record<string, unknown>> = {
  workload_type: 'CPU',
  workload_size: 'Small',
  scale_to_zero_enabled: false,
};

/**
 * The writable fields of the candidate's served entity: those of the current version, with what was asked for laid over.
 * A size and a concurrency range exclude each other, so asking for one takes the other away; a size that the server
 * computed from a range is not sent back. Environment variables are merged by name: those that the configuration does
 * not name stay.
 *
 * @param environmentVars `null`: leave them as they are.
 */
export function candidateSpec(
  previous: ServedEntity | null,
  sizing: CandidateSizing,
  environmentVars: Readonly<Record<string, string>> | null,
): Readonly<Record<string, unknown>> {
  const spec: Record<string, unknown> = { ...(previous?.spec ?? FRESH) };
  if (spec.min_provisioned_concurrency !== undefined || spec.max_provisioned_concurrency !== undefined) {
    delete spec.workload_size;
  }
  applySize(spec, sizing);
  if (sizing.workloadType !== undefined) spec.workload_type = sizing.workloadType;
  if (sizing.scaleToZero !== undefined) spec.scale_to_zero_enabled = sizing.scaleToZero;
  if (environmentVars !== null && Object.keys(environmentVars).length > 0) {
    spec.environment_vars = { ...asRecord(spec.environment_vars), ...environmentVars };
  }
  return spec;
}

function applySize(spec: Record<string, unknown>, sizing: CandidateSizing): void {
  if (sizing.minProvisionedConcurrency !== undefined || sizing.maxProvisionedConcurrency !== undefined) {
    delete spec.workload_size;
    if (sizing.minProvisionedConcurrency !== undefined) {
      spec.min_provisioned_concurrency = sizing.minProvisionedConcurrency;
    }
    if (sizing.maxProvisionedConcurrency !== undefined) {
      spec.max_provisioned_concurrency = sizing.maxProvisionedConcurrency;
    }
  } else if (sizing.workloadSize !== undefined) {
    delete spec.min_provisioned_concurrency;
    delete spec.max_provisioned_concurrency;
    spec.workload_size = sizing.workloadSize;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? { ...value } : {};
}
