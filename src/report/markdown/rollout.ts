import { markdownText } from '../escape.js';
import { errorsOf, evidenceOf, requestsOf } from '../figures.js';
import {
  between,
  counted,
  formatCount,
  formatDuration,
  formatLatency,
  formatTime,
  formatTraffic,
  UNKNOWN,
} from '../format.js';
import type { ResultArm, ResultDocument, ResultRollout, ResultStep } from '../result.js';
import { STEP_MARKS } from '../wording.js';
import { rolloutCharts } from './chart.js';
import { type Size, shownRows } from './size.js';
import { bullets, folded, type Insertion, joined, Markdown, md, stacked, table } from './template.js';

/** The candidate's figure, with the current version's under it. */
function twoArms(step: ResultStep, figure: (arm: ResultArm) => string): Insertion {
  const mine = step.candidate ? figure(step.candidate) : UNKNOWN;
  const other = step.current ? figure(step.current) : UNKNOWN;
  return other === UNKNOWN ? mine : md`${mine}<br><sub>current ${other}</sub>`;
}

function stepRow(step: ResultStep): Insertion[] {
  const extended = step.extensions > 0 ? md`<br><sub>extended ${step.extensions}×</sub>` : null;
  return [
    md`**${new Markdown(markdownText(step.label, 60))}**`,
    formatTraffic(step.traffic),
    joined([md`${formatDuration(between(step.started_at, step.ended_at))}`, extended], ''),
    twoArms(step, requestsOf),
    twoArms(step, errorsOf),
    twoArms(step, (arm) => formatLatency(arm.latency_ms)),
    evidenceOf(step),
    new Markdown(STEP_MARKS[step.verdict]),
  ];
}

const COLUMNS = [
  { title: 'Step' },
  { title: 'Traffic', align: 'right' },
  { title: 'Took', align: 'right' },
  { title: 'Requests', align: 'right' },
  { title: 'Errors', align: 'right' },
  { title: 'Latency', align: 'right' },
  { title: 'Evidence', align: 'right' },
  { title: 'Result' },
] as const;

function stepTable(steps: readonly ResultStep[], size: Size): Markdown | null {
  const { shown, left } = shownRows(steps, size);
  if (shown.length === 0) return null;
  return stacked([
    table(COLUMNS, shown.map(stepRow)),
    left > 0 ? md`_${formatCount(left)} more steps are in ${size.rest}._` : null,
    shown.some((step) => step.evidence !== null)
      ? md`<sub>Evidence says how strongly the figures speak against the new version; at the second number it is taken back.</sub>`
      : null,
    bullets(
      shown
        .filter((step) => step.explanation !== null && step.verdict !== 'passed')
        .map(
          (step) =>
            md`**${new Markdown(markdownText(step.label, 60))}**: ${new Markdown(markdownText(step.explanation ?? '', size.text))}`,
        ),
    ),
  ]);
}

/** What a bad version cost, and how fast production was as before. */
function exposureLine(rollout: ResultRollout): Markdown | null {
  const { rollback } = rollout;
  if (rollback === null) return null;
  const reached =
    rollback.requests_exposed === null
      ? md`How many requests reached the new version could not be seen.`
      : md`**${counted(rollback.requests_exposed, 'request')}** reached the new version, **${counted(rollback.errors_exposed ?? 0, 'error')}** among them.`;
  const restored =
    rollback.seconds_to_restore === null
      ? md`The old version is **not verified** to be back.`
      : md`The old version was verified back **${formatDuration(rollback.seconds_to_restore * 1000)}** after the decision (${formatTime(rollback.detected_at)} → ${formatTime(rollback.restored_at)}), with ${counted(rollback.updates, 'update')} of the endpoint.`;
  return joined([reached, restored], ' ');
}

function sources(rollout: ResultRollout): Markdown | null {
  const all = [...new Set(rollout.steps.flatMap((step) => step.sources))];
  return folded('Where the figures came from', bullets(all.slice(0, 30)));
}

/** The rollout: what it cost, its steps, its course as charts. */
export function rolloutSection(result: ResultDocument, size: Size): Markdown | null {
  const { rollout } = result;
  if (rollout === null) return null;
  const warnings = rollout.warnings.slice(0, size.details ? 50 : 5);
  if (size.rows === 0) return exposureLine(rollout);
  return stacked([
    md`### Rollout`,
    exposureLine(rollout),
    stepTable(rollout.steps, size),
    size.details ? rolloutCharts(rollout) : null,
    bullets(warnings.map((warning) => md`⚠️ ${new Markdown(markdownText(warning, size.text))}`)),
    size.details ? sources(rollout) : null,
  ]);
}
