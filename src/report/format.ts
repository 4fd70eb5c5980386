/** Numbers and times for people. A no-break space stands between a number and its unit. */
const GAP = '\u00a0';
const MINUS = '\u2212';
/** What stands for "not known". */
export const UNKNOWN = '–';

type MetricValue = number | 'NaN' | 'Infinity' | '-Infinity';

/** Six significant digits, without trailing zeros. */
function significant(value: number, digits = 6): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4)
    return value
      .toExponential(3)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  return String(Number(value.toPrecision(digits)));
}

/** Groups of three digits: `12,431`. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/**
 * A metric's value. Six significant digits, and as many as it needs where rounding would make it look equal to `bound`
 * though it is not.
 */
export function formatMetric(value: MetricValue | null, bound: number | null = null): string {
  if (value === null) return UNKNOWN;
  if (typeof value === 'string') return value.replace('-', MINUS);
  const short = significant(value);
  const hides = bound !== null && value !== bound && Number(short) === bound;
  return (hides ? String(value) : short).replace(/^-/, MINUS);
}

/** A margin with its sign: `+0.042` is on the good side, `−0.022` misses. */
export function formatMargin(margin: number | null): string {
  if (margin === null) return UNKNOWN;
  if (margin === 0) return '±0';
  return `${margin > 0 ? '+' : MINUS}${significant(Math.abs(margin), 3)}`;
}

/** A share 0..1 as percent: `0.25 %`. */
export function formatShare(share: number | null): string {
  if (share === null) return UNKNOWN;
  const percent = share * 100;
  const text = percent >= 10 || percent === 0 ? percent.toFixed(percent % 1 === 0 ? 0 : 1) : significant(percent, 2);
  return `${text}${GAP}%`;
}

/** A share 0..100 of an endpoint's traffic. */
export function formatTraffic(percent: number | null): string {
  return percent === null ? UNKNOWN : `${significant(percent, 4)}${GAP}%`;
}

/** `850 ms`, `6.2 s`, `42 s`, `4 m 10 s`, `1 h 5 m`, `2 d 3 h`. */
export function formatDuration(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms) || ms < 0) return UNKNOWN;
  if (ms < 1000) return `${Math.round(ms)}${GAP}ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')}${GAP}s`;
  const seconds = Math.round(ms / 1000);
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ];
  const first = units.findIndex(([, size]) => seconds >= size);
  const [unit, size] = units[first] ?? ['s', 1];
  const rest = units[first + 1];
  const whole = `${Math.floor(seconds / size)}${GAP}${unit}`;
  const more = rest ? Math.floor((seconds % size) / rest[1]) : 0;
  return rest && more > 0 ? `${whole}${GAP}${more}${GAP}${rest[0]}` : whole;
}

/** A latency in ms: `84 ms`, `1.24 s`. */
export function formatLatency(ms: number | null): string {
  if (ms === null) return UNKNOWN;
  return ms < 1000 ? `${significant(ms, 3)}${GAP}ms` : `${significant(ms / 1000, 3)}${GAP}s`;
}

/** Epoch ms of an ISO time; `null` when it is none. */
export function instant(iso: string | null): number | null {
  const at = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isNaN(at) ? null : at;
}

/** `14:03:20 UTC`. */
export function formatTime(iso: string | null): string {
  const at = instant(iso);
  return at === null ? UNKNOWN : `${new Date(at).toISOString().slice(11, 19)}${GAP}UTC`;
}

/** `2026-11-22 14:03 UTC`. */
export function formatDateTime(iso: string | null): string {
  const at = instant(iso);
  return at === null ? UNKNOWN : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}${GAP}UTC`;
}

/** Time between two ISO times in ms; `null` when one is not known. */
export function between(from: string | null, to: string | null): number | null {
  const [start, end] = [instant(from), instant(to)];
  return start === null || end === null ? null : Math.max(0, end - start);
}

/** `1 rule`, `12 rules`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}
