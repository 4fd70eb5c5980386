/** One rule of a text, cut free of comments and of its neighbours. */
export interface Statement {
  readonly text: string;
  /** 0-based. */
  readonly line: number;
}

/**
 * Cuts a text into rules: at line ends and semicolons, but not inside quotes; from `#` at the start or after a blank
 * to the end of the line is a comment; empty pieces are left out.
 */
export function splitStatements(text: string): Statement[] {
  return text.split(/\r\n|\r|\n/).flatMap((line, index) =>
    splitOutsideQuotes(withoutComment(line), ';')
      .map((piece) => ({ text: piece.trim(), line: index }))
      .filter((statement) => statement.text !== ''),
  );
}

/** Cuts at a character wherever it stands outside quotes. */
export function splitOutsideQuotes(text: string, separator: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (const index of positionsOutsideQuotes(text)) {
    if (text[index] !== separator) continue;
    pieces.push(text.slice(start, index));
    start = index + 1;
  }
  return [...pieces, text.slice(start)];
}

/** Where a character first stands outside quotes, or -1. */
export function indexOutsideQuotes(text: string, character: string): number {
  for (const index of positionsOutsideQuotes(text)) if (text[index] === character) return index;
  return -1;
}

/**
 * A text without its quotes: double quotes hold a JSON string, single quotes hold their text as it stands. Text without
 * quotes is returned as it is; `undefined` when a quote is not closed, or when more follows the closing one.
 */
export function unquote(text: string): string | undefined {
  const end = endOfQuoted(text);
  if (end === 0) return text;
  if (end !== text.length) return undefined;
  if (text.startsWith("'")) return text.slice(1, -1);
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Length of the quoted piece at the start; 0 when the text starts without a quote, -1 when the quote is not closed. */
export function endOfQuoted(text: string): number {
  const mark = text[0];
  if (mark !== '"' && mark !== "'") return 0;
  for (let index = 1; index < text.length; index += 1) {
    if (mark === '"' && text[index] === '\\') index += 1;
    else if (text[index] === mark) return index + 1;
  }
  return -1;
}

function withoutComment(line: string): string {
  for (const index of positionsOutsideQuotes(line)) {
    if (line[index] === '#' && (index === 0 || /\s/.test(line[index - 1] ?? ''))) return line.slice(0, index);
  }
  return line;
}

/** Positions outside quotes. A quote opens only where a word can start, so that an apostrophe inside a word is a letter. */
function* positionsOutsideQuotes(text: string): Generator<number> {
  let index = 0;
  while (index < text.length) {
    const opens = index === 0 || /[\s;,:[]/.test(text[index - 1] ?? '');
    const quoted = opens ? endOfQuoted(text.slice(index)) : 0;
    if (quoted > 0) index += quoted;
    else {
      yield index;
      index += 1;
    }
  }
}
