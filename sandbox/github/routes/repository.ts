import { ApiRefusal, notFound } from '../refusal.js';
import { commitJson, runJson } from '../representations/history.js';
import { pullJson, simplePullJson } from '../representations/pull.js';
import { fullRepositoryJson } from '../representations/repository.js';
import type { Call, Route } from '../router.js';
import type { StoredIssue, StoredPull } from '../state.js';

/** What can be asked about the repository, its history and its runs. */
export const repositoryRoutes: readonly Route[] = [
  {
    operation: 'GET /repos/{owner}/{repo}',
    handle: ({ state, links }) => ({
      status: 200,
      body: fullRepositoryJson(state.repository, links, !state.issuesDisabled),
    }),
  },
  {
    operation: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
    handle: (call) => {
      call.require('read', 'pull-requests');
      const pull = call.state.pulls.get(call.number('pull_number'));
      if (pull === undefined) throw notFound();
      return { status: 200, body: pullJson(pull, issueOf(call, pull), call.state, call.links) };
    },
  },
  {
    operation: 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
    handle: (call) => {
      call.require('read', 'pull-requests');
      const pulls = pullsOf(call, knownCommit(call, 'commit_sha'));
      return call.list(pulls, (pull) => simplePullJson(pull, issueOf(call, pull), call.state, call.links));
    },
  },
  {
    operation: 'GET /repos/{owner}/{repo}/commits/{ref}',
    handle: (call) => {
      call.require('read', 'contents');
      return { status: 200, body: commitJson(knownCommit(call, 'ref'), call.state, call.links) };
    },
  },
  {
    operation: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
    handle: (call) => {
      call.require('read', 'actions');
      const run = call.state.runs.get(call.number('run_id'));
      if (run === undefined) throw notFound();
      return { status: 200, body: runJson(run, call.state, call.links) };
    },
  },
];

/** For a commit of the default branch the merged pull request that brought it; for another one all that hold it. */
function pullsOf(call: Call, sha: string): readonly StoredPull[] {
  return [...call.state.pulls.values()].filter((pull) => {
    if (!(pull.mergeCommitSha === sha || pull.commits.includes(sha))) return false;
    if (pull.lag === 0) return true;
    pull.lag -= 1;
    return false;
  });
}

function knownCommit(call: Call, parameter: string): string {
  const ref = call.parameter(parameter);
  const sha = call.state.resolve(ref);
  if (sha === null) throw new ApiRefusal(422, `No commit found for SHA: ${ref}`);
  return sha;
}

function issueOf(call: Call, pull: StoredPull): StoredIssue {
  const issue = call.state.issues.get(pull.number);
  if (issue === undefined) throw new Error(`Pull request ${pull.number} has no conversation; add it by the seed.`);
  return issue;
}
