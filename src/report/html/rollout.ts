import { rolloutPlots } from '../charts/rollout.js';
import {
  between,
  formatCount,
  formatDuration,
  formatLatency,
  formatShare,
  formatTime,
  formatTraffic,
  UNKNOWN,
} from '../format.js';
import { evidenceOf } from '../markdown/rollout.js';
import type { ResultArm, ResultDocument, ResultRollout, ResultStep } from '../result.js';
import { STEP_MARKS } from '../wording.js';
import { type Html, type HtmlInsertion, html, htmlList, htmlTable, section } from './template.js';

function arms(step: ResultStep, figure: (arm: ResultArm) => string): Html {
  const mine = step.candidate ? figure(step.candidate) : UNKNOWN;
  const other = step.current ? figure(step.current) : UNKNOWN;
  return other === UNKNOWN ? html`${mine}` : html`${mine}<small>current ${other}</small>`;
}

function interval(arm: ResultArm): string {
  return arm.error_interval
    ? `${formatShare(arm.error_interval[0])} to ${formatShare(arm.error_interval[1])}`
    : UNKNOWN;
}

function row(step: ResultStep): HtmlInsertion[] {
  return [
    step.label,
    STEP_MARKS[step.verdict],
    formatTraffic(step.traffic),
    html`${formatDuration(between(step.started_at, step.ended_at))}${step.extensions > 0 ? html`<small>extended ${step.extensions}×</small>` : null}`,
    formatDuration(step.update_ms),
    arms(step, (arm) => `${formatCount(arm.requests)}${arm.probes > 0 ? ` + ${formatCount(arm.probes)} probes` : ''}`),
    arms(step, (arm) =>
      arm.error_rate === null ? UNKNOWN : `${formatShare(arm.error_rate)} (${formatCount(arm.errors)})`,
    ),
    arms(step, interval),
    arms(step, (arm) => formatLatency(arm.latency_p50_ms)),
    arms(step, (arm) => formatLatency(arm.latency_ms)),
    evidenceOf(step),
    step.explanation ?? '',
  ];
}

const COLUMNS = [
  { title: 'Step' },
  { title: 'Result' },
  { title: 'Traffic', isNumber: true },
  { title: 'Took', isNumber: true },
  { title: 'Update took', isNumber: true },
  { title: 'Requests', isNumber: true },
  { title: 'Errors', isNumber: true },
  { title: '95 % interval', isNumber: true },
  { title: 'Median latency', isNumber: true },
  { title: 'Watched latency', isNumber: true },
  { title: 'Evidence', isNumber: true },
  { title: 'Explanation' },
] as const;

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
  return section('rollout', 'Rollout', [
    html`<p>${rollout.explanation} ${formatCount(rollout.updates)} update(s) of the endpoint were sent.</p>`,
    rollbackLine(rollout),
    rollout.steps.length > 0 ? htmlTable('Steps of the rollout', COLUMNS, rollout.steps.map(row)) : null,
    ...rolloutPlots(result),
    dataTable(rollout),
    sources.length > 0 ? html`<h3>Where the figures came from</h3>${htmlList(sources)}` : null,
    htmlList(rollout.warnings.map((warning) => html`⚠️ ${warning}`)),
  ]);
}
