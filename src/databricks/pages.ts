/** Pages of the workspace for people. */
export interface WorkspacePages {
  endpoint(name: string): string;
  /** `catalog.schema.model`. */
  catalogVersion(fullName: string, version: string): string;
  workspaceVersion(name: string, version: string): string;
  run(experimentId: string, runId: string): string;
  app(name: string): string;
  job(jobId: string, runId?: string): string;
}

/** `workspaceId` is added where it is known, for people who are signed in to several workspaces of one host. */
export function workspacePages(host: string, workspaceId: string | null): WorkspacePages {
  const page = (path: string): string =>
    `${host}${path}${workspaceId === null ? '' : `?o=${encodeURIComponent(workspaceId)}`}`;
  return {
    endpoint: (name) => page(link`/ml/endpoints/${name}`),
    catalogVersion(fullName, version) {
      const [catalog = '', schema = '', model = ''] = fullName.split('.');
      return page(link`/explore/data/models/${catalog}/${schema}/${model}/version/${version}`);
    },
    workspaceVersion(name, version) {
      const query = workspaceId === null ? '' : `?o=${encodeURIComponent(workspaceId)}`;
      return `${host}/${query}${link`#mlflow/models/${name}/versions/${version}`}`;
    },
    run: (experimentId, runId) => page(link`/ml/experiments/${experimentId}/runs/${runId}`),
    app: (name) => page(link`/apps/${name}`),
    job: (jobId, runId) => page(runId === undefined ? link`/jobs/${jobId}` : link`/jobs/${jobId}/runs/${runId}`),
  };
}

/** A path for a browser; unlike a path for the API it may hold empty parts. */
function link(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: parts }, ...values.map(encodeURIComponent));
}
