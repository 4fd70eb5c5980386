import { asActionError } from '../errors.js';
import type { Lease } from './core/journal.js';
import type { Effect, Happening } from './core/protocol.js';
import type { EndpointView } from './core/types.js';
import type { JournalStore } from './journal-store.js';
import type { RolloutPorts } from './options.js';
import type { Patience } from './patience.js';
import type { WriteResult } from './ports.js';

const BOOKING_TRIES = 3;
const BOOKING_PAUSE_MS = 2_000;

/** Carries out one effect at a time over the ports and says what came of it. Never throws. */
export class EffectRunner {
  readonly #ports: RolloutPorts;
  readonly #store: JournalStore;
  readonly #patience: Patience;
  #view: EndpointView | null = null;

  constructor(ports: RolloutPorts, store: JournalStore, patience: Patience) {
    this.#ports = ports;
    this.#store = store;
    this.#patience = patience;
  }

  async run(effect: Exclude<Effect, { kind: 'end' }>): Promise<Happening> {
    try {
      return await this.#perform(effect);
    } catch (thrown) {
      return this.#failed(effect, thrown);
    }
  }

  #perform(effect: Exclude<Effect, { kind: 'end' }>): Promise<Happening> {
    const { health, clock } = this.#ports;
    const signal = this.#patience.forReads;
    switch (effect.kind) {
      case 'read':
        return this.#read(signal);
      case 'journal':
        return this.#journal(effect, signal);
      case 'create':
      case 'update':
        return this.#write(effect);
      case 'wait':
        return clock.sleep(effect.ms, signal).then(() => ({ kind: 'waited' }));
      case 'smoke':
        return health.smoke(effect.smoke, signal).then((outcome) => ({ kind: 'smoked', outcome }));
      case 'begin':
        return this.#begin(effect);
      case 'look':
        return health.look(signal).then((look) => ({ kind: 'looked', look }));
      case 'rest':
        return health.rest(effect.ms, signal).then(() => ({ kind: 'rested' }));
      case 'promote':
        return this.#promote();
      case 'restore':
        return this.#restore();
    }
  }

  async #read(signal: AbortSignal): Promise<Happening> {
    const view = await this.#ports.serving.read(signal);
    this.#view = view;
    return { kind: 'read', view, lease: await this.#lease(view, signal) };
  }

  async #lease(view: EndpointView | null, signal: AbortSignal): Promise<Lease | null | 'unreadable'> {
    try {
      const reading = await this.#store.read(view, signal);
      if (reading.kind === 'damaged') return 'unreadable';
      return reading.kind === 'none' ? null : reading.journal.lease;
    } catch {
      return 'unreadable';
    }
  }

  async #journal(effect: Extract<Effect, { kind: 'journal' }>, signal: AbortSignal): Promise<Happening> {
    const answer = await this.#store.write(effect.journal, this.#view, signal);
    return { kind: 'journaled', result: answer.kind, message: answer.kind === 'accepted' ? '' : answer.message };
  }

  async #write(effect: Extract<Effect, { kind: 'create' | 'update' }>): Promise<Happening> {
    const { health, serving } = this.#ports;
    health.end();
    const result = await this.#patience.write<WriteResult>((signal) =>
      effect.kind === 'create'
        ? serving.create(effect.config, this.#store.tagsFor(effect.journal), signal)
        : serving.update(effect.config, signal),
    );
    return { kind: 'written', result };
  }

  async #begin(effect: Extract<Effect, { kind: 'begin' }>): Promise<Happening> {
    const { health } = this.#ports;
    const restored = effect.restore === null ? true : health.restore(effect.restore.evidence);
    health.begin(effect.window, effect.smoke);
    return { kind: 'began', restored };
  }

  async #promote(): Promise<Happening> {
    const { bookkeeping } = this.#ports;
    const warnings = await this.#insist('The registry could not be updated', (signal) => bookkeeping.promote(signal));
    return { kind: 'booked', warnings, undo: bookkeeping.record?.() ?? null };
  }

  async #restore(): Promise<Happening> {
    const { bookkeeping } = this.#ports;
    const warnings = await this.#insist('The registry could not be put back', (signal) => bookkeeping.restore(signal));
    return { kind: 'restored', warnings };
  }

  /** The registry does not change how a rollout ended: after a few tries its failure becomes a warning. */
  async #insist(what: string, call: (signal: AbortSignal) => Promise<readonly string[]>): Promise<readonly string[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#patience.write(call);
      } catch (thrown) {
        if (attempt === BOOKING_TRIES || this.#patience.cancelled) return [`${what}: ${asActionError(thrown).message}`];
        await this.#ports.clock.sleep(BOOKING_PAUSE_MS * attempt, this.#patience.forReads).catch(() => undefined);
      }
    }
  }

  #failed(effect: Effect, thrown: unknown): Happening {
    const fault = asActionError(thrown);
    if (effect.kind === 'create' || effect.kind === 'update') {
      return { kind: 'written', result: { kind: 'unknown', message: fault.message } };
    }
    if (this.#patience.brokenOff) return { kind: 'interrupted' };
    switch (effect.kind) {
      case 'journal':
        return { kind: 'journaled', result: 'unknown', message: fault.message };
      case 'smoke':
        return { kind: 'smoke-failed-to-run', message: fault.message };
      case 'wait':
        return { kind: 'waited' };
      case 'look':
      case 'rest':
        return { kind: 'rested' };
      case 'begin':
        return { kind: 'began', restored: false };
      default:
        return { kind: 'read-failed', message: fault.message, reason: fault.reason };
    }
  }
}
