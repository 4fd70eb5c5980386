import type { Router } from '../http/router.js';
import type { ModelStore } from '../models/store.js';
import type { Random } from '../time/random.js';
import type { Simulation } from '../time/simulation.js';
import { AppRoutes } from './app-routes.js';
import { Apps } from './apps.js';
import { CatalogRoutes } from './catalog-routes.js';
import { FileRoutes, registerVolumeFiles } from './file-routes.js';
import { WorkspaceFiles } from './files.js';
import { GrantRoutes } from './grant-routes.js';
import { JobRoutes } from './job-routes.js';
import { Jobs } from './jobs.js';
import type { Permissions } from './permissions.js';
import { GitFolders } from './repos.js';
import { Securables } from './securables.js';
import { Warehouses } from './warehouses.js';

export interface PlatformNeeds {
  readonly simulation: Simulation;
  readonly random: Random;
  readonly permissions: Permissions;
  readonly models: ModelStore;
  readonly workspaceId: string;
  readonly metastoreId: string;
}

/** The rest of the platform: catalogs and grants, files, git folders, jobs, warehouses and apps. */
export class Platform {
  readonly securables: Securables;
  readonly files = new WorkspaceFiles();
  readonly gitFolders: GitFolders;
  readonly jobs: Jobs;
  readonly warehouses: Warehouses;
  readonly apps: Apps;
  readonly #needs: PlatformNeeds;

  constructor(needs: PlatformNeeds) {
    const { simulation, random, permissions, models } = needs;
    this.#needs = needs;
    this.securables = new Securables(random, models);
    this.gitFolders = new GitFolders(this.files, random);
    this.jobs = new Jobs(simulation);
    this.warehouses = new Warehouses(random, permissions);
    this.apps = new Apps(simulation, random);
  }

  register(router: Router): void {
    const { permissions, workspaceId, metastoreId } = this.#needs;
    new CatalogRoutes(this.securables, { metastoreId, workspaceId }).register(router);
    new GrantRoutes(this.securables).register(router);
    new FileRoutes(this.files).register(router);
    registerVolumeFiles(router, this.files, (fullName) => this.securables.find('volume', fullName) !== undefined);
    this.gitFolders.register(router);
    new JobRoutes(this.jobs, permissions).register(router);
    this.warehouses.register(router);
    new AppRoutes(this.apps, permissions, (path) => this.#isFolder(path)).register(router);
  }

  #isFolder(path: string): boolean {
    const type = this.files.find(path)?.type;
    return type === 'DIRECTORY' || type === 'REPO';
  }
}
