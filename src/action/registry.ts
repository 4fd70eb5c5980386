export {
  INPUT_NAMES,
  INPUTS,
  type InputName,
  type InputValues,
  inputSpecification,
} from './input-registry.js';

/** Every output, with the words that action.yml and the documentation use. @public for scripts/generate.mjs */
export const OUTPUTS = {
  decision:
    'How the run ended: passed, rejected, planned, promoted, rolled-back, unchanged, paused, held, reconciled, healthy, alerting, ready, not-ready, deployed, skipped, cancelled, degraded or failed.',
  'reason-code':
    'Why it ended so: one of the stable codes listed in docs/reasons.md, such as threshold-missed or canary-errors.',
  result: 'The whole outcome as JSON with a schema_version: the document of report, cut to what an output can hold.',
  'model-name': 'Name of the model that was judged or moved.',
  'model-version': 'Version that was judged or moved.',
  'previous-version': 'Version that served most of the traffic before.',
  'endpoint-name': 'Name of the serving endpoint.',
  'endpoint-url': "Address of the endpoint's page.",
  'traffic-percentage': 'Share of the endpoint that the version holds at the end, 0 to 100.',
  metrics: "JSON map of the version's metrics.",
  report: 'Path of the JSON report, described by schema/result.v1.json.',
  'report-html': 'Path of the HTML report: one self-contained file.',
  'plan-hash':
    'Identifies the plan: version, gate rules, steps and the endpoint configuration it starts from. For expect-plan.',
  'comment-url': 'Address of the comment on the pull request, where one was written.',
  'deployment-id': 'Id of the GitHub deployment, where one was recorded.',
} as const satisfies Record<string, string>;

/** Name of an output. */
export type OutputName = keyof typeof OUTPUTS;

/** Names of all outputs, in the order of the registry. */
export const OUTPUT_NAMES = Object.keys(OUTPUTS) as readonly OutputName[];

/** What the main stage leaves for the post stage of the same step. Never a secret: state files are plain text. */
const STATES = {
  stage: 'Marks that the main stage has run: its presence tells post from main.',
  decision: 'Decision that the main stage reached; absent when it was killed before.',
  rollout: 'A rollout that the main stage started and had not ended: endpoint, model, version and journal id as JSON.',
  deployment: 'GitHub deployment to close: its id, and whether a final status was written, as JSON.',
} as const satisfies Record<string, string>;

/** Key of a saved value. */
export type StateName = keyof typeof STATES;
