import type { Journal } from '../rollout/core/journal.js';
import { decodeJournal } from '../rollout/core/journal-codec.js';
import type { EndpointView } from '../rollout/core/types.js';
import { PACKING } from '../rollout/journal-store.js';

/** The record that the last rollout left on the endpoint; `null` without one, or when it cannot be read. */
export function journalOn(view: EndpointView | null): Journal | null {
  if (view === null) return null;
  const reading = decodeJournal(view.tags, PACKING);
  return reading.kind === 'journal' ? reading.journal : null;
}

/** The record of a rollout that has not come to its end; `null` otherwise. */
export function openJournal(view: EndpointView | null): Journal | null {
  const journal = journalOn(view);
  return journal === null || journal.status === 'ended' ? null : journal;
}
