import { rolloutPlots } from '../charts/rollout.js';
import { errorsOf, evidenceOf, requestsOf } from '../figures.js';
import {
  between,
  counted,
  formatDuration,
  formatLatency,
  formatShare,
  formatTime,
  formatTraffic,
  UNKNOWN,
} from '../format.js';
import type { ResultArm, ResultDocument, ResultRollout, ResultStep } from '../result.js';
import { stepMark } from './marks.js';
import { type Html, type HtmlInsertion, html, htmlList, htmlTable, section } from './template.js';

function arms(step: ResultStep, figure: (arm: ResultArm) => string, more?: (arm: ResultArm) => string | null): Html {
  const mine = step.candidate ? figure(step.candidate) : UNKNOWN;
  const extra = step.candidate && more ? more(step.candidate) : null;
  const other = step.current ? figure(step.current) : UNKNOWN;
  return html`${mine}${extra === null ? null : html`<small>${extra}</small>`}${other === UNKNOWN ? null : html`<small>current ${other}</small>`}`;
}

function interval(arm: ResultArm): string | null {
  return arm.error_interval
    ? `95 %: ${formatShare(arm.error_interval[0])} to ${formatShare(arm.error_interval[1])}`
    : null;
}

function took(step: ResultStep): Html {
  const extended = step.extensions > 0 ? html`<small>extended ${step.extensions}×</small>` : null;
  const update = step.update_ms === null ? null : html`<small>update ${formatDuration(step.update_ms)}</small>`;
  return html`${formatDuration(between(step.started_at, step.ended_at))}${extended}${update}`;
}

function row(step: ResultStep): HtmlInsertion[] {
  const median = (arm: ResultArm): string | null =>
    arm.latency_p50_ms === null ? null : `median ${formatLatency(arm.latency_p50_ms)}`;
  return [
    step.label,
    stepMark(step.verdict),
    formatTraffic(step.traffic),
    took(step),
    arms(step, requestsOf),
    arms(step, errorsOf, interval),
    arms(step, (arm) => formatLatency(arm.latency_ms), median),
    evidenceOf(step),
  ];
}

const COLUMNS = [
  { title: 'Step' },
  { title: 'Result' },
  { title: 'Traffic', isNumber: true },
  { title: 'Took', isNumber: true },
  { title: 'Requests', isNumber: true },
  { title: 'Errors', isNumber: true },
  { title: 'Latency', isNumber: true },
  { title: 'Evidence', isNumber: true },
] as const;

function explanations(steps: readonly ResultStep[]): Html | null {
  const told = steps.filter((step) => step.explanation !== null && step.explanation !== '');
  return htmlList(told.map((step) => html`<strong>${step.label}:</strong> ${step.explanation}`));
}

function rollbackLine(rollout: ResultRollout): Html | null {
  const { rollback } = rollout;
  if (!rollback) return null;
  const restored =
    rollback.restored_at === null ? 'not verified to be back' : `verified back at ${formatTime(rollback.restored_at)}`;
  return html`<p><strong>Taken back:</strong> ${rollback.explanation} Decided at ${formatTime(rollback.detected_at)}, old version ${restored}.</p>`;
}

/** The data of the plots as a table, for whoever cannot see them; at most 200 rows. */
function dataTable(rollout: ResultRollout): Html | null {
  if (rollout.timeline.length === 0) return null;
  const every = Math.ceil(rollout.timeline.length / 200);
  const rows = rollout.timeline
    .filter((_, index) => index % every === 0)
    .map((point) => [
      formatTime(point.at),
      formatTraffic(point.traffic),
      formatShare(point.candidate_error_rate),
      formatShare(point.current_error_rate),
      formatLatency(point.candidate_latency_ms),
      formatLatency(point.current_latency_ms),
      evidenceOf(point),
    ]);
  const titles = ['Time', 'Traffic', 'Errors, new', 'Errors, current', 'Latency, new', 'Latency, current', 'Evidence'];
  const columns = titles.map((title, index) => ({ title, isNumber: index > 0 }));
  return html`<details><summary>The plots as a table</summary>${htmlTable('Timeline of the rollout', columns, rows)}</details>`;
}

/** The rollout: what happened, step by step, and its course as plots. */
export function rolloutHtml(result: ResultDocument): Html | null {
  const { rollout } = result;
  if (rollout === null) return null;
  const sources = [...new Set(rollout.steps.flatMap((step) => step.sources))].slice(0, 30);
  const plots = rolloutPlots(result);
  return section('rollout', 'Rollout', [
    html`<p>${rollout.explanation} ${counted(rollout.updates, 'update')} of the endpoint sent.</p>`,
    rollbackLine(rollout),
    rollout.steps.length > 0 ? htmlTable('Steps of the rollout', COLUMNS, rollout.steps.map(row)) : null,
    explanations(rollout.steps),
    plots.length > 0 ? html`<div class="plots">${plots}</div>` : null,
    dataTable(rollout),
    sources.length > 0 ? html`<h3>Where the figures came from</h3>${htmlList(sources)}` : null,
    htmlList(rollout.warnings.map((warning) => html`<strong>Warning:</strong> ${warning}`)),
  ]);
}
