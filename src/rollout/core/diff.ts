import { canonicalConfig } from './canonical.js';
import type { EndpointConfig } from './types.js';

/**
 * The difference between two configurations as the body of a unified diff: one line a fact, `-` for what goes, `+` for what comes,
 * a space for what stays. Values of environment variables are shown only where they are references to secrets; a literal that
 * changes is marked as changed. Empty when nothing differs.
 */
export function configurationDiff(before: EndpointConfig | null, after: EndpointConfig | null): string {
  const old = factsOf(before);
  const now = factsOf(after);
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort();
  let changes = 0;
  const lines = keys.flatMap((key) => {
    const was = old.get(key);
    const is = now.get(key);
    if (was !== undefined && is !== undefined && was.value === is.value) return [` ${key}: ${shown(is)}`];
    changes += 1;
    const removed = was === undefined ? [] : [`-${key}: ${shown(was)}`];
    const added =
      is === undefined ? [] : [`+${key}: ${shown(is)}${is.hidden && was !== undefined ? ' (changed)' : ''}`];
    return [...removed, ...added];
  });
  return changes === 0 ? '' : lines.join('\n');
}

interface Fact {
  readonly value: string;
  readonly hidden: boolean;
}

function shown(fact: Fact): string {
  return fact.hidden ? '(value not shown)' : fact.value;
}

function factsOf(config: EndpointConfig | null): Map<string, Fact> {
  const facts = new Map<string, Fact>();
  if (config === null) return facts;
  const canonical = canonicalConfig(config);
  for (const [name, entity] of Object.entries(canonical.entities)) {
    facts.set(`${name} traffic`, { value: `${canonical.routes[name] ?? 0} %`, hidden: false });
    facts.set(`${name} version`, { value: `${entity.model} ${entity.version}`.trim(), hidden: false });
    for (const [key, value] of Object.entries(entity.spec)) addFacts(facts, name, key, value);
  }
  return facts;
}

function addFacts(facts: Map<string, Fact>, name: string, key: string, value: unknown): void {
  if (key !== 'environment_vars' || value === null || typeof value !== 'object') {
    facts.set(`${name} ${key}`, { value: typeof value === 'string' ? value : JSON.stringify(value), hidden: false });
    return;
  }
  for (const [variable, content] of Object.entries(value)) {
    const hidden = !isSecretReference(content);
    facts.set(`${name} environment ${variable}`, { value: String(content), hidden });
  }
}

/** Whether a value only points at a secret, such as `{{secrets/scope/key}}`, and may be shown. */
export function isSecretReference(value: unknown): boolean {
  return typeof value === 'string' && /^\s*\{\{\s*secrets\/[^}]+\}\}\s*$/.test(value);
}
