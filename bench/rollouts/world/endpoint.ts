import type { EndpointConfig, EndpointView, ServedEntity } from '../../../src/rollout/core/types.js';
import type { ServingPort, WriteResult } from '../../../src/rollout/ports.js';
import type { SimulatedClock } from './clock.js';
import type { Traffic } from './traffic.js';

/** From an update's acceptance until its split is live, with and without new compute. */
export const SHIFT_MS = 30_000;
export const PROVISION_MS = 180_000;
const CALL_MS = 100;
const MODEL = 'main.bench.model';

export const CURRENT: ServedEntity = { name: 'model-7', entityName: MODEL, entityVersion: '7', spec: {} };

/** An endpoint that does what it is told, in its own time; every change of the split reaches the traffic when it is live. */
export class SimulatedEndpoint implements ServingPort {
  private config: EndpointConfig = {
    servedEntities: [CURRENT],
    routes: [{ servedEntityName: CURRENT.name, trafficPercentage: 100 }],
  };
  private pending: EndpointConfig | null = null;
  private version = 1;

  constructor(
    private readonly traffic: Traffic,
    private readonly clock: SimulatedClock,
  ) {}

  view(): EndpointView {
    const states = (config: EndpointConfig | null, deployment: string) =>
      (config?.servedEntities ?? []).map(({ name }) => ({ name, deployment, message: '' }));
    return {
      name: 'bench',
      id: '1',
      creator: 'bench',
      ready: true,
      update: this.pending === null ? 'NOT_UPDATING' : 'IN_PROGRESS',
      stopped: false,
      config: { ...this.config, version: this.version },
      pending: this.pending === null ? null : { ...this.pending, version: this.version + 1 },
      entityStates: states(this.config, 'DEPLOYMENT_READY'),
      pendingEntityStates: states(this.pending, 'DEPLOYMENT_CREATING'),
      tags: {},
      permissionLevel: 'CAN_MANAGE',
      routeOptimized: false,
      gatewayFallback: false,
      url: '',
    };
  }

  async read(signal: AbortSignal): Promise<EndpointView> {
    await this.clock.sleep(CALL_MS, signal);
    return this.view();
  }

  async create(): Promise<WriteResult> {
    return { kind: 'busy', message: 'already exists' };
  }

  async update(config: EndpointConfig, signal: AbortSignal): Promise<WriteResult> {
    await this.clock.sleep(CALL_MS, signal);
    if (this.pending !== null) return { kind: 'busy', message: 'an update is running' };
    const known = new Set(this.config.servedEntities.map(({ name }) => name));
    const brings = config.servedEntities.some(({ name }) => !known.has(name));
    this.pending = config;
    this.clock.after(brings ? PROVISION_MS : SHIFT_MS, () => this.apply(config));
    return { kind: 'accepted', view: this.view() };
  }

  async patchTags(): Promise<{ readonly kind: 'accepted' }> {
    return { kind: 'accepted' };
  }

  private apply(config: EndpointConfig): void {
    this.config = config;
    this.pending = null;
    this.version += 1;
    const ofCurrent = config.routes.find(({ servedEntityName }) => servedEntityName === CURRENT.name);
    this.traffic.split(100 - (ofCurrent?.trafficPercentage ?? 0));
  }
}
