import { afterEach, describe, expect, it } from '@jest/globals';
import type { Workspace } from '../../../sandbox/workspace/index.js';
import { ask, ENDPOINT, entity, MODEL, put, sandbox } from './client.js';

let workspace: Workspace;

afterEach(() => workspace.stop());

async function canary(share: number): Promise<void> {
  await put(workspace, [entity(1), entity(2)], { 'fraud-1': 100, 'fraud-2': 0 });
  workspace.advance(120_000);
  await put(workspace, [entity(1), entity(2)], { 'fraud-1': 100 - share, 'fraud-2': share });
  workspace.advance(30_000);
}

describe('simulated callers', () => {
  it('keep their rate and follow the live split', async () => {
    workspace = await sandbox();
    workspace.traffic.behave(MODEL, 2, { errorRate: 0.1 });
    await canary(25);
    const from = workspace.clock.now();
    workspace.traffic.start({ endpoint: 'fraud', requestsPerSecond: 50 });
    workspace.advance(600_000);
    const [old, fresh] = ['1', '2'].map((version) =>
      workspace.traffic.ledger.tally({ version, source: 'caller', from }),
    );
    expect((old?.requests ?? 0) + (fresh?.requests ?? 0)).toBeGreaterThan(29_000);
    expect((fresh?.requests ?? 0) / 30_000).toBeCloseTo(0.25, 1);
    expect((fresh?.errors ?? 0) / (fresh?.requests ?? 1)).toBeCloseTo(0.1, 1);
    expect(old?.errors).toBe(0);
    expect(workspace.invariants.violations).toEqual([]);
    workspace.traffic.ledger.assertNoUnserved();
  });

  it('see each split exactly for as long as it was live', async () => {
    workspace = await sandbox();
    workspace.traffic.start({ endpoint: 'fraud', requestsPerSecond: 20 });
    await canary(50);
    const shifted = workspace.clock.now();
    await put(workspace, [entity(1), entity(2)], { 'fraud-1': 100, 'fraud-2': 0 });
    workspace.advance(3_600_000);
    const seen = workspace.traffic.ledger.tally({ version: '2' });
    expect(seen.firstAt).toBeGreaterThanOrEqual(shifted);
    expect(seen.lastAt).toBeLessThan(shifted + 30_000);
  });

  it('are the same for the same seed', async () => {
    const counts: number[] = [];
    for (let run = 0; run < 2; run += 1) {
      workspace = await sandbox({ seed: 7 });
      workspace.traffic.start({ endpoint: 'fraud', requestsPerSecond: 5 });
      workspace.advance(60_000);
      counts.push(workspace.traffic.ledger.tally().requests);
      await workspace.stop();
    }
    expect(counts[0]).toBe(counts[1]);
    workspace = await sandbox();
  });

  it('are recorded when nobody serves them', async () => {
    workspace = await sandbox();
    workspace.traffic.start({ endpoint: 'fraud', requestsPerSecond: 5 });
    await ask(workspace, 'POST', `${ENDPOINT}/config:stop`);
    workspace.advance(10_000);
    expect(() => workspace.traffic.ledger.assertNoUnserved()).toThrow(/stopped/);
    await ask(workspace, 'GET', ENDPOINT);
    expect(workspace.invariants.violations.map((violation) => violation.rule)).toEqual(['unserved']);
  });

  it('meet a version that changes its conduct with time and with its share', async () => {
    workspace = await sandbox();
    workspace.traffic.behave(MODEL, 2, { errorRate: 0, after: [{ trafficAbove: 40, errorRate: 1 }] });
    workspace.traffic.start({ endpoint: 'fraud', requestsPerSecond: 20 });
    await canary(25);
    workspace.advance(60_000);
    expect(workspace.traffic.ledger.tally({ version: '2' }).errors).toBe(0);
    await put(workspace, [entity(1), entity(2)], { 'fraud-1': 50, 'fraud-2': 50 });
    workspace.advance(60_000);
    const { lastAt, errors } = workspace.traffic.ledger.tally({ version: '2' });
    expect(errors).toBeGreaterThan(200);
    expect(lastAt).not.toBeNull();
  });
});

