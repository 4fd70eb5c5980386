import { isDamaged, refuse, type Scope } from './scope.js';
import type { SizingRequest } from './types.js';

/** Concurrent requests that one instance of an older configuration counts for. Our convention, not the platform's. */
const CONCURRENCY_PER_INSTANCE = 4;

/** Provisioned concurrency of the named sizes, as the serving API documents them. */
const SIZES: Readonly<Record<string, readonly [number, number]>> = { Small: [4, 4], Medium: [8, 16], Large: [16, 64] };

/** Names of virtual machine families with GPUs: Azure NC, ND and NV, AWS G and P, Google A2, A3 and G2. */
const GPU_INSTANCE = /^(standard_n[cdv]|[gp][0-9][a-z0-9]*\.|(a2|a3|a4|g2)-)/i;

const WORKLOAD_TYPES = [
  'CPU',
  'CPU_MEDIUM',
  'CPU_LARGE',
  'GPU_SMALL',
  'GPU_MEDIUM',
  'GPU_LARGE',
  'GPU_XLARGE',
  'GPU_MEDIUM_4',
  'GPU_MEDIUM_8',
  'GPU_LARGE_2',
  'GPU_LARGE_4',
  'GPU_LARGE_8',
  'GPU_XLARGE_8',
  'MULTIGPU_MEDIUM',
];

interface Range {
  readonly low: number;
  readonly high: number;
  readonly keys: string;
}

/** Sizing of the candidate, with instance types and counts mapped to what Model Serving takes, and the mapping in words. */
export function sizingOf(scope: Scope): SizingRequest {
  const { endpoint } = scope.deployment;
  const mapping: string[] = [];
  const workloadType = hardware(scope, mapping);
  const instances = pair(scope, 'min_instances', 'max_instances');
  const concurrency = pair(scope, 'min_provisioned_concurrency', 'max_provisioned_concurrency');
  const chosen = concurrencyRange(scope, concurrency, instances, mapping);
  if (endpoint.scale_to_zero === true) {
    mapping.push(
      'scale_to_zero is on: the first requests after an idle time are slow, which a rollout may take for high latency.',
    );
  }
  return {
    ...(workloadType === undefined ? {} : { workloadType }),
    ...(endpoint.workload_size === undefined ? {} : { workloadSize: endpoint.workload_size }),
    ...(chosen === undefined ? {} : { minProvisionedConcurrency: chosen.low, maxProvisionedConcurrency: chosen.high }),
    ...(endpoint.scale_to_zero === undefined ? {} : { scaleToZero: endpoint.scale_to_zero }),
    mapping,
  };
}

function hardware(scope: Scope, mapping: string[]): string | undefined {
  const { workload_type: type, instance_type: instance } = scope.deployment.endpoint;
  if (type !== undefined) checkWorkloadType(scope, type);
  if (instance === undefined) return type;
  const gpu = GPU_INSTANCE.test(instance);
  const family = gpu ? 'GPU' : 'CPU';
  if (type !== undefined) {
    if (type.toUpperCase().includes('GPU') !== gpu) {
      const message = `endpoint.instance_type ${instance} is of a ${family} family, but endpoint.workload_type is ${type}.`;
      refuse(
        scope,
        ['endpoint', 'instance_type'],
        message,
        'Remove instance_type: Model Serving has no instance types.',
      );
    }
    mapping.push(`instance_type ${instance} is not used: workload_type ${type} says the same.`);
    return type;
  }
  if (gpu) {
    const message = `endpoint.instance_type ${instance} is a GPU machine, and Model Serving has no instance types.`;
    const fix = 'Choose the hardware with workload_type, such as GPU_SMALL or GPU_MEDIUM, and remove instance_type.';
    refuse(scope, ['endpoint', 'instance_type'], message, fix);
    return undefined;
  }
  mapping.push(`instance_type ${instance} became workload_type CPU: Model Serving has no instance types.`);
  return 'CPU';
}

function checkWorkloadType(scope: Scope, type: string): void {
  if (WORKLOAD_TYPES.includes(type)) return;
  const path = ['endpoint', 'workload_type'];
  if (WORKLOAD_TYPES.includes(type.toUpperCase())) {
    refuse(scope, path, `endpoint.workload_type cannot be ${type}.`, `Did you mean ${type.toUpperCase()}?`);
    return;
  }
  const message = `workload_type ${type} is not one that this Action knows; it is passed on as it is.`;
  scope.notes.push({ level: 'warning', message });
}

type CountKey = 'min_instances' | 'max_instances' | 'min_provisioned_concurrency' | 'max_provisioned_concurrency';

function pair(scope: Scope, lowKey: CountKey, highKey: CountKey): Range | undefined {
  const { [lowKey]: low, [highKey]: high } = scope.deployment.endpoint;
  if (low === undefined && high === undefined) return undefined;
  if (low === undefined || high === undefined) {
    const [there, absent] = low === undefined ? [highKey, lowKey] : [lowKey, highKey];
    if (!isDamaged(scope, ['endpoint', absent])) {
      refuse(scope, ['endpoint', there], `endpoint.${there} is given without ${absent}.`, `Give ${absent} as well.`);
    }
    return undefined;
  }
  if (low <= high && high > 0) return { low, high, keys: `${lowKey} and ${highKey}` };
  const message = `endpoint.${lowKey} is ${low} and ${highKey} is ${high}: no size lies between.`;
  refuse(scope, ['endpoint', highKey], message, `Make ${highKey} at least 1 and at least ${lowKey}.`);
  return undefined;
}

/** Numbers to send. Where older and newer keys stand side by side they must say the same; then the newer are used. */
function concurrencyRange(
  scope: Scope,
  given: Range | undefined,
  instances: Range | undefined,
  mapping: string[],
): Range | undefined {
  const size = scope.deployment.endpoint.workload_size;
  if (size !== undefined && given !== undefined) {
    const message = `endpoint.workload_size and ${given.keys} are both given.`;
    refuse(scope, ['endpoint', 'workload_size'], message, 'Model Serving takes one of the two: remove the other.');
  }
  if (instances === undefined) return given;
  const low = CONCURRENCY_PER_INSTANCE * instances.low;
  const high = CONCURRENCY_PER_INSTANCE * instances.high;
  const words = `min_instances ${instances.low} and max_instances ${instances.high}`;
  if (size === undefined && given === undefined) {
    mapping.push(
      `${words} became provisioned concurrency ${low} to ${high}: ${CONCURRENCY_PER_INSTANCE} requests at a time for an instance is this Action's convention.`,
    );
    return { low, high, keys: instances.keys };
  }
  checkAgreement(scope, [low, high], words, mapping);
  return given;
}

function checkAgreement(scope: Scope, mapped: readonly [number, number], words: string, mapping: string[]): void {
  const { endpoint } = scope.deployment;
  const size = endpoint.workload_size;
  const [low, high] = (size === undefined ? undefined : SIZES[size]) ?? [
    endpoint.min_provisioned_concurrency,
    endpoint.max_provisioned_concurrency,
  ];
  const newer = size === undefined ? 'provisioned concurrency' : `workload_size ${size}`;
  if (low === mapped[0] && high === mapped[1]) {
    mapping.push(`${words} are not used: ${newer} says the same.`);
    return;
  }
  const message = `endpoint: ${words} would be provisioned concurrency ${mapped[0]} to ${mapped[1]}, but ${newer} is given as well and differs.`;
  refuse(scope, ['endpoint', 'max_instances'], message, 'Remove min_instances and max_instances.');
}
