import { ApiFailure, missing } from '../http/failure.js';
import type { Json, JsonObject } from '../json.js';
import { hex, type Random, uuid } from '../time/random.js';
import type { Simulation } from '../time/simulation.js';
import type { App, AppDeployment, AppLauncher, AppScript, AppTimes } from './app-types.js';

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/;

/** Databricks Apps: compute, deployments and their states, on the server's clock. */
export class Apps {
  readonly apps = new Map<string, App>();
  readonly times: AppTimes = { computeMs: 60_000, deployMs: 60_000, deleteMs: 300_000 };
  launcher: AppLauncher | null = null;
  readonly #scripts: { readonly script: AppScript; left: number }[] = [];
  readonly #simulation: Simulation;
  readonly #random: Random;

  constructor(simulation: Simulation, random: Random) {
    this.#simulation = simulation;
    this.#random = random;
  }

  script(script: AppScript): void {
    this.#scripts.push({ script, left: script.times ?? 1 });
  }

  get(name: string): App {
    const app = this.apps.get(name);
    if (app === undefined) throw missing(`App with name ${name} does not exist or is deleted.`);
    return app;
  }

  create(
    name: string,
    creator: string,
    noCompute: boolean,
    given: { description: string; resources: readonly Json[] },
  ): App {
    if (!NAME.test(name))
      throw new ApiFailure(
        'INVALID_PARAMETER_VALUE',
        `App name '${name}' must be 1 to 30 lower-case letters, digits or hyphens.`,
      );
    if (this.apps.has(name))
      throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `An app with the same name already exists: ${name}`);
    const { now } = this.#simulation;
    const app: App = {
      ...given,
      name,
      id: uuid(this.#random),
      creator,
      createdAt: now,
      updatedAt: now,
      computeSize: 'MEDIUM',
      compute: { state: 'STOPPED', message: 'App compute is stopped.' },
      app: { state: 'UNAVAILABLE', message: 'App status is unavailable.' },
      active: null,
      pending: null,
      deployments: [],
      servicePrincipalId: uuid(this.#random),
      update: { state: 'NOT_UPDATED', message: '' },
      backend: null,
    };
    this.apps.set(name, app);
    if (!noCompute) this.start(app);
    return app;
  }

  /** Brings the compute up; what was deployed last is deployed again by itself. */
  start(app: App): void {
    if (app.compute.state === 'ACTIVE')
      throw new ApiFailure('BAD_REQUEST', `Cannot start app ${app.name} as it is not in STOPPED state.`);
    app.compute = { state: 'STARTING', message: 'App compute is starting.' };
    this.#simulation.schedule(this.#simulation.now + this.times.computeMs, () => {
      if (app.compute.state !== 'STARTING') return;
      app.compute = { state: 'ACTIVE', message: 'App compute is running.' };
      const last = app.deployments.find((deployment) => deployment.state === 'SUCCEEDED');
      if (last !== undefined && app.pending === null) this.#launch(app, this.#copy(last));
    });
  }

  stop(app: App): void {
    app.active = null;
    app.app = { state: 'UNAVAILABLE', message: 'App is stopped.' };
    app.compute = { state: 'STOPPING', message: 'App compute is stopping.' };
    this.#simulation.schedule(this.#simulation.now + this.times.computeMs / 4, () => {
      if (app.compute.state === 'STOPPING') app.compute = { state: 'STOPPED', message: 'App compute is stopped.' };
    });
  }

  /** Deletion takes its time; a second one is refused while it lasts. */
  remove(app: App): void {
    const { name, compute } = app;
    if (compute.state === 'DELETING') {
      const why = `as it is not terminal with state DELETING, and was updated less than 20 minutes ago`;
      throw new ApiFailure('BAD_REQUEST', `Cannot delete app ${name} ${why}. Please retry after 20 minutes.`);
    }
    app.compute = { state: 'DELETING', message: 'App is being deleted.' };
    app.app = { state: 'UNAVAILABLE', message: 'App is being deleted.' };
    this.#simulation.schedule(this.#simulation.now + this.times.deleteMs, () => this.apps.delete(name));
  }

  deploy(
    app: App,
    given: Pick<AppDeployment, 'sourceCodePath' | 'mode' | 'command' | 'envNames' | 'creator'>,
  ): AppDeployment {
    if (app.pending !== null) {
      throw new ApiFailure(
        'RESOURCE_CONFLICT',
        `Cannot deploy app ${app.name} as there is an active deployment in progress: ${app.pending.id}.`,
      );
    }
    if (app.compute.state !== 'ACTIVE') {
      throw new ApiFailure(
        'BAD_REQUEST',
        `Cannot deploy app ${app.name} as its compute is not in ACTIVE state (${app.compute.state}).`,
      );
    }
    const { now } = this.#simulation;
    return this.#launch(app, {
      ...given,
      id: hex(this.#random, 32),
      createdAt: now,
      updatedAt: now,
      state: 'IN_PROGRESS',
      message: 'Deploying.',
    });
  }

  #copy(deployment: AppDeployment): AppDeployment {
    const { now } = this.#simulation;
    return {
      ...deployment,
      id: hex(this.#random, 32),
      createdAt: now,
      updatedAt: now,
      state: 'IN_PROGRESS',
      message: 'Deploying.',
    };
  }

  #launch(app: App, deployment: AppDeployment): AppDeployment {
    app.deployments.unshift(deployment);
    app.pending = deployment;
    app.app = { ...app.app, state: app.active === null ? 'DEPLOYING' : app.app.state };
    const armed = this.#scripts.find(
      ({ script, left }) => left > 0 && (script.app === undefined || script.app === app.name),
    );
    if (armed !== undefined) armed.left -= 1;
    if (armed?.script.outcome === 'never') return deployment;
    this.#simulation.schedule(this.#simulation.now + this.times.deployMs, () =>
      this.#end(app, deployment, armed?.script ?? null),
    );
    return deployment;
  }

  #end(app: App, deployment: AppDeployment, script: AppScript | null): void {
    if (app.pending !== deployment) return;
    app.pending = null;
    deployment.updatedAt = this.#simulation.now;
    app.updatedAt = this.#simulation.now;
    if (script?.outcome === 'failed' || script?.outcome === 'cancelled') {
      deployment.state = script.outcome === 'failed' ? 'FAILED' : 'CANCELLED';
      deployment.message = script.message ?? 'Error installing requirements.';
      if (app.active === null) app.app = { state: 'UNAVAILABLE', message: deployment.message };
      return;
    }
    deployment.state = 'SUCCEEDED';
    deployment.message = 'App started successfully';
    app.active = deployment;
    app.app = { state: 'RUNNING', message: 'App has status: App is running' };
    if (script?.outcome === 'crash') this.#crashLater(app, deployment, script);
    else void this.#startReally(app, deployment);
  }

  #crashLater(app: App, deployment: AppDeployment, script: AppScript): void {
    this.#simulation.schedule(this.#simulation.now + (script.afterMs ?? 0), () => {
      if (app.active === deployment)
        app.app = { state: 'CRASHED', message: script.message ?? 'app crashed unexpectedly' };
    });
  }

  async #startReally(app: App, deployment: AppDeployment): Promise<void> {
    if (this.launcher === null) return;
    try {
      const address = await this.launcher(app, deployment);
      if (app.active === deployment) app.backend = address;
    } catch (thrown) {
      if (app.active === deployment) app.app = { state: 'CRASHED', message: String(thrown) };
    }
  }

  /** Replaces the fields that the mask names; done after a while. */
  change(app: App, given: JsonObject, mask: readonly string[]): void {
    app.update = { state: 'IN_PROGRESS', message: 'App is being updated.' };
    this.#simulation.schedule(this.#simulation.now + this.times.deployMs / 4, () => {
      this.apply(app, given, mask);
      app.update = { state: 'SUCCEEDED', message: 'App was updated.' };
    });
  }

  /** Replaces the named fields at once. */
  apply(app: App, given: JsonObject, fields: readonly string[]): void {
    if (fields.includes('description')) app.description = String(given.description ?? '');
    if (fields.includes('resources')) app.resources = Array.isArray(given.resources) ? given.resources : [];
    if (fields.includes('compute_size')) app.computeSize = String(given.compute_size ?? 'MEDIUM');
    app.updatedAt = this.#simulation.now;
  }
}
