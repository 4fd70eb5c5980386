/** One input of action.yml. */
export interface InputSpecification {
  /** What the input means and what to write, for action.yml and the documentation. */
  readonly description: string;
  /** The value is masked in the log before anything else happens. */
  readonly secret?: true;
  /** Expression that action.yml evaluates as default; only context may come from there, settings have theirs in the schema. */
  readonly expression?: string;
  /** Path in the configuration file that the input beats. */
  readonly overrides?: string;
}

/** Every input, in the order in which action.yml and the documentation list them. */
export const INPUTS = {
  command: {
    description:
      'What to do: gate, plan, promote, rollback, reconcile, monitor, preflight, deploy-app, or auto: gate on pull requests, promote on push, workflow_dispatch, workflow_run, repository_dispatch, release and deployment, monitor on schedule.',
  },
  config: {
    description:
      'Path of the YAML configuration, relative to the repository. Without it, config/deployment_config.yaml is read when it exists.',
  },
  target: { description: 'Name of an overlay under targets: in the configuration, such as staging or prod.' },
  'model-name': {
    description: 'Registered model: catalog.schema.model for Unity Catalog, or a workspace or MLflow model name.',
    overrides: 'model.name',
  },
  'model-version': {
    description:
      "Which version: latest (the newest that is READY), a number, @alias, or commit (the newest trained from this workflow's commit).",
    overrides: 'model.version',
  },
  registry: {
    description: 'Where the model is registered: auto, unity-catalog, workspace or mlflow.',
    overrides: 'model.registry',
  },
  'metrics-threshold': {
    description:
      'What the metrics must reach: a YAML or JSON map, or one rule a line such as "accuracy >= 0.9". Each rule replaces the rule of the configuration for that metric.',
    overrides: 'ci_cd.metrics_threshold',
  },
  baseline: {
    description:
      'What the version is compared with: serving (what serves most traffic now), @alias, a version number, or none.',
    overrides: 'ci_cd.baseline',
  },
  'endpoint-name': {
    description: 'Model Serving endpoint that is rolled out to or watched.',
    overrides: 'endpoint.name',
  },
  'rollout-steps': {
    description:
      'Traffic shares of the rollout such as "5, 25, 50, 100", a shorthand such as canary(10, 10m), or auto.',
    overrides: 'rollout.steps',
  },
  'bake-time': {
    description: 'How long each step is watched before the next one, such as 90s, 10m or 1h.',
    overrides: 'rollout.bake',
  },
  'dry-run': { description: 'true: promote decides and plans as usual and then changes nothing, like plan.' },
  until: {
    description:
      'Traffic share in percent at which promote stops, healthy and recorded, with decision paused. A later promote of the same version goes on from there. For approvals between jobs.',
  },
  'expect-plan': {
    description:
      "Hash from a plan's output plan-hash. promote refuses with reason plan-changed when its own plan has another hash: what was reviewed is what runs.",
  },
  'rollback-on-alert': { description: 'true: monitor puts the previous version back when an alert is raised.' },
  duration: { description: 'How long monitor watches, such as 10m. Without it, monitor looks once.' },
  'fail-on-rejection': { description: 'false: a version that the gate rejects does not fail the job.' },
  comment: {
    description:
      'When to comment: auto (on a pull request, or on the merged pull request of a push), always, on-failure or never.',
  },
  'comment-key': {
    description:
      'Name under which the comment is kept and updated. Give each job its own when several report to one pull request; the default is made of model, target and matrix leg.',
  },
  'pr-number': { description: 'Pull request to report to. Without it, it is found from the event or the commit.' },
  'on-cancel': {
    description:
      'What a cancelled job does to a rollout in flight: rollback, or hold (the split stays as it is, recorded).',
  },
  environment: {
    description: 'GitHub environment to record the deployment under. Needs the permission deployments: write.',
  },
  timeout: {
    description:
      'Limit for the whole command, such as 5h. A rollout that cannot fit into it is refused before it starts.',
  },
  'databricks-host': {
    description: 'Workspace URL, such as https://adb-1234567890123456.7.azuredatabricks.net. Or set DATABRICKS_HOST.',
  },
  'databricks-token': { description: 'Personal access token. Or set DATABRICKS_TOKEN.', secret: true },
  'databricks-client-id': {
    description: 'Application id of a service principal, for OAuth or GitHub OIDC. Or set DATABRICKS_CLIENT_ID.',
  },
  'databricks-client-secret': {
    description:
      'OAuth secret of the service principal. Leave it out for GitHub OIDC. Or set DATABRICKS_CLIENT_SECRET.',
    secret: true,
  },
  'databricks-auth-type': {
    description:
      'Pins one way to sign in: pat, oauth-m2m, github-oidc, azure-client-secret or github-oidc-azure. Or set DATABRICKS_AUTH_TYPE.',
  },
  'databricks-audience': {
    description:
      'Audience of the GitHub OIDC token, as the federation policy of the service principal names it. Or set DATABRICKS_TOKEN_AUDIENCE.',
  },
  'azure-client-id': { description: 'Application id of an Entra service principal. Or set ARM_CLIENT_ID.' },
  'azure-client-secret': {
    description: 'Secret of the Entra service principal. Or set ARM_CLIENT_SECRET.',
    secret: true,
  },
  'azure-tenant-id': { description: 'Directory (tenant) id of the Entra service principal. Or set ARM_TENANT_ID.' },
  'mlflow-tracking-uri': {
    description: 'URL of an MLflow server that is not the Databricks workspace. Or set MLFLOW_TRACKING_URI.',
  },
  'mlflow-tracking-token': {
    description: 'Bearer token for the MLflow server. Or set MLFLOW_TRACKING_TOKEN.',
    secret: true,
  },
  'mlflow-tracking-username': {
    description: 'User name for the MLflow server, together with the password. Or set MLFLOW_TRACKING_USERNAME.',
  },
  'mlflow-tracking-password': {
    description: 'Password for the MLflow server. Or set MLFLOW_TRACKING_PASSWORD.',
    secret: true,
  },
  'app-name': { description: 'Databricks App that deploy-app creates or updates.', overrides: 'app.name' },
  'app-source': {
    description: 'Folder of the repository that holds the app and its app.yaml.',
    overrides: 'app.source',
  },
  'github-token': {
    description:
      'Token for comments and deployments. The default is enough with the permissions pull-requests: write and, for environment, deployments: write.',
    secret: true,
    expression: 'github.token',
  },
  'job-status': {
    description: 'Status of the job, for the clean-up after it. Leave it alone.',
    expression: 'job.status',
  },
  matrix: {
    description: 'Matrix leg of the job, so that each leg keeps its own comment. Leave it alone.',
    expression: 'toJSON(matrix)',
  },
} as const satisfies Record<string, InputSpecification>;

/** Name of an input, as it stands in `with:`. */
export type InputName = keyof typeof INPUTS;

/** Names of all inputs, in the order of the registry. */
export const INPUT_NAMES = Object.keys(INPUTS) as readonly InputName[];

/** Values of the inputs that were given: trimmed and never empty. Absent inputs have no key. */
export type InputValues = Readonly<Partial<Record<InputName, string>>>;

/** The specification of one input, with the optional parts visible. */
export function inputSpecification(name: InputName): InputSpecification {
  return INPUTS[name];
}
