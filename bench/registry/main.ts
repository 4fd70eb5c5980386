/**
 * What very large registries cost: requests and peak memory for finding a version among 100,000 and for reading a run with 10,000 metrics. The registry is
 * served by another process, and each task runs in a process of its own.
 *
 *   npx tsc -p tsconfig.build.json --outDir build && node build/bench/registry/main.js > docs/benchmarks/registry.md
 */
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Measure, measure } from './measure.js';
import { serve } from './server.js';
import { KINDS, METRICS, type RegistryKind, TASKS, type Task, VERSIONS, WANTED_AGE } from './workload.js';

const self = fileURLToPath(import.meta.url);

const QUESTIONS: Readonly<Record<Task, string>> = {
  latest: 'the newest READY version',
  number: 'a version by its number',
  commit: `the version of a commit, ${WANTED_AGE} versions ago`,
  facts: 'everything about the newest version',
};

interface Row {
  readonly kind: RegistryKind;
  readonly task: Task;
  readonly measure: Measure;
}

async function measureRegistry(kind: RegistryKind): Promise<readonly Row[]> {
  const server = spawn(process.execPath, [self, 'serve', kind], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  try {
    const { url, token }: { url: string; token: string } = JSON.parse(String((await lines.next()).value));
    const rows: Row[] = [];
    for (const task of TASKS) {
      const { stdout } = await promisify(execFile)(process.execPath, [self, 'measure', kind, task, url, token]);
      rows.push({ kind, task, measure: JSON.parse(stdout) });
    }
    return rows;
  } finally {
    server.stdin.end();
  }
}

function table(rows: readonly Row[]): string {
  const line = ({ kind, task, measure: cost }: Row): string => {
    const cells = [`\`${kind}\``, QUESTIONS[task], cost.found, cost.requests, cost.milliseconds];
    return `| ${[...cells, cost.memoryBefore, cost.memoryPeak].join(' | ')} |`;
  };
  return [
    '| registry | asked for | found | requests | ms | MiB before | MiB at the peak |',
    '| --- | --- | --- | ---: | ---: | ---: | ---: |',
    ...rows.map(line),
  ].join('\n');
}

async function main(): Promise<void> {
  const rows: Row[] = [];
  for (const kind of KINDS) rows.push(...(await measureRegistry(kind)));
  const [versions, metrics] = [VERSIONS, METRICS].map((count) => count.toLocaleString('en'));
  process.stdout.write(`# Large registries

A model with ${versions} versions whose newest has a run with ${metrics} metrics, served by the embedded workspace in another process on loopback. Each line is a
process of its own on Node ${process.versions.node}; "before" is that process with its clients open and nothing sent. Times hold for loopback: count round trips for a real network.

${table(rows)}

Unity Catalog's list has no order, so "newest" reads all of it, a page of 1,000 at a time, and keeps no more than the best so far and the newer ones that are not
READY. The other two are asked for the greatest numbers first and stop at the page that settles it. A version by its commit looks at the newest 200 only, ten side by side.

Made by \`bench/registry/main.ts\`.
`);
}

const [mode, kind, task, url, token] = process.argv.slice(2);
const known = KINDS.find((name) => name === kind);
const asked = TASKS.find((name) => name === task);
if (mode === 'serve' && known !== undefined) await serve(known);
else if (mode === 'measure' && known !== undefined && asked !== undefined)
  await measure(known, asked, url ?? '', token ?? '');
else await main();
