import { describe, expect, it } from '@jest/globals';
import { GOOD_METRICS, HEAD_SHA } from '../../sandbox/stage.js';
import { onStage } from './support.js';
import { configuration, judge } from './verdict.js';

const RULE = 'metrics_threshold: { accuracy: 0.9 }';

describe('the version', () => {
  it('is the latest, a number, an alias, or the newest of the commit', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(undefined, { commit: 'e'.repeat(40) }), 0);
      const aliased = stage.version(undefined, { commit: 'e'.repeat(40), aliases: ['challenger'] });
      const ofCommit = stage.version(undefined, { commit: HEAD_SHA });
      const latest = stage.version(undefined, { commit: 'f'.repeat(40) });
      const chosen: string[] = [];
      for (const selector of ['latest', aliased, '@challenger', 'commit']) {
        const gate = await judge(stage, RULE, { 'model-version': selector });
        expect(gate.decision).toBe('passed (ok)');
        chosen.push(gate.version);
      }
      expect(chosen).toEqual([latest, aliased, aliased, ofCommit]);
    }));

  it('that cannot be found is an error that says which there are', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(undefined, { aliases: ['champion'], commit: 'e'.repeat(40) }), 0);
      for (const selector of ['99', '@challenger', 'commit']) {
        const gate = await judge(stage, RULE, { 'model-version': selector });
        expect(gate.decision).toBe('failed (version-not-found)');
      }
      const gate = await judge(stage, RULE, { 'model-version': '@challenger' });
      expect(gate.log).toContain('champion');
    }));

  it('passes over newer ones that are not READY, and says so in log and comment', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), 0);
      const ready = stage.version();
      const pending = stage.version(undefined, { status: 'PENDING_REGISTRATION' });
      const broken = stage.version(undefined, { status: 'FAILED_REGISTRATION' });
      const gate = await judge(stage, RULE);
      expect([gate.decision, gate.version]).toEqual(['passed (ok)', ready]);
      for (const [version, why] of [
        [pending, 'has not finished'],
        [broken, 'failed'],
      ] as const) {
        expect(gate.log).toMatch(new RegExp(`Passed over version ${version}.*${why}`));
        expect(stage.comments()[0]).toMatch(new RegExp(`\\b${version}\\b.*${why}`));
      }
      const named = await judge(stage, RULE, { 'model-version': pending });
      expect(named.decision).toBe('rejected (version-not-ready)');
    }));
});

describe('the registry', () => {
  it('can be that of the workspace', () =>
    onStage(async (stage) => {
      const seed = { model: 'digits', metrics: GOOD_METRICS };
      const { version } = stage.workspace.seed.version(seed);
      const file = configuration(`${RULE}\nrequire: { tags: { checked: "yes" } }`, 'digits');
      expect((await judge(stage, '', {}, file)).decision).toBe('rejected (tag-missing)');
      const tagged = stage.workspace.seed.version({ ...seed, tags: { checked: 'yes' } });
      const gate = await judge(stage, '', {}, file);
      expect([gate.decision, gate.version]).toEqual(['passed (first-deployment)', tagged.version]);
      expect(Number(tagged.version)).toBeGreaterThan(Number(version));
      expect(stage.workspace.requests.all.some((one) => one.path.includes('unity-catalog'))).toBe(false);
      expect(stage.workspace.requests.writes()).toEqual([]);
    }));

  it('can be an MLflow server, without any workspace', () =>
    onStage(
      async (stage) => {
        stage.version({ accuracy: 0.95 }, { model: 'digits', aliases: ['champion'] });
        stage.version({ accuracy: 0.94 }, { model: 'digits' });
        const inputs = {
          'databricks-host': '',
          'databricks-token': '',
          registry: 'mlflow',
          'mlflow-tracking-uri': stage.workspace.url,
        };
        const rule = 'metrics_threshold: { accuracy: ">= baseline - 0.02" }\nbaseline: "@champion"';
        const gate = await judge(stage, '', inputs, configuration(rule, 'digits', null));
        expect([gate.decision, gate.version, gate.baseline.version]).toEqual(['passed (ok)', '2', '1']);
        const strict = configuration(rule.replace('0.02', '0.001'), 'digits', null);
        expect((await judge(stage, '', inputs, strict)).decision).toBe('rejected (threshold-missed)');
        expect(stage.workspace.requests.writes()).toEqual([]);
      },
      { workspace: { kind: 'mlflow' } },
    ));
});
