import { type ParsedLine, parseLine } from './exposition-line.js';

/** Metric types of both formats; `unknown` and Prometheus' `untyped` are one. */
type MetricType = 'counter' | 'gauge' | 'histogram' | 'gaugehistogram' | 'summary' | 'info' | 'stateset' | 'untyped';

/** One sample line. `value` may be NaN or infinite; `timestampMs` is `null` where the line carries none. */
export interface ExpositionSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  /** Epoch ms, whatever the unit in the text was. */
  readonly timestampMs: number | null;
}

export interface MetricFamily {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string | null;
  readonly unit: string | null;
  readonly samples: readonly ExpositionSample[];
}

/** A line that could not be used, and why. Lines are 1-based; `text` is cut to 120 characters. */
interface ExpositionProblem {
  readonly line: number;
  readonly text: string;
  readonly message: string;
}

export interface Exposition {
  readonly families: readonly MetricFamily[];
  readonly problems: readonly ExpositionProblem[];
  /** The text ended with `# EOF`, as OpenMetrics demands. */
  readonly terminated: boolean;
}

export type ParsedExposition =
  | { readonly kind: 'parsed'; readonly exposition: Exposition }
  /** The text is no exposition at all, or holds not one usable line: the source is blind, nothing is zero. */
  | { readonly kind: 'failed'; readonly message: string };

const SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  summary: ['_sum', '_count', '_created'],
  info: ['_info'],
  stateset: [],
  untyped: [],
};

interface OpenFamily {
  readonly name: string;
  type: MetricType;
  help: string | null;
  unit: string | null;
  readonly samples: ExpositionSample[];
}

/**
 * Reads the Prometheus text format (0.0.4, with the quoted names of 1.0) and OpenMetrics 1.0, alone or wrapped as
 * `{"contents": "…"}`. Lines that cannot be read become problems; nothing is ever replaced by a zero.
 */
export function parseExposition(text: string): ParsedExposition {
  const unwrapped = unwrap(text.replace(/^\uFEFF/, ''));
  if (unwrapped.kind === 'failed') return unwrapped;
  const exposition = readLines(unwrapped.text);
  const samples = exposition.families.some((family) => family.samples.length > 0);
  const first = exposition.problems[0];
  if (!samples && first !== undefined) {
    return {
      kind: 'failed',
      message: `No line of the metrics export could be read; line ${first.line}: ${first.message}`,
    };
  }
  return { kind: 'parsed', exposition };
}

type Unwrapped =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string };

function unwrap(text: string): Unwrapped {
  const trimmed = text.trimStart();
  if (trimmed.trimEnd() === '') return { kind: 'failed', message: 'The metrics export is empty.' };
  if (trimmed.startsWith('<'))
    return { kind: 'failed', message: 'The metrics export is a markup page, not an exposition.' };
  if (!trimmed.startsWith('{') && !trimmed.startsWith('[')) return { kind: 'text', text };
  const json = parseJson(trimmed);
  if (json === undefined) return { kind: 'text', text };
  if (typeof json === 'object' && json !== null && 'contents' in json && typeof json.contents === 'string') {
    return json.contents.trim() === ''
      ? { kind: 'failed', message: 'The metrics export is empty.' }
      : unwrap(json.contents);
  }
  return { kind: 'failed', message: 'The metrics export is a JSON document without an exposition in `contents`.' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readLines(text: string): Exposition {
  const families = new Map<string, OpenFamily>();
  const problems: ExpositionProblem[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  const cutAt = cutLine(lines);
  let terminated = false;
  lines.forEach((line, index) => {
    const report = (message: string) => problems.push({ line: index + 1, text: line.slice(0, 120), message });
    if (line.trim() === '') return;
    if (terminated) report('text after # EOF');
    else if (index === cutAt) report('the last line is cut off');
    else terminated = take(parseLine(line), families, report);
  });
  return { families: [...families.values()], problems, terminated };
}

/** Index of a last line that lacks its line feed and the timestamp that the line before it has: the text was cut there. */
function cutLine(lines: readonly string[]): number | null {
  const last = lines.at(-1) ?? '';
  const before = lines.at(-2) ?? '';
  if (last.trim() === '' || last.startsWith('#')) return null;
  const digits = (line: string) => {
    const parsed = parseLine(line);
    return parsed.kind === 'sample' ? (parsed.timestampText?.length ?? 0) : null;
  };
  const expected = digits(before);
  return expected !== null && expected > 0 && (digits(last) ?? 0) < expected ? lines.length - 1 : null;
}

/** Files one line. Returns true when it was `# EOF`. */
function take(line: ParsedLine, families: Map<string, OpenFamily>, report: (message: string) => void): boolean {
  switch (line.kind) {
    case 'eof':
      return true;
    case 'comment':
      return false;
    case 'problem':
      report(line.message);
      return false;
    case 'metadata':
      describe(line, families, report);
      return false;
    case 'sample':
      familyOf(line.name, families).samples.push({
        name: line.name,
        labels: line.labels,
        value: line.value,
        timestampMs: line.timestampMs,
      });
      return false;
  }
}

function describe(
  line: Extract<ParsedLine, { kind: 'metadata' }>,
  families: Map<string, OpenFamily>,
  report: (message: string) => void,
): void {
  const family = open(line.name, families);
  if (line.keyword === 'HELP') family.help = line.text;
  else if (line.keyword === 'UNIT') family.unit = line.text;
  else {
    const type = line.text === 'unknown' ? 'untyped' : line.text;
    if (isMetricType(type)) family.type = type;
    else report(`unknown metric type ${JSON.stringify(line.text)}`);
  }
}

function isMetricType(text: string): text is MetricType {
  return Object.hasOwn(SUFFIXES, text);
}

function open(name: string, families: Map<string, OpenFamily>): OpenFamily {
  const known = families.get(name);
  if (known !== undefined) return known;
  const family: OpenFamily = { name, type: 'untyped', help: null, unit: null, samples: [] };
  families.set(name, family);
  return family;
}

/** The family that was declared for a sample's name, by the suffixes that its type has; else one of its own. */
function familyOf(name: string, families: Map<string, OpenFamily>): OpenFamily {
  const exact = families.get(name);
  if (exact !== undefined) return exact;
  for (let cut = name.lastIndexOf('_'); cut > 0; cut = name.lastIndexOf('_', cut - 1)) {
    const family = families.get(name.slice(0, cut));
    if (family !== undefined && SUFFIXES[family.type].includes(name.slice(cut))) return family;
  }
  return open(name, families);
}
