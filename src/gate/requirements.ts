import { checkDatasets } from './dataset-requirement.js';
import { formatNumber } from './numbers.js';
import { met, noted, unmet } from './requirement-result.js';
import { checkSignature } from './signature-requirement.js';
import type { Baseline, GateContext, RequirementResult, Requirements, Rule, VersionFacts } from './types.js';

/** Keys under which MLflow and its users note the commit of a run or version. */
const COMMIT_TAGS = ['mlflow.source.git.commit', 'git_commit', 'git_sha', 'commit'] as const;

const DAY_MS = 86_400_000;

/**
 * Every requirement as a line of the verdict. Checked without being asked for: that the run has ended well, and the
 * signature where both can be read. `rules` says which metrics `sameDataset` is about.
 */
export function checkRequirements(
  requirements: Requirements,
  rules: readonly Rule[],
  candidate: VersionFacts,
  baseline: Baseline,
  context: GateContext,
): RequirementResult[] {
  const { maxAgeMs, sameCommit, sameDataset, deploymentJob, registeredBy } = requirements;
  return [
    checkRun(candidate, requirements.runFinished ?? true),
    checkSignature(requirements.signature, candidate, baseline, context),
    ...(maxAgeMs === undefined ? [] : [checkAge(maxAgeMs, candidate, context.nowMs)]),
    ...(sameCommit === true ? [checkCommit(candidate, context.commits)] : []),
    ...(sameDataset === true ? [checkDatasets(rules, candidate, baseline)] : []),
    ...Object.entries(requirements.tags ?? {}).map(([key, value]) => checkTag(key, value, candidate)),
    ...Object.entries(requirements.params ?? {}).map(([key, value]) => checkParam(key, value, candidate)),
    ...(deploymentJob === undefined ? [] : [checkDeploymentJob(candidate.deploymentJobState)]),
    ...(registeredBy === undefined ? [] : [checkPrincipal(registeredBy, candidate.createdBy)]),
  ];
}

function checkRun({ run }: VersionFacts, asked: boolean): RequirementResult {
  const name = 'run';
  if (run === undefined) return noted(name, 'No run is known for this version.');
  if (run.status === 'FINISHED' && run.lifecycle !== 'deleted') return met(name, `Run ${run.id} finished.`);
  if (run.lifecycle !== 'deleted' && (run.status === '' || run.status === 'UNKNOWN')) {
    return noted(name, `How run ${run.id} ended is not known.`);
  }
  const explanation = `Run ${run.id} ${run.lifecycle === 'deleted' ? 'was deleted' : `is ${run.status}, not FINISHED`}.`;
  return asked ? unmet(name, 'run-unfinished', explanation) : noted(name, explanation);
}

/** The age of a version is that of its training: the end of its run, else its start, else when it was registered. */
function checkAge(maxAgeMs: number, candidate: VersionFacts, nowMs: number): RequirementResult {
  const name = 'age';
  const bornMs = candidate.run?.endedAtMs ?? candidate.run?.startedAtMs ?? candidate.createdAtMs;
  if (bornMs === undefined)
    return unmet(name, 'run-too-old', 'How old the run is cannot be told: neither it nor the version has a time.');
  const limit = `at most ${days(maxAgeMs)} old`;
  const age = nowMs - bornMs;
  if (age <= maxAgeMs) return met(name, `The run is ${days(Math.max(age, 0))} old, ${limit}.`);
  return unmet(name, 'run-too-old', `The run is ${days(age)} old, but must be ${limit}.`);
}

function checkCommit(candidate: VersionFacts, commits: readonly string[]): RequirementResult {
  const name = 'commit';
  const found = commitsOf(candidate);
  if (commits.length === 0) return unmet(name, 'commit-mismatch', 'The commit of this workflow is not known.');
  if (found.length === 0)
    return unmet(
      name,
      'commit-mismatch',
      `Neither the run nor the version says which commit it was trained from (tags ${COMMIT_TAGS.join(', ')}).`,
    );
  if (found.every((commit) => commits.some((own) => isSameCommit(commit, own))))
    return met(name, `Trained from commit ${found[0]}.`);
  return unmet(
    name,
    'commit-mismatch',
    `Trained from commit ${found.join(' and ')}, but this workflow runs on ${commits.join(' or ')}.`,
  );
}

function commitsOf(candidate: VersionFacts): string[] {
  const commits = [candidate.run?.tags ?? {}, candidate.tags].flatMap((tags) =>
    COMMIT_TAGS.map((key) => (tags[key] ?? '').trim().toLowerCase()),
  );
  return [...new Set(commits.filter((commit) => commit !== ''))];
}

/** Short commits count when they have seven digits at least, as git writes them. */
function isSameCommit(recorded: string, own: string): boolean {
  const full = own.toLowerCase();
  return (
    recorded === full ||
    (recorded.length >= 7 && full.startsWith(recorded)) ||
    (full.length >= 7 && recorded.startsWith(full))
  );
}

function checkTag(key: string, wanted: string, candidate: VersionFacts): RequirementResult {
  const found = ownText(candidate.tags, key);
  if (found === wanted) return met(`tag ${key}`, `Tag ${key} is ${JSON.stringify(wanted)}.`);
  const is = found === undefined ? 'is not there' : `is ${JSON.stringify(found)}`;
  const line = unmet(
    `tag ${key}`,
    'tag-missing',
    `Tag ${key} of version ${candidate.version} must be ${JSON.stringify(wanted)}, but it ${is}.`,
  );
  return found === undefined ? { ...line, isAbsent: true } : line;
}

function checkParam(key: string, wanted: string, candidate: VersionFacts): RequirementResult {
  const found = ownText(candidate.run?.params ?? {}, key);
  if (found === wanted) return met(`parameter ${key}`, `Parameter ${key} is ${JSON.stringify(wanted)}.`);
  const is = found === undefined ? 'is not there' : `is ${JSON.stringify(found)}`;
  return unmet(
    `parameter ${key}`,
    'tag-missing',
    `Parameter ${key} of the run must be ${JSON.stringify(wanted)}, but it ${is}.`,
  );
}

/** A key such as `constructor` must not find what every object has. */
function ownText(map: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function checkDeploymentJob(state: string | undefined): RequirementResult {
  const name = 'deployment job';
  const found = (state ?? '').toUpperCase();
  if (found === 'APPROVED' || found === 'SUCCEEDED') return met(name, `The deployment job is ${found}.`);
  if (found === 'FAILED') return unmet(name, 'evaluation-failed', 'The deployment job of this version FAILED.');
  const is = found === '' ? 'has no state for this version' : `is ${found}`;
  return unmet(name, 'approval-pending', `The deployment job ${is}; it must be APPROVED or SUCCEEDED.`);
}

function checkPrincipal(allowed: readonly string[], creator: string | undefined): RequirementResult {
  const name = 'registered by';
  if (creator !== undefined && allowed.includes(creator)) return met(name, `Registered by ${creator}.`);
  const who = creator === undefined ? 'it is not known who registered it' : `it was registered by ${creator}`;
  return unmet(name, 'permission-denied', `The version must be registered by ${allowed.join(' or ')}, but ${who}.`);
}

function days(ms: number): string {
  const count = formatNumber(Number((ms / DAY_MS).toPrecision(3)));
  return `${count} ${count === '1' ? 'day' : 'days'}`;
}
