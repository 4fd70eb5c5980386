import { bullet } from '../charts/bullet.js';
import { gateTally } from '../figures.js';
import { formatMargin, formatMetric } from '../format.js';
import type { ResultDocument, ResultRule } from '../result.js';
import { STATUS_ORDER } from '../wording.js';
import { statusMark } from './marks.js';
import { anchor, type Html, type HtmlInsertion, html, htmlList, htmlTable, section } from './template.js';

function provenance(rule: ResultRule): Html | null {
  const { provenance: from } = rule;
  if (from === null) return null;
  const dataset =
    from.dataset === null ? '' : `, data set ${from.dataset}${from.dataset_digest ? ` (${from.dataset_digest})` : ''}`;
  const step = from.step === null ? '' : `, step ${from.step}`;
  return html`<small>${from.source} ${from.id}${dataset}${step}</small>`;
}

function ruleRow(rule: ResultRule): HtmlInsertion[] {
  const interval = rule.interval;
  return [
    html`<code>${rule.metric}</code>`,
    statusMark(rule.status),
    formatMetric(rule.value, rule.bound),
    formatMetric(rule.baseline),
    html`${rule.required}${interval ? html`<small>${interval.method}, ${formatMetric(interval.low)} to ${formatMetric(interval.high)}</small>` : null}`,
    formatMargin(rule.margin),
    bullet(rule),
    html`${rule.explanation}${provenance(rule)}`,
  ];
}

const COLUMNS = [
  { title: 'Metric' },
  { title: 'Result' },
  { title: 'Candidate', isNumber: true },
  { title: 'Current', isNumber: true },
  { title: 'Required' },
  { title: 'Margin', isNumber: true },
  { title: 'At a glance' },
  { title: 'Explanation' },
] as const;

/** The gate's rules and requirements, worst first. */
export function gateHtml(result: ResultDocument): Html | null {
  const { gate } = result;
  if (gate === null) return null;
  const rules = gate.rules.toSorted((a, b) => STATUS_ORDER[a.status] - STATUS_ORDER[b.status]);
  const requirements = gate.requirements.toSorted((a, b) => STATUS_ORDER[a.status] - STATUS_ORDER[b.status]);
  const rows = requirements.map((line) => [
    anchor(html`<code>${line.name}</code>`, line.url ?? null),
    statusMark(line.status),
    html`${line.explanation}${htmlList(line.details.slice(0, 100))}`,
  ]);
  return section('gate', 'Gate', [
    html`<p>${gate.summary} ${gateTally(gate)}.</p>`,
    rules.length > 0 ? htmlTable('Rules of the gate', COLUMNS, rules.map(ruleRow)) : null,
    rules.length > 0
      ? html`<p class="facts">At a glance: the dot is the candidate, the ring the current version, the bar what is required.</p>`
      : null,
    rows.length > 0 ? html`<h3>Requirements</h3>` : null,
    rows.length > 0
      ? htmlTable('Requirements', [{ title: 'Requirement' }, { title: 'Result' }, { title: 'Explanation' }], rows)
      : null,
    htmlList(gate.notes),
  ]);
}
