import { invalid, missing } from '../http/failure.js';
import type { JsonObject } from '../json.js';
import type { Simulation } from '../time/simulation.js';

export type RunResult = 'SUCCESS' | 'FAILED' | 'TIMEDOUT' | 'CANCELED';

export interface Job {
  readonly id: number;
  readonly name: string;
  readonly creator: string;
  readonly settings: JsonObject;
  readonly createdAt: number;
}

export interface JobRun {
  readonly id: number;
  readonly jobId: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly idempotencyToken: string;
  readonly startedAt: number;
  endedAt: number | null;
  lifeCycle: 'PENDING' | 'RUNNING' | 'TERMINATING' | 'TERMINATED' | 'INTERNAL_ERROR';
  result: RunResult | null;
  message: string;
  /** Task that failed, with the text of its error. */
  failedTask: { readonly key: string; readonly error: string } | null;
}

/** How runs of a job go. */
export interface JobConduct {
  /** Server ms; `Infinity` for a run that never ends by itself. */
  readonly durationMs?: number;
  readonly result?: 'SUCCESS' | 'FAILED' | 'TIMEDOUT';
  readonly message?: string;
  readonly failedTask?: { readonly key: string; readonly error: string };
  /** What the run does in the world, such as logging metrics; called when it ends well. */
  readonly effect?: (run: JobRun) => void;
}

/** Jobs and their runs on the server's clock. */
export class Jobs {
  readonly jobs = new Map<number, Job>();
  readonly runs = new Map<number, JobRun>();
  readonly #conducts = new Map<number, JobConduct>();
  readonly #simulation: Simulation;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  create(name: string, creator: string, settings: JsonObject = {}): Job {
    const job = { id: 600_000 + this.jobs.size, name, creator, settings, createdAt: this.#simulation.now };
    this.jobs.set(job.id, job);
    return job;
  }

  conduct(jobId: number, conduct: JobConduct): void {
    this.#conducts.set(jobId, conduct);
  }

  job(id: number): Job {
    const job = this.jobs.get(id);
    if (job === undefined) throw invalid(`Job ${id} does not exist.`);
    return job;
  }

  run(id: number): JobRun {
    const run = this.runs.get(id);
    if (run === undefined) throw missing(`Run ${id} does not exist.`);
    return run;
  }

  /** A token that was seen before brings back the run that it started. */
  start(job: Job, parameters: Readonly<Record<string, string>>, idempotencyToken: string): JobRun {
    const known = [...this.runs.values()].find(
      (run) => idempotencyToken !== '' && run.idempotencyToken === idempotencyToken,
    );
    if (known !== undefined) return known;
    const run: JobRun = {
      id: 800_000 + this.runs.size,
      jobId: job.id,
      parameters,
      idempotencyToken,
      startedAt: this.#simulation.now,
      endedAt: null,
      lifeCycle: 'PENDING',
      result: null,
      message: '',
      failedTask: null,
    };
    this.runs.set(run.id, run);
    const duration = this.#conducts.get(job.id)?.durationMs ?? 60_000;
    this.#simulation.schedule(run.startedAt + Math.min(5000, duration / 2), () => this.#enter(run));
    if (Number.isFinite(duration)) this.#simulation.schedule(run.startedAt + duration, () => this.#finish(run));
    return run;
  }

  #enter(run: JobRun): void {
    if (run.lifeCycle === 'PENDING') run.lifeCycle = 'RUNNING';
  }

  #finish(run: JobRun): void {
    if (run.endedAt !== null) return;
    const conduct = this.#conducts.get(run.jobId) ?? {};
    run.result = conduct.result ?? 'SUCCESS';
    run.message = conduct.message ?? '';
    run.failedTask =
      run.result === 'SUCCESS' ? null : (conduct.failedTask ?? { key: 'main', error: 'RuntimeError: the task failed' });
    this.#end(run);
    if (run.result === 'SUCCESS') conduct.effect?.(run);
  }

  #end(run: JobRun): void {
    run.lifeCycle = 'TERMINATED';
    run.endedAt = this.#simulation.now;
  }

  cancel(run: JobRun): void {
    if (run.endedAt !== null) return;
    run.result = 'CANCELED';
    run.message = 'Run cancelled.';
    this.#end(run);
  }
}
