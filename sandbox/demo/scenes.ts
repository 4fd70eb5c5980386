import { copyFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '../runner/index.js';
import { ENDPOINT, GOOD_METRICS, MODEL, Stage } from '../stage.js';
import { showEnd, showLine, showScene, showText } from './screen.js';

/** Callers per second of server time. */
const CALLERS_PER_SECOND = 25;
const HEALTHY = { errorRate: 0.002, latencyMs: { median: 28, sigma: 0.35 } };

const CLOCK =
  'The clock of this workspace runs sixty times as fast as ours, so that what is marked as server time lasts a minute for each second that you wait.';

/** What the last scene showed, in figures. */
interface Exposure {
  readonly requests: number;
  readonly errors: number;
  readonly seconds: number;
}

/**
 * Plays the four scenes with the shipped bundle on the embedded workspace. Returns the exit code: 0 when every scene ended
 * as it should.
 */
export async function playScenes(entry: string): Promise<number> {
  const stage = await Stage.open({ entry, node: process.execPath });
  try {
    const first = stage.version({ accuracy: 0.931, f1: 0.917, val_loss: 0.21 });
    stage.workspace.traffic.behave(MODEL, first, HEALTHY);
    stage.serve(first, CALLERS_PER_SECOND);
    showText(CLOCK);
    showText(
      `An endpoint "${ENDPOINT}" serves version ${first} of ${MODEL} to ${CALLERS_PER_SECOND} callers a second.`,
    );
    const ends = [await missed(stage), await passed(stage), await merged(stage), await bad(stage)];
    stage.workspace.traffic.ledger.assertNoUnserved();
    return ends.every(Boolean) ? 0 : 1;
  } finally {
    await stage.close();
  }
}

async function missed(stage: Stage): Promise<boolean> {
  showScene(
    1,
    'a pull request whose model misses a threshold',
    'The gate says why, in the comment, and changes nothing.',
  );
  const version = stage.version({ accuracy: 0.871, f1: 0.912, val_loss: 0.29 });
  stage.workspace.traffic.behave(MODEL, version, HEALTHY);
  const run = await stage.onPullRequest({ onLine: showLine });
  return ended(run, 'rejected');
}

async function passed(stage: Stage): Promise<boolean> {
  showScene(2, 'a pull request whose model passes', 'The same comment is updated in place.');
  const version = stage.version(GOOD_METRICS);
  stage.workspace.traffic.behave(MODEL, version, { ...HEALTHY, latencyMs: { median: 24, sigma: 0.35 } });
  const run = await stage.onPullRequest({ onLine: showLine });
  return ended(run, 'passed');
}

async function merged(stage: Stage): Promise<boolean> {
  showScene(3, 'the merge', 'The version is added at 0 %, tested there, and gets its traffic step by step.');
  const run = await stage.onMerge({ onLine: showLine });
  return ended(run, 'promoted');
}

async function bad(stage: Stage): Promise<boolean> {
  showScene(
    4,
    'good on paper, bad under traffic',
    'Its metrics are the best so far. One request in four fails once callers reach it.',
  );
  const version = stage.version({ accuracy: 0.973, f1: 0.966, val_loss: 0.09 });
  stage.workspace.traffic.behave(MODEL, version, { ...HEALTHY, after: [{ trafficAbove: 0, errorRate: 0.25 }] });
  const run = await stage.onMerge({ onLine: showLine });
  const isTakenBack = ended(run, 'rolled-back');
  const seen = exposureOf(stage, version);
  const counted = exposureInReport(run);
  showEnd(
    `Ledger of the workspace: ${seen.requests} callers' requests reached the bad version until the way back was in force, ${seen.errors} of them failed; the last came ${seen.seconds.toFixed(0)} s after the first (server time).`,
  );
  showEnd(
    `Comment: ${counted.requests} requests and ${counted.errors} errors, which are those of the minutes that the endpoint had exported whole by then.`,
  );
  showText(`\n${'─'.repeat(100)}\nThe comment on the pull request, as GitHub stores it:\n`);
  showText(stage.comments()[0] ?? '(none)');
  showText(`\nReport: ${keepReport(run)}`);
  return isTakenBack;
}

function ended(run: RunResult, decision: string): boolean {
  const isAsItShould = run.outputs.decision === decision;
  showEnd(
    `decision ${run.outputs.decision}, reason ${run.outputs['reason-code']}${isAsItShould ? '' : ` (expected ${decision})`}`,
  );
  return isAsItShould;
}

/** What callers saw of one version, from the workspace's own ledger and not from the Action's report. */
function exposureOf(stage: Stage, version: string): Exposure {
  const seen = stage.workspace.traffic.ledger.tally({ model: MODEL, version, source: 'caller' });
  return { ...seen, seconds: ((seen.lastAt ?? 0) - (seen.firstAt ?? 0)) / 1000 };
}

/** What the Action itself could count, as the comment says it. */
function exposureInReport(run: RunResult): { readonly requests: string; readonly errors: string } {
  const { rollback } = JSON.parse(run.outputs.result ?? '{}').rollout ?? {};
  return { requests: String(rollback?.requests_exposed ?? 'no'), errors: String(rollback?.errors_exposed ?? 'no') };
}

/** The runner's temporary folder goes; the report stays for a look. */
function keepReport(run: RunResult): string {
  const folder = join(tmpdir(), 'model-promotion-demo');
  mkdirSync(folder, { recursive: true });
  const kept = join(folder, 'report.html');
  copyFileSync(run.outputs['report-html'] ?? '', kept);
  return kept;
}
