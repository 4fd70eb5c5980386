import { ApiFailure, denied, missing } from '../http/failure.js';
import { pageOf } from '../http/paging.js';
import { json, type Reply, text } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact, type JsonObject } from '../json.js';
import type { App, AppDeployment } from './app-types.js';
import type { Apps } from './apps.js';
import type { Permissions } from './permissions.js';

const BASE = '/api/2.0/apps';

function iso(at: number): string {
  return new Date(at).toISOString();
}

function deploymentBody(deployment: AppDeployment): JsonObject {
  return compact({
    deployment_id: deployment.id,
    source_code_path: deployment.sourceCodePath,
    mode: deployment.mode,
    command: deployment.command,
    env_vars: deployment.envNames.map((name) => ({ name })),
    creator: deployment.creator,
    create_time: iso(deployment.createdAt),
    update_time: iso(deployment.updatedAt),
    status: { state: deployment.state, message: deployment.message },
  });
}

function appBody(app: App, host: string): JsonObject {
  return compact({
    name: app.name,
    id: app.id,
    url: `http://${host}/apps/${app.name}`,
    description: app.description,
    creator: app.creator,
    create_time: iso(app.createdAt),
    update_time: iso(app.updatedAt),
    compute_status: { ...app.compute },
    app_status: { ...app.app },
    active_deployment: app.active === null ? undefined : deploymentBody(app.active),
    pending_deployment: app.pending === null ? undefined : deploymentBody(app.pending),
    default_source_code_path: app.active?.sourceCodePath,
    service_principal_id: 4242,
    service_principal_client_id: app.servicePrincipalId,
    service_principal_name: `app-${app.name}`,
    resources: app.resources,
    compute_size: app.computeSize,
  });
}

/** The Apps API, and the apps themselves under `/apps/{name}`. */
export class AppRoutes {
  readonly #apps: Apps;
  readonly #permissions: Permissions;
  readonly #sourceExists: (path: string) => boolean;

  constructor(apps: Apps, permissions: Permissions, sourceExists: (path: string) => boolean) {
    this.#apps = apps;
    this.#permissions = permissions;
    this.#sourceExists = sourceExists;
    const owner = (name: string): string | null => apps.apps.get(name)?.creator ?? null;
    permissions.protect({ type: 'apps', objectType: 'app', levels: ['CAN_USE', 'CAN_MANAGE'], owner });
  }

