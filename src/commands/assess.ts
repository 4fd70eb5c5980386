import { ActionError } from '../errors.js';
import { historiesNeeded } from '../gate/facts-needed.js';
import type { Baseline, EvaluationState, Rule, Verdict, VersionFacts } from '../gate/types.js';
import { decide } from '../gate/verdict.js';
import type { FactsQuery, RegistryFacts, ResolvedVersion, VersionQuery } from '../registry/types.js';
import type { EndpointView } from '../rollout/core/types.js';
import { baselineSection, gateSection, metricsSection, modelSection } from './document/gate.js';
import { endpointSection } from './document/rollout.js';
import { evaluate, evaluationBefore } from './evaluation.js';
import { openJournal } from './journal.js';
import type { Workbench } from './types.js';

/** All that the gate read and what it decided. */
export interface Assessment {
  readonly resolved: ResolvedVersion;
  readonly candidate: VersionFacts;
  readonly baseline: Baseline;
  readonly verdict: Verdict;
  /** The endpoint as it was read; `null` when there is none, or none is configured. */
  readonly view: EndpointView | null;
  /** Version of the promoted model that has most traffic now, or that an unfinished rollout set out from. */
  readonly servingVersion: string | null;
}

/** All that is read about candidate, baseline and endpoint; `serving` where what serves is not the baseline itself. */
type Subjects = Omit<Assessment, 'verdict'> & {
  readonly serving: VersionFacts | null;
  /** Commits that count as this workflow's own. */
  readonly commits: readonly string[];
};

/**
 * Resolves the version, reads candidate, baseline and endpoint, and decides. Two rounds of reads, each side by side:
 * first version and endpoint, then the facts of candidate and baseline. Where an evaluation is to run, it starts only for a
 * version that passes without it; afterwards everything but the choice of the version is read and judged anew.
 */
export async function assess(bench: Workbench): Promise<Assessment> {
  const { settings, signal } = bench;
  bench.log.phase(`Version of ${settings.model.name}`);
  const [resolved, view] = await Promise.all([
    versionQuery(bench).then((query) => bench.registry.resolve(settings.model.name, query, signal)),
    readEndpoint(bench),
  ]);
  const subjects = await readSubjects(bench, resolved, view);
  logVersion(bench, resolved);
  const before = evaluationBefore(bench);
  const first = { ...subjects, verdict: judge(bench, subjects, before) };
  record(bench, first);
  const assessment =
    before?.stage === 'ahead' && first.verdict.kind === 'passed' ? await reassess(bench, first) : first;
  record(bench, assessment);
  bench.log.phase('Gate');
  bench.log.info(assessment.verdict.summary);
  return assessment;
}

/** The assessment after the evaluation, of the same version: it may have taken an hour, in which others went on working. */
async function reassess(bench: Workbench, first: Assessment & Subjects): Promise<Assessment> {
  const { version } = first.resolved;
  try {
    const evaluation = await evaluate(bench, version, openJournal(first.view), (state) => {
      const headline = `Evaluating version ${version} of ${bench.settings.model.name} on Databricks.`;
      const gate = gateSection(judge(bench, first, state));
      bench.progress({ headline, next: 'The gate decides when the job has ended.', gate }, 'evaluation', null);
    });
    const subjects = await readSubjects(bench, first.resolved, await readEndpoint(bench));
    return { ...subjects, verdict: judge(bench, subjects, evaluation) };
  } catch (thrown) {
    // What was known before the evaluation is no verdict.
    bench.record({ gate: null });
    throw thrown;
  } finally {
    bench.record({ next: null });
  }
}

async function readEndpoint(bench: Workbench): Promise<EndpointView | null> {
  return bench.settings.endpoint.name === '' ? null : bench.serving.read(bench.signal);
}

async function readSubjects(bench: Workbench, resolved: ResolvedVersion, view: EndpointView | null): Promise<Subjects> {
  const { settings, signal } = bench;
  const servingVersion = openJournal(view)?.previous?.version ?? versionServing(view, settings.model.name);
  const query = factsQuery(settings.gate.rules);
  const isApart = settings.gate.baseline.kind !== 'serving' && servingVersion !== null;
  const [candidate, baseline, serving, commits] = await Promise.all([
    bench.registry.facts(settings.model.name, resolved.version, query, signal),
    readBaseline(bench, resolved, servingVersion, query),
    isApart ? factsOfServing(bench, servingVersion, query) : null,
    settings.gate.require.sameCommit === true ? bench.commits() : bench.caller.commits,
  ]);
  return { resolved, candidate, baseline, view, servingVersion, serving, commits };
}

function judge(bench: Workbench, subjects: Subjects, evaluation: EvaluationState | undefined): Verdict {
  const { settings, clock } = bench;
  const { candidate, baseline, view, resolved, servingVersion, serving } = subjects;
  const servedAlone = openJournal(view) === null && isServedAlone(view, settings.model.name, resolved.version);
  const verdict = decide({
    candidate,
    baseline,
    rules: settings.gate.rules,
    requirements: settings.gate.require,
    context: {
      nowMs: clock.serverNow(),
      commits: subjects.commits,
      emptyOnPurpose: settings.gate.emptyOnPurpose,
      servedAlone,
      ...(servingVersion === null ? {} : { servingVersion }),
      ...(serving === null ? {} : { serving }),
      ...(evaluation === undefined ? {} : { evaluation }),
    },
  });
  const read = [candidate, ...(baseline.kind === 'version' ? [baseline.facts] : [])];
  return { ...verdict, notes: [...verdict.notes, ...read.flatMap(notesOfReading)] };
}

