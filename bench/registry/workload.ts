/** Registries that are measured. */
export const KINDS = ['unity-catalog', 'workspace', 'mlflow'] as const;
export type RegistryKind = (typeof KINDS)[number];

/** What is asked of each registry. */
export const TASKS = ['latest', 'number', 'commit', 'facts'] as const;
export type Task = (typeof TASKS)[number];

export const MODELS: Readonly<Record<RegistryKind, string>> = {
  'unity-catalog': 'main.vision.digits',
  workspace: 'digits',
  mlflow: 'digits',
};
export const VERSIONS = 100_000;
export const METRICS = 10_000;
/** How many newer versions there are than the one that carries the commit. */
export const WANTED_AGE = 150;
export const WANTED_COMMIT = 'c0ffee00000000000000000000000000000000aa';
