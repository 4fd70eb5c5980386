import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { REASON_CODES, type ReasonCode } from '../../src/reasons.js';
import { SCENES } from './reasons/played.js';
import { play } from './reasons/scenes.js';

const LIMIT_MS = 120_000;
const TESTS = new URL('../', import.meta.url);

/** Where a test drives a run that ends with the reason; the reasons that are missing here are played below. */
const REACHED: Partial<Readonly<Record<ReasonCode, string>>> = {
  ok: 'acceptance/gate.test.ts',
  'first-deployment': 'acceptance/promote.test.ts',
  'already-serving': 'acceptance/promote.test.ts',
  'nothing-to-reconcile': 'acceptance/other-commands.test.ts',
  'threshold-missed': 'acceptance/gate.test.ts',
  'metric-missing': 'acceptance/requirements.test.ts',
  'metric-not-finite': 'acceptance/rules.test.ts',
  'baseline-metric-missing': 'acceptance/gate.test.ts',
  'pattern-unmatched': 'acceptance/rules.test.ts',
  'signature-incompatible': 'acceptance/requirements.test.ts',
  'signature-unknown': 'acceptance/requirements.test.ts',
  'run-too-old': 'acceptance/requirements.test.ts',
  'run-unfinished': 'acceptance/requirements.test.ts',
  'commit-mismatch': 'acceptance/requirements.test.ts',
  'dataset-mismatch': 'acceptance/requirements.test.ts',
  'tag-missing': 'acceptance/requirements.test.ts',
  'evaluation-failed': 'acceptance/evaluation.test.ts',
  'evaluation-missing': 'acceptance/evaluation.test.ts',
  'version-not-ready': 'acceptance/versions.test.ts',
  'version-not-found': 'acceptance/versions.test.ts',
  'plan-changed': 'acceptance/other-commands.test.ts',
  'smoke-failed': 'acceptance/promote.test.ts',
  'canary-errors': 'acceptance/promote.test.ts',
  'canary-latency': 'acceptance/promote.test.ts',
  'no-data': 'acceptance/several-entities.test.ts',
  'update-failed': 'acceptance/updates.test.ts',
  'foreign-change': 'acceptance/updates.test.ts',
  'rollout-in-progress': 'acceptance/races.test.ts',
  'approval-pending': 'acceptance/staged-approval.test.ts',
  cancelled: 'acceptance/github.test.ts',
  'nothing-to-roll-back-to': 'acceptance/other-commands.test.ts',
  'restore-unverified': 'acceptance/updates.test.ts',
  'alert-raised': 'acceptance/other-commands.test.ts',
  'checklist-incomplete': 'acceptance/preflight.test.ts',
  'app-unhealthy': 'acceptance/deploy-app.test.ts',
  'app-deployment-failed': 'unit/deploy-app/deploy-app.test.ts',
  'fork-pull-request': 'acceptance/gate.test.ts',
  'configuration-invalid': 'acceptance/gate.test.ts',
  'credentials-missing': 'acceptance/credentials.test.ts',
  'credentials-rejected': 'acceptance/credentials.test.ts',
  'permission-denied': 'acceptance/requirements.test.ts',
  'not-found': 'acceptance/evaluation.test.ts',
};

/** Whether a line of the file expects a run to end with the reason, in one of the forms that our tests have. */
function expects(file: string, code: ReasonCode): boolean {
  const ending = new RegExp(`(expect|reason: |ending: ).*('${code}'|\\(${code}\\)')`);
  return readFileSync(new URL(file, TESTS), 'utf8')
    .split('\n')
    .some((line) => ending.test(line));
}

describe('every reason code', () => {
  it('is reached by a run', () => {
    const played = SCENES.map(({ code }) => code);
    const reached = REASON_CODES.filter((code) => REACHED[code] !== undefined || played.includes(code));
    expect(reached).toEqual([...REASON_CODES]);
    expect(played.filter((code) => REACHED[code] !== undefined)).toEqual([]);
  });

  it.each(Object.entries(REACHED))('%s: in %s', (code, file) => {
    const known = REASON_CODES.find((one) => one === code);
    expect(known !== undefined && expects(file, known)).toBe(true);
  });

  it.each(SCENES.map((scene) => [scene.code, scene] as const))(
    '%s: played here',
    async (code, scene) => {
      const { ending, log } = await play(scene);
      if (ending !== scene.ending) console.log(log.slice(-3000));
      expect(ending).toBe(scene.ending);
      expect(ending).toContain(`(${code})`);
    },
    LIMIT_MS,
  );
});
