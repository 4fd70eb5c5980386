/** What the user agent says of us. */
export interface AgentFacts {
  /** Semantic version of the Action. */
  readonly version: string;
  /** Such as `24.21.0`. */
  readonly nodeVersion: string;
  /** Such as `linux`. */
  readonly platform: string;
  readonly authType: string;
  /** Whether this runs in a GitHub workflow. */
  readonly onGitHub: boolean;
}

/**
 * The user agent in the form that Databricks asks of partners: product first, then name/value pairs whose values hold
 * letters, digits and `_ . + -` only.
 */
export function userAgent(facts: AgentFacts): string {
  const parts = [
    `databricks-model-promotion/${clean(facts.version)}`,
    `node/${clean(facts.nodeVersion)}`,
    `os/${clean(facts.platform)}`,
    `auth/${clean(facts.authType)}`,
  ];
  return (facts.onGitHub ? [...parts, 'cicd/github'] : parts).join(' ');
}

function clean(value: string): string {
  return value.replace(/[^A-Za-z0-9_.+-]/g, '-');
}
