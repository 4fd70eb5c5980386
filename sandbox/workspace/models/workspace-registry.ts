import type { Identity } from '../auth/identities.js';
import { ApiFailure, denied, invalid } from '../http/failure.js';
import { json, type Reply } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact, type JsonObject } from '../json.js';
import type { MlflowRegistry } from './mlflow-registry.js';
import { stageNamed, transition } from './stages.js';
import type { ModelStore } from './store.js';
import type { ModelVersion, RegisteredModel, Stage } from './types.js';

export type RegistryLevel =
  | 'CAN_READ'
  | 'CAN_EDIT'
  | 'CAN_MANAGE_STAGING_VERSIONS'
  | 'CAN_MANAGE_PRODUCTION_VERSIONS'
  | 'CAN_MANAGE';

interface TransitionRequest {
  readonly model: string;
  readonly version: number;
  readonly stage: Stage;
  readonly userId: string;
  readonly comment: string;
  readonly at: number;
}

const ORDER: readonly RegistryLevel[] = [
  'CAN_READ',
  'CAN_EDIT',
  'CAN_MANAGE_STAGING_VERSIONS',
  'CAN_MANAGE_PRODUCTION_VERSIONS',
  'CAN_MANAGE',
];

/** What the legacy registry of a workspace has beyond MLflow's: permissions by id, transitions with a comment, requests for them. */
export class WorkspaceRegistry {
  readonly requests: TransitionRequest[] = [];
  readonly comments: {
    readonly model: string;
    readonly version: string;
    readonly comment: string;
    readonly at: number;
  }[] = [];
  readonly #store: ModelStore;
  readonly #registry: MlflowRegistry;
  readonly #level: (identity: Identity, model: RegisteredModel) => RegistryLevel | null;

  constructor(
    store: ModelStore,
    registry: MlflowRegistry,
    level: (identity: Identity, model: RegisteredModel) => RegistryLevel | null,
  ) {
    this.#store = store;
    this.#registry = registry;
    this.#level = level;
  }

  register(router: Router): void {
    const base = '/api/2.0/mlflow';
    router.on('GET', `${base}/databricks/registered-models/get`, (call) => this.#get(call));
    router.on('POST', `${base}/databricks/model-versions/transition-stage`, (call) => this.#transition(call));
    router.on('POST', `${base}/transition-requests/create`, (call) => this.#request(call));
    router.on('GET', `${base}/transition-requests/list`, (call) => this.#list(call));
    router.on('POST', `${base}/transition-requests/approve`, (call) => this.#approve(call));
    router.on('POST', `${base}/transition-requests/reject`, (call) => this.#drop(call));
    router.on('DELETE', `${base}/transition-requests/delete`, (call) => this.#drop(call));
    router.on('POST', `${base}/comments/create`, (call) => this.#comment(call));
  }

  #get(call: Call): Reply {
    const model = this.#store.get(call.query.get('name') ?? '');
    const level = this.#level(call.identity, model);
    if (level === null) throw denied(`User ${call.identity.userName} may not read registered model '${model.name}'.`);
    const body = { ...this.#registry.rows.model(model, false), id: model.id, permission_level: level };
    return json({ registered_model_databricks: body });
  }

  #target(call: Call): { model: RegisteredModel; version: ModelVersion; stage: Stage } {
    const model = this.#store.get(call.body.text('name'));
    const version = this.#store.version(model, Number(call.body.text('version')));
    return { model, version, stage: stageNamed(call.body.text('stage')) };
  }

  #mayMove(identity: Identity, model: RegisteredModel, version: ModelVersion, stage: Stage): boolean {
    const production = stage === 'Production' || version.stage === 'Production';
    const needed: RegistryLevel = production ? 'CAN_MANAGE_PRODUCTION_VERSIONS' : 'CAN_MANAGE_STAGING_VERSIONS';
    const held = this.#level(identity, model);
    return held !== null && ORDER.indexOf(held) >= ORDER.indexOf(needed);
  }

  #transition(call: Call): Reply {
    const { model, version, stage } = this.#target(call);
    const archive = call.body.optionalFlag('archive_existing_versions');
    if (archive === undefined) throw invalid("Missing value for required parameter 'archive_existing_versions'.");
    if (!this.#mayMove(call.identity, model, version, stage)) {
      throw denied(`User ${call.identity.userName} may not transition versions of '${model.name}' to ${stage}.`);
    }
    transition(model, version, stage, archive, call.now);
    return json({ model_version_databricks: this.#versionBody(model, version) });
  }

  #versionBody(model: RegisteredModel, version: ModelVersion): JsonObject {
    return { ...this.#registry.rows.version(model, version, true), permission_level: 'CAN_MANAGE' };
  }

  #request(call: Call): Reply {
    const { model, version, stage } = this.#target(call);
    const comment = call.body.optionalText('comment') ?? '';
    const request = {
      model: model.name,
      version: version.version,
      stage,
      userId: call.identity.userName,
      comment,
      at: call.now,
    };
    if (this.requests.some((known) => this.#same(known, request))) {
      throw new ApiFailure(
        'RESOURCE_ALREADY_EXISTS',
        'A transition request for this version and stage already exists.',
        400,
      );
    }
    this.requests.push(request);
    return json({ request: this.#requestBody(request) });
  }

  #same(a: TransitionRequest, b: Pick<TransitionRequest, 'model' | 'version' | 'stage' | 'userId'>): boolean {
    return a.model === b.model && a.version === b.version && a.stage === b.stage && a.userId === b.userId;
  }

  #requestBody(request: TransitionRequest): JsonObject {
    return compact({
      to_stage: request.stage,
      user_id: request.userId,
      creation_timestamp: request.at,
      comment: request.comment,
    });
  }

  #list(call: Call): Reply {
    const [name, version] = [call.query.get('name'), Number(call.query.get('version'))];
    const open = this.requests.filter((request) => request.model === name && request.version === version);
    return json(compact({ requests: open.map((request) => this.#requestBody(request)) }));
  }

  #approve(call: Call): Reply {
    const { model, version, stage } = this.#target(call);
    if (!this.#mayMove(call.identity, model, version, stage))
      throw denied(`User ${call.identity.userName} may not approve this request.`);
    transition(model, version, stage, call.body.optionalFlag('archive_existing_versions') ?? false, call.now);
    this.#remove(model.name, version.version, stage);
    return json({ activity: { activity_type: 'APPROVED_REQUEST', to_stage: stage, creation_timestamp: call.now } });
  }

  #drop(call: Call): Reply {
    const given = call.body.has('name') ? call.body.raw : Object.fromEntries(call.query);
    this.#remove(String(given.name), Number(given.version), stageNamed(String(given.stage)));
    return json({});
  }

  #remove(model: string, version: number, stage: Stage): void {
    const kept = this.requests.filter(
      (request) => request.model !== model || request.version !== version || request.stage !== stage,
    );
    this.requests.splice(0, this.requests.length, ...kept);
  }

  #comment(call: Call): Reply {
    const comment = {
      model: call.body.text('name'),
      version: call.body.text('version'),
      comment: call.body.text('comment'),
      at: call.now,
    };
    this.comments.push(comment);
    return json({
      comment: { id: String(this.comments.length), comment: comment.comment, creation_timestamp: call.now },
    });
  }
}
