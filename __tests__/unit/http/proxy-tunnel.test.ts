import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Connections, createConnections } from '../../../src/http/exchange.js';
import { type LocalServer, reply, startServer } from './local-server.js';

/** A proxy that opens every tunnel to the same local server, and remembers what it was asked for. */
async function startProxy(
  target: string,
  password: string | null,
): Promise<{ server: Server; port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer();
  const { hostname, port } = new URL(target);
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    const expected = password === null ? undefined : `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;
    if (request.headers['proxy-authorization'] !== expected) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    socket.on('error', () => upstream.destroy());
    upstream.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port, asked };
}

describe('a proxy', () => {
  let target: LocalServer;
  const opened: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    target = await startServer();
    target.handle((seen, response) => reply(response, 200, { host: seen.headers.host }));
  });
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await target.close();
  });

  const through = async (password: string | null, user: string, more: Record<string, string> = {}) => {
    const proxy = await startProxy(target.url, password);
    const connections: Connections = createConnections({
      http_proxy: `http://${user}127.0.0.1:${proxy.port}`,
      ...more,
    });
    opened.push(connections, { close: async () => void proxy.server.close() });
    const ask = (address: string) =>
      connections.exchange({
        method: 'GET',
        url: new URL(address),
        headers: {},
        body: null,
        timeoutMs: 3000,
        signal: new AbortController().signal,
      });
    return { ask, asked: proxy.asked };
  };

  it('carries what is not exempt, and nothing for loopback', async () => {
    const { ask, asked } = await through(null, '');
    expect(await ask('http://workspace.invalid/x')).toMatchObject({ kind: 'answer', answer: { status: 200 } });
    expect(asked).toEqual(['workspace.invalid:80']);
    await ask(target.url);
    expect(asked).toHaveLength(1);
  });

  it('is given its own credentials, and no one else is', async () => {
    const { ask } = await through('pass', 'user:pass@');
    const answer = await ask('http://workspace.invalid/x');
    expect(answer).toMatchObject({ kind: 'answer', answer: { status: 200 } });
    expect(target.seen.at(-1)?.headers['proxy-authorization']).toBeUndefined();
  });

  it('that wants a login ends the attempt for good: nothing was sent', async () => {
    const { ask } = await through('pass', '');
    expect(await ask('http://workspace.invalid/x')).toMatchObject({
      kind: 'network',
      fault: { sent: false, final: true, code: 'PROXY_REFUSED' },
    });
  });
});
