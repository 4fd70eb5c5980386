import type { App, AppDeployment, Apps } from '../../databricks/apps.js';
import type { WorkspaceFiles } from '../../databricks/files.js';
import type { ResultDocument } from '../../report/result.js';
import type { Workbench } from '../types.js';

type AppSection = NonNullable<ResultDocument['app']>;

/** One release of the app: what it works with, and what is known of it so far. */
export interface Release {
  readonly bench: Workbench;
  readonly apps: Apps;
  readonly files: WorkspaceFiles;
  readonly name: string;
  /** Folder in the workspace that is deployed. */
  readonly source: string;
  /** Keeps what one read of the app showed, for the report. */
  saw(app: App): void;
  /** Keeps which deployment the report names. */
  deployed(deployment: Pick<AppDeployment, 'id' | 'sourceCodePath'>): void;
  /** Keeps what there is to go back to. */
  before(deployment: AppDeployment | null): void;
}

/** Starts the record of a release; every change goes to the report at once, so that a run that fails still shows it. */
export function openRelease(bench: Workbench, given: Pick<Release, 'apps' | 'files' | 'name' | 'source'>): Release {
  let section: AppSection = {
    name: given.name,
    url: null,
    deployment_id: null,
    previous_deployment_id: null,
    source: given.source,
    compute: null,
    state: null,
    log_tail: [],
  };
  const keep = (change: Partial<AppSection>): void => {
    section = { ...section, ...change };
    bench.record({ app: section });
  };
  keep({});
  return {
    ...given,
    bench,
    saw: (app) =>
      keep({
        url: app.url === '' ? null : app.url,
        compute: app.computeState === '' ? null : app.computeState,
        state: stateInWords(app),
      }),
    deployed: ({ id, sourceCodePath }) =>
      keep({ deployment_id: id, source: sourceCodePath === '' ? given.source : sourceCodePath }),
    before: (deployment) => keep({ previous_deployment_id: deployment?.id ?? null }),
  };
}

function stateInWords(app: App): string | null {
  const words = [app.appState, app.appState === 'RUNNING' ? '' : app.appMessage].filter((word) => word !== '');
  return words.length === 0 ? null : words.join(': ');
}

/** Reads the app and keeps what it showed. Throws `ActionError`. */
export async function look(release: Release): Promise<App | null> {
  const app = await release.apps.read(release.name, release.bench.signal);
  if (app !== null) release.saw(app);
  return app;
}
