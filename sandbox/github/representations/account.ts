import { BOT } from '../state.js';
import { type Links, stableId } from './links.js';

/** The id that GitHub Actions' own bot has everywhere. */
const BOT_ID = 41_898_282;
const APP_ID = 15_368;

const SUFFIXES: Readonly<Record<string, string>> = {
  followers_url: '/followers',
  following_url: '/following{/other_user}',
  gists_url: '/gists{/gist_id}',
  starred_url: '/starred{/owner}{/repo}',
  subscriptions_url: '/subscriptions',
  organizations_url: '/orgs',
  repos_url: '/repos',
  events_url: '/events{/privacy}',
  received_events_url: '/received_events',
};

/** `simple-user` of GitHub's description. */
export function accountJson(login: string, links: Links): Record<string, unknown> {
  const url = links.api(`/users/${encodeURIComponent(login)}`);
  const id = login === BOT ? BOT_ID : stableId(login);
  return {
    login,
    id,
    node_id: links.node('U', id),
    avatar_url: links.html(`/avatars/${id}`),
    gravatar_id: '',
    url,
    html_url: links.html(login.endsWith('[bot]') ? `/apps/${login.slice(0, -5)}` : `/${login}`),
    ...Object.fromEntries(Object.entries(SUFFIXES).map(([name, suffix]) => [name, url + suffix])),
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
    user_view_type: 'public',
    site_admin: false,
  };
}

/** The app behind the bot (`integration`), or `null` for what people write. */
export function appJson(author: string, links: Links): Record<string, unknown> | null {
  if (author !== BOT) return null;
  return {
    id: APP_ID,
    client_id: 'Iv1.05c79e9ad1f6bdfa',
    slug: 'github-actions',
    node_id: links.node('A', APP_ID),
    owner: accountJson('github', links),
    name: 'GitHub Actions',
    description: 'Automate your workflow from idea to production',
    external_url: 'https://help.github.com/en/actions',
    html_url: links.html('/apps/github-actions'),
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2024-01-01T00:00:00Z',
    permissions: { contents: 'write', issues: 'write', metadata: 'read' },
    events: ['workflow_dispatch'],
  };
}
