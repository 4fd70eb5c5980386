import { markdownText } from '../escape.js';
import { gateTally } from '../figures.js';
import { formatCount, formatMargin, formatMetric } from '../format.js';
import type { ResultDocument, ResultRequirement, ResultRule } from '../result.js';
import { STATUS_MARKS, STATUS_ORDER } from '../wording.js';
import { type Size, shownRows } from './size.js';
import { bullets, code, folded, type Insertion, joined, link, Markdown, md, stacked, table } from './template.js';

type Gate = NonNullable<ResultDocument['gate']>;

function strong(text: string, isStrong: boolean): Markdown {
  return isStrong ? md`**${text}**` : md`${text}`;
}

function ruleRow(rule: ResultRule, hasBaseline: boolean): Insertion[] {
  const missed = rule.status === 'fail';
  return [
    new Markdown(STATUS_MARKS[rule.status]),
    code(rule.metric),
    strong(formatMetric(rule.value, rule.bound), missed),
    ...(hasBaseline ? [formatMetric(rule.baseline)] : []),
    new Markdown(markdownText(rule.required, 160)),
    strong(formatMargin(rule.margin), missed),
  ];
}

function worstFirst<T extends { readonly status: ResultRule['status'] }>(lines: readonly T[]): T[] {
  return lines.toSorted((a, b) => STATUS_ORDER[a.status] - STATUS_ORDER[b.status]);
}

/** The version that the figures in the column belong to is in its title, so that nobody has to scroll for it. */
function versionTitle(word: string, version: string | null | undefined): string {
  return version && /^\d{1,12}$/.test(version) ? `${word} (v${version})` : word;
}

function ruleTable(result: ResultDocument, rules: readonly ResultRule[]): Markdown {
  const hasBaseline = rules.some((rule) => rule.baseline !== null);
  const columns = [
    { title: 'Result' },
    { title: 'Metric' },
    { title: versionTitle('Candidate', result.model?.version), align: 'right' as const },
    ...(hasBaseline ? [{ title: versionTitle('Current', result.baseline?.version), align: 'right' as const }] : []),
    { title: 'Required' },
    { title: 'Margin', align: 'right' as const },
  ];
  return table(
    columns,
    rules.map((rule) => ruleRow(rule, hasBaseline)),
  );
}

function reasons(rules: readonly ResultRule[], size: Size): Markdown | null {
  const told = rules.filter((rule) => rule.status !== 'pass');
  return bullets(
    told.map((rule) => md`${code(rule.metric)}: ${new Markdown(markdownText(rule.explanation, size.text))}`),
  );
}

function requirementLine(requirement: ResultRequirement, size: Size): Markdown {
  const details = requirement.details.slice(0, size.details ? 50 : 5);
  const name = link(md`**${requirement.name}**`, requirement.url ?? null);
  const head = md`${new Markdown(STATUS_MARKS[requirement.status])} ${name}: ${new Markdown(
    markdownText(requirement.explanation, size.text),
  )}`;
  return joined([head, requirement.status === 'pass' && !size.details ? null : bullets(details)], '\n');
}

function leftNote(left: number, kind: string, size: Size): Markdown | null {
  return left > 0 ? md`_${formatCount(left)} more ${kind} are in ${size.rest}._` : null;
}

function gateBody(result: ResultDocument, gate: Gate, size: Size): Markdown {
  const rules = shownRows(worstFirst(gate.rules), size);
  const requirements = shownRows(worstFirst(gate.requirements), size);
  return stacked([
    rules.shown.length > 0 ? ruleTable(result, rules.shown) : null,
    leftNote(rules.left, 'rules', size),
    reasons(rules.shown, size),
    requirements.shown.length > 0 ? md`**Requirements**` : null,
    bullets(requirements.shown.map((requirement) => requirementLine(requirement, size))),
    leftNote(requirements.left, 'requirements', size),
    bullets(gate.notes.slice(0, size.details ? 50 : 5)),
  ]);
}

/** The gate. Once a rollout has begun it is history, and folded unless it said no. */
export function gateSection(result: ResultDocument, size: Size): Markdown | null {
  const { gate } = result;
  if (gate === null || size.rows === 0) return null;
  if (gate.rules.length + gate.requirements.length + gate.notes.length === 0) return null;
  const body = gateBody(result, gate, size);
  const isHistory = result.rollout !== null && gate.verdict !== 'rejected';
  if (isHistory) return folded(`Gate: ${gateTally(gate)}`, body);
  return stacked([md`### Gate: ${gateTally(gate)}`, body]);
}
