/**
 * How long a verdict takes beside the fetch that it waits for: 500 rules over 10,000 metrics, held against a baseline with
 * as many, both fetched side by side from a server on loopback (so that no network time flatters the verdict).
 *
 *   npx tsc -p tsconfig.build.json --outDir build && node build/bench/gate/main.js
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseRules } from '../../src/gate/grammar.js';
import type { VersionFacts } from '../../src/gate/types.js';
import { decide } from '../../src/gate/verdict.js';
import { factsOf, metricNames, ruleMap, runAnswer } from './workload.js';

const METRICS = 10_000;
const RULES = 500;
const WARM_UPS = 5;
const REPEATS = 40;

const names = metricNames(METRICS);
const map = ruleMap(names, RULES);

function serve(): Promise<Server> {
  const answers = new Map([
    ['/candidate', JSON.stringify(runAnswer(names, 0.01))],
    ['/baseline', JSON.stringify(runAnswer(names, 0))],
  ]);
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(answers.get(request.url ?? '') ?? '{}');
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

async function fetchFacts(origin: string): Promise<[VersionFacts, VersionFacts]> {
  const load = async (path: string, version: string): Promise<VersionFacts> => {
    const response = await fetch(`${origin}/${path}`, { signal: AbortSignal.timeout(10_000) });
    return factsOf(version, await response.json());
  };
  return Promise.all([load('candidate', '2'), load('baseline', '1')]);
}

interface Lap {
  readonly fetch: number;
  readonly rules: number;
  readonly verdict: number;
}

async function lap(origin: string): Promise<Lap> {
  const start = performance.now();
  const [candidate, facts] = await fetchFacts(origin);
  const fetched = performance.now();
  const { rules, faults } = parseRules(map, 'bench');
  const parsed = performance.now();
  const verdict = decide({
    candidate,
    baseline: { kind: 'version', facts, chosenBy: 'bench' },
    rules,
    requirements: {},
    context: { nowMs: 0, commits: [] },
  });
  const decided = performance.now();
  if (faults.length > 0 || verdict.kind !== 'passed')
    throw new Error(`The bench must pass: ${faults[0]?.message ?? verdict.summary}`);
  return { fetch: fetched - start, rules: parsed - fetched, verdict: decided - parsed };
}

/** The value below which this share of the sorted values lies. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

async function main(): Promise<void> {
  const server = await serve();
  const { port } = server.address() as AddressInfo;
  const laps: Lap[] = [];
  try {
    for (let count = 0; count < WARM_UPS + REPEATS; count += 1) {
      const one = await lap(`http://127.0.0.1:${port}`);
      if (count >= WARM_UPS) laps.push(one);
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
  const steps: readonly [string, (one: Lap) => number][] = [
    ['fetch 2 runs, loopback', (one) => one.fetch],
    [`read ${Object.keys(map).length} rules`, (one) => one.rules],
    [`verdict over ${METRICS} metrics`, (one) => one.verdict],
  ];
  console.log('step                           median ms    p95 ms');
  for (const [label, of] of steps) {
    const values = laps.map(of);
    console.log(
      `${label.padEnd(30)} ${quantile(values, 0.5).toFixed(2).padStart(9)} ${quantile(values, 0.95).toFixed(2).padStart(9)}`,
    );
  }
}

await main();
