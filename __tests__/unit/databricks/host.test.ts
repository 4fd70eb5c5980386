import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isAzureHost, normalizeHost } from '../../../src/databricks/auth/host.js';

const RUNS = process.env.NIGHTLY === '1' ? 20_000 : 300;
const host = (given: string): string => {
  const result = normalizeHost(given);
  return result.kind === 'host' ? result.host : `fault: ${result.message}`;
};

describe('workspace addresses', () => {
  it.each([
    ['https://dbc-1.cloud.databricks.com', 'https://dbc-1.cloud.databricks.com'],
    ['dbc-1.cloud.databricks.com', 'https://dbc-1.cloud.databricks.com'],
    [' https://DBC-1.cloud.databricks.com/ ', 'https://dbc-1.cloud.databricks.com'],
    ['https://adb-123.4.azuredatabricks.net/?o=123#mlflow/models', 'https://adb-123.4.azuredatabricks.net'],
    ['https://dbc-1.cloud.databricks.com:443/ml/endpoints/x', 'https://dbc-1.cloud.databricks.com'],
    ['https://dbc-1.cloud.databricks.com:8443', 'https://dbc-1.cloud.databricks.com:8443'],
    ['http://127.0.0.1:5050/', 'http://127.0.0.1:5050'],
    ['http://localhost:5050', 'http://localhost:5050'],
  ])('%s becomes %s', (given, expected) => {
    expect(host(given)).toBe(expected);
  });

  it.each([
    ['', 'not the address'],
    ['https://', 'not the address'],
    ['my host', 'not the address'],
    ['https://accounts.cloud.databricks.com', 'account console'],
    ['accounts.azuredatabricks.net', 'account console'],
    ['https://accounts-dod.cloud.databricks.us/x', 'account console'],
    ['http://dbc-1.cloud.databricks.com', 'not encrypted'],
    ['ftp://dbc-1.cloud.databricks.com', 'not a scheme'],
    ['https://user:pw@dbc-1.cloud.databricks.com', 'carries credentials'],
  ])('%p is refused: %s', (given, message) => {
    expect(host(given)).toContain(message);
  });

  it('lifts the workspace id out of a copied address and says what was dropped', () => {
    expect(normalizeHost('adb-1.2.azuredatabricks.net/ml/endpoints?o=12345')).toEqual({
      kind: 'host',
      host: 'https://adb-1.2.azuredatabricks.net',
      workspaceId: '12345',
      notes: [expect.stringContaining('No scheme'), expect.stringContaining('path, query and fragment are dropped')],
    });
  });

  it('knows Azure by the host name', () => {
    expect(isAzureHost('https://adb-1.2.azuredatabricks.net')).toBe(true);
    expect(isAzureHost('https://x.databricks.azure.us')).toBe(true);
    expect(isAzureHost('https://azuredatabricks.net.evil.com')).toBe(false);
  });

  it('is idempotent, and never gives anything but scheme, host and port', () => {
    const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/);
    const parts = fc.record({
      scheme: fc.constantFrom('', 'https://', 'HTTPS://'),
      name: names,
      tail: fc.constantFrom('', '/', '/ml/x', '?o=1', '/#a', '/a?b=c#d'),
    });
    fc.assert(
      fc.property(parts, ({ scheme, name, tail }) => {
        const once = host(`${scheme}${name}.cloud.databricks.com${tail}`);
        expect(once).toBe(`https://${name}.cloud.databricks.com`);
        expect(host(once)).toBe(once);
      }),
      { numRuns: RUNS },
    );
  });

  it('gives a host or a fault for any text, and the fault names no password', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true, withFragments: true })), (text) => {
        const result = normalizeHost(text);
        if (result.kind === 'host') expect(result.host).toMatch(/^https?:\/\/[^/?#@]+$/);
        else expect(result.fix.length).toBeGreaterThan(0);
      }),
      { numRuns: RUNS },
    );
    expect(host('user:hunter2@host name')).not.toContain('hunter2 ');
    expect(host('https://u:hunter2@h.com')).not.toContain('hunter2');
  });
});
