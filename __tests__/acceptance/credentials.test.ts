import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { APPLICATION } from './credentials/login-stand-in.js';
import {
  COMMANDS,
  type Command,
  type Credential,
  CredentialWorld,
  ISSUER,
  MLFLOW_CREDENTIALS,
  REGISTRIES,
  type Registry,
  SUBJECT,
  serverAuth,
  WORKSPACE_CREDENTIALS,
} from './credentials/world.js';
import type { InProcessResult } from './faults/in-process.js';
import { expectDecision, onStage, reportOf } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'credentials-'));

// The commands leave notes for the post step in this file; without it they would be printed.
beforeAll(() => {
  process.env.GITHUB_STATE = join(folder, 'state');
  writeFileSync(process.env.GITHUB_STATE, '');
});
afterAll(() => {
  delete process.env.GITHUB_STATE;
  rmSync(folder, { recursive: true, force: true });
});

const ENDINGS: Readonly<Record<Command, string>> = {
  gate: 'passed (ok)',
  plan: 'planned (ok)',
  promote: 'promoted (ok)',
};

interface Cell {
  readonly registry: Registry;
  readonly credential: Credential;
  readonly command: Command;
}

const CELLS: readonly Cell[] = REGISTRIES.flatMap((registry) =>
  (registry === 'mlflow' ? MLFLOW_CREDENTIALS : WORKSPACE_CREDENTIALS).flatMap((credential) =>
    COMMANDS.map((command) => ({ registry, credential, command })),
  ),
);

async function inWorld(
  registry: Registry,
  play: (world: CredentialWorld) => Promise<void>,
  more: Parameters<typeof CredentialWorld.open>[1] = {},
): Promise<void> {
  const world = await CredentialWorld.open(registry, more);
  try {
    await play(world);
  } finally {
    await world.close();
  }
}

/** Every secret was announced, and none of them stands in the log. */
function expectNoSecrets(run: InProcessResult): void {
  expect(run.masked.filter((secret) => secret.length >= 6 && run.log.includes(secret))).toEqual([]);
}

describe('every registry with every credential', () => {
  it.each(CELLS)('$registry, $credential: $command', ({ registry, credential, command }) => {
    const mlflowAuth = serverAuth(credential);
    return inWorld(
      registry,
      async (world) => {
        const { inputs, environment } = world.credential(credential);
        const run = await world.run(command, inputs, environment);
        if (run.ending !== ENDINGS[command]) console.log(run.log.slice(-2000));
        expect(run.ending).toBe(ENDINGS[command]);
        expect(world.split()).toEqual(command === 'promote' ? { 2: 100 } : { 1: 100 });
        expect(world.workspace.invariants.violations).toEqual([]);
        if (command !== 'promote') expect(world.workspace.requests.writes()).toEqual([]);
        expectNoSecrets(run);
        const agents = new Set(world.server.requests.all.map(({ headers }) => headers['user-agent'] ?? ''));
        expect([...agents].filter((agent) => !/^databricks-model-promotion\/\S+ .* auth\/\S+/.test(agent))).toEqual([]);
        const keys = world.server.requests.all.map(({ headers }) => headers['x-api-key']);
        if (credential === 'extra header') expect(new Set(keys)).toEqual(new Set(['key-of-the-gateway']));
      },
      mlflowAuth === undefined ? {} : { mlflowAuth },
    );
  });

  it('is what the table in docs/registries.md says', () => {
    const text = readFileSync(fileURLToPath(new URL('../../docs/registries.md', import.meta.url)), 'utf8');
    const documented = text.split('\n').flatMap((line) => {
      const [, registry, credential, ...marks] = line.split('|').map((part) => part.trim());
      if (!REGISTRIES.some((name) => `\`${name}\`` === registry)) return [];
      return COMMANDS.flatMap((command, index) =>
        marks[index] === '✓' ? [`${registry} ${credential} ${command}`] : [],
      );
    });
    expect(documented).toEqual(CELLS.map((cell) => `\`${cell.registry}\` ${cell.credential} ${cell.command}`));
  });
});

describe('what could not be read', () => {
  it('is in the notes of the verdict, and the version is judged by what there is', () =>
    inWorld(
      'unity-catalog',
      async (world) => {
        const run = await world.run('gate', world.credential('personal access token').inputs);
        expect(run.ending).toBe('passed (ok)');
        expect(run.log).toContain('Version 2: Tags and metrics of the version could not be read: 403');
        expect(run.log).toContain('Version 1: Tags and metrics of the version could not be read: 403');
      },
      { ucMlflowPaths: false },
    ));
});

