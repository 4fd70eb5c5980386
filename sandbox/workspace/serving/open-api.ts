import type { JsonObject } from '../json.js';
import type { Endpoint } from './types.js';

/** The query schema: one path for each served model. */
export function openApi(endpoint: Endpoint): JsonObject {
  const paths = (endpoint.active?.entities ?? []).map((entity): [string, JsonObject] => [
    `/served-models/${entity.name}/invocations`,
    {
      servers: [{ url: `/serving-endpoints/${endpoint.name}` }],
      post: {
        requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
        responses: {
          200: { description: 'Predictions', content: { 'application/json': { schema: { type: 'object' } } } },
        },
      },
    },
  ]);
  return { openapi: '3.1.0', info: { title: endpoint.name, version: '1' }, paths: Object.fromEntries(paths) };
}