/** What could not be read of a version on the way, so that nobody takes its absence for a fact. */
function notesOfReading({ version, notes }: RegistryFacts): readonly string[] {
  return (notes ?? []).map((note) => `Version ${version}: ${note}`);
}

async function versionQuery(bench: Workbench): Promise<VersionQuery> {
  const selector = bench.settings.model.version;
  return selector.kind === 'commit' ? { kind: 'commit', commits: await bench.commits() } : selector;
}

function factsQuery(rules: readonly Rule[]): FactsQuery {
  return { histories: historiesNeeded(rules), signature: true };
}

/** The version of this model that has most of its traffic on the endpoint; `null` when it has none there. */
export function versionServing(view: EndpointView | null, model: string): string | null {
  const config = view?.config;
  if (config === null || config === undefined) return null;
  const shareOf = (name: string) =>
    config.routes.find((route) => route.servedEntityName === name)?.trafficPercentage ?? 0;
  const mine = config.servedEntities
    .filter((entity) => entity.entityName === model && shareOf(entity.name) > 0)
    .sort((a, b) => shareOf(b.name) - shareOf(a.name));
  return mine[0]?.entityVersion ?? null;
}

/** Whether all of the model's traffic on the endpoint goes to this version; another one may be kept there at 0 %. */
export function isServedAlone(view: EndpointView | null, model: string, version: string): boolean {
  const config = view?.config;
  if (config === null || config === undefined) return false;
  const live = config.servedEntities.filter(
    (entity) =>
      entity.entityName === model &&
      (config.routes.find((route) => route.servedEntityName === entity.name)?.trafficPercentage ?? 0) > 0,
  );
  return live.length > 0 && live.every((entity) => entity.entityVersion === version);
}

async function readBaseline(
  bench: Workbench,
  resolved: ResolvedVersion,
  servingVersion: string | null,
  query: FactsQuery,
): Promise<Baseline> {
  const { settings, signal } = bench;
  const selector = settings.gate.baseline;
  if (selector.kind === 'none') return { kind: 'none' };
  const chosen = await baselineVersion(bench, resolved, servingVersion);
  if (chosen.version === null) return { kind: 'absent', why: chosen.by };
  const facts =
    selector.kind === 'serving'
      ? await factsOfServing(bench, chosen.version, query)
      : await bench.registry.facts(settings.model.name, chosen.version, query, signal);
  return { kind: 'version', facts, chosenBy: chosen.by };
}

/**
 * What serves may have been deleted from the registry: then nothing is known of it but its number. Rules that compare with
 * it fail for want of its metric; all others are judged as ever.
 */
async function factsOfServing(bench: Workbench, version: string, query: FactsQuery): Promise<VersionFacts> {
  const model = bench.settings.model.name;
  try {
    return await bench.registry.facts(model, version, query, bench.signal);
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || thrown.reason !== 'version-not-found') throw thrown;
    bench.log.warning(
      `Version ${version}, which serves, is no longer in the registry; nothing can be compared with it.`,
    );
    const signatureNote = `version ${version} is no longer in the registry`;
    return { model, version, status: 'UNKNOWN', aliases: [], tags: {}, metrics: [], signatureNote };
  }
}

async function baselineVersion(
  bench: Workbench,
  resolved: ResolvedVersion,
  servingVersion: string | null,
): Promise<{ readonly version: string | null; readonly by: string }> {
  const { settings } = bench;
  const selector = settings.gate.baseline;
  if (selector.kind === 'number')
    return { version: selector.version, by: `version ${selector.version}, as configured` };
  if (selector.kind === 'alias') {
    const known = resolved.aliases[selector.alias] ?? null;
    const version = known ?? (await bench.registry.alias(settings.model.name, selector.alias, bench.signal));
    return version === null
      ? { version: null, by: `the model has no alias ${selector.alias} yet` }
      : { version, by: `alias ${selector.alias}` };
  }
  return servingVersion === null
    ? {
        version: null,
        by: `endpoint ${settings.endpoint.name || '(none configured)'} serves no version of this model yet`,
      }
    : { version: servingVersion, by: `serving on ${settings.endpoint.name}` };
}

function record(bench: Workbench, assessment: Assessment): void {
  const { settings } = bench;
  const { resolved, candidate, baseline, verdict, view, servingVersion } = assessment;
  bench.record({
    model: modelSection(settings.model.registry, describeSelector(bench), resolved, candidate),
    baseline: baselineSection(baseline),
    gate: gateSection(verdict),
    metrics: metricsSection(candidate.metrics),
    endpoint:
      settings.endpoint.name === ''
        ? null
        : endpointSection(
            settings.endpoint.name,
            view,
            { model: settings.model.name, version: resolved.version },
            servingVersion,
          ),
  });
}

function logVersion(bench: Workbench, resolved: ResolvedVersion): void {
  bench.log.info(
    `Version ${resolved.version} of ${bench.settings.model.name} (asked for: ${describeSelector(bench)}).`,
  );
  for (const passed of resolved.passedOver) bench.log.info(`Passed over version ${passed.version}: ${passed.why}`);
}

function describeSelector(bench: Workbench): string {
  const selector = bench.settings.model.version;
  if (selector.kind === 'number') return selector.version;
  if (selector.kind === 'alias') return `@${selector.alias}`;
  return selector.kind;
}
