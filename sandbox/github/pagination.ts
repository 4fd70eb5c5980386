/** GitHub's page sizes. */
const DEFAULT_PER_PAGE = 30;
const MOST_PER_PAGE = 100;

export interface Page<Item> {
  readonly items: readonly Item[];
  /** The `Link` header, `null` when everything fits on one page. */
  readonly link: string | null;
}

/**
 * Cuts one page out of a list, as `per_page` and `page` ask for; out-of-range values are replaced as GitHub does.
 * @param url the address that was asked, in the form that GitHub's links have (`/repositories/<id>/…`)
 */
export function pageOf<Item>(items: readonly Item[], query: URLSearchParams, url: string): Page<Item> {
  const asked = positive(query.get('per_page')) ?? DEFAULT_PER_PAGE;
  const perPage = Math.min(asked, MOST_PER_PAGE);
  const page = positive(query.get('page')) ?? 1;
  const last = Math.max(1, Math.ceil(items.length / perPage));
  return { items: items.slice((page - 1) * perPage, page * perPage), link: linkHeader(url, query, page, last) };
}

function linkHeader(url: string, query: URLSearchParams, page: number, last: number): string | null {
  if (last === 1) return null;
  const at = (number: number, rel: string): string => {
    const parameters = new URLSearchParams(query);
    parameters.set('page', String(number));
    return `<${url}?${parameters}>; rel="${rel}"`;
  };
  const before = page > 1 ? [at(page - 1, 'prev'), at(1, 'first')] : [];
  const after = page < last ? [at(page + 1, 'next'), at(last, 'last')] : [];
  return [...before, ...after].join(', ');
}

function positive(text: string | null): number | null {
  const number = Number(text ?? '');
  return Number.isInteger(number) && number > 0 ? number : null;
}
