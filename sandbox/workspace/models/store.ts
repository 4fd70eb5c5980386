import { ApiFailure, invalid, missing } from '../http/failure.js';
import { type Random, uuid } from '../time/random.js';
import type { ModelVersion, RegisteredModel, VersionInput } from './types.js';

export interface StoreSettings {
  /** Unity Catalog folds names to lower case; the other registries do not. */
  readonly foldsCase: boolean;
  /** What messages call a model. */
  readonly noun: string;
  readonly workspaceId: string;
}

const ALIAS = /^[\w-]{1,255}$/;

/** Refuses alias names that MLflow reserves or cannot take. */
function checkAlias(alias: string): void {
  if (!ALIAS.test(alias)) {
    throw invalid(
      `Invalid alias name: '${alias}'. Names may only contain alphanumerics, underscores (_) and dashes (-).`,
    );
  }
  if (/^(latest|v\d+)$/i.test(alias)) throw invalid(`'${alias}' alias name is reserved.`);
}

/** One registry: registered models with their versions and aliases, whatever API they are seen through. */
export class ModelStore {
  readonly #models = new Map<string, RegisteredModel>();
  readonly #random: Random;
  readonly #settings: StoreSettings;

  constructor(random: Random, settings: StoreSettings) {
    this.#random = random;
    this.#settings = settings;
  }

  #key(name: string): string {
    return this.#settings.foldsCase ? name.toLowerCase() : name;
  }

  all(): readonly RegisteredModel[] {
    return [...this.#models.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): RegisteredModel | undefined {
    return this.#models.get(this.#key(name));
  }

  get(name: string): RegisteredModel {
    const model = this.find(name);
    if (model === undefined) throw missing(`${this.#settings.noun} '${name}' does not exist.`);
    return model;
  }

  create(name: string, owner: string, now: number, description = ''): RegisteredModel {
    if (this.find(name) !== undefined) {
      throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `${this.#settings.noun} '${name}' already exists.`);
    }
    const model: RegisteredModel = {
      name: this.#key(name),
      id: uuid(this.#random),
      description,
      owner,
      tags: new Map(),
      aliases: new Map(),
      versions: new Map(),
      lastVersion: 0,
      deploymentJobId: '',
      createdAt: now,
      updatedAt: now,
    };
    this.#models.set(this.#key(name), model);
    return model;
  }

  rename(model: RegisteredModel, name: string): void {
    if (this.find(name) !== undefined) throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `'${name}' already exists.`);
    this.#models.delete(this.#key(model.name));
    model.name = this.#key(name);
    this.#models.set(model.name, model);
  }

  remove(name: string): void {
    this.#models.delete(this.#key(this.get(name).name));
  }

  addVersion(model: RegisteredModel, input: VersionInput, by: string, now: number): ModelVersion {
    const version = input.version ?? model.lastVersion + 1;
    if (model.versions.has(version))
      throw new ApiFailure('RESOURCE_ALREADY_EXISTS', `Version ${version} already exists.`);
    const added: ModelVersion = {
      version,
      id: uuid(this.#random),
      status: input.status ?? 'READY',
      statusMessage: '',
      stage: 'None',
      description: input.description ?? '',
      source: input.source ?? '',
      runId: input.runId ?? '',
      runWorkspaceId: input.runWorkspaceId ?? this.#settings.workspaceId,
      modelId: input.modelId ?? '',
      tags: new Map(Object.entries(input.tags ?? {})),
      metrics: input.metrics ?? [],
      params: input.params ?? {},
      deploymentJob: input.deploymentJob ?? null,
      createdAt: now,
      createdBy: by,
      updatedAt: now,
    };
    model.versions.set(version, added);
    model.lastVersion = Math.max(model.lastVersion, version);
    return added;
  }

  findVersion(name: string, version: number): ModelVersion | undefined {
    return this.find(name)?.versions.get(version);
  }

  version(model: RegisteredModel, version: number): ModelVersion {
    const found = model.versions.get(version);
    if (found === undefined) throw missing(`Model Version '${model.name}' version ${version} does not exist.`);
    return found;
  }

  /** Aliases of a deleted version go with it. */
  removeVersion(model: RegisteredModel, version: number): void {
    this.version(model, version);
    model.versions.delete(version);
    for (const [alias, target] of model.aliases) if (target === version) model.aliases.delete(alias);
  }

  aliasesOf(model: RegisteredModel, version: number): readonly string[] {
    return [...model.aliases].filter(([, target]) => target === version).map(([alias]) => alias);
  }

  setAlias(model: RegisteredModel, alias: string, version: number): void {
    checkAlias(alias);
    this.version(model, version);
    model.aliases.set(alias, version);
  }
}