describe('tokens that end', () => {
  it.each(['OAuth service principal', 'GitHub OIDC', 'Entra secret', 'Entra by GitHub OIDC'] as const)(
    'are renewed once when the workspace no longer takes them in the middle of a rollout: %s',
    (credential) =>
      inWorld('unity-catalog', async (world) => {
        const { workspace } = world;
        const half = { endpoint: 'digits', entity: 'digits-2', atLeast: 50 };
        workspace.serving.when({ whenTraffic: half }, () => workspace.credentials.expireIssued());
        const { inputs, environment } = world.credential(credential);
        expect((await world.run('promote', inputs, environment)).ending).toBe('promoted (ok)');
        expect(workspace.requests.all.filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(1);
        expect(world.split()).toEqual({ 2: 100 });
      }),
  );

  it('are renewed before their end, so that the workspace never refuses one', () =>
    inWorld(
      'unity-catalog',
      async (world) => {
        const { inputs, environment } = world.credential('GitHub OIDC');
        expect((await world.run('promote', inputs, environment)).ending).toBe('promoted (ok)');
        const minted = world.workspace.requests.matching('POST', /\/oidc\/v1\/token$/);
        expect(minted.length).toBeGreaterThan(2);
        expect(world.workspace.requests.all.filter(({ status }) => status === 401)).toEqual([]);
        expect(
          new Set(world.github.requests.filter(({ path }) => path.startsWith('/_identity')).map(({ path }) => path))
            .size,
        ).toBe(1);
      },
      { tokenLifetimes: { exchange: 3 } },
    ));

  it('are an error that says so when there can be no other: a token that was revoked in the middle of a rollout', () =>
    inWorld('unity-catalog', async (world) => {
      const { workspace } = world;
      const half = { endpoint: 'digits', entity: 'digits-2', atLeast: 50 };
      workspace.serving.when({ whenTraffic: half }, () => workspace.credentials.revoke(workspace.clientId));
      const run = await world.run('promote', world.credential('personal access token').inputs, {}, 200);
      expect(run.ending).toMatch(/^degraded \(restore-unverified\)$/);
      expect(run.conclusion?.explanation).toContain('Invalid access token');
      expect(run.conclusion?.next).toContain('reconcile');
      expect(Object.values(world.split()).reduce((sum, share) => sum + share, 0)).toBe(100);
      expect(workspace.invariants.violations).toEqual([]);
    }));
});

describe('credentials that are refused', () => {
  it('names both kinds when two are given, and asks nobody', () =>
    inWorld('unity-catalog', async (world) => {
      const { inputs } = world.credential('personal access token');
      const run = await world.run('gate', { ...inputs, ...world.credential('OAuth service principal').inputs });
      expect(run.error?.kind).toBe('configuration');
      for (const name of ['databricks-token', 'databricks-client-secret']) expect(run.error?.message).toContain(name);
      expect(run.error?.fix).toContain('databricks-auth-type');
      expect(world.workspace.requests.all).toEqual([]);
    }));

  it('takes the inputs where the environment has credentials of another kind, and says so', () =>
    inWorld('unity-catalog', async (world) => {
      const variables = { DATABRICKS_TOKEN: 'dapi00000000000000000000000000000000' };
      const run = await world.run('gate', world.credential('OAuth service principal').inputs, variables);
      expect(run.ending).toBe('passed (ok)');
      expect(run.log).toContain('Credentials in the environment are ignored: pat (DATABRICKS_TOKEN).');
    }));

  it.each([
    ['both as inputs', { 'mlflow-tracking-username': 'ci', 'mlflow-tracking-password': 'pa55word-of-ci' }, {}, false],
    ['an input and variables', {}, { MLFLOW_TRACKING_USERNAME: 'ci', MLFLOW_TRACKING_PASSWORD: 'pa55word' }, true],
  ])('treats token and login of an MLflow server alike: %s', (_name, inputs, variables, isTaken) =>
    inWorld(
      'mlflow',
      async (world) => {
        const run = await world.run('gate', { ...world.credential('bearer').inputs, ...inputs }, variables);
        expect(run.error === null).toBe(isTaken);
        if (isTaken) return;
        for (const name of ['mlflow-tracking-token', 'mlflow-tracking-username']) expect(run.log).toContain(name);
        expect(world.server.requests.all).toEqual([]);
      },
      { mlflowAuth: { token: 'token-of-the-gateway' } },
    ),
  );

  it('says what an identity token presented, and which policy would accept it', () =>
    inWorld('unity-catalog', async (world) => {
      const accountId = '11111111-2222-4333-8444-555566667777';
      const { clientId, url } = world.workspace;
      world.policies.splice(0, 1, { issuer: ISSUER, subject: SUBJECT, audiences: [accountId], clientId });
      const { inputs, environment } = world.credential('GitHub OIDC');
      const run = await world.run('gate', inputs, environment);
      expect(run.ending).toBe('failed (credentials-rejected)');
      for (const part of [ISSUER, SUBJECT, `${url}/oidc/v1/token`, clientId]) {
        expect(run.error?.message).toContain(part);
      }
      expect(run.error?.fix).toContain('databricks account service-principal-federation-policy create');
      expect(run.error?.fix).toContain(`"audiences":["${url}/oidc/v1/token"]`);
      expectNoSecrets(run);
      const named = await world.run('gate', { ...inputs, 'databricks-audience': accountId }, environment);
      expect(named.ending).toBe('passed (ok)');
    }));

  it('passes on what Entra says of a wrong secret', () =>
    inWorld('workspace', async (world) => {
      const { inputs, environment } = world.credential('Entra secret');
      const run = await world.run('gate', { ...inputs, 'azure-client-secret': 'not~the~secret' }, environment);
      expect(run.ending).toBe('failed (credentials-rejected)');
      expect(run.error?.message).toContain('AADSTS7000215');
      expect(run.error?.message).toContain(APPLICATION);
    }));

  it.each([
    ['personal access token', 'databricks-token', 'dapi00000000000000000000000000000000'],
    ['OAuth service principal', 'databricks-client-secret', 'dose00000000000000000000000000000000'],
  ] as const)('says that a wrong secret is wrong: %s', (credential, input, wrong) =>
    inWorld('unity-catalog', async (world) => {
      const run = await world.run('gate', { ...world.credential(credential).inputs, [input]: wrong });
      expect(run.ending).toBe('failed (credentials-rejected)');
      expect(run.log).not.toContain(wrong);
    }),
  );

  it('refuses the account console as a host', () =>
    inWorld('unity-catalog', async (world) => {
      const { inputs } = world.credential('personal access token');
      const run = await world.run('gate', { ...inputs, 'databricks-host': 'https://accounts.cloud.databricks.com' });
      expect(run.ending).toBe('failed (configuration-invalid)');
      expect(run.log).toContain('account console');
    }));

  it('takes an address as the browser shows it, and says what it used', () =>
    inWorld('unity-catalog', async (world) => {
      const { inputs } = world.credential('personal access token');
      const address = `${world.workspace.url}/ml/endpoints?o=42#x`;
      const run = await world.run('gate', { ...inputs, 'databricks-host': address });
      expect(run.ending).toBe('passed (ok)');
      expect(run.log).toContain(`Only ${world.workspace.url} of the given address is used`);
      const workspaceIds = world.workspace.requests.all.map(({ headers }) => headers['x-databricks-workspace-id']);
      expect(new Set(workspaceIds)).toEqual(new Set(['42']));
    }));
});

describe('the shipped bundle', () => {
  it('authenticates as a service principal, and shows no secret anywhere', () =>
    onStage(async (stage) => {
      stage.serve(stage.version());
      stage.version();
      const { clientId, clientSecret } = stage.workspace;
      const run = await stage.onPullRequest({
        secrets: { CLIENT_SECRET: clientSecret },
        inputs: { 'databricks-token': '', 'databricks-client-id': clientId, 'databricks-client-secret': clientSecret },
      });
      expectDecision(run, 'passed', 'ok');
      reportOf(run);
    }));

  it('authenticates by GitHub OIDC, without any stored secret', async () => {
    const policies: { issuer: string; subject: string; audiences: string[]; clientId: string }[] = [];
    await onStage(
      async (stage) => {
        const { clientId, url } = stage.workspace;
        policies.push({ issuer: ISSUER, subject: SUBJECT, audiences: [`${url}/oidc/v1/token`], clientId });
        stage.serve(stage.version());
        stage.version();
        const inputs = { 'databricks-token': '', 'databricks-client-id': clientId };
        expectDecision(await stage.onPullRequest({ secrets: {}, inputs }), 'passed', 'ok');
        const rejected = await stage.onPullRequest({ secrets: {}, inputs: { ...inputs, 'databricks-audience': 'x' } });
        expectDecision(rejected, 'failed', 'credentials-rejected');
        expect(rejected.log).toContain(`subject ${SUBJECT}`);
      },
      { workspace: { federation: policies } },
    );
  });

  it('refuses two kinds at once', () =>
    onStage(async (stage) => {
      stage.serve(stage.version());
      const inputs = { 'databricks-client-id': 'someone', 'databricks-client-secret': 'dose1234567890abcdef' };
      const run = await stage.onPullRequest({ inputs });
      expectDecision(run, 'failed', 'credentials-missing');
      expect(run.annotations.some((one) => one.message.includes('databricks-client-secret'))).toBe(true);
    }));
});
