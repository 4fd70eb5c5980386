import { describe, expect, it } from '@jest/globals';
import { deployApp } from '../../../src/commands/deploy-app/deploy-app.js';
import { APP, appOf, COMMIT, edit, HOME, INPUTS, NEXT_COMMIT, STAND, uploads, writes } from './scenes.js';
import { onStand, type Stand } from './stand.js';

const deployOnce = (stand: Stand) => stand.run(deployApp, INPUTS);
const deployNext = (stand: Stand) => {
  edit(stand, 'next');
  return stand.run(deployApp, INPUTS, { commit: NEXT_COMMIT });
};

describe('deploy-app creates and updates', () => {
  it('creates the app, starts its compute, uploads and deploys', () =>
    onStand(STAND, async (stand) => {
      const end = await deployOnce(stand);
      expect([end.decision, end.reason_code]).toEqual(['deployed', 'ok']);
      const app = appOf(stand);
      expect([app.compute.state, app.app.state, app.active?.state]).toEqual(['ACTIVE', 'RUNNING', 'SUCCEEDED']);
      const [folder] = uploads(stand);
      expect(folder).toMatch(new RegExp(`^${COMMIT}-[0-9a-f]{8}$`));
      expect(app.active?.sourceCodePath).toBe(`${HOME}/${folder}`);
      expect([...stand.workspace.platform.files.under(`${HOME}/${folder}`).keys()].sort()).toEqual([
        'app.py',
        'app.yaml',
        'requirements.txt',
        'static/site/index.html',
      ]);
      expect(stand.findings.app).toMatchObject({
        name: APP,
        deployment_id: app.active?.id,
        previous_deployment_id: null,
        compute: 'ACTIVE',
        source: `${HOME}/${folder}`,
      });
    }));

  it('gives a new app the right to query the configured endpoint', () =>
    onStand(STAND, async (stand) => {
      stand.workspace.seed.version({ model: 'main.vision.digits' });
      stand.workspace.serving.place({
        name: 'digits',
        entities: [{ name: 'digits-1', model: 'main.vision.digits', version: '1', traffic: 100 }],
      });
      await stand.run(deployApp, { ...INPUTS, 'endpoint-name': 'digits' });
      expect(appOf(stand).resources).toEqual([
        { name: 'serving-endpoint', serving_endpoint: { name: 'digits', permission: 'CAN_QUERY' } },
      ]);
    }));

  it('creates it without that right when the endpoint does not exist, and says so', () =>
    onStand(STAND, async (stand) => {
      await stand.run(deployApp, { ...INPUTS, 'endpoint-name': 'digits' });
      expect(appOf(stand).resources).toEqual([]);
      expect(stand.log.some((line) => line.includes('Endpoint digits does not exist yet'))).toBe(true);
    }));

  it('changes nothing when the same source runs already', () =>
    onStand(STAND, async (stand) => {
      await deployOnce(stand);
      stand.workspace.requests.clear();
      const end = await deployOnce(stand);
      expect([end.decision, end.reason_code]).toEqual(['unchanged', 'ok']);
      expect(writes(stand)).toEqual([]);
      expect(stand.findings.app?.deployment_id).toBe(appOf(stand).active?.id);
    }));

  it('changes nothing for another commit with the same files', () =>
    onStand(STAND, async (stand) => {
      await deployOnce(stand);
      stand.workspace.requests.clear();
      const end = await stand.run(deployApp, INPUTS, { commit: NEXT_COMMIT });
      expect(end.decision).toBe('unchanged');
      expect(writes(stand)).toEqual([]);
    }));

  it('deploys again when files of the same commit differ, without touching what runs', () =>
    onStand(STAND, async (stand) => {
      await deployOnce(stand);
      const before = appOf(stand).active?.sourceCodePath ?? '';
      edit(stand, 'made by a build');
      const end = await deployOnce(stand);
      expect(end.decision).toBe('deployed');
      expect(appOf(stand).active?.sourceCodePath).not.toBe(before);
      expect(stand.workspace.platform.files.under(before).get('app.py')?.toString()).not.toContain('made by a build');
    }));

  it('updates, names what was before and keeps only these two uploads', () =>
    onStand(STAND, async (stand) => {
      await deployOnce(stand);
      const first = appOf(stand).active;
      await deployNext(stand);
      const second = appOf(stand).active;
      edit(stand, 'third');
      const end = await stand.run(deployApp, INPUTS, { commit: 'c'.repeat(40) });
      expect(end.decision).toBe('deployed');
      expect(stand.findings.app?.previous_deployment_id).toBe(second?.id);
      expect(uploads(stand)).toHaveLength(2);
      expect(uploads(stand).some((name) => first?.sourceCodePath.endsWith(name))).toBe(false);
      expect(stand.workspace.platform.files.find(`${first?.sourceCodePath}.json`)).toBeUndefined();
    }));

  it('starts compute that was stopped and follows what the platform deploys by itself', () =>
    onStand(STAND, async (stand) => {
      await deployOnce(stand);
      stand.workspace.platform.apps.stop(appOf(stand));
      stand.workspace.advance(60_000);
      const end = await deployOnce(stand);
      expect(end.decision).toBe('deployed');
      expect(appOf(stand).app.state).toBe('RUNNING');
      expect(appOf(stand).deployments).toHaveLength(2);
    }));
});

