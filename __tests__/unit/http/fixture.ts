import { createHttpClient, type HttpClient } from '../../../src/http/client.js';
import { type Connections, createConnections } from '../../../src/http/exchange.js';
import { createSecrets, type Secrets } from '../../../src/http/redaction.js';
import { createAttempts } from '../../../src/http/send.js';
import { createServerClock, type ServerClock } from '../../../src/http/server-clock.js';
import type { Authorizer } from '../../../src/http/types.js';
import { type LocalServer, startServer } from './local-server.js';
import { type VirtualTiming, virtualTiming } from './virtual-timing.js';

export interface Fixture {
  readonly server: LocalServer;
  readonly connections: Connections;
  readonly timing: VirtualTiming;
  readonly secrets: Secrets;
  readonly announced: string[];
  readonly clock: ServerClock;
  client(authorizer?: Authorizer, baseUrl?: string): HttpClient;
  close(): Promise<void>;
}

export const ANONYMOUS: Authorizer = { authType: 'none', headers: async () => ({}), renew: async () => false };

/** A local server and a client for it, on virtual time. */
export async function createFixture(): Promise<Fixture> {
  const server = await startServer();
  const connections = createConnections({});
  const timing = virtualTiming();
  const announced: string[] = [];
  const secrets = createSecrets((value) => announced.push(value));
  const clock = createServerClock(timing.monotonic, 0);
  return {
    server,
    connections,
    timing,
    secrets,
    announced,
    clock,
    client: (authorizer = ANONYMOUS, baseUrl = server.url) =>
      createHttpClient(
        createAttempts({
          baseUrl,
          exchange: connections.exchange,
          authorizer,
          userAgent: 'test/1.0.0',
          timing,
          clock,
          secrets,
        }),
        () => null,
      ),
    async close() {
      await connections.close();
      await server.close();
    },
  };
}
