import { describe, expect, it } from '@jest/globals';
import { preflight } from '../../../src/commands/preflight/preflight.js';
import type { ResultCheck } from '../../../src/report/result.js';
import {
  allow,
  type Checked,
  CI,
  check,
  closeWorld,
  LOADER,
  MODEL,
  openWorld,
  type World,
  type WorldOptions,
} from './scene.js';

async function inWorld(play: (world: World) => Promise<void>, options?: WorldOptions): Promise<void> {
  const world = await openWorld(options);
  try {
    await play(world);
  } finally {
    await closeWorld(world);
  }
}

const names = (lines: readonly ResultCheck[], status: ResultCheck['status'], checklist: boolean): string[] =>
  lines.filter((line) => line.status === status && line.checklist === checklist).map((line) => line.name);

function show({ lines }: Checked): string {
  return lines.map((line) => `${line.status} | ${line.name} | ${line.evidence} | ${line.fix ?? ''}`).join('\n');
}

describe('preflight', () => {
  it('is ready when everything is there, and writes nothing anywhere', () =>
    inWorld(async (world) => {
      const before = world.github.requests.length;
      world.workspace.requests.clear();
      const checked = await check(world);
      expect(names(checked.lines, 'missing', false)).toEqual([]);
      expect(names(checked.lines, 'missing', true)).toEqual([]);
      expect([checked.end.decision, checked.end.reason_code]).toEqual(['ready', 'ok']);
      expect(names(checked.lines, 'unknown', false)).toEqual(['Comments on pull requests can be written']);
      expect(names(checked.lines, 'unknown', true)).toEqual([]);
      expect(names(checked.lines, 'ok', true)).toHaveLength(8);
      expect(checked.end.headline).toMatch(/1 of \d+ lines cannot be told/);
      expect(world.workspace.requests.writes()).toEqual([]);
      expect(world.github.requests.slice(before).every((one) => one.method === 'GET')).toBe(true);
    }));

  it('asks side by side: the longest chain of requests is short', () =>
    inWorld(
      async (world) => {
        world.workspace.requests.clear();
        await check(world);
        expect(world.workspace.requests.length).toBeGreaterThan(20);
        expect(world.workspace.requests.sequentialRoundTrips()).toBeLessThanOrEqual(5);
      },
      { roundTripMs: 60 },
    ));
});

interface Removal {
  readonly what: string;
  readonly remove: (world: World) => void;
  readonly line: string;
  /** Lines that cannot be told any more. */
  readonly blocks?: RegExp;
  readonly checklist?: readonly string[];
  readonly fix: string | RegExp;
  readonly options?: WorldOptions;
}

const grants = (world: World) => world.workspace.platform.securables;
const CREATOR = `for ${LOADER}, the endpoint's creator, whose grants load the model`;
const BLIND = /READY|Training run|Alias|Volume|Model registered|Sample training/;
const PERMISSIONS = ['Permissions configured'];

