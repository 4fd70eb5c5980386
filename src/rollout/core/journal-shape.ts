import type { Journal } from './journal.js';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const count: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const flag: Check = (value) => typeof value === 'boolean';
const anything: Check = () => true;

function oneOf(...words: readonly string[]): Check {
  return (value) => typeof value === 'string' && words.includes(value);
}

function orNull(check: Check): Check {
  return (value) => value === null || check(value);
}

function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

function shape(fields: Readonly<Record<string, Check>>): Check {
  return (value) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
    const entries = new Map(Object.entries(value));
    return Object.entries(fields).every(([name, check]) => check(entries.get(name)));
  };
}

const share: Check = (value) => Array.isArray(value) && value.length === 2 && text(value[0]) && count(value[1]);
const stepTriple: Check = (value) =>
  Array.isArray(value) && value.length === 3 && count(value[0]) && count(value[1]) && orNull(text)(value[2]);
const named = shape({ name: text, version: text });
const removed = shape({
  name: text,
  entityName: text,
  entityVersion: text,
  set: shape({}),
  unset: listOf(text),
  omitted: listOf(text),
});

const JOURNAL = shape({
  schema: (value) => value === 1,
  rolloutId: text,
  planHash: text,
  kind: oneOf('first-deployment', 'shift', 'already-serving'),
  status: oneOf('running', 'paused', 'held', 'ended'),
  outcome: orNull(shape({ decision: text, reason: text })),
  candidate: shape({ name: text, entityName: text, entityVersion: text }),
  previous: orNull(named),
  phase: text,
  update: count,
  passed: flag,
  steps: listOf(stepTriple),
  finalBakeMs: count,
  retainPrevious: flag,
  startedAtMs: count,
  stepStartedAtMs: orNull(count),
  heartbeatAtMs: count,
  creditedMs: count,
  extensions: count,
  intent: orNull(shape({ purpose: text, update: orNull(count) })),
  turn: orNull(shape({ reason: text })),
  lease: orNull(
    shape({ repository: text, runId: text, attempt: text, nonce: text, generation: count, heartbeat: count }),
  ),
  generation: count,
  snapshot: orNull(shape({ routes: listOf(share), fingerprint: text })),
  record: orNull(
    shape({
      promoted: text,
      version: text,
      previous: orNull(named),
      routes: listOf(share),
      removed: listOf(removed),
      retained: listOf(text),
      undo: anything,
    }),
  ),
  evidence: anything,
});

/** Whether a value read from a record has the shape of a journal of this schema. */
export function isJournal(value: unknown): value is Journal {
  return JOURNAL(value);
}
