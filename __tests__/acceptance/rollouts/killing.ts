import type { RunOptions, RunResult } from '../../../sandbox/runner/index.js';
import type { Stage } from '../../../sandbox/stage.js';

/** One write of a rollout: the n-th of its method and path. */
export interface Write {
  readonly method: string;
  readonly path: string;
  readonly nth: number;
}

/** Whether the server has carried the write out when the process dies. */
export type Moment = 'before' | 'after';

const WATCH_MS = 3;

/** Every write that the workspace has seen, numbered by method and path. */
export function writesOf(stage: Stage): readonly Write[] {
  const counts = new Map<string, number>();
  return stage.workspace.requests.writes().map(({ method, path }) => {
    const nth = (counts.get(`${method} ${path}`) ?? 0) + 1;
    counts.set(`${method} ${path}`, nth);
    return { method, path, nth };
  });
}

/** The write as a person would name it. */
export function nameOf(write: Write): string {
  const path = write.path.replace(/^\/api\/2\.[01]\//, '').replace('mlflow/unity-catalog/', '');
  return `${write.method} ${path} #${write.nth}`;
}

/**
 * Runs with the machine going away at one write: the request is held, so that the process can do nothing else in the
 * meantime, and every process of the step is killed before or after the server has acted. No post step follows.
 *
 * @returns the run, and whether it got as far as that write.
 */
export async function killedAt(
  stage: Stage,
  write: Write,
  moment: Moment,
  start: (options: Partial<RunOptions>) => Promise<RunResult>,
): Promise<{ readonly run: RunResult; readonly reached: boolean }> {
  const { faults, requests } = stage.workspace;
  const path = new RegExp(`^${write.path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
  const held = faults.add({
    match: { method: write.method, path, nth: write.nth },
    effect: { kind: 'hang', when: moment },
    times: 1,
  });
  let timer: NodeJS.Timeout | undefined;
  const isDone = (): boolean =>
    held.struck > 0 &&
    (moment === 'before' || requests.matching(write.method, path).some((one) => one.acted && one.status === null));
  const arrived = new Promise<void>((resolve) => {
    timer = setInterval(() => {
      if (isDone()) resolve();
    }, WATCH_MS);
  });
  try {
    const run = await start({ signals: { when: arrived, signal: 'SIGKILL' } });
    return { run, reached: held.struck > 0 };
  } finally {
    clearInterval(timer);
    held.remove();
  }
}
