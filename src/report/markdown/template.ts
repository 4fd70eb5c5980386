import { markdownCode, markdownText, safeUrl } from '../escape.js';

/** Markdown that may be put into a rendering as it is: everything from outside in it has been escaped. */
export class Markdown {
  constructor(readonly source: string) {}
}

export type Insertion = Markdown | string | number | null;

/** Strings are from outside unless they are `Markdown`, so they are escaped here, without anyone having to think of it. */
function inserted(value: Insertion): string {
  if (value instanceof Markdown) return value.source;
  return value === null ? '–' : markdownText(String(value)) || '–';
}

/** Markdown from a template: its fixed parts are ours, what is inserted is escaped. */
export function md(parts: TemplateStringsArray, ...values: readonly Insertion[]): Markdown {
  return new Markdown(String.raw({ raw: parts }, ...values.map(inserted)));
}

/** Joined with our own separator; empty ones are left out. */
export function joined(pieces: readonly (Markdown | null)[], separator: string): Markdown {
  const sources = pieces.flatMap((piece) => (piece === null || piece.source === '' ? [] : [piece.source]));
  return new Markdown(sources.join(separator));
}

/** Blocks under each other, with a blank line between. */
export function stacked(blocks: readonly (Markdown | null)[]): Markdown {
  return joined(blocks, '\n\n');
}

/** A name from outside, as code. */
export function code(text: string, limit = 120): Markdown {
  return new Markdown(markdownCode(text, limit));
}

/** A link where the address is one; only its text otherwise. */
export function link(text: Insertion, url: string | null): Markdown {
  const address = safeUrl(url);
  const label = inserted(text);
  return new Markdown(address === null ? label : `[${label}](${address})`);
}

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** A table. Cells are on one line by themselves; no cell can hold a bar, since text is escaped. */
export function table(columns: readonly Column[], rows: readonly (readonly Insertion[])[]): Markdown {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const head = line(columns.map((column) => column.title));
  const rule = line(columns.map((column) => (column.align === 'right' ? '--:' : ':--')));
  const body = rows.map((row) => line(row.map((cell) => inserted(cell).replace(/\n/g, ' '))));
  return new Markdown([head, rule, ...body].join('\n'));
}

/** A list. */
export function bullets(items: readonly Insertion[]): Markdown | null {
  if (items.length === 0) return null;
  return new Markdown(items.map((item) => `- ${inserted(item).replace(/\n/g, '\n  ')}`).join('\n'));
}

/** Something folded away. */
export function folded(summary: Insertion, body: Markdown | null): Markdown | null {
  if (body === null || body.source === '') return null;
  return new Markdown(`<details>\n<summary>${inserted(summary)}</summary>\n\n${body.source}\n\n</details>`);
}

/** One of GitHub's alert boxes; its kind is written out by GitHub, so it does not rely on colour. */
export function alertBox(kind: 'NOTE' | 'TIP' | 'IMPORTANT' | 'WARNING' | 'CAUTION', body: Markdown): Markdown {
  return new Markdown(`> [!${kind}]\n${body.source.replace(/^/gm, '> ')}`);
}
