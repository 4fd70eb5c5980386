import { describe, expect, it } from '@jest/globals';
import { MODEL } from '../../sandbox/stage.js';
import { expectDecision, onStage, reportOf } from './support.js';

const WORKFLOW = `on: workflow_dispatch
concurrency: { group: promotion, cancel-in-progress: false }
jobs: { promote: { runs-on: ubuntu-latest } }
`;
const FILES = { '.github/workflows/promote.yml': WORKFLOW };
const CI = '5b2c7f1e-1111-4222-8333-aaaaaaaaaaaa';

describe('preflight', () => {
  it('answers the go-live checklist, and changes nothing', () =>
    onStage(async (stage) => {
      stage.serve(stage.version());
      const run = await stage.byHand({ command: 'preflight' }, { files: FILES });
      expectDecision(run, 'ready', 'ok');
      expect(run.exitCode).toBe(0);
      expect(stage.workspace.requests.writes()).toEqual([]);
      expect(stage.github.requests.filter((one) => !['GET', 'HEAD'].includes(one.method))).toEqual([]);
      const { checklist } = reportOf(run);
      expect(checklist).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ name: 'Model registered', status: 'ok', checklist: true }),
          expect.objectContaining({ name: 'Recovery plan in place', status: 'ok', checklist: true }),
          expect.objectContaining({ name: 'App deployed and tested', status: 'unknown', checklist: true }),
        ]),
      );
      expect(run.summary).toContain('Checklist');
    }));

  it('is not ready without the rights, and prints the statements that would give them', () =>
    onStage(async (stage) => {
      stage.serve(stage.version());
      const { workspace } = stage;
      const { token } = workspace.credentials.add({ userName: CI });
      workspace.platform.securables.grant('catalog', 'main', CI, 'USE_CATALOG');
      workspace.platform.securables.grant('function', MODEL, CI, 'EXECUTE');
      const inputs = { command: 'preflight', 'databricks-token': token };
      const run = await stage.byHand(inputs, { secrets: { DATABRICKS_TOKEN: token }, files: FILES });
      expectDecision(run, 'not-ready', 'checklist-incomplete');
      expect(run.exitCode).toBe(1);
      expect(run.log).toContain(`GRANT USE SCHEMA ON SCHEMA \`main\`.\`vision\` TO \`${CI}\`;`);
      expect(workspace.requests.writes()).toEqual([]);
      reportOf(run);
    }));
});
