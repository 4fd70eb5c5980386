import { type Measurement, measure, nameDataset } from './measurement.js';
import { namesMatching } from './metric-index.js';
import { measureBaseline } from './reference.js';
import { met, noted, unmet } from './requirement-result.js';
import { directionFor, needsBaseline } from './rule-checks.js';
import { type Sides, sidesOf } from './sides.js';
import type { Baseline, Provenance, RequirementResult, Rule, VersionFacts } from './types.js';

const NAME = 'dataset';

/**
 * Whether candidate and baseline were measured on the same data: for each metric that a rule compares with the baseline,
 * the digests of the two values; where values carry no dataset, the digests of the datasets that the two runs logged.
 */
export function checkDatasets(rules: readonly Rule[], candidate: VersionFacts, baseline: Baseline): RequirementResult {
  if (baseline.kind === 'absent') return noted(NAME, `There is no baseline to compare with (${baseline.why}).`);
  if (baseline.kind === 'none')
    return unmet(NAME, 'dataset-mismatch', 'The same dataset as the baseline is asked for, but baseline is none.');
  const pairs = measuredPairs(rules, sidesOf(candidate, baseline));
  const named = pairs.filter(({ own, other }) => digestOf(own) !== undefined || digestOf(other) !== undefined);
  if (named.length === 0) return compareRuns(candidate, baseline.facts);
  const differing = named.filter(({ own, other }) => digestOf(own) !== digestOf(other));
  if (differing.length === 0 && named.length === pairs.length)
    return met(NAME, `All ${pairs.length} compared metrics were measured on the same data as the baseline's.`);
  const unknown = pairs.filter((pair) => !named.includes(pair));
  const details = [...differing, ...unknown].map(
    ({ metric, own, other }) => `${metric}: ${nameDataset(own)}, baseline ${nameDataset(other)}`,
  );
  return unmet(
    NAME,
    'dataset-mismatch',
    `${details.length} compared metrics were not shown to be measured on the same data as the baseline's.`,
    details,
  );
}

interface Pair {
  readonly metric: string;
  readonly own: Provenance;
  readonly other: Provenance;
}

function measuredPairs(rules: readonly Rule[], sides: Sides): Pair[] {
  return rules
    .filter((rule) => rule.conditions.some(needsBaseline))
    .flatMap((rule) =>
      (rule.isPattern ? namesMatching(sides.candidateIndex, rule.metric) : [rule.metric]).flatMap((metric) =>
        pairOf(rule, metric, sides),
      ),
    );
}

function pairOf(rule: Rule, metric: string, sides: Sides): Pair[] {
  const direction = directionFor(rule, metric);
  const own = provenanceOf(
    measure(sides.candidateIndex.points.get(metric), { metric, dataset: rule.dataset, point: rule.point, direction }),
  );
  if (own === undefined) return [];
  const other = provenanceOf(measureBaseline(rule, metric, own, direction, sides));
  return other === undefined ? [] : [{ metric, own, other }];
}

function provenanceOf(measurement: Measurement): Provenance | undefined {
  return 'provenance' in measurement ? measurement.provenance : undefined;
}

/** Only digests say that data is the same; a name may stand for new rows every day. */
function digestOf(provenance: Provenance): string | undefined {
  return provenance.datasetDigest;
}

function compareRuns(candidate: VersionFacts, baseline: VersionFacts): RequirementResult {
  const own = digestsOf(candidate);
  const other = digestsOf(baseline);
  if (own.size === 0 || other.size === 0) {
    const who = own.size === 0 ? `version ${candidate.version}` : `the baseline (version ${baseline.version})`;
    return unmet(
      NAME,
      'dataset-mismatch',
      `Whether the data is the same cannot be told: ${who} has no dataset digest.`,
    );
  }
  const details = [
    ...[...own]
      .filter(([digest]) => !other.has(digest))
      .map(([digest, name]) => `only the candidate: ${name} (digest ${digest})`),
    ...[...other]
      .filter(([digest]) => !own.has(digest))
      .map(([digest, name]) => `only the baseline: ${name} (digest ${digest})`),
  ];
  if (details.length === 0) return met(NAME, 'Both runs logged the same dataset digests.');
  return unmet(
    NAME,
    'dataset-mismatch',
    'The runs of candidate and baseline logged different dataset digests.',
    details,
  );
}

function digestsOf(facts: VersionFacts): Map<string, string> {
  return new Map((facts.run?.datasets ?? []).map(({ name, digest }) => [digest, name]));
}
