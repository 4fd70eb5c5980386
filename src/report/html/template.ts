import { htmlText, safeUrl } from '../escape.js';

/** HTML or SVG that may stand in the page as it is: everything from outside in it has been escaped. */
export class Html {
  constructor(readonly source: string) {}
}

export type HtmlInsertion = Html | string | number | null | readonly Html[];

function inserted(value: HtmlInsertion): string {
  if (value instanceof Html) return value.source;
  if (value === null) return '';
  if (typeof value === 'string') return htmlText(value);
  return typeof value === 'number' ? String(value) : value.map((part) => part.source).join('');
}

/** HTML from a template: its fixed parts are ours, strings that are inserted are escaped. `null` leaves nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlInsertion[]): Html {
  return new Html(String.raw({ raw: parts }, ...values.map(inserted)));
}

/** A link where the address is http(s); only its text otherwise. */
export function anchor(text: HtmlInsertion, url: string | null): Html {
  const address = safeUrl(url);
  const label = inserted(text);
  return new Html(address === null ? label : `<a href="${htmlText(address)}" rel="noreferrer">${label}</a>`);
}

export interface HtmlColumn {
  readonly title: string;
  readonly isNumber?: boolean;
}

/** A table with a caption that screen readers announce; it scrolls by itself on a narrow screen. */
export function htmlTable(
  caption: string,
  columns: readonly HtmlColumn[],
  rows: readonly (readonly HtmlInsertion[])[],
): Html {
  const head = columns.map((column) => html`<th scope="col"${className(column)}>${column.title}</th>`);
  const cell = (value: HtmlInsertion, index: number): Html =>
    index === 0
      ? html`<th scope="row"${className(columns[0])}>${saying(value)}</th>`
      : html`<td${className(columns[index])}>${value}</td>`;
  const body = rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`);
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody></table></div>`;
}

/** Screen readers announce the heads of rows, so an empty one says that nothing is there. */
function saying(value: HtmlInsertion): HtmlInsertion {
  const text = inserted(value).replace(/<[^>]*>/g, '');
  return text.trim() === '' ? '–' : value;
}

function className(column: HtmlColumn | undefined): Html | null {
  return column?.isNumber ? new Html(' class="number"') : null;
}

/** A section with its heading; `null` without a body. */
export function section(id: string, title: string, body: readonly (Html | null)[]): Html | null {
  const parts = body.filter((part) => part !== null);
  if (parts.length === 0) return null;
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${parts.map((part) => html`${part}\n`)}</section>
`;
}

/** A list; `null` when it is empty. */
export function htmlList(items: readonly HtmlInsertion[]): Html | null {
  return items.length === 0 ? null : html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}
