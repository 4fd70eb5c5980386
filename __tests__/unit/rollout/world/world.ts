import type { Journal, Lease } from '../../../../src/rollout/core/journal.js';
import { decodeJournal, encodeJournal } from '../../../../src/rollout/core/journal-codec.js';
import { PACKING } from '../../../../src/rollout/journal-store.js';
import type { ServingPort, WriteResult } from '../../../../src/rollout/ports.js';
import { VirtualClock } from './clock.js';
import { configOf, durationOf, type EndpointState, entity, settle, viewOf } from './endpoint.js';
import type { EndpointConfig, EndpointView } from './endpoint-types.js';
import { brokenInvariants } from './invariants.js';

/** What becomes of one update call. */
export type UpdateFate =
  | 'applied'
  | 'failed'
  | 'cancelled'
  | 'reverted'
  | 'hangs'
  | 'lost-before'
  | 'lost-after'
  | 'throttled'
  | { readonly refused: number };

export const MODEL = 'main.risk.fraud';
export const NAME = 'fraud-endpoint';

/** Thrown never: a call that meets it simply never returns, like a process that was killed. */
const NEVER: Promise<never> = new Promise(() => undefined);

/** One endpoint with a will of its own, and everything that happened on it. */
export class World implements ServingPort {
  readonly clock = new VirtualClock();
  readonly state: EndpointState;
  exists = true;
  readonly broken: string[] = [];
  readonly calls: string[] = [];
  readonly configurations: EndpointConfig[] = [];
  /** Fates of the update calls to come, in order; `applied` when there are none left. */
  fates: UpdateFate[] = [];
  readFaults = 0;
  tagsRefused = false;
  /** Reads that show the state before the latest update. */
  staleReads = 0;
  candidate = 'fraud-8';
  holderNonce = 'n1';
  passed = true;
  updateMs: number | null = null;
  killAt: number | null = null;
  whenKilled: () => void = () => undefined;
  killed = false;
  #foreign: EndpointConfig | null = null;
  #lastRead: EndpointConfig | null = null;
  #previousView: EndpointView | null = null;

  constructor(config: EndpointConfig | null = configOf([entity(MODEL, '7'), 100])) {
    this.exists = config !== null;
    this.state = {
      config,
      version: config === null ? 0 : 3,
      ready: true,
      update: 'NOT_UPDATING',
      pending: null,
      tags: { team: 'risk' },
    };
  }

  get journal(): Journal | null {
    const reading = decodeJournal(this.state.tags, PACKING);
    return reading.kind === 'journal' ? reading.journal : null;
  }

  shareOf(name: string): number {
    return this.state.config?.routes.find((route) => route.servedEntityName === name)?.trafficPercentage ?? 0;
  }

