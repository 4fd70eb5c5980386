/** Name and version of this release, for reports and the user agent. A test holds the version against package.json. */
export const ACTION = { name: 'databricks-model-promotion', version: '0.1.0' } as const;
