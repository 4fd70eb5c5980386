/** A webhook payload, as GITHUB_EVENT_PATH holds it. */
export type EventPayload = Record<string, unknown>;

interface RepositoryState {
  /** `owner/name`. */
  readonly repository: string;
  readonly sha: string;
}

interface PullRequestState extends RepositoryState {
  readonly number: number;
  /** The head commit; `sha` is the merge commit that the workflow runs on. */
  readonly headSha: string;
  /** `owner/name` of the head, for a pull request from a fork. */
  readonly headRepository?: string;
  readonly headRef?: string;
  readonly baseRef?: string;
}

interface EventRefs {
  readonly ref: string;
  readonly headRef: string;
  readonly baseRef: string;
}

/** The fields of a `pull_request` payload that actions read. */
export function pullRequestEvent(state: PullRequestState): EventPayload {
  const branch = (ref: string, sha: string, repository: string) => ({
    ref,
    sha,
    label: `${repository.split('/')[0]}:${ref}`,
    repo: repositoryPayload(repository),
  });
  return {
    action: 'synchronize',
    number: state.number,
    pull_request: {
      number: state.number,
      state: 'open',
      draft: false,
      merged: false,
      html_url: `https://github.com/${state.repository}/pull/${state.number}`,
      head: branch(state.headRef ?? 'feature', state.headSha, state.headRepository ?? state.repository),
      base: branch(state.baseRef ?? 'main', state.sha, state.repository),
    },
    repository: repositoryPayload(state.repository),
    sender: { login: 'octocat', id: 583231, type: 'User' },
  };
}

/** The fields of a `push` payload that actions read. */
export function pushEvent(state: RepositoryState & { readonly branch?: string }): EventPayload {
  const head = { id: state.sha, message: 'Merge the new model', timestamp: '2026-01-05T10:00:00Z' };
  return {
    ref: `refs/heads/${state.branch ?? 'main'}`,
    before: '0000000000000000000000000000000000000000',
    after: state.sha,
    created: false,
    deleted: false,
    forced: false,
    head_commit: head,
    commits: [head],
    repository: repositoryPayload(state.repository),
    pusher: { name: 'octocat' },
    sender: { login: 'octocat', id: 583231, type: 'User' },
  };
}

/** A payload good enough for an event whose details the test does not care about. */
export function defaultEvent(eventName: string, state: RepositoryState): EventPayload {
  if (eventName === 'push') return pushEvent(state);
  if (eventName.startsWith('pull_request')) return pullRequestEvent({ ...state, number: 1, headSha: state.sha });
  const common = {
    repository: repositoryPayload(state.repository),
    sender: { login: 'octocat', id: 583231, type: 'User' },
  };
  if (eventName === 'workflow_dispatch')
    return { ...common, inputs: {}, ref: 'refs/heads/main', workflow: 'promote.yml' };
  if (eventName === 'schedule') return { ...common, schedule: '*/10 * * * *', workflow: 'promote.yml' };
  return common;
}

/** `GITHUB_REF`, `GITHUB_HEAD_REF` and `GITHUB_BASE_REF` as they follow from the event. */
export function eventRefs(eventName: string, event: Readonly<Record<string, unknown>>): EventRefs {
  if (eventName === 'push' && typeof event.ref === 'string') return { ref: event.ref, headRef: '', baseRef: '' };
  const pull = recordAt(event, 'pull_request');
  const baseRef = String(recordAt(pull, 'base').ref ?? 'main');
  const headRef = String(recordAt(pull, 'head').ref ?? '');
  if (eventName === 'pull_request') return { ref: `refs/pull/${String(pull.number)}/merge`, headRef, baseRef };
  if (eventName === 'pull_request_target') return { ref: `refs/heads/${baseRef}`, headRef, baseRef };
  return { ref: 'refs/heads/main', headRef: '', baseRef: '' };
}

function repositoryPayload(repository: string): EventPayload {
  const [owner = '', name = ''] = repository.split('/');
  return {
    id: 41_000_001,
    name,
    full_name: repository,
    private: true,
    default_branch: 'main',
    owner: { login: owner, id: 40_000_001, type: 'Organization' },
    html_url: `https://github.com/${repository}`,
  };
}

function recordAt(parent: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> {
  const value = parent[key];
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
