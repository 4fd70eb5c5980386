/**
 * The server's clock. All durations that the sandbox is given (update times, token lifetimes, traffic rates, moments of
 * scripted events) are in server time; only network delay and model latency are real milliseconds, because clients
 * measure them with their own clock.
 */
export class ServerClock {
  readonly speed: number;
  #anchorReal: number;
  #anchorServer: number;

  /**
   * @param speed server milliseconds per real millisecond; 60 makes a server minute last one real second, 0 stops
   *   the clock so that only `advance` moves it.
   * @param startAt epoch ms of the server at the start; this may be far from the real time to simulate skew.
   */
  constructor(speed: number, startAt: number) {
    this.speed = speed;
    this.#anchorReal = performance.now();
    this.#anchorServer = startAt;
  }

  /** Epoch ms, whole. */
  now(): number {
    return Math.floor(this.#anchorServer + (performance.now() - this.#anchorReal) * this.speed);
  }

  /** Jumps forward by `ms` of server time; a clock never goes back. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`A clock does not go back: ${ms} ms.`);
    this.#anchorServer += ms;
  }
}
