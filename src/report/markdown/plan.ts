import { codeBlock, markdownText } from '../escape.js';
import { stepsLine } from '../figures.js';
import { formatDuration, formatTraffic } from '../format.js';
import type { ResultDocument, ResultPlan, ResultShare } from '../result.js';
import { PURPOSES } from '../wording.js';
import { type Size, shownRows } from './size.js';
import { bullets, code, folded, joined, Markdown, md, stacked, table } from './template.js';

/** Who serves what: `v13 25 %, v12 75 %`; the model's name only where entities of several models serve. */
function sharesLine(shares: readonly ResultShare[]): Markdown {
  if (shares.length === 0) return md`nothing`;
  const several = new Set(shares.map((share) => share.model)).size > 1;
  return joined(
    shares.slice(0, 12).map((share) => {
      const name = several || share.version === '' ? md`${code(share.model || share.entity, 60)} ` : md``;
      const version = share.version === '' ? md`` : md`v${share.version} `;
      return md`${name}${version}**${formatTraffic(share.traffic)}**`;
    }),
    ', ',
  );
}

function updateTable(plan: ResultPlan, size: Size): Markdown {
  const { shown, left } = shownRows(plan.updates, size);
  const rows = shown.map((update, index) => [
    index + 1,
    PURPOSES[update.purpose],
    sharesLine(update.shares),
    update.bake_ms > 0 ? formatDuration(update.bake_ms) : md`–`,
    formatDuration(update.deadline_ms),
  ]);
  return stacked([
    table(
      [
        { title: '#', align: 'right' },
        { title: 'Update' },
        { title: 'Then serves' },
        { title: 'Watched for', align: 'right' },
        { title: 'Given up after', align: 'right' },
      ],
      rows,
    ),
    left > 0 ? md`_${left} more updates are in ${size.rest}._` : null,
  ]);
}

function diffs(plan: ResultPlan, size: Size): Markdown | null {
  if (size.diffLines === 0) return null;
  const blocks = plan.updates.slice(0, 20).flatMap((update, index) => {
    if (update.diff.trim() === '') return [];
    const block = new Markdown(codeBlock(update.diff, 'diff', { lines: size.diffLines, columns: 240 }));
    return [stacked([md`**${index + 1}. ${PURPOSES[update.purpose]}**`, block])];
  });
  return folded('Configuration of the endpoint, as a diff to the one before', stacked(blocks));
}

function planBody(plan: ResultPlan, size: Size): Markdown {
  const note = (label: string, text: string | null): Markdown | null =>
    text ? md`**${label}:** ${new Markdown(markdownText(text, size.text))}` : null;
  return stacked([
    md`Serving today: ${sharesLine(plan.start)}. Watched for ${formatDuration(plan.bake_ms)} in all, at worst done after ${formatDuration(plan.worst_case_ms)}. Plan ${code(plan.hash)}.`,
    plan.updates.length > 0 ? updateTable(plan, size) : null,
    note('Exposure', plan.exposure),
    note('Evidence', plan.evidence),
    bullets(plan.notes.slice(0, size.details ? 50 : 5).map((text) => new Markdown(markdownText(text, size.text)))),
    diffs(plan, size),
  ]);
}

/** What a rollout would do, or was to do. Open where the plan is what was asked for, folded elsewhere. */
export function planSection(result: ResultDocument, size: Size): Markdown | null {
  const { plan } = result;
  if (plan === null || size.rows === 0 || (plan.updates.length === 0 && plan.notes.length === 0)) return null;
  const title = plan.steps.length > 0 ? `Plan: ${stepsLine(plan)}` : 'Plan';
  if (result.decision === 'planned') return stacked([md`### ${title}`, planBody(plan, size)]);
  return size.details ? folded(title, planBody(plan, size)) : null;
}