describe('invocations', () => {
  const rows = { dataframe_records: [{ amount: 1 }, { amount: 2 }, { amount: 3 }] };
  const direct = (name: string) => `/serving-endpoints/fraud/served-models/${name}/invocations`;

  it('reach an entity without traffic on its own path', async () => {
    workspace = await sandbox();
    await put(workspace, [entity(1), entity(2)], { 'fraud-1': 100, 'fraud-2': 0 });
    expect((await ask(workspace, 'POST', direct('fraud-2'), rows)).status).toBe(404);
    workspace.advance(120_000);
    const answer = await ask(workspace, 'POST', direct('fraud-2'), rows);
    expect(answer.headers.get('served-model-name')).toBe('fraud-2');
    expect(answer.json.predictions).toHaveLength(3);
    const current = await ask(workspace, 'POST', direct('fraud-1'), rows);
    expect(current.json.predictions).toEqual(answer.json.predictions);
  });

  it.each([
    ['permuted', /"predictions":\[\d,\d,\d\]/],
    ['short', /"predictions":\[\d,\d\]/],
    ['nan', /NaN/],
    ['null', /null,null,null/],
    ['not-json', /^Traceback/],
    ['other-shape', /"label"/],
  ] as const)('can answer wrongly: %s', async (answers, pattern) => {
    workspace = await sandbox();
    const right = await ask(workspace, 'POST', direct('fraud-1'), rows);
    workspace.traffic.behave(MODEL, 1, { answers });
    const wrong = await ask(workspace, 'POST', direct('fraud-1'), rows);
    expect([wrong.status, wrong.text === right.text]).toEqual([200, false]);
    expect(wrong.text).toMatch(pattern);
  });

  it('refuse a body in no known form', async () => {
    workspace = await sandbox();
    for (const body of [{}, { inputs: [1], instances: [1] }, { dataframe_split: [] }, { rows: [] }]) {
      expect((await ask(workspace, 'POST', direct('fraud-1'), body)).status).toBe(400);
    }
  });

  it('are cold for a while after the entity was brought up', async () => {
    workspace = await sandbox();
    workspace.traffic.behave(MODEL, 2, { coldStartMs: 60_000 });
    await canary(0);
    workspace.traffic.behave(MODEL, 2, { coldStartMs: 600_000 });
    expect((await ask(workspace, 'POST', direct('fraud-2'), rows)).status).toBe(503);
    workspace.advance(600_000);
    expect((await ask(workspace, 'POST', direct('fraud-2'), rows)).status).toBe(200);
  });

  it('fall back to another entity only where the gateway says so', async () => {
    workspace = await sandbox();
    workspace.traffic.behave(MODEL, 2, { errorRate: 1 });
    await canary(100);
    expect((await ask(workspace, 'POST', '/serving-endpoints/fraud/invocations', rows)).status).toBe(500);
    await ask(workspace, 'PUT', `${ENDPOINT}/ai-gateway`, { fallback_config: { enabled: true } });
    const saved = await ask(workspace, 'POST', '/serving-endpoints/fraud/invocations', rows);
    expect([saved.status, saved.headers.get('served-model-name')]).toEqual([200, 'fraud-1']);
  });
});

describe('the metrics export', () => {
  const minute = 60_000;
  const read = () => ask(workspace, 'GET', `${ENDPOINT}/metrics`);
  const values = (text: string, name: string) =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+) (\\S+)$`, 'gm'))].map((match) => [
      match[1],
      match[2],
    ]);

  it('shows the last full minute as gauges with the end of that minute', async () => {
    workspace = await sandbox({ metrics: { entityLabel: null, endpointLabel: null } });
    workspace.traffic.start({ endpoint: 'fraud', requestsPerSecond: 10 });
    workspace.advance(3 * minute + 20_000);
    const end = Math.floor(workspace.clock.now() / minute) * minute;
    const truth = workspace.traffic.ledger.tally({ from: end - minute, to: end });
    const { text } = await read();
    expect(values(text, 'request_count_total')).toEqual([[String(truth.requests), String(end)]]);
    expect(text).toContain('# TYPE request_count_total gauge');
    expect(values(text, 'request_latency_ms_count')).toEqual([[String(truth.requests), String(end)]]);
  });

  it('labels entities when asked to, counts all minutes in a cumulative histogram', async () => {
    workspace = await sandbox({ metrics: { entityLabel: 'served_entity', histogram: 'cumulative' } });
    workspace.traffic.start({ endpoint: 'fraud', requestsPerSecond: 10 });
    await canary(50);
    workspace.advance(5 * minute);
    const { text } = await read();
    expect(text).toMatch(/request_count_total\{endpoint_name="fraud",served_entity="fraud-2"\}/);
    const end = Math.floor(workspace.clock.now() / minute) * minute;
    const counted = values(text, 'request_latency_ms_count').map(([value]) => Number(value));
    expect(counted.reduce((sum, value) => sum + value, 0)).toBe(workspace.traffic.ledger.tally({ to: end }).requests);
  });

  it('can be absent, bare, stale, gappy, not a number, garbage or OpenMetrics', async () => {
    workspace = await sandbox({ metrics: { absentForMs: 5 * minute } });
    expect((await read()).status).toBe(404);
    workspace.advance(5 * minute);
    expect((await read()).status).toBe(200);
    workspace.metrics.configure({ series: 'requests' });
    expect((await read()).text).not.toContain('cpu_usage_percentage');
    workspace.metrics.configure({ staleFrom: workspace.clock.now() });
    const before = (await read()).text;
    workspace.advance(10 * minute);
    expect((await read()).text).toBe(before);
    workspace.metrics.configure({ staleFrom: null, notANumber: true });
    expect((await read()).text).toContain(' NaN ');
    workspace.metrics.configure({ notANumber: false, format: 'openmetrics' });
    const open = await read();
    expect(open.text.trimEnd().endsWith('# EOF')).toBe(true);
    expect(open.headers.get('content-type')).toContain('openmetrics');
    workspace.metrics.configure({ format: 'prometheus', gapAfterUpdateMs: 3 * minute });
    await canary(10);
    workspace.advance(2 * minute);
    expect(values((await read()).text, 'request_count_total')).toEqual([]);
    workspace.metrics.configure({ garbage: '<html>' });
    expect((await read()).text).toBe('<html>');
  });
});
