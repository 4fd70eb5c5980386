import { markdownText } from '../escape.js';
import { alertValue } from '../figures.js';
import type { ResultDocument } from '../result.js';
import { STATUS_MARKS, STATUS_ORDER } from '../wording.js';
import { type Size, shownRows } from './size.js';
import { bullets, code, Markdown, md, stacked, table } from './template.js';

/** The alerts and what they found, worst first. */
export function healthSection(result: ResultDocument, size: Size): Markdown | null {
  const { health } = result;
  if (health === null || size.rows === 0 || (health.alerts.length === 0 && health.notes.length === 0)) return null;
  const sorted = health.alerts.toSorted((a, b) => STATUS_ORDER[a.status] - STATUS_ORDER[b.status]);
  const { shown, left } = shownRows(sorted, size);
  const rows = shown.map((alert) => [
    new Markdown(STATUS_MARKS[alert.status]),
    code(alert.metric),
    code(alert.subject, 80),
    alertValue(alert),
    new Markdown(markdownText(alert.required, 160)),
    new Markdown(markdownText(alert.explanation, size.text)),
  ]);
  return stacked([
    md`### Health, from ${health.looks === 1 ? 'one look' : `${health.looks} looks`}`,
    rows.length === 0
      ? null
      : table(
          [
            { title: 'Result' },
            { title: 'Metric' },
            { title: 'Of' },
            { title: 'Measured', align: 'right' },
            { title: 'Required' },
            { title: 'Explanation' },
          ],
          rows,
        ),
    left > 0 ? md`_${left} more alerts are in ${size.rest}._` : null,
    bullets(health.notes.slice(0, size.details ? 50 : 5).map((note) => new Markdown(markdownText(note, size.text)))),
  ]);
}
