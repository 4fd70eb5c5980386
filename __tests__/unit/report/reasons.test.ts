import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Decision, REASON_CODES, type ReasonCode } from '../../../src/reasons.js';
import { verdictAnnotation } from '../../../src/report/annotation.js';
import { renderHtml } from '../../../src/report/html.js';
import { renderComment } from '../../../src/report/markdown/comment.js';
import { commentMarker } from '../../../src/report/marker.js';
import { type ResultDocument, resultSchema } from '../../../src/report/result.js';
import { renderLogTail } from '../../../src/report/tail.js';
import { expectGolden } from './golden.js';
import { rule, SAMPLES } from './samples.js';

interface DocumentedReason {
  readonly code: string;
  readonly means: string;
  readonly cause: string;
  readonly fix: string;
}

function documented(): DocumentedReason[] {
  const text = readFileSync(join(process.cwd(), 'docs/reasons.md'), 'utf8');
  const words = String.raw`(.+(?:\n {2}.+)*)`;
  const entry = new RegExp(
    `^### \`([a-z-]+)\`\n\n- \\*\\*Means:\\*\\* ${words}\n- \\*\\*Cause:\\*\\* ${words}\n- \\*\\*Fix:\\*\\* ${words}$`,
    'gm',
  );
  const oneLine = (text: string | undefined): string => (text ?? '').replace(/\n +/g, ' ');
  return [...text.matchAll(entry)].map(([, code = '', means, cause, fix]) => ({
    code,
    means: oneLine(means),
    cause: oneLine(cause),
    fix: oneLine(fix),
  }));
}

/** A decision that each reason can end in. */
const DECISION_OF: Readonly<Record<ReasonCode, Decision>> = {
  ok: 'passed',
  'first-deployment': 'passed',
  'already-serving': 'unchanged',
  'nothing-to-reconcile': 'reconciled',
  'threshold-missed': 'rejected',
  'metric-missing': 'rejected',
  'metric-not-finite': 'rejected',
  'baseline-missing': 'rejected',
  'baseline-metric-missing': 'rejected',
  'pattern-unmatched': 'rejected',
  'signature-incompatible': 'rejected',
  'signature-unknown': 'rejected',
  'run-too-old': 'rejected',
  'run-unfinished': 'rejected',
  'commit-mismatch': 'rejected',
  'dataset-mismatch': 'rejected',
  'tag-missing': 'rejected',
  'evaluation-failed': 'rejected',
  'evaluation-missing': 'rejected',
  'version-not-ready': 'rejected',
  'version-not-found': 'failed',
  'plan-changed': 'rejected',
  'smoke-failed': 'rolled-back',
  'canary-errors': 'rolled-back',
  'canary-latency': 'rolled-back',
  'canary-answers': 'rolled-back',
  'canary-alert': 'rolled-back',
  'baseline-unhealthy': 'rolled-back',
  'no-data': 'held',
  'metrics-unavailable': 'rolled-back',
  'update-failed': 'rolled-back',
  'update-timeout': 'rolled-back',
  'update-not-applied': 'degraded',
  'foreign-change': 'held',
  'rollout-in-progress': 'failed',
  'approval-pending': 'paused',
  'time-budget': 'rolled-back',
  cancelled: 'cancelled',
  'nothing-to-roll-back-to': 'failed',
  'restore-unverified': 'degraded',
  'alert-raised': 'alerting',
  'checklist-incomplete': 'not-ready',
  'app-unhealthy': 'rolled-back',
  'app-deployment-failed': 'failed',
  'fork-pull-request': 'skipped',
  'configuration-invalid': 'failed',
  'credentials-missing': 'failed',
  'credentials-rejected': 'failed',
  'permission-denied': 'failed',
  'not-found': 'failed',
  'remote-error': 'failed',
  'internal-error': 'failed',
};

/** The decision's sample with this reason in every place that a reason has, and the documented words. */
function sampleOf(code: ReasonCode, words: DocumentedReason): ResultDocument {
  const sample = SAMPLES[DECISION_OF[code]]();
  const gate =
    sample.gate === null || sample.decision !== 'rejected'
      ? sample.gate
      : {
          ...sample.gate,
          reason_code: code,
          rules: [rule({ status: 'fail', reason_code: code, explanation: words.means, margin: -0.01 })],
        };
  return { ...sample, reason_code: code, explanation: words.means, next: words.fix, gate };
}

describe('docs/reasons.md', () => {
  it('has every reason code exactly once, in words for meaning, cause and fix', () => {
    expect(
      documented()
        .map(({ code }) => code)
        .toSorted(),
    ).toEqual([...REASON_CODES].toSorted());
    const headings = readFileSync(join(process.cwd(), 'docs/reasons.md'), 'utf8').match(/^### /gm) ?? [];
    expect(headings).toHaveLength(REASON_CODES.length);
  });
});

describe('a document of every reason', () => {
  const words = new Map(documented().map((entry) => [entry.code, entry]));

  it.each(REASON_CODES)('%s', (code) => {
    const entry = words.get(code);
    if (!entry) throw new Error(`${code} is not documented.`);
    const result = sampleOf(code, entry);
    expect(resultSchema.safeParse(result).success).toBe(true);
    const comment = renderComment(result, { marker: commentMarker(['m']) });
    expect(comment).toContain(`(\`${code}\`)`);
    expect(renderHtml(result)).toContain(`(${code})`);
    expect(verdictAnnotation(result).message.length).toBeLessThan(4_096);
    expectGolden(`reasons/${code}.txt`, `${renderLogTail(result)}\n`);
  });
});