describe('deploy-app goes back', () => {
  it('puts the previous source back when the app crashes after the deployment succeeded', () =>
    onStand(STAND, async (stand) => {
      await deployOnce(stand);
      const good = appOf(stand).active;
      stand.workspace.platform.apps.script({ outcome: 'crash', afterMs: 5000, message: 'ModuleNotFoundError: torch' });
      const end = await deployNext(stand);
      expect([end.decision, end.reason_code]).toEqual(['rolled-back', 'app-unhealthy']);
      expect(end.explanation).toContain('ModuleNotFoundError: torch');
      expect(appOf(stand).active?.sourceCodePath).toBe(good?.sourceCodePath);
      expect(appOf(stand).app.state).toBe('RUNNING');
      expect(stand.findings.app).toMatchObject({
        deployment_id: appOf(stand).active?.id,
        previous_deployment_id: good?.id,
        source: good?.sourceCodePath,
      });
      expect(uploads(stand)).toHaveLength(2);
    }));

  it.each(['failed', 'cancelled'] as const)('leaves the running deployment alone when the new one is %s', (outcome) =>
    onStand(STAND, async (stand) => {
      await deployOnce(stand);
      const good = appOf(stand).active;
      stand.workspace.platform.apps.script({ outcome, message: 'No matching distribution for fastapi==9' });
      const end = await deployNext(stand);
      expect([end.decision, end.reason_code]).toEqual(['rolled-back', 'app-deployment-failed']);
      expect(end.explanation).toContain(outcome.toUpperCase());
      expect(end.explanation).toContain('fastapi==9');
      expect(appOf(stand).active?.id).toBe(good?.id);
      expect(stand.findings.app?.deployment_id).toBe(good?.id);
    }),
  );

  it('fails when nothing was deployed before', () =>
    onStand(STAND, async (stand) => {
      stand.workspace.platform.apps.script({ outcome: 'crash', afterMs: 0, message: 'exit 1' });
      const end = await deployOnce(stand);
      expect([end.decision, end.reason_code]).toEqual(['failed', 'app-unhealthy']);
      expect(stand.findings.app).toMatchObject({ state: 'CRASHED: exit 1', previous_deployment_id: null });
    }));

  it('fails loudly when the previous source does not come up either', () =>
    onStand(STAND, async (stand) => {
      await deployOnce(stand);
      stand.workspace.platform.apps.script({ outcome: 'crash', afterMs: 0, times: 2 });
      const end = await deployNext(stand);
      expect([end.decision, end.reason_code]).toEqual(['failed', 'app-unhealthy']);
      expect(end.headline).toContain('a person must act');
    }));

  it('says so when the folder of the previous deployment is gone', () =>
    onStand(STAND, async (stand) => {
      await deployOnce(stand);
      stand.workspace.platform.files.remove(appOf(stand).active?.sourceCodePath ?? '', true);
      stand.workspace.platform.apps.script({ outcome: 'crash', afterMs: 0 });
      const end = await deployNext(stand);
      expect(end.decision).toBe('failed');
      expect(end.explanation).toContain('is gone');
    }));

  it('gives up on a deployment that never ends, and names the limit', () =>
    onStand(STAND, async (stand) => {
      await deployOnce(stand);
      stand.workspace.platform.apps.script({ outcome: 'never' });
      const end = await deployNext(stand);
      expect([end.decision, end.reason_code]).toEqual(['failed', 'app-deployment-failed']);
      expect(end.explanation).toContain('20 minutes');
    }));
});

describe('deploy-app among others', () => {
  it('waits for the deployment of somebody else and then deploys', () =>
    onStand(STAND, async (stand) => {
      await deployOnce(stand);
      const app = appOf(stand);
      const given = { mode: 'SNAPSHOT', command: [], envNames: [], creator: 'someone@acme.org' };
      stand.workspace.platform.apps.deploy(app, { ...given, sourceCodePath: app.active?.sourceCodePath ?? '' });
      const end = await deployNext(stand);
      expect(end.decision).toBe('deployed');
      expect(app.active?.sourceCodePath).toContain(NEXT_COMMIT);
      expect(stand.log.some((line) => line.includes('is under way; waiting for it'))).toBe(true);
    }));

  it('waits for one that got in between the look and the deployment', () =>
    onStand(STAND, async (stand) => {
      await deployOnce(stand);
      const message = `Cannot deploy app ${APP} as there is an active deployment in progress.`;
      stand.workspace.faults.add({
        match: { method: 'POST', path: /\/deployments$/ },
        effect: { kind: 'status', status: 400, code: 'BAD_REQUEST', message },
        times: 1,
      });
      const end = await deployNext(stand);
      expect(end.decision).toBe('deployed');
    }));

  it('waits for the end of a deletion and creates the app again', () =>
    onStand(STAND, async (stand) => {
      await deployOnce(stand);
      stand.workspace.platform.apps.remove(appOf(stand));
      const end = await deployNext(stand);
      expect(end.decision).toBe('deployed');
      expect(stand.log.some((line) => line.includes('is being deleted'))).toBe(true);
      expect(stand.findings.app?.previous_deployment_id).toBeNull();
    }));

  it('leaves a deployment alone that somebody else made while ours was watched', () =>
    onStand(STAND, async (stand) => {
      await deployOnce(stand);
      const app = appOf(stand);
      const before = app.active;
      stand.whenWaiting(() => {
        if (app.active === null || app.active === before || !app.active.sourceCodePath.includes(NEXT_COMMIT)) return;
        app.active = { ...app.active, id: 'of-somebody-else', creator: 'someone@acme.org' };
      });
      const end = await deployNext(stand);
      expect([end.decision, end.reason_code]).toEqual(['failed', 'foreign-change']);
      expect(app.active?.id).toBe('of-somebody-else');
    }));

  it('stops when the app is deleted under its hands', () =>
    onStand(STAND, async (stand) => {
      await deployOnce(stand);
      const app = appOf(stand);
      stand.whenWaiting(() => {
        if (app.pending !== null && app.compute.state !== 'DELETING') stand.workspace.platform.apps.remove(app);
      });
      await expect(deployNext(stand)).rejects.toMatchObject({ reason: 'foreign-change' });
    }));
});
