import { parentPort, Worker } from 'node:worker_threads';
import { type Cell, type CellMeasure, measure } from './measures.js';

interface Task {
  readonly index: number;
  readonly cell: Cell;
}

interface Done {
  readonly index: number;
  readonly measure: CellMeasure;
}

/** Measures cells side by side in `workers` threads that run `script`; the results are in the order of the cells. */
export async function measureAll(
  cells: readonly Cell[],
  workers: number,
  script: URL,
  log: (done: number) => void,
): Promise<CellMeasure[]> {
  const results: CellMeasure[] = [];
  let next = 0;
  let done = 0;
  const serve = async (): Promise<void> => {
    const worker = new Worker(script);
    try {
      for (let index = next++; index < cells.length; index = next++) {
        const cell = cells[index];
        if (cell === undefined) return;
        const answer = await ask(worker, { index, cell });
        results[answer.index] = answer.measure;
        done += 1;
        log(done);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: workers }, serve));
  return results;
}

function ask(worker: Worker, task: Task): Promise<Done> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (done: Done) => {
      worker.removeListener('error', reject);
      resolve(done);
    });
    worker.postMessage(task);
  });
}

/** The other side: measures what it is sent until it is terminated. */
export function serveCells(): void {
  parentPort?.on('message', (task: Task) => {
    measure(task.cell).then(
      (measured) => parentPort?.postMessage({ index: task.index, measure: measured } satisfies Done),
      (error: unknown) => {
        // Out of the promise, so that the thread fails with it.
        setImmediate(() => {
          throw error;
        });
      },
    );
  });
}
