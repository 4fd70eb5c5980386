import { createServer } from 'node:http';
import type { Workspace } from '../../../sandbox/workspace/index.js';

/** The sign-in service of Entra on loopback, as far as service principals need it. */
export interface LoginStandIn {
  /** For ARM_ENVIRONMENT. */
  readonly url: string;
  /** Tokens that were given out. */
  issued(): number;
  close(): Promise<void>;
}

export const TENANT = '0a1b2c3d-1111-4222-8333-444455556666';
export const APPLICATION = 'e5f6a7b8-1111-4222-8333-ddddeeeeffff';
export const APPLICATION_SECRET = 'entra~secret~0123456789abcdef';
/** Application id of Azure Databricks in every tenant. */
const RESOURCE = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';
const AUDIENCE = 'api://AzureADTokenExchange';
/** Real seconds. */
const LIFETIME = 3600;

/** Starts it for one application, whose tokens the workspace takes for its main identity. Lifetimes are text, as the v1 endpoint has them. */
export async function startLogin(workspace: Workspace): Promise<LoginStandIn> {
  let issued = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
      const problem = problemOf(request.url ?? '', form);
      response.writeHead(problem === null ? 200 : 401, { 'content-type': 'application/json' });
      if (problem !== null) {
        response.end(JSON.stringify({ error: 'invalid_client', error_description: problem }));
        return;
      }
      issued += 1;
      const token = workspace.credentials.issue(workspace.credentials.identity(workspace.clientId), LIFETIME);
      response.end(JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: String(LIFETIME) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    issued: () => issued,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function problemOf(path: string, form: URLSearchParams): string | null {
  if (path !== `/${TENANT}/oauth2/token`) return `AADSTS90002: Tenant of ${path} not found.`;
  if (form.get('resource') !== RESOURCE) return 'AADSTS500011: The resource was not found in the tenant.';
  if (form.get('client_id') !== APPLICATION) return 'AADSTS700016: The application was not found in the directory.';
  if (form.has('client_secret')) {
    return form.get('client_secret') === APPLICATION_SECRET ? null : 'AADSTS7000215: Invalid client secret provided.';
  }
  const claims = Buffer.from((form.get('client_assertion') ?? '').split('.')[1] ?? '', 'base64url').toString('utf8');
  return claims.includes(`"aud":"${AUDIENCE}"`) ? null : 'AADSTS700212: No matching federated identity record found.';
}
