import { markdownText, wellFormed } from '../escape.js';
import type { ResultDocument } from '../result.js';
import { type Size, shownRows } from './size.js';
import { code, type Insertion, joined, link, Markdown, md, stacked, table } from './template.js';

type Fault = ResultDocument['faults'][number];

/** `file:line`, linked to the line of the commit where there is one. */
function place(fault: Fault, result: ResultDocument): Markdown {
  if (fault.file === null) return code(fault.key);
  const { server_url, repository, sha } = result.workflow;
  const line = fault.line === null ? '' : `:${fault.line}`;
  const path = wellFormed(fault.file).split('/').map(encodeURIComponent).join('/');
  const anchor = fault.line === null ? '' : `#L${fault.line}`;
  const url = sha === '' ? null : `${server_url}/${repository}/blob/${sha}/${path}${anchor}`;
  return joined([link(code(`${fault.file}${line}`), url), md`<sub>${code(fault.key)}</sub>`], '<br>');
}

function faultRow(fault: Fault, result: ResultDocument, size: Size): Insertion[] {
  return [
    place(fault, result),
    new Markdown(markdownText(fault.message, size.text)),
    new Markdown(markdownText(fault.fix, size.text)),
  ];
}

/** Faults of the configuration: where, what, how to mend it. */
export function faultsSection(result: ResultDocument, size: Size): Markdown | null {
  if (result.faults.length === 0 || size.rows === 0) return null;
  const { shown, left } = shownRows(result.faults, size);
  return stacked([
    md`### Faults in the configuration`,
    table(
      [{ title: 'Where' }, { title: 'What is wrong' }, { title: 'What to write' }],
      shown.map((fault) => faultRow(fault, result, size)),
    ),
    left > 0 ? md`_${left} more faults are in ${size.rest}._` : null,
  ]);
}

/** What the remote side said, for whoever asks its support. */
export function errorSection(result: ResultDocument): Markdown | null {
  const { error } = result;
  if (error === null || error.request === null) return null;
  return joined(
    [
      md`**Call** ${code(error.request, 200)}`,
      error.status === null ? md`no answer` : md`**status** ${error.status}`,
      error.code ? md`**code** ${code(error.code)}` : null,
      error.request_id ? md`**request** ${code(error.request_id)}` : null,
    ],
    ' · ',
  );
}
