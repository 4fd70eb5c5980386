import type { HttpClient } from '../http/client.js';
import { faultText } from '../http/fault.js';
import type { PromotionRecord } from './types.js';
import { anyAnswer } from './wire.js';

/** Tag values that every registry takes; longer ones are cut. */
const LONGEST_VALUE = 250;

/**
 * Writes the record's tags onto its version through one of the `model-versions/set-tag` paths, side by side. Best effort: what was refused is one
 * warning, because a tag is never worth a failed promotion.
 */
export async function writeTags(
  http: HttpClient,
  path: string,
  model: string,
  record: PromotionRecord,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const replies = await Promise.all(
    Object.entries(record.tags).map(async ([key, value]) => {
      const body = { name: model, version: record.version, key, value: value.slice(0, LONGEST_VALUE) };
      const payload = { kind: 'json', value: body } as const;
      // Setting a tag twice is setting it once, so it is repeated like a read.
      return { key, reply: await http.ask({ method: 'POST', path, payload, effect: 'read', signal }, anyAnswer) };
    }),
  );
  const refused = replies.flatMap(({ key, reply }) => (reply.kind === 'fault' ? [{ key, fault: reply.fault }] : []));
  const first = refused[0];
  if (first === undefined) return [];
  const keys = refused.map(({ key }) => key).join(', ');
  return [`Tags ${keys} could not be written to version ${record.version} of ${model}: ${faultText(first.fault)}.`];
}