  async read(signal: AbortSignal): Promise<EndpointView | null> {
    await this.#call('read', signal);
    if (this.readFaults > 0) {
      this.readFaults -= 1;
      throw new Error('502 bad gateway');
    }
    settle(this.state, this.clock);
    if (!this.exists) return null;
    const stale = this.staleReads > 0 && this.#previousView !== null;
    if (stale) this.staleReads -= 1;
    const view =
      stale && this.#previousView !== null
        ? { ...this.#previousView, tags: { ...this.state.tags } }
        : viewOf(NAME, this.state);
    this.#lastRead =
      view.config === null ? null : { servedEntities: view.config.servedEntities, routes: view.config.routes };
    return view;
  }

  async create(
    config: EndpointConfig,
    tags: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<WriteResult> {
    if (this.exists) return { kind: 'busy', message: 'already exists' };
    const fate = this.fates.shift() ?? 'applied';
    await this.#call('create', signal);
    this.#check(config, true, null);
    if (fate === 'lost-before') return { kind: 'unknown', message: 'connection reset' };
    this.exists = true;
    this.state.tags = { ...tags };
    this.#start(config, fate);
    await this.#after();
    return fate === 'lost-after'
      ? { kind: 'unknown', message: 'connection reset' }
      : { kind: 'accepted', view: viewOf(NAME, this.state) };
  }

  async update(config: EndpointConfig, signal: AbortSignal): Promise<WriteResult> {
    const before = this.calls.at(-1);
    const seen = this.state.config;
    await this.#call('update', signal);
    settle(this.state, this.clock);
    if (this.state.update === 'IN_PROGRESS') return { kind: 'busy', message: 'currently being updated' };
    const fate = this.fates.shift() ?? 'applied';
    if (typeof fate === 'object') return { kind: 'refused', status: fate.refused, code: 'REFUSED', message: 'no' };
    if (fate === 'throttled' || fate === 'lost-before') return { kind: 'unknown', message: 'no answer' };
    this.#check(config, before === 'read', seen);
    this.#previousView = viewOf(NAME, this.state);
    this.#start(config, fate);
    await this.#after();
    return fate === 'lost-after'
      ? { kind: 'unknown', message: 'connection reset' }
      : { kind: 'accepted', view: viewOf(NAME, this.state) };
  }

  async patchTags(add: Readonly<Record<string, string>>, remove: readonly string[], signal: AbortSignal) {
    await this.#call('tags', signal);
    if (this.tagsRefused) return { kind: 'refused' as const, message: 'tags are full' };
    for (const [key, value] of Object.entries(add)) {
      if (!/^[A-Za-z0-9_.-]{1,240}$/.test(value)) this.broken.push(`a tag holds ${value}`);
      this.state.tags[key] = value;
    }
    for (const key of remove) delete this.state.tags[key];
    await this.#after();
    return { kind: 'accepted' as const };
  }

  /** Someone else changes the endpoint at once. */
  intrude(config: EndpointConfig): void {
    this.#foreign = config;
    this.state.config = config;
    this.state.version += 1;
  }

  /** Another process takes the lease over at once. */
  takeLease(lease: Lease): void {
    if (this.journal === null) throw new Error('There is no record.');
    Object.assign(this.state.tags, encodeJournal({ ...this.journal, lease, generation: lease.generation }, PACKING));
  }

  /** Counts as a boundary at which the process may be killed. */
  async boundary(name: string): Promise<void> {
    this.calls.push(name);
    await this.#after();
  }

  #start(config: EndpointConfig, fate: UpdateFate): void {
    this.configurations.push(config);
    const end =
      fate === 'lost-after' || typeof fate === 'object' || fate === 'throttled' || fate === 'lost-before'
        ? 'applied'
        : fate;
    const took = this.updateMs ?? durationOf(this.state.config, config);
    this.state.pending = {
      config: { servedEntities: config.servedEntities, routes: config.routes },
      doneAt: this.clock.time + took,
      end,
    };
    this.state.update = 'IN_PROGRESS';
  }

  /** `live`: as it was when the call was made; what changes while it is under way nobody can see. */
  #check(sent: EndpointConfig, readImmediatelyBefore: boolean, live: EndpointConfig | null): void {
    if (live !== null && live === this.#foreign) this.broken.push('the configuration of someone else is overwritten');
    this.broken.push(
      ...brokenInvariants({
        sent,
        live,
        lastRead: this.#lastRead,
        readImmediatelyBefore,
        journal: this.journal,
        holderNonce: this.holderNonce,
        candidate: this.candidate,
        passed: this.passed,
        tagsRefused: this.tagsRefused,
      }),
    );
  }

  async #call(name: string, signal: AbortSignal): Promise<void> {
    if (this.killed) return NEVER;
    if (signal.aborted) throw signal.reason;
    await this.#after();
    if (this.calls.length > 20_000) throw new Error('The rollout does not end.');
    this.calls.push(name);
    this.clock.pass(100);
    if (signal.aborted && name === 'read') throw signal.reason;
  }

  #boundaries = 0;

  async #after(): Promise<void> {
    this.#boundaries += 1;
    if (this.killAt === null || this.#boundaries !== this.killAt) return;
    this.killed = true;
    this.whenKilled();
    return NEVER;
  }

  get boundaries(): number {
    return this.#boundaries;
  }

  /** The killed process is gone; another one may call. */
  revive(): void {
    this.killed = false;
    this.killAt = null;
    this.staleReads = 0;
  }
}
