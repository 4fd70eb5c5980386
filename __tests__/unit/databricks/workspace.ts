import { createStaticProvider } from '../../../src/databricks/auth/cached.js';
import { createDatabricksClient, type DatabricksClient } from '../../../src/databricks/client.js';
import { createFixture, type Fixture } from '../http/fixture.js';

export interface Workspace extends Fixture {
  readonly databricks: DatabricksClient;
}

export const NEVER = new AbortController().signal;

export const AGENT = { version: '0.1.0', nodeVersion: '24.0.0', platform: 'linux', onGitHub: true };

/** A local server that plays a workspace, and our client for it. */
export async function createWorkspace(workspaceId: string | null = null): Promise<Workspace> {
  const fixture = await createFixture();
  const { connections, timing, secrets, server } = fixture;
  const databricks = createDatabricksClient({
    host: server.url,
    workspaceId,
    tokens: createStaticProvider('dapi-test-token', (value) => secrets.add(value)),
    exchange: connections.exchange,
    timing,
    secrets,
    agent: AGENT,
    startEpochMs: 0,
  });
  return { ...fixture, databricks };
}
