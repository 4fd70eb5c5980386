import type { Identity } from '../auth/identities.js';
import { denied } from '../http/failure.js';
import { pageOf } from '../http/paging.js';
import { json, type Reply } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact, type JsonObject } from '../json.js';
import type { Job, JobRun, Jobs } from './jobs.js';
import type { Permissions } from './permissions.js';

const JOB_LEVELS = ['CAN_VIEW', 'CAN_MANAGE_RUN', 'IS_OWNER', 'CAN_MANAGE'];

function stateOf(run: JobRun): JsonObject {
  return compact({
    life_cycle_state: run.lifeCycle,
    result_state: run.result ?? undefined,
    state_message: run.message,
  });
}

function taskRows(run: JobRun): readonly JsonObject[] {
  const key = run.failedTask?.key ?? 'main';
  return [
    { run_id: run.id * 10, task_key: key, state: stateOf(run), start_time: run.startedAt, end_time: run.endedAt ?? 0 },
  ];
}

function statusOf(run: JobRun): JsonObject {
  const code =
    run.result === 'SUCCESS' ? 'SUCCESS' : run.result === 'CANCELED' ? 'USER_CANCELED' : 'RUN_EXECUTION_ERROR';
  const details =
    run.endedAt === null
      ? {}
      : {
          termination_details: {
            code,
            type: run.result === 'SUCCESS' ? 'SUCCESS' : 'CLIENT_ERROR',
            message: run.message,
          },
        };
  return { state: run.lifeCycle, ...details };
}

/** Jobs under `/api/2.1` and `/api/2.2`. */
export class JobRoutes {
  readonly #jobs: Jobs;
  readonly #permissions: Permissions;

  constructor(jobs: Jobs, permissions: Permissions) {
    this.#jobs = jobs;
    this.#permissions = permissions;
    const owner = (id: string): string | null => jobs.jobs.get(Number(id))?.creator ?? null;
    permissions.protect({ type: 'jobs', objectType: 'job', levels: JOB_LEVELS, owner });
  }

  register(router: Router): void {
    for (const base of ['/api/2.1/jobs', '/api/2.2/jobs']) {
      router.on('POST', `${base}/create`, (call) => this.#create(call));
      router.on('GET', `${base}/list`, (call) => this.#list(call));
      router.on('GET', `${base}/get`, (call) =>
        json(this.#jobRow(this.#job(call, 'CAN_VIEW', call.query.get('job_id')))),
      );
      router.on('POST', `${base}/run-now`, (call) => this.#runNow(call));
      router.on('GET', `${base}/runs/get`, (call) =>
        json(this.#runRow(call, this.#run(call, 'CAN_VIEW', call.query.get('run_id')))),
      );
      router.on('GET', `${base}/runs/get-output`, (call) => this.#output(call));
      router.on('GET', `${base}/runs/list`, (call) => this.#listRuns(call));
      router.on('POST', `${base}/runs/cancel`, (call) => this.#cancel(call));
    }
  }

  #checked(identity: Identity, job: Job, needed: string): Job {
    if (!this.#permissions.reaches('jobs', String(job.id), identity, needed)) {
      throw denied(`User ${identity.userName} does not have ${needed} permissions on job ${job.id}.`);
    }
    return job;
  }

  #job(call: Call, needed: string, id: unknown): Job {
    return this.#checked(call.identity, this.#jobs.job(Number(id)), needed);
  }

  /** A task's run id, which is ten times that of its run in the sandbox, leads to the run as well. */
  #run(call: Call, needed: string, id: unknown): JobRun {
    const number = Number(id);
    const run =
      this.#jobs.runs.get(number) ?? this.#jobs.run(number % 10 === 0 && number > 1_000_000 ? number / 10 : number);
    this.#checked(call.identity, this.#jobs.job(run.jobId), needed);
    return run;
  }

  #create(call: Call): Reply {
    const job = this.#jobs.create(call.body.optionalText('name') ?? 'Untitled', call.identity.userName, call.body.raw);
    return json({ job_id: job.id });
  }

  #jobRow(job: Job): JsonObject {
    return {
      job_id: job.id,
      creator_user_name: job.creator,
      created_time: job.createdAt,
      settings: { ...job.settings, name: job.name },
    };
  }

  #list(call: Call): Reply {
    const name = call.query.get('name');
    const seen = [...this.#jobs.jobs.values()].filter(
      (job) =>
        (name === null || job.name === name) &&
        this.#permissions.reaches('jobs', String(job.id), call.identity, 'CAN_VIEW'),
    );
    const page = pageOf(seen, call.query.get('page_token'), { pageSize: Number(call.query.get('limit') ?? 20) });
    return json(
      compact({
        jobs: page.items.map((job) => this.#jobRow(job)),
        has_more: page.nextPageToken !== undefined,
        next_page_token: page.nextPageToken,
      }),
    );
  }

  #runNow(call: Call): Reply {
    const job = this.#job(call, 'CAN_MANAGE_RUN', call.body.integer('job_id'));
    const parameters = { ...call.body.textMap('job_parameters'), ...call.body.textMap('notebook_params') };
    const run = this.#jobs.start(job, parameters, call.body.optionalText('idempotency_token') ?? '');
    return json({ run_id: run.id, number_in_job: run.id });
  }

  #runRow(call: Call, run: JobRun): JsonObject {
    return {
      run_id: run.id,
      job_id: run.jobId,
      run_page_url: `http://${call.headers.host ?? ''}/?o=0#job/${run.jobId}/run/${run.id}`,
      start_time: run.startedAt,
      end_time: run.endedAt ?? 0,
      state: stateOf(run),
      status: statusOf(run),
      tasks: taskRows(run),
      job_parameters: Object.entries(run.parameters).map(([name, value]) => ({ name, value })),
    };
  }

  #output(call: Call): Reply {
    const run = this.#run(call, 'CAN_VIEW', call.query.get('run_id'));
    const error = run.failedTask === null ? {} : { error: run.failedTask.error, error_trace: run.failedTask.error };
    return json({ metadata: this.#runRow(call, run), ...error });
  }

  #listRuns(call: Call): Reply {
    const jobId = call.query.get('job_id');
    const seen = [...this.#jobs.runs.values()].filter((run) => jobId === null || String(run.jobId) === jobId).reverse();
    const page = pageOf(seen, call.query.get('page_token'), { pageSize: Number(call.query.get('limit') ?? 25) });
    return json(
      compact({
        runs: page.items.map((run) => this.#runRow(call, run)),
        has_more: page.nextPageToken !== undefined,
        next_page_token: page.nextPageToken,
      }),
    );
  }

  #cancel(call: Call): Reply {
    this.#jobs.cancel(this.#run(call, 'CAN_MANAGE_RUN', call.body.integer('run_id')));
    return json({});
  }
}
