/** The runner's own token for a masked value. */
const MASK = '***';

/** Shorter values occur by chance in base64 or an escape, so their derived forms are not searched for. */
const SHORTEST_DERIVED = 8;

interface Span {
  start: number;
  end: number;
}

/**
 * The runner's secret masker: every occurrence of every registered value becomes `***`, and overlapping occurrences
 * become one. Values are registered from the moment they are known, so an earlier line stays as it was written.
 */
export class SecretMasker {
  private readonly values = new Map<string, string>();

  /**
   * Registers a value and, as the runner does, each of its lines.
   * @param label how a fault names the value, which it never shows
   */
  add(value: string, label: string): void {
    for (const part of [value, ...value.split(/\r?\n/)]) {
      const trimmed = part.trim();
      if (trimmed !== '' && !this.values.has(trimmed)) this.values.set(trimmed, label);
    }
  }

  /** The text with every registered value hidden. */
  mask(text: string): string {
    let masked = '';
    let from = 0;
    for (const span of merged(this.spans(text))) {
      masked += text.slice(from, span.start) + MASK;
      from = span.end;
    }
    return masked + text.slice(from);
  }

  /**
   * Labels of the registered values that can be read in a text, plainly or in a form from which they are read back at
   * once: base64, percent-encoding, JSON escapes. Callers pass text that has been masked where the runner masks it.
   */
  visibleIn(text: string): readonly string[] {
    const labels = new Set<string>();
    for (const [value, label] of this.values) {
      if (readableForms(value).some((form) => text.includes(form))) labels.add(label);
    }
    return [...labels];
  }

  private spans(text: string): Span[] {
    const spans: Span[] = [];
    for (const value of this.values.keys()) {
      for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
        spans.push({ start: at, end: at + value.length });
      }
    }
    return spans.sort((a, b) => a.start - b.start);
  }
}

function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last !== undefined && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else result.push({ ...span });
  }
  return result;
}

function readableForms(value: string): readonly string[] {
  if (value.length < SHORTEST_DERIVED) return [value];
  const bytes = Buffer.from(value);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), base64, bytes.toString('base64url')];
}
