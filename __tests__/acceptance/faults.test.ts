import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Case, callsOf, casesOf, sample } from './faults/matrix.js';
import { type Played, playAll } from './faults/play.js';
import { SCENES } from './faults/scenes.js';

/** Cases of each scene in the usual run; all of them with NIGHTLY=1. */
const USUAL = { gate: 30, plan: 30, promote: 16, rollback: 16 } as const;
const SEED = Number(process.env.FAULTS_SEED ?? 7);
const SIDE_BY_SIDE = 6;
const LIMIT_MS = process.env.NIGHTLY === '1' ? 3 * 3_600_000 : 120_000;

const folder = mkdtempSync(join(tmpdir(), 'faults-'));
const played: Played[] = [];
let size = 0;
const onlyScene = process.env.FAULTS_SCENE;

// The commands leave notes for the post step in this file; without it they would be printed.
beforeAll(() => {
  process.env.GITHUB_STATE = join(folder, 'state');
  writeFileSync(process.env.GITHUB_STATE, '');
});

afterAll(() => {
  delete process.env.GITHUB_STATE;
  rmSync(folder, { recursive: true, force: true });
  const same = played.filter(({ kind }) => kind === 'same').length;
  const unmet = played.filter(({ struck }) => !struck).length;
  const counts = [
    `${size} cases in the fault matrix, ${played.length} played`,
    `${same} ended as without the fault`,
    `${played.length - same} stopped clearly and went on later`,
    `${unmet} met no fault because the call was not made`,
  ];
  process.stdout.write(`${counts.join('; ')}.\n`);
});

describe('a fault at any call changes no decision', () => {
  it.each(SCENES.filter(({ name }) => onlyScene === undefined || name === onlyScene))(
    '$name',
    async (scene) => {
      const cases: readonly Case[] = casesOf(scene, await callsOf(scene));
      size += cases.length;
      const chosen = process.env.NIGHTLY === '1' ? cases : sample(cases, USUAL[scene.command], SEED);
      const results = await playAll(chosen, SIDE_BY_SIDE);
      played.push(...results);
      expect(results.flatMap(({ faults }) => faults)).toEqual([]);
    },
    LIMIT_MS,
  );
});
