import type { Decision } from '../reasons.js';
import type { ResultDocument } from './result.js';

/** How good an end is. `bad` needs someone, `warn` should be looked at. */
export type Tone = 'good' | 'bad' | 'warn' | 'neutral';

/** How something is shown: a mark to find it by, a word that says the same, and how good it is. */
export interface Wording {
  readonly mark: string;
  readonly word: string;
  readonly tone: Tone;
}

const DECISION_WORDS: Readonly<Record<Decision, Wording>> = {
  passed: { mark: '✅', word: 'Passed', tone: 'good' },
  rejected: { mark: '❌', word: 'Rejected', tone: 'bad' },
  planned: { mark: '📋', word: 'Planned', tone: 'neutral' },
  promoted: { mark: '🚀', word: 'Promoted', tone: 'good' },
  'rolled-back': { mark: '↩️', word: 'Rolled back', tone: 'bad' },
  unchanged: { mark: '✅', word: 'Nothing to do', tone: 'neutral' },
  paused: { mark: '⏸️', word: 'Paused', tone: 'neutral' },
  held: { mark: '✋', word: 'Held', tone: 'warn' },
  reconciled: { mark: '✅', word: 'Reconciled', tone: 'good' },
  healthy: { mark: '✅', word: 'Healthy', tone: 'good' },
  alerting: { mark: '🔔', word: 'Alert', tone: 'bad' },
  ready: { mark: '✅', word: 'Ready', tone: 'good' },
  'not-ready': { mark: '🚧', word: 'Not ready', tone: 'warn' },
  deployed: { mark: '🚀', word: 'Deployed', tone: 'good' },
  skipped: { mark: '⏭️', word: 'Skipped', tone: 'neutral' },
  cancelled: { mark: '🛑', word: 'Cancelled', tone: 'warn' },
  degraded: { mark: '🚨', word: 'A person is needed', tone: 'bad' },
  failed: { mark: '❌', word: 'Failed', tone: 'bad' },
};

const RUNNING: Wording = { mark: '⏳', word: 'In progress', tone: 'neutral' };

/** The wording of a decision. A `rollback` that was asked for is a success. */
export function wordingOf(result: Pick<ResultDocument, 'decision' | 'command' | 'in_progress'>): Wording {
  if (result.in_progress) return RUNNING;
  const wording = DECISION_WORDS[result.decision];
  const isAsked = result.decision === 'rolled-back' && result.command === 'rollback';
  return isAsked ? { ...wording, tone: 'good' } : wording;
}

/** Marks of rules, requirements and alerts, never without their word. */
export const STATUS_MARKS = {
  pass: '✅ pass',
  fail: '❌ **fail**',
  warn: '⚠️ warning',
  note: 'ℹ️ note',
} as const;

export const CHECK_MARKS = { ok: '✅ ok', missing: '❌ missing', unknown: '❔ unknown' } as const;

export const STEP_MARKS = {
  passed: '✅ passed',
  failed: '❌ failed',
  'no-data': '⚠️ too little data',
  stopped: '⏹️ stopped',
  running: '⏳ running',
} as const;

/** Worst first. */
export const STATUS_ORDER = { fail: 0, warn: 1, note: 2, pass: 3 } as const;

export const PURPOSES = {
  create: 'Create the endpoint',
  provision: 'Provision the new version',
  shift: 'Shift traffic',
  cleanup: 'Remove the old version',
} as const;

/** `version 13`, or `no version` where none was found. */
export function versionName(version: string | null | undefined): string {
  return version ? `version ${version}` : 'no version';
}
