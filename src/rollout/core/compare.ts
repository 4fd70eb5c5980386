import { type CanonicalConfig, type CanonicalEntity, canonicalConfig, canonicalText } from './canonical.js';
import type { EndpointConfig } from './types.js';

export { configurationDiff } from './diff.js';

/** Whether two reads show the same configuration: entities, versions, sizing, environment and routes. Order does not count. */
export function sameConfiguration(one: EndpointConfig | null, other: EndpointConfig | null): boolean {
  return canonicalText(one) === canonicalText(other);
}

/**
 * Whether what is live is what was sent. Entities (name, model, version) and routes must be equal; of the sizing every field that was
 * sent must have come back, and fields that the server added by itself do not count against it.
 */
export function delivers(desired: EndpointConfig, live: EndpointConfig | null): boolean {
  if (live === null) return false;
  const asked = canonicalConfig(desired);
  const found = canonicalConfig(live);
  if (JSON.stringify(asked.routes) !== JSON.stringify(found.routes)) return false;
  return Object.entries(asked.entities).every(([name, entity]) => entityDelivers(entity, found.entities[name]));
}

function entityDelivers(asked: CanonicalEntity, found: CanonicalEntity | undefined): boolean {
  if (found === undefined || asked.model !== found.model || asked.version !== found.version) return false;
  return Object.entries(asked.spec).every(([key, value]) => JSON.stringify(value) === JSON.stringify(found.spec[key]));
}

/**
 * Fingerprint of a configuration, stable over the order of entities and routes and over computed fields.
 *
 * @param hash SHA-256 of a text in hexadecimal digits.
 */
export function fingerprint(config: EndpointConfig | null, hash: (text: string) => string): string {
  return hash(canonicalText(config)).slice(0, 16);
}

/** What differs between two configurations, one clause each, without any value of an environment variable. */
export function differences(before: EndpointConfig | null, after: EndpointConfig | null): readonly string[] {
  if (before === null || after === null) {
    if (before === after) return [];
    return [before === null ? 'a configuration has appeared' : 'the configuration is gone'];
  }
  const one = canonicalConfig(before);
  const other = canonicalConfig(after);
  return [...entityDifferences(one, other), ...routeDifferences(one, other)];
}

function entityDifferences(one: CanonicalConfig, other: CanonicalConfig): string[] {
  const names = new Set([...Object.keys(one.entities), ...Object.keys(other.entities)]);
  return [...names].flatMap((name) => {
    const old = one.entities[name];
    const now = other.entities[name];
    if (old === undefined) return [`${name} was added (${now?.model} version ${now?.version})`];
    if (now === undefined) return [`${name} was removed`];
    if (old.model !== now.model || old.version !== now.version) {
      return [`${name} is ${now.model} version ${now.version} and was ${old.model} version ${old.version}`];
    }
    const keys = new Set([...Object.keys(old.spec), ...Object.keys(now.spec)]);
    const changed = [...keys].filter((key) => JSON.stringify(old.spec[key]) !== JSON.stringify(now.spec[key]));
    return changed.length === 0 ? [] : [`${name} differs in ${changed.join(', ')}`];
  });
}

function routeDifferences(one: CanonicalConfig, other: CanonicalConfig): string[] {
  const names = new Set([...Object.keys(one.routes), ...Object.keys(other.routes)]);
  return [...names]
    .filter((name) => (one.routes[name] ?? 0) !== (other.routes[name] ?? 0))
    .map((name) => `${name} has ${other.routes[name] ?? 0} % of the traffic and had ${one.routes[name] ?? 0} %`);
}

/** Who serves what share, for messages: `fraud-7 75 %, fraud-8 25 %`. */
export function sharesInWords(config: EndpointConfig | null): string {
  if (config === null) return 'nothing is deployed';
  const routes = Object.entries(canonicalConfig(config).routes).sort(([, one], [, other]) => other - one);
  return routes.map(([name, share]) => `${name} ${share} %`).join(', ');
}
