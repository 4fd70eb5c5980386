import { plainLine } from '../escape.js';
import { alertValue, stepsLine } from '../figures.js';
import { formatDateTime, formatDuration, formatMetric, formatTraffic, UNKNOWN } from '../format.js';
import type { ResultDocument, ResultShare } from '../result.js';
import { PURPOSES } from '../wording.js';
import { checkMark, statusMark } from './marks.js';
import { anchor, type Html, type HtmlInsertion, html, htmlList, htmlTable, section } from './template.js';

function shares(list: readonly ResultShare[]): Html {
  const texts = list
    .slice(0, 20)
    .map(
      (share) =>
        `${share.model || share.entity} ${share.version === '' ? '' : `v${share.version} `}${formatTraffic(share.traffic)}`,
    );
  return html`${texts.length === 0 ? 'nothing' : texts.join(', ')}`;
}

function diffLine(line: string): Html {
  const kind = line.startsWith('+') ? 'add' : line.startsWith('-') ? 'remove' : '';
  return kind === '' ? html`${line}\n` : html`<span class="${kind}">${line}</span>\n`;
}

/** The plan with its updates; `null` without one. */
export function planHtml(result: ResultDocument): Html | null {
  const { plan } = result;
  if (plan === null) return null;
  const rows = plan.updates.map((update, index) => [
    `${index + 1}. ${PURPOSES[update.purpose]}`,
    shares(update.shares),
    update.bake_ms > 0 ? formatDuration(update.bake_ms) : '–',
    formatDuration(update.deadline_ms),
  ]);
  const diffs = plan.updates.flatMap((update, index) =>
    update.diff.trim() === ''
      ? []
      : [
          html`<details><summary>${index + 1}. ${PURPOSES[update.purpose]}: the endpoint’s configuration as a diff</summary><pre tabindex="0">${update.diff.split('\n').slice(0, 1_000).map(diffLine)}</pre></details>`,
        ],
  );
  return section('plan', `Plan: ${stepsLine(plan)}`, [
    html`<p>Serving before: ${shares(plan.start)}. Watched for ${formatDuration(plan.bake_ms)} in all, at worst done after ${formatDuration(plan.worst_case_ms)}. Plan <code>${plan.hash}</code>.</p>`,
    rows.length === 0
      ? null
      : htmlTable(
          'Updates of the endpoint',
          [
            { title: 'Update' },
            { title: 'Then serves' },
            { title: 'Watched for', isNumber: true },
            { title: 'Given up after', isNumber: true },
          ],
          rows,
        ),
    plan.exposure ? html`<p><strong>Exposure:</strong> ${plan.exposure}</p>` : null,
    plan.evidence ? html`<p><strong>Evidence:</strong> ${plan.evidence}</p>` : null,
    htmlList(plan.notes),
    ...diffs,
  ]);
}

/** The faults of the configuration; `null` without any. */
export function faultsHtml(result: ResultDocument): Html | null {
  if (result.faults.length === 0) return null;
  const rows = result.faults.map((fault) => [
    html`<code>${fault.file === null ? fault.key : `${fault.file}${fault.line === null ? '' : `:${fault.line}`}`}</code><small>${fault.file === null ? null : fault.key}</small>`,
    fault.message,
    fault.fix,
  ]);
  return section('faults', 'Faults in the configuration', [
    htmlTable('Faults', [{ title: 'Where' }, { title: 'What is wrong' }, { title: 'What to write' }], rows),
  ]);
}

/** The alerts and what they were judged on; `null` when nobody looked. */
export function healthHtml(result: ResultDocument): Html | null {
  const { health } = result;
  if (health === null) return null;
  const rows = health.alerts.map((alert) => [
    html`<code>${alert.metric}</code>`,
    statusMark(alert.status),
    alert.subject,
    alertValue(alert),
    alert.required,
    alert.explanation,
  ]);
  const columns = [
    { title: 'Metric' },
    { title: 'Result' },
    { title: 'Of' },
    { title: 'Measured', isNumber: true },
    { title: 'Required' },
    { title: 'Explanation' },
  ];
  return section('health', 'Health', [
    rows.length > 0 ? htmlTable('Alerts', columns, rows) : null,
    htmlList(health.notes),
  ]);
}

/** The lines of preflight; `null` without them. */
export function checklistHtml(result: ResultDocument): Html | null {
  const { checklist } = result;
  if (checklist === null) return null;
  const groups = [...new Set(checklist.map((check) => check.group))];
  const columns = [{ title: 'What' }, { title: 'Result' }, { title: 'Found' }, { title: 'Fix' }];
  const tables = groups.map((group) => {
    const rows = checklist
      .filter((check) => check.group === group)
      .map((check) => [check.name, checkMark(check.status), check.evidence, check.fix ?? '–']);
    return html`<h3>${plainLine(group, 200) || UNKNOWN}</h3>${htmlTable(group, columns, rows)}`;
  });
  return section('checklist', 'Checklist', tables);
}

/** The app and its deployment; `null` without one. */
export function appHtml(result: ResultDocument): Html | null {
  const { app } = result;
  if (app === null) return null;
  const rows: HtmlInsertion[][] = [
    ['App', anchor(app.name, app.url)],
    ['Deployment', app.deployment_id ?? '–'],
    ['Deployment before', app.previous_deployment_id ?? '–'],
    ['Source', app.source ?? '–'],
    ['Compute', app.compute ?? '–'],
    ['State', app.state ?? '–'],
  ];
  const log =
    app.log_tail.length === 0
      ? null
      : html`<details><summary>Last lines of its log</summary><pre tabindex="0">${app.log_tail.slice(-200).join('\n')}</pre></details>`;
  return section('app', 'App', [htmlTable('The app', [{ title: 'What' }, { title: 'Value' }], rows), log]);
}

/** The version and where it came from; `null` without one. */
export function versionHtml(result: ResultDocument): Html | null {
  const { model } = result;
  if (model === null) return null;
  const rows: HtmlInsertion[][] = [
    ['Model', model.name],
    ['Version', anchor(model.version ?? '–', model.url)],
    ['Asked for', model.requested],
    ['Registry', model.registry],
    ['Aliases', model.aliases.slice(0, 50).join(', ') || '–'],
    ['Training run', anchor(model.run_id ?? '–', model.run_url)],
    ['Registered', formatDateTime(model.created_at)],
    ['Description', model.description ?? '–'],
  ];
  const entries = Object.entries(result.metrics);
  const metrics = html`<details><summary>All metrics of the version (${entries.length})</summary>${htmlTable(
    'Metrics of the version',
    [{ title: 'Metric' }, { title: 'Value', isNumber: true }],
    entries.map(([name, value]) => [html`<code>${name}</code>`, formatMetric(value)]),
  )}</details>`;
  return section('version', 'The version', [
    htmlTable('Facts of the version', [{ title: 'What' }, { title: 'Value' }], rows),
    htmlList(model.passed_over.map((other) => `Version ${other.version} was passed over: ${other.why}`)),
    entries.length > 0 ? metrics : null,
  ]);
}

/** The notes; `null` without any. */
export function notesHtml(result: ResultDocument): Html | null {
  const notes = result.notes.map((note) =>
    note.level === 'warning' ? html`<strong>Warning:</strong> ${note.message}` : html`${note.message}`,
  );
  const { error } = result;
  const call = error?.request
    ? html`<p><strong>Call:</strong> <code>${error.request}</code>, status ${error.status ?? 'none'}, code ${error.code ?? 'none'}, request ${error.request_id ?? 'not named'}.</p>`
    : null;
  return section('notes', 'Notes', [call, htmlList(notes)]);
}
