import type { ResultCheck } from '../../report/result.js';
import type { Conclusion, Workbench } from '../types.js';
import type { Check } from './check.js';

const MARKS = { ok: 'ok     ', missing: 'MISSING', unknown: 'unknown' } as const;
const NAMED_IN_HEADLINE = 2;

/** Prints the checklist and decides: what cannot be told is counted, and does not make it not ready. */
export function conclude(bench: Workbench, checks: readonly Check[]): Conclusion {
  const lines = checks.map(({ isRight: _isRight, ...line }): ResultCheck => line);
  bench.record({ checklist: lines });
  print(bench, lines);
  const missing = lines.filter((line) => line.status === 'missing');
  const unknown = lines.filter((line) => line.status === 'unknown').length;
  const untold = unknown === 0 ? '' : ` ${unknown} of ${lines.length} lines cannot be told from here.`;
  if (missing.length === 0) {
    return {
      decision: 'ready',
      reason_code: 'ok',
      headline: `Ready: nothing that was asked for is missing.${untold}`,
      next: null,
    };
  }
  const detail = missing.filter((line) => !line.checklist);
  const first = (detail.length === 0 ? missing : detail).map((line) => line.name);
  const rest = first.length > NAMED_IN_HEADLINE ? ` and ${first.length - NAMED_IN_HEADLINE} more` : '';
  return {
    decision: 'not-ready',
    reason_code: 'checklist-incomplete',
    headline: `Not ready: missing is ${first.slice(0, NAMED_IN_HEADLINE).join('; ')}${rest}.${untold}`,
    next: 'Nothing was changed. The fix beside each line is for whoever may carry it out; run again afterwards.',
  };
}

/** Every line, and then the SQL statements together, so that an administrator can take them as they are. */
function print(bench: Workbench, lines: readonly ResultCheck[]): void {
  for (const line of lines) {
    bench.log.info(`${MARKS[line.status]}  ${line.group}: ${line.name}. ${line.evidence}`);
    if (line.status === 'missing' && line.fix !== null) bench.log.info(`         ${line.fix}`);
  }
  const statements = lines.flatMap((line) => (line.status === 'missing' && line.fix?.endsWith(';') ? [line.fix] : []));
  if (statements.length === 0) return;
  bench.log.phase('SQL for an administrator');
  for (const statement of new Set(statements)) bench.log.info(statement);
}