const MATRIX: readonly Removal[] = [
  {
    what: 'USE CATALOG of the caller',
    remove: (world) => grants(world).revoke('catalog', 'main', CI, 'USE_CATALOG'),
    line: `USE CATALOG on main for ${CI}`,
    blocks: BLIND,
    checklist: PERMISSIONS,
    fix: `GRANT USE CATALOG ON CATALOG \`main\` TO \`${CI}\`;`,
  },
  {
    what: 'USE SCHEMA of the caller',
    remove: (world) => grants(world).revoke('schema', 'main.vision', CI, 'USE_SCHEMA'),
    line: `USE SCHEMA on main.vision for ${CI}`,
    blocks: BLIND,
    checklist: PERMISSIONS,
    fix: `GRANT USE SCHEMA ON SCHEMA \`main\`.\`vision\` TO \`${CI}\`;`,
  },
  {
    what: 'EXECUTE of the caller, which does not own the model',
    remove: (world) => {
      world.workspace.unityCatalog.get(MODEL).owner = 'ml-owners';
      grants(world).revoke('function', MODEL, CI, 'EXECUTE');
    },
    line: `EXECUTE on ${MODEL} for ${CI}`,
    blocks: BLIND,
    checklist: PERMISSIONS,
    fix: `GRANT EXECUTE ON FUNCTION \`main\`.\`vision\`.\`digits\` TO \`${CI}\`;`,
  },
  ...(
    [
      ['catalog', 'main', 'USE_CATALOG', 'USE CATALOG on main'],
      ['schema', 'main.vision', 'USE_SCHEMA', 'USE SCHEMA on main.vision'],
      ['function', MODEL, 'EXECUTE', `EXECUTE on ${MODEL}`],
    ] as const
  ).map(([type, name, privilege, words]) => ({
    what: `${privilege} of the endpoint's creator`,
    remove: (world: World) => grants(world).revoke(type, name, LOADER, privilege),
    line: `${words} ${CREATOR}`,
    checklist: PERMISSIONS,
    fix: new RegExp(`^GRANT .* TO \`${LOADER}\`;$`),
  })),
  {
    what: 'ownership and MANAGE of the model',
    remove: (world) => {
      world.workspace.unityCatalog.get(MODEL).owner = 'ml-owners';
      grants(world).revoke('catalog', 'main', 'ml-ci', 'MANAGE');
    },
    line: 'Alias champion can be moved',
    blocks: new RegExp(LOADER),
    checklist: PERMISSIONS,
    fix: `GRANT MANAGE ON FUNCTION \`main\`.\`vision\`.\`digits\` TO \`${CI}\`;`,
  },
  {
    what: 'the metastore',
    remove: (world) => {
      grants(world).attached = false;
    },
    line: 'Unity Catalog attached',
    checklist: ['Unity Catalog set up'],
    fix: /metastore/,
  },
  {
    what: 'CAN_READ on the experiment',
    remove: (world) => world.workspace.permissions.revoke('experiments', world.experimentId, CI),
    line: 'Training run and its experiment readable',
    blocks: /Sample training/,
    checklist: PERMISSIONS,
    fix: /CAN_READ/,
  },
  {
    what: 'CAN_MANAGE on the endpoint',
    remove: (world) => allow(world.workspace, 'serving-endpoints', world.endpointId, 'CAN_QUERY'),
    line: 'CAN_MANAGE on endpoint digits',
    checklist: ['Permissions configured', 'Endpoint can be created or updated'],
    fix: /^databricks serving-endpoints update-permissions [0-9a-f]+ --json '/,
  },
  {
    what: 'CAN_MANAGE_RUN on the evaluation job',
    remove: (world) => allow(world.workspace, 'jobs', world.jobId, 'CAN_VIEW'),
    line: 'CAN_MANAGE_RUN on job 600000',
    checklist: PERMISSIONS,
    fix: /^databricks jobs update-permissions 600000 --json '/,
  },
  {
    what: 'CAN_MANAGE on the app',
    remove: (world) => allow(world.workspace, 'apps', 'vision-app', 'CAN_USE'),
    line: 'CAN_MANAGE on app vision-app',
    checklist: PERMISSIONS,
    fix: /^databricks apps update-permissions vision-app --json '/,
  },
  {
    what: 'actions: read of the token',
    remove: () => {},
    options: { permissions: { contents: 'read', 'pull-requests': 'write' } },
    line: 'Token may read workflow runs',
    checklist: PERMISSIONS,
    fix: /actions: read/,
  },
  {
    what: 'pull-requests of the token',
    remove: () => {},
    options: { permissions: { contents: 'read', actions: 'read' } },
    line: 'Token may see pull requests',
    checklist: PERMISSIONS,
    fix: /pull-requests: write/,
  },
  {
    what: 'concurrency of the workflow',
    remove: ({ stand }) => stand.write('.github/workflows/promote.yml', 'on: push\njobs: { app: {} }\n'),
    line: 'One rollout at a time (concurrency)',
    fix: /concurrency/,
  },
  {
    what: 'the app',
    remove: ({ workspace }) => void workspace.platform.apps.apps.delete('vision-app'),
    line: 'App vision-app',
    checklist: ['App deployed and tested'],
    fix: /deploy-app/,
  },
];

describe('preflight with one thing taken away', () => {
  it.each(MATRIX)('$what: one line says missing', (row) =>
    inWorld(async (world) => {
      const whole = (await check(world)).lines;
      row.remove(world);
      world.workspace.requests.clear();
      const checked = await check(world);
      if (names(checked.lines, 'missing', false).join() !== row.line) console.log(show(checked));
      expect(names(checked.lines, 'missing', false)).toEqual([row.line]);
      expect(names(checked.lines, 'missing', true)).toEqual(row.checklist ?? []);
      const line = checked.lines.find((one) => one.name === row.line);
      if (typeof row.fix === 'string') expect(line?.fix).toBe(row.fix);
      else expect(line?.fix).toMatch(row.fix);
      const status = new Map(whole.map((one) => [one.name, one.status]));
      const blinded = checked.lines.filter(
        (one) => one.status === 'unknown' && status.get(one.name) === 'ok' && !(row.blocks ?? /^$/).test(one.name),
      );
      expect(blinded.map((one) => one.name)).toEqual([]);
      expect([checked.end.decision, checked.end.reason_code]).toEqual(['not-ready', 'checklist-incomplete']);
      expect(checked.end.headline).toContain(row.line);
      expect(world.workspace.requests.writes()).toEqual([]);
    }, row.options),
  );
});

