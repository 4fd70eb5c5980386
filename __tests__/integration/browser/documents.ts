import fc from 'fast-check';
import type { Decision } from '../../../src/reasons.js';
import { safeUrl } from '../../../src/report/escape.js';
import { renderHtml } from '../../../src/report/html.js';
import { renderComment } from '../../../src/report/markdown/comment.js';
import { commentMarker } from '../../../src/report/marker.js';
import type { ResultDocument } from '../../../src/report/result.js';
import { anyResult } from '../../unit/report/hostile.js';
import { remoteFailure, SAMPLES } from '../../unit/report/samples.js';

const HOSTILE_DOCUMENTS = 4;
/** The outcomes that people see most, or must not miss. */
const OUTCOMES: readonly Decision[] = [
  ...(['passed', 'rejected', 'planned', 'promoted', 'rolled-back', 'held', 'degraded', 'cancelled'] as const),
  ...(['failed', 'not-ready', 'alerting', 'deployed'] as const),
];

/** A document with its renderings, and what may be in them. */
export interface Rendered {
  readonly name: string;
  readonly html: string;
  readonly comment: string;
  /** Every address that a link may lead to. */
  readonly addresses: readonly string[];
  /** How many plots the HTML report has. */
  readonly plots: number;
  /** How many charts the comment has. */
  readonly charts: number;
  /** Made of text that tries to break out: layout is not looked at, everything else is. */
  readonly isHostile: boolean;
}

function addressesOf(document: ResultDocument): string[] {
  const { workflow, model, endpoint, app, gate, faults } = document;
  const repository = `${workflow.server_url}/${workflow.repository}`;
  const given = [
    workflow.run_url,
    `${repository}/commit/${workflow.sha}`,
    `${repository}/pull/${workflow.pull_request}`,
    model?.url,
    model?.run_url,
    endpoint?.url,
    app?.url,
    ...faults.map(({ file, line }) => `${repository}/blob/${workflow.sha}/${file}${line === null ? '' : `#L${line}`}`),
    ...(gate?.requirements.map((requirement) => requirement.url) ?? []),
  ];
  return given.flatMap((url) => safeUrl(url) ?? []);
}

/** Charts are drawn from two moments on, each for what is known. */
function chartsOf({ rollout }: ResultDocument): { readonly plots: number; readonly charts: number } {
  const timeline = rollout?.timeline ?? [];
  if (timeline.length < 2) return { plots: 0, charts: 0 };
  const has = (key: 'candidate_error_rate' | 'candidate_latency_ms' | 'evidence'): number =>
    timeline.some((point) => point[key] !== null) ? 1 : 0;
  const errors = has('candidate_error_rate');
  return { plots: 1 + errors + has('candidate_latency_ms') + has('evidence'), charts: 1 + errors };
}

function rendered(name: string, document: ResultDocument, isHostile = false): Rendered {
  return {
    name,
    html: renderHtml(document),
    comment: renderComment(document, { marker: commentMarker(['main.cv_models.cv_model']) }),
    addresses: addressesOf(document),
    ...chartsOf(document),
    isHostile,
  };
}

/** The main outcomes, a rollout that goes on, a refusal of the remote side, and documents full of hostile text; always the same. */
export function documents(): readonly Rendered[] {
  const hostile = fc.sample(anyResult, { seed: 20_261_122, numRuns: HOSTILE_DOCUMENTS });
  return [
    ...OUTCOMES.map((decision) => rendered(decision, SAMPLES[decision]())),
    rendered('in-progress', { ...SAMPLES.promoted(), in_progress: true }),
    rendered('remote-failure', remoteFailure()),
    ...hostile.map((document, index) => rendered(`hostile-${index + 1}`, document, true)),
  ];
}
