import { Random, seedOf } from '../random.js';
import { type ArmMinute, armOf, NO_REQUESTS, type Release, together } from '../release.js';
import type { SimulatedClock } from './clock.js';

const MINUTE_MS = 60_000;
/** Minutes that are kept; nobody asks for older ones. */
const KEPT = 8;
/** Age of a minute when the export shows it. */
const EXPORT_LAG_MS = 10_000;

/** A whole minute of both versions; times are epoch ms of the server's clock. */
export interface Minute {
  readonly startMs: number;
  readonly endMs: number;
  readonly candidate: ArmMinute;
  readonly current: ArmMinute;
}

/**
 * What callers send and what comes of it. Every stretch of time has its own stream of random numbers, so that the same release
 * meets the same traffic whoever judges it, for as long as the split is the same.
 */
export class Traffic {
  /** Requests that the candidate answered since its fault began. */
  exposed = 0;
  /** When the fault began, and when the candidate last lost all its traffic; epoch ms, `null`: not yet. */
  faultMs: number | null = null;
  restoredMs: number | null = null;
  private share = 0;
  private filledMs: number;
  private readonly minutes: Minute[] = [];

  constructor(
    private readonly release: Release,
    private readonly seed: number,
    private readonly clock: SimulatedClock,
  ) {
    this.filledMs = clock.serverNow();
  }

  /** The candidate answers wrongly or slowly from the moment at which it first has the share that brings it out. */
  get faulty(): boolean {
    return this.faultMs !== null;
  }

  /** The split changes now. `percent`: of the candidate, 0..100. */
  split(percent: number): void {
    const now = this.clock.serverNow();
    this.fill(now);
    if (this.share > 0 && percent === 0) this.restoredMs = now;
    this.share = percent / 100;
    if (this.faultMs === null && percent > 0 && percent >= this.release.faultFrom) this.faultMs = now;
  }

  /** Whole minutes that the export shows by now, oldest first. */
  visible(): readonly Minute[] {
    const now = this.clock.serverNow();
    this.fill(now);
    return this.minutes.filter(({ startMs, endMs }) => endMs - startMs === MINUTE_MS && endMs + EXPORT_LAG_MS <= now);
  }

  private fill(untilMs: number): void {
    while (this.filledMs < untilMs) {
      const minuteMs = Math.floor(this.filledMs / MINUTE_MS) * MINUTE_MS;
      const endMs = Math.min(untilMs, minuteMs + MINUTE_MS);
      this.add(this.filledMs, endMs);
      this.filledMs = endMs;
    }
  }

  private add(startMs: number, endMs: number): void {
    const stretch = {
      startMs,
      endMs,
      candidate: this.stretch('candidate', startMs, endMs, this.share),
      current: this.stretch('current', startMs, endMs, 1 - this.share),
    };
    if (this.faulty) this.exposed += stretch.candidate.requests;
    const last = this.minutes.at(-1);
    if (last !== undefined && last.endMs === startMs && startMs % MINUTE_MS !== 0) {
      this.minutes[this.minutes.length - 1] = joined(last, stretch);
    } else this.minutes.push(stretch);
    if (this.minutes.length > KEPT) this.minutes.shift();
  }

  private stretch(arm: 'candidate' | 'current', startMs: number, endMs: number, share: number): ArmMinute {
    if (share <= 0) return NO_REQUESTS;
    const random = new Random(seedOf(this.seed, arm === 'candidate' ? 1 : 2, Math.round(startMs / 10)));
    return armOf(random, this.release, arm === 'candidate' && this.faulty, (share * (endMs - startMs)) / 1000);
  }
}

function joined(first: Minute, second: Minute): Minute {
  return {
    startMs: first.startMs,
    endMs: second.endMs,
    candidate: together(first.candidate, second.candidate),
    current: together(first.current, second.current),
  };
}
