import { ActionError } from '../errors.js';
import { carriesCommit, compareVersions, type PassedOver, type VersionRow } from './select.js';
import type { Tracking } from './tracking.js';

export interface CommitSources {
  readonly tracking: Tracking;
  /** Tags of one version, for registries whose lists lack them. */
  readonly tagsOf: (row: VersionRow) => Promise<Readonly<Record<string, string>>>;
}

/** Versions looked at side by side. */
const BATCH = 10;
/** How many of the newest versions are looked at in all. */
export const MOST_LOOKED_AT = 200;

/**
 * Finds the newest READY version whose own tags, or whose run's tags, carry one of the commits. Newer versions that were not taken are listed with the
 * reason. Throws `ActionError` with `version-not-found`.
 */
export async function findByCommit(
  model: string,
  rows: readonly VersionRow[],
  commits: readonly string[],
  sources: CommitSources,
  signal: AbortSignal,
): Promise<{ readonly version: string; readonly passedOver: readonly PassedOver[] }> {
  const newest = [...rows].sort((left, right) => compareVersions(right.version, left.version)).slice(0, MOST_LOOKED_AT);
  const passedOver: PassedOver[] = [];
  for (let start = 0; start < newest.length; start += BATCH) {
    const batch = newest.slice(start, start + BATCH);
    const carries = await Promise.all(batch.map((row) => rowCarries(row, commits, sources, signal)));
    for (const [index, row] of batch.entries()) {
      if (carries[index] === true && row.status === 'READY') return { version: row.version, passedOver };
      const why =
        carries[index] === true
          ? `its status is ${row.statusText}`
          : 'it was trained from another commit, or does not say';
      passedOver.push({ version: row.version, why });
    }
  }
  throw noCommit(model, commits, newest.length);
}

async function rowCarries(
  row: VersionRow,
  commits: readonly string[],
  { tracking, tagsOf }: CommitSources,
  signal: AbortSignal,
): Promise<boolean> {
  if (carriesCommit(row.tags, commits)) return true;
  const [tags, run] = await Promise.all([tagsOf(row), row.runId === '' ? null : tracking.run(row.runId, signal)]);
  const runTags = run?.kind === 'read' ? (run.value.data?.tags ?? {}) : {};
  return carriesCommit(tags, commits) || carriesCommit(runTags, commits);
}

function noCommit(model: string, commits: readonly string[], looked: number): ActionError {
  const named = commits.map((commit) => commit.slice(0, 12)).join(' or ');
  return new ActionError(`None of the ${looked} newest versions of ${model} carries commit ${named}.`, {
    kind: 'remote',
    reason: 'version-not-found',
    fix: 'Train and register from this commit (MLflow sets the run tag mlflow.source.git.commit by itself inside a git checkout), or tag the version with `git_commit`.',
  });
}
