import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSecrets } from '../../../src/http/redaction.js';
import { chooseMlflow, type MlflowCredentials, mlflowAuthorizer } from '../../../src/mlflow/authentication.js';
import { parseTrackingUri } from '../../../src/mlflow/tracking-uri.js';

const NEVER = new AbortController().signal;

describe('tracking URIs', () => {
  it.each([
    ['https://mlflow.example.com', { kind: 'server', baseUrl: 'https://mlflow.example.com' }],
    ['https://h.example/team/mlflow/', { kind: 'server', baseUrl: 'https://h.example/team/mlflow' }],
    [
      'http://user:p%40ss@127.0.0.1:5000',
      { kind: 'server', baseUrl: 'http://127.0.0.1:5000', username: 'user', password: 'p@ss' },
    ],
    ['databricks', { kind: 'workspace', registry: 'workspace' }],
    ['databricks://profile', { kind: 'workspace', registry: 'workspace' }],
    ['databricks-uc', { kind: 'workspace', registry: 'unity-catalog' }],
    ['databricks-uc://p', { kind: 'workspace', registry: 'unity-catalog' }],
  ])('%s', (uri, expected) => {
    expect(parseTrackingUri(uri)).toEqual(expected);
  });

  it.each([
    'sqlite:///x.db',
    'file:///tmp/mlruns',
    './mlruns',
    'uc:http://localhost:8080',
    'mlflow.example.com',
    'https://',
  ])('%s is refused with a fix', (uri) => {
    expect(parseTrackingUri(uri)).toMatchObject({ kind: 'fault', fix: expect.stringContaining('https://') });
  });

  it('never leave credentials in the base address', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{6,12}$/), fc.stringMatching(/^[a-z0-9]{6,12}$/), (user, password) => {
        const parsed = parseTrackingUri(`https://${user}:${password}@host.example/p`);
        expect(parsed).toEqual({ kind: 'server', baseUrl: 'https://host.example/p', username: user, password });
      }),
    );
  });
});

describe('credentials of an MLflow server', () => {
  const trackingUri = 'https://h.example';
  const choose = (credentials: MlflowCredentials, environment: Record<string, string> = {}) =>
    chooseMlflow(credentials, environment);

  it('are none, basic or bearer, from inputs or variables', () => {
    expect(choose({})).toEqual({ kind: 'absent' });
    expect(choose({ trackingUri })).toMatchObject({ authentication: { kind: 'none' }, headers: {} });
    expect(choose({ trackingUri, username: 'u', password: 'p' })).toMatchObject({
      authentication: { kind: 'basic', username: 'u', password: 'p' },
    });
    expect(choose({ trackingUri, token: 't', headers: { a: 'b' } })).toMatchObject({
      authentication: { kind: 'bearer', token: 't' },
      headers: { a: 'b' },
    });
    const environment = { MLFLOW_TRACKING_URI: trackingUri, MLFLOW_TRACKING_TOKEN: 't' };
    expect(choose({}, environment)).toMatchObject({
      baseUrl: trackingUri,
      authentication: { kind: 'bearer', token: 't' },
    });
    expect(choose({ trackingUri: 'databricks' })).toEqual({ kind: 'workspace', registry: 'workspace' });
  });

  it('of both kinds are refused; inputs beat variables', () => {
    expect(choose({ trackingUri, username: 'u', password: 'p', token: 't' })).toMatchObject({ kind: 'faults' });
    expect(choose({ trackingUri }, { MLFLOW_TRACKING_TOKEN: 't', MLFLOW_TRACKING_USERNAME: 'u' })).toMatchObject({
      kind: 'faults',
    });
    expect(choose({ trackingUri, token: 't' }, { MLFLOW_TRACKING_USERNAME: 'u' })).toMatchObject({
      authentication: { kind: 'bearer' },
    });
    expect(choose({ trackingUri, username: 'u' }, { MLFLOW_TRACKING_TOKEN: 't' })).toMatchObject({
      authentication: { kind: 'basic' },
    });
  });

  it.each([
    'MLFLOW_TRACKING_AWS_SIGV4',
    'MLFLOW_TRACKING_AUTH',
    'MLFLOW_TRACKING_INSECURE_TLS',
    'MLFLOW_TRACKING_CLIENT_CERT_PATH',
  ])('%s is refused', (name) => {
    expect(choose({ trackingUri }, { [name]: 'true' })).toMatchObject({ kind: 'faults', faults: [{ key: name }] });
    expect(choose({ trackingUri }, { [name]: 'false' })).toMatchObject({ kind: 'server' });
  });

  it('are announced as secrets, in plain and in their encoded form', async () => {
    const announced: string[] = [];
    const authorizer = mlflowAuthorizer(
      { kind: 'basic', username: 'u', password: 'pässword' },
      createSecrets((value) => announced.push(value)),
    );
    const encoded = Buffer.from('u:pässword').toString('base64');
    expect(announced).toEqual(['pässword', encoded]);
    expect(await authorizer.headers(NEVER)).toEqual({ authorization: `Basic ${encoded}` });
    expect(await authorizer.renew({}, NEVER)).toBe(false);
  });
});
