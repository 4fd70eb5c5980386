import { codeBlock, markdownText } from '../escape.js';
import type { ResultDocument } from '../result.js';
import type { Size } from './size.js';
import { code, folded, type Insertion, link, Markdown, md, stacked, table } from './template.js';

/** The companion app: what is deployed, what was before, and its last log lines. */
export function appSection(result: ResultDocument, size: Size): Markdown | null {
  const { app } = result;
  if (app === null || size.rows === 0) return null;
  const rows: (readonly [string, Insertion])[] = [
    ['App', link(code(app.name), app.url)],
    ['Deployment', app.deployment_id === null ? md`–` : code(app.deployment_id)],
    ['Deployment before', app.previous_deployment_id === null ? md`–` : code(app.previous_deployment_id)],
    ['Source', app.source === null ? md`–` : code(app.source)],
    ['Compute', app.compute === null ? md`–` : code(app.compute)],
    ['State', new Markdown(markdownText(app.state ?? '–', size.text))],
  ];
  const tail = app.log_tail.length > 0 ? new Markdown(codeBlock(app.log_tail.slice(-60).join('\n'))) : null;
  return stacked([
    md`### App`,
    table(
      [{ title: 'What' }, { title: 'Value' }],
      rows.map(([what, value]) => [md`**${what}**`, value]),
    ),
    size.details ? folded('Last lines of the app’s log', tail) : null,
  ]);
}
