import type { Verdict } from '../gate/types.js';
import { type Assessment, assess } from './assess.js';
import type { Conclusion, Workbench } from './types.js';

/** Judges the version and changes nothing. */
export async function gate(bench: Workbench): Promise<Conclusion> {
  const assessment = await assess(bench);
  logVerdict(bench, assessment.verdict);
  return concludeGate(bench, assessment);
}

/** One line a rule and requirement, so that the log alone explains the verdict. */
export function logVerdict(bench: Workbench, verdict: Verdict): void {
  for (const line of [...verdict.rules, ...verdict.requirements]) {
    const name = 'metric' in line ? line.metric : line.name;
    bench.log.info(`  ${line.status.toUpperCase().padEnd(4)}  ${name}: ${line.explanation}`);
  }
  for (const note of verdict.notes) bench.log.info(`  ${note}`);
}

/** The decision of a gate on its own. */
export function concludeGate(bench: Workbench, assessment: Assessment): Conclusion {
  const { verdict, resolved } = assessment;
  switch (verdict.kind) {
    case 'unchanged':
      return {
        decision: 'unchanged',
        reason_code: 'already-serving',
        headline: `Version ${resolved.version} of ${bench.settings.model.name} is what ${bench.settings.endpoint.name} serves already: nothing to promote.`,
        next: null,
      };
    case 'rejected':
      return {
        decision: 'rejected',
        reason_code: verdict.reason,
        headline: verdict.summary,
        next: 'Nothing was changed. Mend what the failed lines name, register a new version, and run again.',
      };
    case 'passed':
      return {
        decision: 'passed',
        reason_code: verdict.reason,
        headline: verdict.summary,
        next: 'Nothing was changed. The rollout starts when `promote` runs, usually on the merge to the main branch.',
      };
  }
}
