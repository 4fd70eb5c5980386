import { markdownText } from '../escape.js';
import { counted, formatDateTime, formatMetric } from '../format.js';
import type { ResultDocument } from '../result.js';
import { type Size, shownRows } from './size.js';
import { bullets, code, folded, type Insertion, joined, link, Markdown, md, stacked, table } from './template.js';

function metricsDetails(result: ResultDocument, size: Size): Markdown | null {
  const entries = Object.entries(result.metrics);
  if (entries.length === 0) return null;
  const { shown } = shownRows(entries, size);
  const rows = shown.map(([name, value]) => [code(name), formatMetric(value)]);
  return folded(
    `All metrics of the version (${counted(entries.length, 'metric')})`,
    table([{ title: 'Metric' }, { title: 'Value', align: 'right' }], rows),
  );
}

function versionDetails(result: ResultDocument, size: Size): Markdown | null {
  const { model } = result;
  if (model === null) return null;
  const rows: (readonly [string, Insertion])[] = [
    ['Model', code(model.name)],
    ['Version', model.version === null ? md`–` : link(code(model.version), model.url)],
    ['Asked for', code(model.requested)],
    ['Registry', code(model.registry)],
    [
      'Aliases',
      model.aliases.length === 0
        ? md`–`
        : joined(
            model.aliases.slice(0, 20).map((alias) => code(alias, 60)),
            ', ',
          ),
    ],
    ['Training run', model.run_id === null ? md`–` : link(code(model.run_id), model.run_url)],
    ['Registered', formatDateTime(model.created_at)],
    ['Compared with', result.baseline ? new Markdown(markdownText(result.baseline.note, size.text)) : md`–`],
    ['Description', model.description ? new Markdown(markdownText(model.description, size.text)) : md`–`],
  ];
  const passedOver = model.passed_over
    .slice(0, 20)
    .map((other) => md`version ${other.version} was passed over: ${other.why}`);
  return folded(
    'The version',
    stacked([
      table(
        [{ title: 'What' }, { title: 'Value' }],
        rows.map(([what, value]) => [md`**${what}**`, value]),
      ),
      bullets(passedOver),
    ]),
  );
}

function notesList(result: ResultDocument, size: Size): Markdown | null {
  const text = (message: string): Markdown => new Markdown(markdownText(message, size.text));
  const warnings = result.notes.filter((note) => note.level === 'warning').slice(0, size.details ? 50 : 5);
  const infos = result.notes.filter((note) => note.level === 'info').slice(0, 50);
  return stacked([
    bullets(warnings.map((note) => md`⚠️ ${text(note.message)}`)),
    size.details ? folded(`Notes (${infos.length})`, bullets(infos.map((note) => text(note.message)))) : null,
  ]);
}

/** What only some readers want: notes, the version's facts, all of its metrics. */
export function detailsSection(result: ResultDocument, size: Size): Markdown | null {
  if (size.rows === 0) return null;
  if (!size.details) return notesList(result, size);
  return stacked([notesList(result, size), versionDetails(result, size), metricsDetails(result, size)]);
}
