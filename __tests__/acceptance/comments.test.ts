import { describe, expect, it } from '@jest/globals';
import { BOT } from '../../sandbox/github/index.js';
import { createContractValidator } from '../../sandbox/github/openapi/validator.js';
import { PULL_REQUEST, type Stage, type StageOptions } from '../../sandbox/stage.js';
import { commentMarker } from '../../src/report/marker.js';
import { QUICK_WORKSPACE } from './rollouts/fast.js';
import { oldAndNew, promote } from './rollouts/scene.js';
import { expectDecision, onStage } from './support.js';

const COMMENT_PATH = /\/issues\/(comments\/\d+|\d+\/comments)(\?|$)/;
const KEY = 'digits';
const MARKER = commentMarker([KEY]);
const STRICT: Partial<StageOptions> = {
  github: { contract: createContractValidator('github.com') },
  workspace: QUICK_WORKSPACE,
};

/** What was done to comments, reads left out. */
function commentWrites(stage: Stage): readonly string[] {
  return stage.github.requests
    .filter(({ method, path }) => method !== 'GET' && COMMENT_PATH.test(path))
    .map(({ method, outcome }) => `${method} ${outcome}`);
}

/** Our comments on the pull request, oldest first. */
function ours(stage: Stage): readonly string[] {
  return stage.github.state.comments
    .filter(({ issue, author }) => issue === PULL_REQUEST && author === BOT)
    .map(({ body }) => body);
}

function gate(stage: Stage, key = KEY) {
  return stage.onPullRequest({ inputs: { 'comment-key': key } });
}

function withVersions(stage: Stage): void {
  stage.serve(stage.version(), 0);
  stage.version();
}

describe('the comment of a rollout', () => {
  it('is written once when the rollout begins and brought up to date in place when it ends', () =>
    onStage(async (stage) => {
      oldAndNew(stage);
      const begun = stage.github.seen('POST', COMMENT_PATH);
      const run = await promote(stage, { inputs: { 'comment-key': KEY } });
      expectDecision(run, 'promoted', 'ok');
      const first = JSON.parse((await begun).body).body;
      expect(first.startsWith(`${MARKER}\n`)).toBe(true);
      expect(first).toContain('is running');
      expect(first).not.toContain('→ `promoted`');
      // Three steps in a few seconds: with its thirty seconds between two updates, nothing comes between begin and end.
      expect(commentWrites(stage)).toEqual(['POST 201', 'PATCH 200']);
      expect(ours(stage)).toHaveLength(1);
      expect(ours(stage)[0]).toContain('→ `promoted`');
      expect(ours(stage)[0]).not.toContain('is running');
    }, STRICT));

  it('comes back when it was deleted meanwhile', () =>
    onStage(async (stage) => {
      oldAndNew(stage);
      const { comments } = stage.github.state;
      const run = await promote(stage, {
        inputs: { 'comment-key': KEY },
        onLine: () => {
          const index = comments.findIndex(({ body }) => body.includes('is running'));
          if (index >= 0) comments.splice(index, 1);
        },
      });
      expectDecision(run, 'promoted', 'ok');
      expect(commentWrites(stage)).toEqual(['POST 201', 'PATCH 404', 'POST 201']);
      expect(ours(stage)).toHaveLength(1);
      expect(ours(stage)[0]).toContain('→ `promoted`');
      expect(run.outputs['comment-url']).not.toBe('');
    }, STRICT));

  it('tells of the rollout that was taken back, in the same comment as the one before', () =>
    onStage(async (stage) => {
      oldAndNew(stage);
      const inputs = { 'comment-key': KEY };
      expectDecision(await promote(stage, { inputs }), 'promoted', 'ok');
      const bad = stage.version();
      stage.workspace.traffic.behave('main.vision.digits', bad, { answers: 'nan' });
      expectDecision(await promote(stage, { inputs, runId: 42 }), 'rolled-back', 'smoke-failed');
      expect(commentWrites(stage)[0]).toBe('POST 201');
      expect(new Set(commentWrites(stage).slice(1))).toEqual(new Set(['PATCH 200']));
      expect(ours(stage)).toHaveLength(1);
    }, STRICT));
});

describe('two legs on one pull request', () => {
  it('with different keys keep a comment each', () =>
    onStage(async (stage) => {
      withVersions(stage);
      const runs = await Promise.all(['north', 'south'].map((key) => gate(stage, key)));
      for (const run of runs) expectDecision(run, 'passed', 'ok');
      const markers = ours(stage).map((body) => body.split('\n', 1)[0]);
      expect(markers.toSorted()).toEqual([commentMarker(['north']), commentMarker(['south'])].toSorted());
      expect(new Set(runs.map((run) => run.outputs['comment-url'])).size).toBe(2);
    }, STRICT));

  it('with the same key end with one comment, whoever was first', () =>
    onStage(async (stage) => {
      withVersions(stage);
      const runs = await Promise.all([gate(stage), gate(stage), gate(stage)]);
      for (const run of runs) expectDecision(run, 'passed', 'ok');
      expect(ours(stage)).toHaveLength(1);
    }, STRICT));
});

describe('among the comments of others', () => {
  it('finds its own behind 300', () =>
    onStage(async (stage) => {
      withVersions(stage);
      const talk = (count: number): void => {
        for (let index = 0; index < count; index += 1) {
          stage.github.seed.comment({ issue: PULL_REQUEST, body: `talk ${index}`, author: 'dana' });
        }
      };
      talk(300);
      expectDecision(await gate(stage), 'passed', 'ok');
      talk(50);
      expectDecision(await gate(stage), 'passed', 'ok');
      expect(commentWrites(stage)).toEqual(['POST 201', 'PATCH 200']);
      expect(ours(stage)).toHaveLength(1);
    }, STRICT));

  it('leaves alone what someone else wrote under its marker', () =>
    onStage(async (stage) => {
      withVersions(stage);
      const forged = `${MARKER}\n## ✅ Ship it`;
      stage.github.seed.comment({ issue: PULL_REQUEST, body: forged, author: 'mallory' });
      expectDecision(await gate(stage), 'passed', 'ok');
      expect(commentWrites(stage)).toEqual(['POST 201']);
      expect(stage.comments()[0]).toBe(forged);
      expect(ours(stage)).toHaveLength(1);
    }, STRICT));
});
