import { describe, expect, it } from '@jest/globals';
import { chooseAuthentication } from '../../../src/databricks/auth/choose.js';
import type { DatabricksCredentials } from '../../../src/databricks/auth/types.js';

const IDENTITY = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://runner/token?v=1', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'rt' };
const identity = { requestUrl: 'https://runner/token?v=1', requestToken: 'rt' };

const choose = (credentials: DatabricksCredentials, environment: Record<string, string> = {}) =>
  chooseAuthentication(credentials, environment);
const faults = (credentials: DatabricksCredentials, environment: Record<string, string> = {}): string => {
  const result = choose(credentials, environment);
  return result.kind === 'faults' ? result.faults.map((fault) => `${fault.message} ${fault.fix}`).join(' ') : 'none';
};

describe('the choice of credentials', () => {
  it('takes each complete kind', () => {
    expect(choose({ token: 't' })).toMatchObject({ choice: { kind: 'pat', token: 't' } });
    expect(choose({ clientId: 'c', clientSecret: 's' })).toMatchObject({
      choice: { kind: 'oauth-m2m', clientId: 'c' },
    });
    expect(choose({ clientId: 'c', audience: 'a' }, IDENTITY)).toMatchObject({
      choice: { kind: 'github-oidc', clientId: 'c', audience: 'a', identity },
    });
    expect(choose({ azureClientId: 'c', azureClientSecret: 's', azureTenantId: 't' })).toMatchObject({
      choice: { kind: 'azure-client-secret', tenantId: 't' },
    });
    expect(choose({ azureClientId: 'c' }, IDENTITY)).toMatchObject({
      choice: { kind: 'github-oidc-azure', tenantId: null },
    });
  });

  it('takes the standard variables', () => {
    expect(choose({}, { DATABRICKS_TOKEN: 't' })).toMatchObject({ choice: { kind: 'pat', token: 't' } });
    expect(choose({}, { DATABRICKS_CLIENT_ID: 'c', ...IDENTITY, DATABRICKS_TOKEN_AUDIENCE: 'aud' })).toMatchObject({
      choice: { kind: 'github-oidc', audience: 'aud' },
    });
    expect(choose({}, { ARM_CLIENT_ID: 'c', ARM_CLIENT_SECRET: 's', ARM_TENANT_ID: 't' })).toMatchObject({
      choice: { kind: 'azure-client-secret' },
    });
    expect(choose({ clientId: 'c' }, { DATABRICKS_CLIENT_SECRET: 's' })).toMatchObject({
      choice: { kind: 'oauth-m2m' },
    });
  });

  it('refuses two kinds at once, naming both', () => {
    const message = faults({ token: 't', clientId: 'c', clientSecret: 's' });
    expect(message).toContain('pat (input `databricks-token`)');
    expect(message).toContain('oauth-m2m (input `databricks-client-id` and input `databricks-client-secret`)');
    expect(faults({}, { DATABRICKS_TOKEN: 't', ARM_CLIENT_ID: 'c', ARM_CLIENT_SECRET: 's' })).toContain(
      'DATABRICKS_TOKEN',
    );
  });

  it('lets inputs beat the environment, and says so', () => {
    const result = choose({ clientId: 'c', clientSecret: 's' }, { DATABRICKS_TOKEN: 't' });
    expect(result).toMatchObject({
      choice: { kind: 'oauth-m2m' },
      notes: [expect.stringContaining('DATABRICKS_TOKEN')],
    });
  });

  it('lets a pin decide', () => {
    const both = { token: 't', clientId: 'c', clientSecret: 's' };
    expect(choose({ ...both, authType: 'PAT' })).toMatchObject({ choice: { kind: 'pat' } });
    expect(choose(both, { DATABRICKS_AUTH_TYPE: 'oauth-m2m' })).toMatchObject({ choice: { kind: 'oauth-m2m' } });
    expect(choose({ authType: 'github-oidc' }, IDENTITY)).toMatchObject({
      choice: { kind: 'github-oidc', clientId: null },
    });
    expect(faults({ authType: 'oauth-m2m', clientId: 'c' })).toContain('databricks-client-secret');
    expect(faults({ authType: 'kerberos' })).toContain('pat, oauth-m2m, github-oidc');
  });

  it('explains what is missing', () => {
    expect(faults({})).toContain('No Databricks credentials');
    expect(faults({ clientId: 'c' })).toContain('id-token: write');
    expect(faults({ authType: 'github-oidc', clientId: 'c' })).toContain('id-token: write');
    expect(faults({ token: '  ' })).toContain('No Databricks credentials');
  });

  it('never repeats a secret', () => {
    const all = {
      token: 'SECRET1',
      clientId: 'c',
      clientSecret: 'SECRET2',
      azureClientId: 'a',
      azureClientSecret: 'SECRET3',
    };
    expect(faults(all)).not.toMatch(/SECRET/);
  });
});
