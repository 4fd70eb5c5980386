import type { ResultCheck, ResultRule, ResultStep } from '../result.js';
import { type Html, html } from './template.js';

/** Signs that every text font has, since paper and old machines have no emoji; the word says the same. */
function mark(tone: 'good' | 'bad' | 'warn' | 'neutral', sign: string, word: string): Html {
  return html`<span class="mark ${tone}"><span aria-hidden="true">${sign}</span> ${word}</span>`;
}

const STATUSES = {
  pass: mark('good', '✓', 'pass'),
  fail: mark('bad', '✗', 'fail'),
  warn: mark('warn', '▲', 'warning'),
  note: mark('neutral', '•', 'note'),
} as const;

const CHECKS = {
  ok: mark('good', '✓', 'ok'),
  missing: mark('bad', '✗', 'missing'),
  unknown: mark('warn', '?', 'unknown'),
} as const;

const STEPS = {
  passed: mark('good', '✓', 'passed'),
  failed: mark('bad', '✗', 'failed'),
  'no-data': mark('warn', '▲', 'too little data'),
  stopped: mark('warn', '■', 'stopped'),
  running: mark('neutral', '•', 'running'),
} as const;

/** How a rule, a requirement or an alert came out. */
export function statusMark(status: ResultRule['status']): Html {
  return STATUSES[status];
}

/** Mark of a checklist line: a symbol with its word, never colour alone. */
export function checkMark(status: ResultCheck['status']): Html {
  return CHECKS[status];
}

/** Mark of a step's verdict: a symbol with its word, never colour alone. */
export function stepMark(verdict: ResultStep['verdict']): Html {
  return STEPS[verdict];
}
