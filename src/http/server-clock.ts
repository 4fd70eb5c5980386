/** The server's time, estimated from the `Date` header of its answers. */
export interface ServerClock {
  /** Epoch ms by the server's clock. Before the first answer: the time that the clock was created with. */
  now(): number;
  /** Takes in one answer: its `Date` header, and the monotonic times of sending and receiving. */
  observe(dateHeader: string | undefined, sentAt: number, receivedAt: number): void;
}

/** `Date` has whole seconds: the true time lies up to this much after what the header says. */
const HEADER_RESOLUTION_MS = 1000;

/**
 * Each answer bounds the offset between the server's clock and ours: when it arrived the server's clock was at
 * least at `Date`, and when the request left it was less than a second past it. The bounds of successive answers are intersected, which
 * soon gives an estimate better than a second and steady; bounds that no longer meet mean that a clock was set or
 * drifted, and only the latest answer counts.
 */
export function createServerClock(monotonic: () => number, initialEpochMs: number): ServerClock {
  const created = initialEpochMs - monotonic();
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  return {
    now() {
      const offset = Number.isFinite(low) ? (low + high) / 2 : created;
      return Math.round(offset + monotonic());
    },
    observe(dateHeader, sentAt, receivedAt) {
      const date = dateHeader === undefined ? Number.NaN : Date.parse(dateHeader);
      if (Number.isNaN(date)) return;
      const newLow = date - receivedAt;
      const newHigh = date + HEADER_RESOLUTION_MS - sentAt;
      const apart = newLow > high || newHigh < low;
      low = apart ? newLow : Math.max(low, newLow);
      high = apart ? newHigh : Math.min(high, newHigh);
    },
  };
}
