import { markdownText } from '../escape.js';
import { formatCount } from '../format.js';
import type { ResultCheck, ResultDocument } from '../result.js';
import { CHECK_MARKS } from '../wording.js';
import { type Size, shownRows } from './size.js';
import { folded, type Insertion, Markdown, md, stacked, table } from './template.js';

const ORDER = { missing: 0, unknown: 1, ok: 2 } as const;

function row(check: ResultCheck, size: Size): Insertion[] {
  const text = (value: string): Markdown => new Markdown(markdownText(value, size.text));
  return [
    new Markdown(CHECK_MARKS[check.status]),
    md`**${check.name}**`,
    text(check.evidence),
    check.fix ? text(check.fix) : md`–`,
  ];
}

function checkTable(checks: readonly ResultCheck[], size: Size): Markdown | null {
  if (checks.length === 0) return null;
  const columns = [{ title: 'Result' }, { title: 'What' }, { title: 'Found' }, { title: 'Fix' }];
  return table(
    columns,
    checks.map((check) => row(check, size)),
  );
}

function grouped(checks: readonly ResultCheck[], size: Size): Markdown {
  const groups = [...new Set(checks.map((check) => check.group))];
  return stacked(
    groups.map((group) =>
      stacked([
        md`**${group}**`,
        checkTable(
          checks.filter((check) => check.group === group),
          size,
        ),
      ]),
    ),
  );
}

/** `9 ok, 2 missing, 1 unknown`. */
function checkTally(checks: readonly ResultCheck[]): string {
  const count = (status: ResultCheck['status']): number => checks.filter((check) => check.status === status).length;
  return (['missing', 'unknown', 'ok'] as const)
    .flatMap((status) => (count(status) > 0 ? [`${formatCount(count(status))} ${status}`] : []))
    .join(', ');
}

/** The go-live checklist: what is missing first, the checklist's own lines by group, the rest folded. */
export function checklistSection(result: ResultDocument, size: Size): Markdown | null {
  const { checklist } = result;
  if (checklist === null || checklist.length === 0 || size.rows === 0) return null;
  const open = checklist.filter((check) => check.checklist || check.status === 'missing');
  const rest = checklist.filter((check) => !open.includes(check));
  if (!size.details) {
    const worst = shownRows(
      checklist.toSorted((a, b) => ORDER[a.status] - ORDER[b.status]),
      size,
    );
    return stacked([
      md`### Checklist: ${checkTally(checklist)}`,
      checkTable(worst.shown, size),
      worst.left > 0 ? md`_${worst.left} more lines are in ${size.rest}._` : null,
    ]);
  }
  return stacked([
    md`### Checklist: ${checkTally(checklist)}`,
    grouped(open, size),
    folded(`Details: ${checkTally(rest)}`, rest.length > 0 ? grouped(rest, size) : null),
  ]);
}
