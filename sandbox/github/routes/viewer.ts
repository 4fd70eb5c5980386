import { notAccessible } from '../refusal.js';
import type { Call, Route } from '../router.js';
import { BOT } from '../state.js';

/** Who the token is. A workflow's token is one of an app and has no user. */
export const viewerRoutes: readonly Route[] = [
  {
    operation: 'GET /user',
    handle: () => {
      throw notAccessible();
    },
  },
];

/** Answers the one query that actions ask GraphQL for; anything else is an error in GraphQL's shape. */
export function answerGraphql(call: Call): { status: number; body: unknown } {
  const query = String(call.body.query ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  if (/^(query )?\{ ?viewer ?\{ ?login ?\} ?\}$/.test(query)) {
    return { status: 200, body: { data: { viewer: { login: BOT } } } };
  }
  return { status: 200, body: { errors: [{ type: 'NOT_SERVED', message: `The stand-in does not serve: ${query}` }] } };
}
