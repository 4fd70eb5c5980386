import type { Holder, Journal, Lease } from './core/journal.js';
import type { EndpointView } from './core/types.js';
import type { JournalReading, JournalStore } from './journal-store.js';
import { LEASE_TERM_MS, type RolloutPorts } from './options.js';

const WATCH_PAUSE_MS = 10_000;

/** What stands on an endpoint before a rollout begins, or goes on. */
export type Standing =
  /** Nobody else is at work. `journal`: what the last rollout recorded, finished or not. */
  | {
      readonly kind: 'free';
      readonly view: EndpointView | null;
      readonly journal: Journal | null;
      readonly damaged: string | null;
      /** The generation that the next holder takes. */
      readonly generation: number;
    }
  /** Another run is at work, and alive. */
  | { readonly kind: 'in-progress'; readonly view: EndpointView | null; readonly lease: Lease };

/**
 * Finds out whether the endpoint is free: no lease, a lease of this workflow run (another attempt or job takes over at once), or
 * the lease of another run that is dead. Another run is dead when GitHub says that it has ended, or when its heartbeat has
 * not changed for its term by this process's own clock; it is alive as soon as the heartbeat changes.
 */
export async function standingOf(
  ports: RolloutPorts,
  store: JournalStore,
  self: Holder,
  signal: AbortSignal,
): Promise<Standing> {
  const first = await look(ports, store, signal);
  const lease = leaseOf(first.reading);
  if (lease === null || isOwn(lease, self)) return free(first);
  const active = (await ports.isRunActive?.(lease.repository, lease.runId, signal)) ?? null;
  if (active === false) return free(first);
  if (active === true) return { kind: 'in-progress', view: first.view, lease };
  ports.progress.info(`Run ${lease.runId} of ${lease.repository} holds the rollout; watching whether it is alive.`);
  return watchHolder(ports, store, self, lease, signal);
}

async function watchHolder(
  ports: RolloutPorts,
  store: JournalStore,
  self: Holder,
  lease: Lease,
  signal: AbortSignal,
): Promise<Standing> {
  const since = ports.clock.now();
  for (;;) {
    await ports.clock.sleep(WATCH_PAUSE_MS, signal);
    const now = await look(ports, store, signal);
    const current = leaseOf(now.reading);
    if (current === null || isOwn(current, self)) return free(now);
    const moved = current.heartbeat !== lease.heartbeat || current.nonce !== lease.nonce;
    if (moved) return { kind: 'in-progress', view: now.view, lease: current };
    if (ports.clock.now() - since >= LEASE_TERM_MS) return free(now);
  }
}

/** The endpoint with whatever stands on it, without regard for another holder: the next generation fences it off. */
export async function takenOver(
  ports: RolloutPorts,
  store: JournalStore,
  signal: AbortSignal,
): Promise<Extract<Standing, { kind: 'free' }>> {
  return free(await look(ports, store, signal));
}

interface Sight {
  readonly view: EndpointView | null;
  readonly reading: JournalReading;
}

async function look(ports: RolloutPorts, store: JournalStore, signal: AbortSignal): Promise<Sight> {
  const view = await ports.serving.read(signal);
  return { view, reading: await store.read(view, signal) };
}

function leaseOf(reading: JournalReading): Lease | null {
  return reading.kind === 'journal' ? reading.journal.lease : null;
}

/** Another job or attempt of the same workflow run is the same rollout's next hand. */
function isOwn(lease: Lease, self: Holder): boolean {
  return lease.repository === self.repository && lease.runId === self.runId;
}

function free({ view, reading }: Sight): Extract<Standing, { kind: 'free' }> {
  const journal = reading.kind === 'journal' ? reading.journal : null;
  return {
    kind: 'free',
    view,
    journal,
    damaged: reading.kind === 'damaged' ? reading.why : null,
    generation: (journal?.generation ?? 0) + 1,
  };
}
