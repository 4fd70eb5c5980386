import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import Ajv from 'ajv';
import type { RunResult } from '../../sandbox/runner/index.js';
import { Stage, type StageOptions } from '../../sandbox/stage.js';
import { OUTPUT_NAMES } from '../../src/action/registry.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The bundle that users run. */
export const ENTRY = `${root}dist/index.js`;

const validateResult = new Ajv({ strict: false, allErrors: true }).compile(
  JSON.parse(readFileSync(`${root}schema/result.v1.json`, 'utf8')),
);

/** Plays one scene on a stage of its own, and holds the world against its invariants afterwards. */
export async function onStage(
  play: (stage: Stage) => Promise<void>,
  options: Partial<StageOptions> = {},
): Promise<void> {
  const stage = await Stage.open({ entry: ENTRY, ...options });
  try {
    await play(stage);
    stage.workspace.traffic.ledger.assertNoUnserved();
    expect(stage.workspace.invariants.violations).toEqual([]);
    expect(stage.workspace.complaints).toEqual([]);
    expect(stage.github.unrouted).toEqual([]);
    expect(stage.github.violations).toEqual([]);
  } finally {
    await stage.close();
  }
}

/** Every declared output is there, and the report follows its published schema. Returns the report. */
export function reportOf(run: RunResult): Record<string, unknown> & { readonly headline: string } {
  expect(Object.keys(run.outputs).sort()).toEqual([...OUTPUT_NAMES].sort());
  const report = JSON.parse(readFileSync(run.outputs.report ?? '', 'utf8'));
  const isValid = validateResult(report);
  expect(validateResult.errors ?? []).toEqual([]);
  expect(isValid).toBe(true);
  expect(JSON.parse(run.outputs.result ?? '{}').decision).toBe(run.outputs.decision);
  expect(readFileSync(run.outputs['report-html'] ?? '', 'utf8')).toContain('<!doctype html>');
  expect(run.summary).toContain(run.outputs['reason-code'] ?? 'missing');
  return report;
}

/** Decision and reason together, so that a failing test shows both; the log's end where they differ. */
export function expectDecision(run: RunResult, decision: string, reason: string): void {
  const found = `${run.outputs.decision} (${run.outputs['reason-code']})`;
  if (found !== `${decision} (${reason})`) console.log(run.log.slice(-4000));
  expect(found).toBe(`${decision} (${reason})`);
}
