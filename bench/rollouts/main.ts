import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Contender } from './measures.js';
import { runBenchmark } from './report.js';
import { kayenta } from './rules/kayenta.js';
import { argo, flagger, sagemaker } from './rules/limits.js';
import { ours } from './rules/ours.js';

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'docs/benchmarks' }, releases: { type: 'string', default: '1000' } },
});

/** The Action alone may use probes: the other rules have none. */
const contenders: readonly Contender[] = [
  { label: 'this Action', rule: ours(), probeRate: 0 },
  { label: 'this Action, probes', rule: ours(), probeRate: 1 },
  ...[flagger, argo, sagemaker, kayenta].map((rule) => ({ label: rule.name, rule, probeRate: 0 })),
];

const { markdown, plots } = runBenchmark(contenders, Number(values.releases), (line) => console.log(line));
mkdirSync(values.out, { recursive: true });
writeFileSync(`${values.out}/rollouts.md`, markdown);
for (const [name, svg] of Object.entries(plots)) writeFileSync(`${values.out}/${name}.svg`, svg);
console.log(`written to ${values.out}`);
