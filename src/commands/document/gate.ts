import type { Baseline, MetricPoint, Provenance, RuleResult, Verdict, VersionFacts } from '../../gate/types.js';
import type { ResolvedVersion } from '../../registry/types.js';
import type { ResultDocument, ResultRule } from '../../report/result.js';

/** A number as JSON can hold it: finite numbers as they are, the rest as their names. */
export function jsonNumber(value: number): number | 'NaN' | 'Infinity' | '-Infinity' {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  if (value === Number.NEGATIVE_INFINITY) return '-Infinity';
  return value;
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function provenanceSection(provenance: Provenance | undefined): ResultRule['provenance'] {
  if (provenance === undefined) return null;
  return {
    source: provenance.source,
    id: provenance.id,
    dataset: provenance.dataset ?? null,
    dataset_digest: provenance.datasetDigest ?? null,
    step: provenance.step ?? null,
  };
}

function ruleSection(rule: RuleResult): ResultRule {
  return {
    metric: rule.metric,
    status: rule.status,
    reason_code: rule.reason,
    required: rule.required,
    value: rule.value === undefined ? null : jsonNumber(rule.value),
    baseline: rule.baseline === undefined ? null : jsonNumber(rule.baseline),
    bound: finiteOrNull(rule.bound),
    margin: finiteOrNull(rule.margin),
    severity: rule.severity,
    explanation: rule.explanation,
    origin: rule.origin,
    provenance: provenanceSection(rule.provenance),
    baseline_provenance: provenanceSection(rule.baselineProvenance),
    interval: rule.interval ?? null,
  };
}

/** The verdict as the result document holds it. */
export function gateSection(verdict: Verdict): NonNullable<ResultDocument['gate']> {
  return {
    verdict: verdict.kind,
    reason_code: verdict.reason,
    summary: verdict.summary,
    rules: verdict.rules.map(ruleSection),
    requirements: verdict.requirements.map((requirement) => ({
      name: requirement.name,
      status: requirement.status,
      reason_code: requirement.reason,
      explanation: requirement.explanation,
      details: [...requirement.details],
      ...(requirement.url === undefined ? {} : { url: requirement.url }),
    })),
    notes: [...verdict.notes],
  };
}

/** The newest point of each metric by name; what the `metrics` output shows. */
export function metricsSection(points: readonly MetricPoint[]): ResultDocument['metrics'] {
  const newest = new Map<string, MetricPoint>();
  for (const point of points) {
    const known = newest.get(point.name);
    if (known === undefined || isLater(point, known)) newest.set(point.name, point);
  }
  return Object.fromEntries(
    [...newest.values()]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((point) => [point.name, jsonNumber(point.value)]),
  );
}

/** MLflow's own order of points: step, then time. */
function isLater(a: MetricPoint, b: MetricPoint): boolean {
  const step = (a.provenance.step ?? 0) - (b.provenance.step ?? 0);
  return step === 0 ? (a.provenance.loggedAtMs ?? 0) > (b.provenance.loggedAtMs ?? 0) : step > 0;
}

/** What the baseline was and how it was chosen. */
export function baselineSection(baseline: Baseline): NonNullable<ResultDocument['baseline']> {
  if (baseline.kind === 'version') {
    return { kind: 'version', version: baseline.facts.version, note: baseline.chosenBy };
  }
  return {
    kind: baseline.kind,
    version: null,
    note: baseline.kind === 'absent' ? baseline.why : 'No comparison was asked for.',
  };
}

/** The version that was judged, with the newer ones that were passed over. */
export function modelSection(
  registry: NonNullable<ResultDocument['model']>['registry'],
  requested: string,
  resolved: ResolvedVersion,
  facts: VersionFacts,
): NonNullable<ResultDocument['model']> {
  const aliases = Object.entries(resolved.aliases).filter(([, version]) => version === resolved.version);
  return {
    name: facts.model,
    registry,
    version: resolved.version,
    requested,
    url: facts.url ?? null,
    description: facts.description ?? null,
    aliases: [...new Set([...facts.aliases, ...aliases.map(([alias]) => alias)])].sort(),
    run_id: facts.run?.id ?? null,
    run_url: facts.run?.url ?? null,
    created_at: facts.createdAtMs === undefined ? null : new Date(facts.createdAtMs).toISOString(),
    passed_over: resolved.passedOver.map((entry) => ({ version: entry.version, why: entry.why })),
  };
}
