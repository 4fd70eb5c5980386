import { accountJson } from './account.js';
import { type Links, stableId } from './links.js';

const SUFFIXES: Readonly<Record<string, string>> = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

/** GitHub's links of later pages name the repository by this number. */
export function repositoryId(repository: string): number {
  return stableId(repository);
}

/** `minimal-repository` of GitHub's description, the base of the fuller ones. */
export function minimalRepositoryJson(repository: string, links: Links): Record<string, unknown> {
  const [owner = '', name = ''] = repository.split('/');
  const url = links.api(`/repos/${repository}`);
  const id = repositoryId(repository);
  return {
    id,
    node_id: links.node('R', id),
    name,
    full_name: repository,
    private: true,
    owner: { ...accountJson(owner, links), type: 'Organization' },
    html_url: links.html(`/${repository}`),
    description: 'Models and how they are promoted',
    fork: false,
    url,
    ...Object.fromEntries(Object.entries(SUFFIXES).map(([field, suffix]) => [field, url + suffix])),
  };
}

/** `repository`: what a pull request holds of its head and base. */
export function repositoryJson(repository: string, links: Links): Record<string, unknown> {
  return {
    ...minimalRepositoryJson(repository, links),
    ...cloneUrls(repository, links),
    ...SETTINGS,
    ...COUNTS,
    has_downloads: true,
  };
}

/** `full-repository`: the repository's own page in the API. */
export function fullRepositoryJson(repository: string, links: Links, hasIssues: boolean): Record<string, unknown> {
  return {
    ...repositoryJson(repository, links),
    has_issues: hasIssues,
    has_discussions: false,
    network_count: 0,
    subscribers_count: 3,
  };
}

function cloneUrls(repository: string, links: Links): Record<string, unknown> {
  const html = links.html(`/${repository}`);
  return {
    clone_url: `${html}.git`,
    git_url: `${html.replace(/^https?:/, 'git:')}.git`,
    ssh_url: `git@github.com:${repository}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
  };
}

const SETTINGS = {
  default_branch: 'main',
  has_issues: true,
  has_projects: true,
  has_wiki: false,
  has_pages: false,
  archived: false,
  disabled: false,
  visibility: 'private',
  language: 'Python',
  license: null,
  allow_forking: true,
  is_template: false,
  topics: [],
  created_at: '2024-01-01T00:00:00Z',
  updated_at: '2026-01-05T10:00:00Z',
  pushed_at: '2026-01-05T10:00:00Z',
};

const COUNTS = {
  forks: 0,
  forks_count: 0,
  open_issues: 0,
  open_issues_count: 0,
  size: 128,
  stargazers_count: 0,
  watchers: 0,
  watchers_count: 0,
};
