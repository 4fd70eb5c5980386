import type { VirtualClock } from './clock.js';
import type { EndpointConfig, EndpointState, EndpointView, ServedEntity } from './endpoint-types.js';

export type { EndpointState } from './endpoint-types.js';

export function entity(model: string, version: string, spec: Record<string, unknown> = {}): ServedEntity {
  const name = `${model.split('.').at(-1)}-${version}`;
  return {
    name,
    entityName: model,
    entityVersion: version,
    spec: { workload_size: 'Small', workload_type: 'CPU', scale_to_zero_enabled: true, ...spec },
  };
}

export function configOf(...shares: readonly (readonly [ServedEntity, number])[]): EndpointConfig {
  return {
    servedEntities: shares.map(([served]) => served),
    routes: shares.map(([served, trafficPercentage]) => ({ servedEntityName: served.name, trafficPercentage })),
  };
}

/** The endpoint as a read shows it now. */
export function viewOf(name: string, state: EndpointState): EndpointView {
  const states = (config: EndpointConfig | null, deployment: string) =>
    (config?.servedEntities ?? []).map((served) => ({ name: served.name, deployment, message: '' }));
  return {
    name,
    id: 'id-1',
    creator: 'someone',
    ready: state.config !== null && state.ready,
    update: state.update,
    stopped: false,
    config: state.config === null ? null : { ...state.config, version: state.version },
    pending: state.pending === null ? null : { ...state.pending.config, version: state.version + 1 },
    entityStates: states(state.config, 'DEPLOYMENT_READY'),
    pendingEntityStates: pendingStates(state),
    tags: { ...state.tags },
    permissionLevel: 'CAN_MANAGE',
    routeOptimized: false,
    gatewayFallback: false,
    url: 'https://workspace.test/endpoint',
  };
}

/** New entities are what fails; the others are torn down because of them. */
function pendingStates(state: EndpointState): EndpointView['entityStates'] {
  const known = new Set(state.config?.servedEntities.map((served) => served.name) ?? []);
  return (state.pending?.config.servedEntities ?? []).map((served) => {
    const fresh = !known.has(served.name);
    const failed = state.update === 'UPDATE_FAILED';
    const deployment = failed ? (fresh ? 'DEPLOYMENT_FAILED' : 'DEPLOYMENT_ABORTED') : 'DEPLOYMENT_CREATING';
    return { name: served.name, deployment, message: '' };
  });
}

/** How long an update takes: new compute takes longer than routes. */
export function durationOf(before: EndpointConfig | null, after: EndpointConfig): number {
  const known = new Set(before?.servedEntities.map((served) => served.name) ?? []);
  return after.servedEntities.some((served) => !known.has(served.name)) ? 180_000 : 30_000;
}

/** Brings the endpoint's state up to the clock. */
export function settle(state: EndpointState, clock: VirtualClock): void {
  const { pending } = state;
  if (pending === null || state.update !== 'IN_PROGRESS' || clock.time < pending.doneAt) return;
  if (pending.end === 'hangs') return;
  if (pending.end === 'applied') {
    state.config = pending.config;
    state.version += 1;
    state.pending = null;
    state.update = 'NOT_UPDATING';
  } else if (pending.end === 'failed') {
    state.update = 'UPDATE_FAILED';
  } else if (pending.end === 'cancelled') {
    state.pending = null;
    state.update = 'UPDATE_CANCELED';
  } else {
    state.pending = null;
    state.update = 'NOT_UPDATING';
    state.version += 1;
  }
}
