import { describe, expect, it } from '@jest/globals';
import { createLog } from '../../../src/action/log.js';
import { createProgress } from '../../../src/commands/progress.js';
import type { Findings } from '../../../src/commands/types.js';
import type { StepReport } from '../../../src/rollout/core/types.js';

const STEP: StepReport = {
  index: 0,
  label: '25 %',
  traffic: 25,
  startedAtMs: 1_800_000_000_000,
  endedAtMs: null,
  updateMs: 900,
  extensions: 0,
  verdict: 'running',
  judgement: null,
  figures: null,
};

describe('the progress of a rollout', () => {
  it('claims no promotion before there is one, should the run break off', () => {
    const shown: Findings[] = [];
    const left: string[] = [];
    const bench = {
      log: createLog(),
      clock: { now: () => 0, serverNow: () => 0, sleep: async () => {}, observe: () => {} },
      leaving: (state: string) => left.push(state),
      progress: (findings: Findings) => shown.push(findings),
    };
    createProgress(bench).stepChanged([STEP], []);
    expect(shown[0]?.rollout).toMatchObject({ outcome: 'failed', ended_at: null, explanation: '25 % is under way.' });
    expect(left).toEqual(['25 %: the candidate had 25 % of the traffic.']);
  });
});
