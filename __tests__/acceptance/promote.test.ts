import { describe, expect, it } from '@jest/globals';
import { CONFIGURATION, ENDPOINT, HEAD_SHA, MODEL } from '../../sandbox/stage.js';
import { expectDecision, onStage, reportOf } from './support.js';

const CALLERS = 25;

describe('promote on the merge', () => {
  it('creates the endpoint for a first deployment and moves the alias last', () =>
    onStage(async (stage) => {
      const version = stage.version();
      stage.workspace.traffic.start({ endpoint: ENDPOINT, requestsPerSecond: CALLERS });
      const run = await stage.onMerge();
      expectDecision(run, 'promoted', 'first-deployment');
      expect(run.exitCode).toBe(0);
      expect(stage.split()).toEqual({ [version]: 100 });
      expect(stage.workspace.unityCatalog.get(MODEL).aliases.get('champion')).toBe(Number(version));
      const writes = stage.workspace.requests.writes().map((one) => `${one.method} ${one.path}`);
      expect(writes.findIndex((one) => one.includes('/aliases/'))).toBeGreaterThan(
        writes.indexOf('POST /api/2.0/serving-endpoints'),
      );
      reportOf(run);
    }));

  it('does not call a failed first deployment good when it is run again', () =>
    onStage(async (stage) => {
      const version = stage.version();
      stage.workspace.traffic.behave(MODEL, version, { answers: 'nan' });
      const run = await stage.onMerge();
      expect(run.exitCode).toBe(1);
      const again = await stage.onMerge();
      expect(again.exitCode).toBe(1);
      expect(again.outputs['reason-code']).toBe(run.outputs['reason-code']);
    }));

  it('adds the version at 0 %, shifts in steps and ends with it alone', () =>
    onStage(async (stage) => {
      const first = stage.version();
      stage.serve(first, CALLERS);
      const second = stage.version();
      const run = await stage.onMerge();
      expectDecision(run, 'promoted', 'ok');
      expect(stage.split()).toEqual({ [second]: 100 });
      const shares = stage.workspace.requests
        .writes()
        .filter((one) => one.method === 'PUT' && one.path.endsWith('/config'))
        .map((one) => shareOf(one.body, `digits-${second}`));
      expect(shares).toEqual([0, 5, 25, 50, 100, 100]);
      const aliases = stage.workspace.unityCatalog.get(MODEL).aliases;
      expect([aliases.get('champion'), aliases.get('previous-champion')]).toEqual([Number(second), Number(first)]);
      expect(run.outputs['previous-version']).toBe(first);
      expect(run.outputs['traffic-percentage']).toBe('100');
      expect(stage.comments()).toHaveLength(1);
      reportOf(run);
    }));

  it('changes nothing when it runs again for the same version', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), CALLERS);
      const run = await stage.onMerge();
      expectDecision(run, 'unchanged', 'already-serving');
      expect(run.exitCode).toBe(0);
      expect(stage.workspace.requests.writes()).toEqual([]);
    }));

  it('does not roll out a version that the gate rejects', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), CALLERS);
      stage.version({ accuracy: 0.2, f1: 0.95, val_loss: 0.1 });
      const run = await stage.onMerge();
      expectDecision(run, 'rejected', 'threshold-missed');
      expect(stage.workspace.requests.writes()).toEqual([]);
    }));

  it('puts the recorded configuration back in one update when callers see errors', () =>
    onStage(async (stage) => {
      const first = stage.version();
      stage.serve(first, CALLERS);
      const second = stage.version();
      stage.workspace.traffic.behave(MODEL, second, { after: [{ trafficAbove: 0, errorRate: 0.3 }] });
      const run = await stage.onMerge();
      expectDecision(run, 'rolled-back', 'canary-errors');
      expect(run.exitCode).toBe(1);
      expect(stage.split()).toEqual({ [first]: 100 });
      const puts = stage.workspace.requests
        .writes()
        .filter((one) => one.method === 'PUT' && one.path.endsWith('/config'));
      expect(shareOf(puts.at(-1)?.body, `digits-${first}`)).toBe(100);
      expect(shareOf(puts.at(-2)?.body, `digits-${first}`)).toBeLessThan(100);
      expect(stage.workspace.unityCatalog.get(MODEL).aliases.get('champion')).toBeUndefined();
      const rollback = JSON.parse(run.outputs.result ?? '{}').rollout.rollback;
      const seen = stage.workspace.traffic.ledger.tally({ model: MODEL, version: second, source: 'caller' });
      expect(rollback.updates).toBe(1);
      expect(rollback.requests_exposed).toBeGreaterThan(0);
      expect(rollback.requests_exposed).toBeLessThanOrEqual(seen.requests);
      expect(rollback.seconds_to_restore).toBeGreaterThan(0);
      reportOf(run);
    }));

  it('puts it back when the version is slow', () =>
    onStage(async (stage) => {
      const first = stage.version();
      stage.serve(first, CALLERS);
      const second = stage.version();
      stage.workspace.traffic.behave(MODEL, second, {
        after: [{ trafficAbove: 0, latencyMs: { median: 400, sigma: 0.2 } }],
      });
      const run = await stage.onMerge();
      expectDecision(run, 'rolled-back', 'canary-latency');
      expect(stage.split()).toEqual({ [first]: 100 });
    }));

  it('catches wrong answers at 0 %, before any caller sees them', () =>
    onStage(async (stage) => {
      const first = stage.version();
      stage.serve(first, CALLERS);
      const second = stage.version();
      stage.workspace.traffic.behave(MODEL, second, { answers: 'nan' });
      const run = await stage.onMerge();
      expectDecision(run, 'rolled-back', 'smoke-failed');
      expect(stage.split()).toEqual({ [first]: 100 });
      expect(stage.workspace.traffic.ledger.tally({ model: MODEL, version: second, source: 'caller' }).requests).toBe(
        0,
      );
      reportOf(run);
    }));

  it('with dry-run prints the plan of the rollout and writes nothing', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), CALLERS);
      stage.version();
      const run = await stage.onMerge({ inputs: { 'dry-run': 'true' } });
      expectDecision(run, 'planned', 'ok');
      expect(run.outputs['plan-hash']).toMatch(/^[0-9a-f]{16,}$/);
      expect(stage.workspace.requests.writes()).toEqual([]);
    }));

  it('promotes on the merge what was trained from the last commit of the pull request', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(undefined, { commit: 'c'.repeat(40) }), CALLERS);
      const wanted = stage.version();
      const configuration = CONFIGURATION.replace('  ci_cd:', '  ci_cd:\n    require: { same_commit: true }')
        .replace('[5, 25, 50, 100]', '[50, 100]')
        .replace('endpoint:', 'endpoint:\n    tags: { team: vision }');
      const run = await stage.onMerge({
        inputs: { 'model-version': 'commit' },
        files: { 'config/deployment_config.yaml': configuration },
      });
      expectDecision(run, 'promoted', 'ok');
      expect(stage.split()).toEqual({ [wanted]: 100 });
      expect(stage.workspace.endpoints.get(ENDPOINT).tags.get('team')).toBe('vision');
    }));

  it('refuses to pause at a share that is no step of the plan', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(), CALLERS);
      stage.version();
      const run = await stage.onMerge({ inputs: { until: '33', 'rollout-steps': 'auto' } });
      expectDecision(run, 'failed', 'configuration-invalid');
      expect(stage.workspace.requests.writes()).toEqual([]);
    }));

  it('finds the version that was trained from the commit', () =>
    onStage(async (stage) => {
      stage.serve(stage.version(undefined, { commit: 'c'.repeat(40) }), CALLERS);
      const wanted = stage.version();
      stage.version(undefined, { commit: 'd'.repeat(40) });
      const run = await stage.onPullRequest({ inputs: { 'model-version': 'commit' } });
      expectDecision(run, 'passed', 'ok');
      expect(run.outputs['model-version']).toBe(wanted);
      expect(HEAD_SHA).toHaveLength(40);
    }));
});

interface Route {
  readonly served_entity_name: string;
  readonly traffic_percentage: number;
}

function shareOf(body: string | undefined, entity: string): number {
  const config: { readonly traffic_config?: { readonly routes: readonly Route[] } } = JSON.parse(body ?? '{}');
  return config.traffic_config?.routes.find((route) => route.served_entity_name === entity)?.traffic_percentage ?? 0;
}
