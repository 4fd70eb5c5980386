/** One line of an exposition, taken apart. */
export type ParsedLine =
  | { readonly kind: 'eof' }
  | { readonly kind: 'comment' }
  | {
      readonly kind: 'metadata';
      readonly keyword: 'HELP' | 'TYPE' | 'UNIT';
      readonly name: string;
      readonly text: string;
    }
  | {
      readonly kind: 'sample';
      readonly name: string;
      readonly labels: ReadonlyMap<string, string>;
      readonly value: number;
      readonly timestampMs: number | null;
      /** As written, to notice a text that was cut off. */
      readonly timestampText: string | null;
    }
  | { readonly kind: 'problem'; readonly message: string };

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** Timestamps from here on are ms: as seconds they would lie after the year 5000, as ms they begin in 1973. */
const FIRST_MILLISECONDS = 1e11;

class LineFault extends Error {}

/** Reads one line of the Prometheus text format or of OpenMetrics. Never throws. */
export function parseLine(line: string): ParsedLine {
  const text = line.trim();
  if (text.startsWith('#')) return parseComment(text);
  try {
    return parseSample(new Cursor(text));
  } catch (fault) {
    if (fault instanceof LineFault) return { kind: 'problem', message: fault.message };
    throw fault;
  }
}

/** `NaN`, `+Inf`, a decimal number; `null` for anything else, the empty text above all. */
export function parseNumber(text: string): number | null {
  const word = text.toLowerCase();
  if (word === 'nan' || word === '+nan' || word === '-nan') return Number.NaN;
  if (/^[+]?inf(inity)?$/.test(word)) return Number.POSITIVE_INFINITY;
  if (/^-inf(inity)?$/.test(word)) return Number.NEGATIVE_INFINITY;
  return NUMBER.test(text) ? Number(text) : null;
}

function parseComment(text: string): ParsedLine {
  if (/^# ?EOF$/.test(text)) return { kind: 'eof' };
  const match = /^#\s*(HELP|TYPE|UNIT)\s+("(?:[^"\\]|\\.)*"|\S+)(?:\s+(.*))?$/.exec(text);
  if (match === null) return { kind: 'comment' };
  const keyword = match[1];
  const name = match[2] ?? '';
  if (keyword !== 'HELP' && keyword !== 'TYPE' && keyword !== 'UNIT') return { kind: 'comment' };
  const rest = keyword === 'HELP' ? unescapeText(match[3] ?? '') : (match[3] ?? '').trim();
  return { kind: 'metadata', keyword, name: name.startsWith('"') ? unescapeText(name.slice(1, -1)) : name, text: rest };
}

function unescapeText(text: string): string {
  return text.replace(/\\(.)/g, (whole, character: string) => {
    if (character === 'n') return '\n';
    return character === '\\' || character === '"' ? character : whole;
  });
}

class Cursor {
  private at = 0;
  constructor(readonly text: string) {}

  peek(): string {
    return this.text.charAt(this.at);
  }

  skipBlanks(): void {
    while (this.peek() === ' ' || this.peek() === '\t') this.at += 1;
  }

  eat(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at += 1;
    return true;
  }

  match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }

  quoted(): string {
    const start = this.at + 1;
    let end = start;
    while (end < this.text.length && this.text.charAt(end) !== '"') end += this.text.charAt(end) === '\\' ? 2 : 1;
    if (end >= this.text.length) throw new LineFault('a quoted text does not end');
    this.at = end + 1;
    return unescapeText(this.text.slice(start, end));
  }

  rest(): string {
    return this.text.slice(this.at);
  }
}

function parseSample(cursor: Cursor): ParsedLine {
  const bare = cursor.match(NAME);
  cursor.skipBlanks();
  const { labels, quotedName } = parseLabels(cursor);
  const name = bare ?? quotedName;
  if (name === null) throw new LineFault('a metric name is missing');
  if (bare !== null && quotedName !== null) throw new LineFault('a metric has two names');
  const words = beforeExemplar(cursor.rest())
    .trim()
    .split(/[ \t]+/);
  const value = parseNumber(words[0] ?? '');
  if (value === null) throw new LineFault(`the value ${JSON.stringify(words[0] ?? '')} is not a number`);
  if (words.length > 2) throw new LineFault('there is more than a value and a timestamp');
  const timestampText = words[1] ?? null;
  return { kind: 'sample', name, labels, value, timestampText, timestampMs: parseTimestamp(timestampText) };
}

/** OpenMetrics hangs an exemplar onto a sample as ` # {…} value [timestamp]`; it is no part of the figure. */
function beforeExemplar(text: string): string {
  const at = text.search(/[ \t]#[ \t]*\{/);
  return at === -1 ? text : text.slice(0, at);
}

function parseTimestamp(text: string | null): number | null {
  if (text === null) return null;
  const value = parseNumber(text);
  if (value === null || !Number.isFinite(value))
    throw new LineFault(`the timestamp ${JSON.stringify(text)} is not a number`);
  return Math.round(Math.abs(value) >= FIRST_MILLISECONDS ? value : value * 1000);
}

function parseLabels(cursor: Cursor): { labels: Map<string, string>; quotedName: string | null } {
  const labels = new Map<string, string>();
  let quotedName: string | null = null;
  if (!cursor.eat('{')) return { labels, quotedName };
  cursor.skipBlanks();
  while (!cursor.eat('}')) {
    const quoted = cursor.peek() === '"';
    const key = quoted ? cursor.quoted() : cursor.match(LABEL);
    if (key === null) throw new LineFault('a label name is missing');
    cursor.skipBlanks();
    if (quoted && cursor.peek() !== '=' && quotedName === null) quotedName = key;
    else addLabel(cursor, key, labels);
    cursor.skipBlanks();
    const more = cursor.eat(',');
    cursor.skipBlanks();
    if (!more && cursor.peek() !== '}') throw new LineFault('labels are not separated by a comma or do not end');
  }
  return { labels, quotedName };
}

function addLabel(cursor: Cursor, key: string, labels: Map<string, string>): void {
  if (!cursor.eat('=')) throw new LineFault(`the label ${key} has no value`);
  cursor.skipBlanks();
  if (cursor.peek() !== '"') throw new LineFault(`the value of the label ${key} is not quoted`);
  if (labels.has(key)) throw new LineFault(`the label ${key} stands there twice`);
  labels.set(key, cursor.quoted());
}
