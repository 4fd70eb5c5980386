import type { GitHubState, StoredRun } from '../state.js';
import { accountJson } from './account.js';
import { type Links, stableId } from './links.js';
import { minimalRepositoryJson } from './repository.js';

const AUTHOR = { name: 'Octo Cat', email: 'octocat@users.noreply.github.com' };
const WHEN = '2026-01-05T10:00:00Z';
const MESSAGE = 'Train the model again';

/** `commit` of GitHub's description. */
export function commitJson(sha: string, state: GitHubState, links: Links): Record<string, unknown> {
  const repository = links.api(`/repos/${state.repository}`);
  const person = { ...AUTHOR, date: WHEN };
  const html = links.html(`/${state.repository}/commit/${sha}`);
  return {
    sha,
    node_id: links.node('C', sha),
    url: `${repository}/commits/${sha}`,
    html_url: html,
    comments_url: `${repository}/commits/${sha}/comments`,
    commit: {
      url: `${repository}/git/commits/${sha}`,
      author: person,
      committer: person,
      message: MESSAGE,
      tree: { sha: treeOf(sha), url: `${repository}/git/trees/${treeOf(sha)}` },
      comment_count: 0,
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    },
    author: accountJson('octocat', links),
    committer: accountJson('octocat', links),
    parents: [],
    stats: { additions: 10, deletions: 2, total: 12 },
    files: [],
  };
}

/** `workflow-run` of GitHub's description. */
export function runJson(run: StoredRun, state: GitHubState, links: Links): Record<string, unknown> {
  return {
    id: run.id,
    node_id: links.node('WFR', run.id),
    name: 'Promote',
    display_title: MESSAGE,
    path: '.github/workflows/promote.yml',
    run_number: stableId(String(run.id)) % 1000,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    head_branch: 'main',
    head_sha: run.headSha,
    workflow_id: 4_000_001,
    ...runAddresses(run, state, links),
    pull_requests: [],
    created_at: WHEN,
    updated_at: state.timestamp(),
    run_started_at: WHEN,
    actor: accountJson('octocat', links),
    triggering_actor: accountJson('octocat', links),
    head_commit: headCommitJson(run.headSha),
    repository: minimalRepositoryJson(state.repository, links),
    head_repository: minimalRepositoryJson(state.repository, links),
  };
}

function runAddresses(run: StoredRun, state: GitHubState, links: Links): Record<string, unknown> {
  const actions = links.api(`/repos/${state.repository}/actions`);
  const url = `${actions}/runs/${run.id}`;
  return {
    workflow_url: `${actions}/workflows/4000001`,
    url,
    html_url: links.html(`/${state.repository}/actions/runs/${run.id}`),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    check_suite_url: links.api(`/repos/${state.repository}/check-suites/1`),
  };
}

function headCommitJson(sha: string): Record<string, unknown> {
  return { id: sha, tree_id: treeOf(sha), message: MESSAGE, timestamp: WHEN, author: AUTHOR, committer: AUTHOR };
}

function treeOf(sha: string): string {
  return [...sha].reverse().join('');
}