  register(router: Router): void {
    router.on('POST', BASE, (call) => this.#create(call));
    router.on('GET', BASE, (call) => this.#list(call));
    router.on('GET', `${BASE}/{name}`, (call) => this.#answer(call, this.#app(call, 'CAN_USE')));
    router.on('PATCH', `${BASE}/{name}`, (call) => this.#patch(call));
    router.on('DELETE', `${BASE}/{name}`, (call) => this.#remove(call));
    router.on('POST', `${BASE}/{name}/update`, (call) => this.#update(call));
    router.on('GET', `${BASE}/{name}/update`, (call) => json({ status: { ...this.#app(call, 'CAN_USE').update } }));
    router.on('POST', `${BASE}/{name}/deployments`, (call) => this.#deploy(call));
    router.on('GET', `${BASE}/{name}/deployments`, (call) => this.#deployments(call));
    router.on('GET', `${BASE}/{name}/deployments/{id}`, (call) => this.#deployment(call));
    router.on('POST', `${BASE}/{name}/start`, (call) => this.#start(call));
    router.on('POST', `${BASE}/{name}/stop`, (call) => this.#stop(call));
    router.on('GET', '/apps/{name}/{path...}', (call) => this.#visit(call), { open: true });
    router.on('GET', '/apps/{name}', (call) => this.#visit(call), { open: true });
  }

  #app(call: Call, needed: string): App {
    const app = this.#apps.get(call.params.name ?? '');
    if (!this.#permissions.reaches('apps', app.name, call.identity, needed)) {
      throw denied(`User ${call.identity.userName} does not have ${needed} on app ${app.name}.`);
    }
    return app;
  }

  #answer(call: Call, app: App): Reply {
    return json(appBody(app, call.headers.host ?? '127.0.0.1'));
  }

  #create(call: Call): Reply {
    const given = { description: call.body.optionalText('description') ?? '', resources: call.body.list('resources') };
    const noCompute = call.query.get('no_compute') === 'true';
    return this.#answer(call, this.#apps.create(call.body.text('name'), call.identity.userName, noCompute, given));
  }

  #list(call: Call): Reply {
    const size = Number(call.query.get('page_size') ?? 0) || 100;
    const page = pageOf([...this.#apps.apps.values()], call.query.get('page_token'), { pageSize: size });
    const host = call.headers.host ?? '127.0.0.1';
    return json(compact({ apps: page.items.map((app) => appBody(app, host)), next_page_token: page.nextPageToken }));
  }

  #patch(call: Call): Reply {
    const app = this.#app(call, 'CAN_MANAGE');
    this.#apps.apply(app, call.body.raw, [
      'description',
      'resources',
      ...(call.body.has('compute_size') ? ['compute_size'] : []),
    ]);
    return this.#answer(call, app);
  }

  #update(call: Call): Reply {
    const app = this.#app(call, 'CAN_MANAGE');
    const given = call.body.optionalObject('app') ?? {};
    this.#apps.change(app, given, call.body.text('update_mask').split(','));
    return json({ status: { ...app.update } });
  }

  #remove(call: Call): Reply {
    const app = this.#app(call, 'CAN_MANAGE');
    this.#apps.remove(app);
    return this.#answer(call, app);
  }

  #deploy(call: Call): Reply {
    const app = this.#app(call, 'CAN_MANAGE');
    const { body } = call;
    const git = body.optionalObject('git_source');
    const sourceCodePath = body.optionalText('source_code_path') ?? app.active?.sourceCodePath ?? '';
    if (git === undefined && !this.#sourceExists(sourceCodePath)) {
      throw new ApiFailure(
        'INVALID_PARAMETER_VALUE',
        `Source code path ${sourceCodePath} does not exist or is not a folder.`,
      );
    }
    const envNames = body.objects('env_vars').map((variable) => variable.text('name'));
    const mode = body.optionalText('mode') ?? 'SNAPSHOT';
    const command = body.texts('command');
    const deployment = this.#apps.deploy(app, {
      sourceCodePath,
      mode,
      command,
      envNames,
      creator: call.identity.userName,
    });
    return json(deploymentBody(deployment));
  }

  #deployments(call: Call): Reply {
    const page = pageOf(this.#app(call, 'CAN_USE').deployments, call.query.get('page_token'), { pageSize: 20 });
    return json(compact({ app_deployments: page.items.map(deploymentBody), next_page_token: page.nextPageToken }));
  }

  #deployment(call: Call): Reply {
    const found = this.#app(call, 'CAN_USE').deployments.find((deployment) => deployment.id === call.params.id);
    if (found === undefined) throw missing(`Deployment ${call.params.id} does not exist.`);
    return json(deploymentBody(found));
  }

  #start(call: Call): Reply {
    const app = this.#app(call, 'CAN_MANAGE');
    this.#apps.start(app);
    return this.#answer(call, app);
  }

  #stop(call: Call): Reply {
    const app = this.#app(call, 'CAN_MANAGE');
    this.#apps.stop(app);
    return this.#answer(call, app);
  }

  /** What a visitor of the app sees: the real process where there is one. */
  async #visit(call: Call): Promise<Reply> {
    const app = this.#apps.get(call.params.name ?? '');
    if (app.app.state !== 'RUNNING')
      return text('App Not Available', 'text/html; charset=utf-8', app.app.state === 'CRASHED' ? 502 : 503);
    if (app.backend === null) return text('ok');
    const answer = await fetch(`${app.backend}/${call.params.path ?? ''}?${call.query.toString()}`).catch(() => null);
    if (answer === null) return text('App Not Available', 'text/html; charset=utf-8', 502);
    return text(await answer.text(), answer.headers.get('content-type') ?? 'text/plain', answer.status);
  }
}
