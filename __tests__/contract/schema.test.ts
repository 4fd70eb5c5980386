import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { parse } from 'yaml';
import { isRecord, valueAt } from '../../src/config/layers.js';
import { documentSchema } from '../../src/config/schema/document.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): unknown => parse(readFileSync(`${root}/${path}`, 'utf8'));
const ajv = new Ajv({ allErrors: true, strict: false });
const configuration = ajv.compile(JSON.parse(readFileSync(`${root}/schema/config.v1.json`, 'utf8')));
const result = ajv.compile(JSON.parse(readFileSync(`${root}/schema/result.v1.json`, 'utf8')));
const runs = process.env.NIGHTLY === '1' ? 20_000 : 600;

const GOOD = [
  'examples/config/deployment_config.yaml',
  '__tests__/contract/fixtures/older.yaml',
  '__tests__/contract/fixtures/full.yaml',
];

describe('the published schema of the configuration', () => {
  it.each(GOOD)('accepts %s, as the Action does', (path) => {
    const value = read(path);
    configuration(value);
    expect(configuration.errors).toBeNull();
    expect(documentSchema.safeParse(value).error).toBeUndefined();
  });

  it('says yes and no to the same files as the Action, over files with random changes', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...GOOD), fc.array(change, { minLength: 1, maxLength: 3 }), (path, changes) => {
        const value = changes.reduce(applyChange, read(path));
        const accepted = documentSchema.safeParse(value).success;
        if (!accepted) refused += 1;
        expect({ value, accepted: configuration(value) }).toEqual({ value, accepted });
      }),
      { numRuns: runs },
    );
    expect(refused).toBeGreaterThan(runs / 20);
    expect(refused).toBeLessThan(runs);
  });
});

describe('the published schema of the result', () => {
  it('refuses what is no result', () => {
    expect(result({ schema_version: 1 })).toBe(false);
    expect(result.errors?.length).toBeGreaterThan(5);
  });
});

interface Change {
  readonly kind: 'replace' | 'remove' | 'add';
  /** Share of the way through all paths of the document. */
  readonly where: number;
  readonly value: unknown;
}

const oddValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, '', [], {}, 0, -1, 0.5, 1, 1.5, 100, 101, 'auto', 'latest', 'none'),
  fc.constantFrom<unknown>(
    '5%',
    '0.5%',
    '10m',
    '0s',
    '1h30m',
    '@champion',
    '@',
    'v1',
    'champion',
    '100ms',
    '12',
    '1e5',
  ),
  fc.constantFrom<unknown>({ unknown: 1 }, [1, 'two'], [{ traffic: 5 }], [5, 100], { min: 0.9 }, { metric: 'latency' }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 12 }),
);
const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom<Change['kind']>('replace', 'replace', 'remove', 'add'),
  where: fc.double({ min: 0, max: 0.999, noNaN: true }),
  value: oddValues,
});

type Steps = readonly (string | number)[];

function pathsOf(value: unknown, path: Steps = []): Steps[] {
  const children = Array.isArray(value) ? [...value.entries()] : isRecord(value) ? Object.entries(value) : [];
  return [path, ...children.flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function applyChange(document: unknown, { kind, where, value }: Change): unknown {
  const paths = pathsOf(document);
  const path = paths[Math.floor(where * paths.length)] ?? [];
  const key = kind === 'add' ? 'surprise' : undefined;
  if (key !== undefined)
    return isRecord(valueAt(document, path)) ? withValue(document, [...path, key], value) : document;
  return withValue(document, path, kind === 'remove' ? undefined : value);
}

function withValue(document: unknown, path: Steps, value: unknown): unknown {
  const [key, ...deeper] = path;
  if (key === undefined) return value ?? {};
  if (Array.isArray(document)) {
    const changed = document.map((item: unknown, index) => (index === key ? withValue(item, deeper, value) : item));
    return changed.filter((item) => item !== undefined);
  }
  if (!isRecord(document)) return document;
  const inner = deeper.length === 0 ? value : withValue(document[key], deeper, value);
  const kept = Object.entries(document).filter(([name]) => name !== key);
  return Object.fromEntries(inner === undefined ? kept : [...kept, [key, inner]]);
}