describe('preflight with a world that is not ready', () => {
  const missingOf = async (
    options: WorldOptions,
    act: (world: World) => void = () => {},
  ): Promise<readonly string[]> => {
    let found: readonly string[] = [];
    await inWorld(async (world) => {
      act(world);
      const { lines } = await check(world);
      found = lines.flatMap((line) => (line.status === 'missing' ? [line.name] : []));
    }, options);
    return found;
  };

  it('counts grants to a group of the caller, and cannot tell whether the creator is in it', () =>
    inWorld(async (world) => {
      grants(world).revoke('catalog', 'main', CI, 'USE_CATALOG');
      grants(world).revoke('catalog', 'main', LOADER, 'USE_CATALOG');
      grants(world).grant('catalog', 'main', 'ml-ci', 'ALL_PRIVILEGES');
      const { end, lines } = await check(world);
      expect(lines.find((line) => line.name === `USE CATALOG on main for ${CI}`)?.status).toBe('ok');
      expect(lines.find((line) => line.name === `USE CATALOG on main ${CREATOR}`)).toMatchObject({
        status: 'unknown',
        evidence: expect.stringContaining('ml-ci'),
      });
      expect(end.decision).toBe('ready');
    }));

  it('names training that failed', async () =>
    expect(await missingOf({ version: { runStatus: 'FAILED' } })).toEqual(['Sample training job successful']));

  it('names a catalog that does not exist', async () =>
    inWorld(async (world) => {
      const { lines } = await check(world, { 'model-name': 'nowhere.vision.digits' });
      const missing = names(lines, 'missing', false);
      expect(missing).toEqual(
        expect.arrayContaining(['Catalog nowhere', 'Schema nowhere.vision', 'Registered model nowhere.vision.digits']),
      );
      expect(lines.find((line) => line.name === 'Catalog nowhere')?.fix).toBe(
        'CREATE CATALOG IF NOT EXISTS `nowhere`;',
      );
      expect(lines.find((line) => line.name === 'Catalog nowhere')?.evidence).toContain('not visible to');
    }));

  it('says that an endpoint which does not exist can be created, and that there is nothing to go back to yet', () =>
    inWorld(async (world) => {
      const { lines } = await check(world, { 'endpoint-name': 'brand-new' });
      const status = Object.fromEntries(lines.map((line) => [line.name, line.status]));
      expect(status['Endpoint can be created or updated']).toBe('ok');
      expect(status['Recovery plan in place']).toBe('unknown');
      expect(status['Monitoring configured']).toBe('unknown');
    }));

  it('does not call the version that serves alone a target of a rollback', () =>
    inWorld(async (world) => {
      const { lines } = await check(world);
      const line = lines.find(({ name }) => name === 'Recovery plan in place');
      expect(line?.status).toBe('ok');
      expect(line?.evidence).toContain('The next promotion can be taken back: version 1 is on the endpoint.');
      expect(line?.evidence).toContain('Until then rollback has no target: no promotion is recorded on the endpoint.');
    }));

  it('notes a fallback and route optimisation without calling them missing', () =>
    inWorld(
      async (world) => {
        const { end, lines } = await check(world);
        expect(end.decision).toBe('ready');
        expect(names(lines, 'unknown', false)).toEqual(
          expect.arrayContaining(['AI gateway does not hide failures', 'Probes reach the endpoint']),
        );
      },
      { endpoint: { ai_gateway: { fallback_config: { enabled: true } }, route_optimized: true } },
    ));

  it('tells the whole list as unknown when the credentials are refused', () =>
    inWorld(async (world) => {
      world.workspace.credentials.revoke(CI);
      const { end, lines } = await check(world);
      expect(end.decision).toBe('not-ready');
      expect(names(lines, 'missing', false)).toEqual(['Workspace reachable']);
    }));
});

describe('preflight that is cancelled', () => {
  it('ends with the reason of the signal, whichever read was under way', () =>
    inWorld(async (world) => {
      const reason = new Error('the job was cancelled');
      const bench = await world.stand.bench({ command: 'preflight' }, { signal: AbortSignal.abort(reason) });
      await expect(preflight(bench)).rejects.toBe(reason);
    }));
});
