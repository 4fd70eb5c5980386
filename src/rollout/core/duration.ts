const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a duration such as `90s`, `10m`, `2h` or `30d`: a whole number and one of the units `ms`, `s`, `m`, `h`, `d`.
 *
 * @returns Milliseconds, or `null` when the text is not a duration (a bare number has no unit and is not one).
 */
export function parseDuration(text: string): number | null {
  const match = /^\s*(\d{1,12})\s*(ms|s|m|h|d)\s*$/.exec(text);
  const unit = UNITS[match?.[2] ?? ''];
  if (match === null || unit === undefined) return null;
  const milliseconds = Number(match[1]) * unit;
  return Number.isSafeInteger(milliseconds) ? milliseconds : null;
}

/** A duration for people: the two greatest units that it has, such as `1h 5m`, `90s` as `1m 30s`, `0s`. */
export function formatDuration(milliseconds: number): string {
  const parts: string[] = [];
  let rest = Math.max(0, Math.round(milliseconds));
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = UNITS[unit] ?? 1;
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.length === 0 ? '0s' : parts.slice(0, 2).join(' ');
}
