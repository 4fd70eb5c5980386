/** How the export fills its histogram; not documented, so it is found out. */
export type HistogramMode = 'unknown' | 'per-minute' | 'cumulative';

/** Rises of `_count` in a row, with nothing to compare to, that a histogram of single minutes makes once in about 700 times. */
const RISES_OF_A_TOTAL = 5;

/**
 * Finds out whether the histograms of an export cover the last minute or everything since a start: from whether they fit the
 * request count of the same minute, and from whether they ever fall. One detector serves all series of the export: what one
 * settles holds for the others.
 */
export class HistogramModeDetector {
  private perMinute = 0;
  private cumulative = 0;
  private rises = 0;

  get mode(): HistogramMode {
    if (this.perMinute === this.cumulative) return 'unknown';
    return this.perMinute > this.cumulative ? 'per-minute' : 'cumulative';
  }

  /**
   * Takes in one minute. `count`: the histogram's; `previous`: its count a minute before, `null` if not known;
   * `requests`: requests of the same minute, `null` if not exported as a per-minute figure. Returns whether the histogram is that
   * of the minute in either mode: it counts from nothing, or a series that was not there before fits the requests of the minute.
   */
  observe(count: number, previous: number | null, requests: number | null): boolean {
    const begins = previous === null && requests !== null && isNear(count, requests);
    if (!begins) this.vote(count, previous, requests);
    return begins || previous === 0;
  }

  private vote(count: number, previous: number | null, requests: number | null): void {
    if (requests !== null && requests > 0 && this.fit(count, previous, requests)) return;
    if (previous === null || count === previous) return;
    if (count < previous) {
      this.perMinute += requests === null ? 2 : 1;
      this.rises = 0;
      return;
    }
    this.rises += 1;
    if (requests === null && this.rises === RISES_OF_A_TOTAL) this.cumulative += 1;
  }

  private fit(count: number, previous: number | null, requests: number): boolean {
    const asMinute = isNear(count, requests);
    const asTotal = previous !== null && isNear(count - previous, requests);
    if (asMinute && !asTotal) this.perMinute += 1;
    else if (asTotal && !asMinute) this.cumulative += 1;
    else if (!asMinute && count > 1.5 * requests + 5) this.cumulative += 1;
    else return asMinute && asTotal;
    return true;
  }
}

function isNear(count: number, requests: number): boolean {
  return Math.abs(count - requests) <= Math.max(2, 0.1 * requests);
}
