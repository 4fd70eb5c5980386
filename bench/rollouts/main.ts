import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { cellsOf, mapLayout } from './layout.js';
import type { Cell } from './measures.js';
import { plotsOf } from './plots.js';
import { measureAll, serveCells } from './pool.js';
import { headlines, report } from './report.js';

/** Measures everything and writes the tables and plots. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: 'docs/benchmarks' },
      releases: { type: 'string', default: '60' },
      workers: { type: 'string', default: String(Math.min(4, availableParallelism())) },
    },
  });
  const releases = Number(values.releases);
  if (!Number.isInteger(releases) || releases < 4) throw new Error('--releases takes a whole number from 4 on.');
  const layout = cellsOf(releases);
  const cells: Cell[] = [];
  mapLayout(layout, (cell) => cells.push(cell));
  const measures = await measureAll(cells, Number(values.workers), new URL(import.meta.url), (done) => {
    if (done % 20 === 0 || done === cells.length) console.log(`${done} of ${cells.length} cells`);
  });
  let next = 0;
  const measured = mapLayout(layout, () => {
    const one = measures[next];
    next += 1;
    if (one === undefined) throw new Error(`Cell ${next - 1} was not measured.`);
    return one;
  });
  mkdirSync(values.out, { recursive: true });
  writeFileSync(`${values.out}/rollouts.md`, report(measured, layout));
  writeFileSync(`${values.out}/README.md`, headlines(measured, layout));
  for (const [name, svg] of Object.entries(plotsOf(measured))) writeFileSync(`${values.out}/${name}.svg`, svg);
  console.log(`written to ${values.out}`);
}

if (isMainThread) await main();
else serveCells();
