import { patternTest } from './pattern.js';
import type { Requirements, Rule } from './types.js';

/** What has to be fetched of a version besides its last metric values. */
export interface FactsNeeded {
  /** Names of metrics whose whole history is needed. */
  readonly histories: readonly string[];
  /** Patterns whose matching metrics need their history; known only once the names are. */
  readonly historyPatterns: readonly string[];
  readonly signature: boolean;
}

/** What these rules and requirements need, so that a gate fetches no more. */
export function factsNeeded(rules: readonly Rule[], requirements: Requirements): FactsNeeded {
  const historic = rules.filter((rule) => rule.point.kind !== 'last');
  return {
    histories: unique(historic.filter((rule) => !rule.isPattern).map((rule) => rule.metric)),
    historyPatterns: unique(historic.filter((rule) => rule.isPattern).map((rule) => rule.metric)),
    signature: requirements.signature !== 'ignore',
  };
}

/** Names of a version's metrics whose history its patterns need, once the names are known. */
export function historiesOfPatterns(needed: FactsNeeded, names: readonly string[]): string[] {
  return unique(needed.historyPatterns.flatMap((pattern) => names.filter(patternTest(pattern))));
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
