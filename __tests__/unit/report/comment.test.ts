import { describe, expect, it } from '@jest/globals';
import { DECISIONS } from '../../../src/reasons.js';
import { renderComment } from '../../../src/report/markdown/comment.js';
import { renderSummary } from '../../../src/report/markdown/summary.js';
import { commentMarker } from '../../../src/report/marker.js';
import { resultSchema } from '../../../src/report/result.js';
import { expectGolden } from './golden.js';
import { remoteFailure, SAMPLES } from './samples.js';

const marker = commentMarker(['main.cv_models.cv_model', 'prod']);

describe('golden comments', () => {
  it.each(DECISIONS)('%s', (decision) => {
    const result = SAMPLES[decision]();
    expect(result.decision).toBe(decision);
    expect(resultSchema.safeParse(result).success).toBe(true);
    expectGolden(`comment-${decision}.txt`, renderComment(result, { marker }));
  });

  it('a refusal of the remote side', () => {
    expectGolden('comment-failed-remote.txt', renderComment(remoteFailure(), { marker }));
  });

  it('while a rollout goes on', () => {
    const result = {
      ...SAMPLES.promoted(),
      in_progress: true,
      headline: 'Version 13 has 25 % of the traffic of cv_endpoint',
    };
    expectGolden('comment-in-progress.txt', renderComment(result, { marker }));
  });

  it('reduced', () => {
    expectGolden('comment-rolled-back-reduced.txt', renderComment(SAMPLES['rolled-back'](), { marker, limit: 5_000 }));
  });

  it('headline', () => {
    expectGolden('comment-rolled-back-headline.txt', renderComment(SAMPLES['rolled-back'](), { marker, limit: 2_500 }));
  });
});

describe('summary', () => {
  it.each(DECISIONS)('%s has what the comment has, without its marker', (decision) => {
    const result = SAMPLES[decision]();
    expect(`${marker}\n${renderSummary(result)}`).toBe(renderComment(result, { marker }));
  });
});
