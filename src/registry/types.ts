import type { VersionFacts } from '../gate/types.js';

/** The facts that a registry delivers, for the clients (which may know this contract but not the gate). */
export type { MetricPoint, Provenance, RunFacts, Signature, SignatureField, VersionFacts } from '../gate/types.js';

export type RegistryKind = 'unity-catalog' | 'workspace' | 'mlflow';

/** Facts with what could not be read along the way, in words. */
export type RegistryFacts = VersionFacts & { readonly notes?: readonly string[] };

/** `latest`, a number, `@alias`, or the newest version that carries one of these commits. */
export type VersionQuery =
  | { readonly kind: 'latest' }
  | { readonly kind: 'number'; readonly version: string }
  | { readonly kind: 'alias'; readonly alias: string }
  | { readonly kind: 'commit'; readonly commits: readonly string[] };

export interface ResolvedVersion {
  /** Decimal integer as text. */
  readonly version: string;
  /** Newer versions that were not taken, and why, newest first. */
  readonly passedOver: readonly { readonly version: string; readonly why: string }[];
  /** Aliases of the whole model: alias -> version. Empty where the registry has none. */
  readonly aliases: Readonly<Record<string, string>>;
}

/** What of a version has to be fetched. Everything not asked for is left out, so that a gate needs few round trips. */
export interface FactsQuery {
  /** Metric names whose whole history is needed (`point: best` or `mean`, or noise from a history). */
  readonly histories: readonly string[];
  readonly signature: boolean;
}

/** What a promotion writes into the registry. */
export interface PromotionRecord {
  readonly version: string;
  /** Version that served before; `null` for a first deployment. */
  readonly previousVersion: string | null;
  readonly promoteAlias: string | null;
  readonly previousAlias: string | null;
  /** Written as tags on the version where tags can be written; best effort. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What was moved, so that it can be put back; small and JSON-able, kept in the journal. */
export interface PromotionUndo {
  readonly aliases: readonly { readonly alias: string; readonly from: string | null; readonly to: string }[];
  readonly stage?: {
    /** Version that held the stage before. */
    readonly from: string | null;
    readonly to: string;
    /** The stage, such as `Production`. */
    readonly name?: string;
    /** The stage that `to` was in before. */
    readonly before?: string;
  };
}

/**
 * One interface for Unity Catalog, the Databricks workspace registry and an open-source MLflow server.
 * All methods throw `ActionError` (reasons `version-not-found`, `version-not-ready`, `not-found`, `permission-denied`,
 * `credentials-rejected`, `remote-error`).
 */
export interface ModelRegistry {
  readonly kind: RegistryKind;
  /** "Latest" is the greatest version number among those that are READY. */
  resolve(model: string, query: VersionQuery, signal: AbortSignal): Promise<ResolvedVersion>;
  facts(model: string, version: string, query: FactsQuery, signal: AbortSignal): Promise<RegistryFacts>;
  /** Version that the alias points at, or `null` when there is no such alias. */
  alias(model: string, alias: string, signal: AbortSignal): Promise<string | null>;
  /**
   * Moves aliases (or stages) after re-reading them; an alias that someone else moved since `expected` is left alone and
   * reported. Tags are best effort.
   */
  promote(
    model: string,
    record: PromotionRecord,
    expected: Readonly<Record<string, string | null>>,
    signal: AbortSignal,
  ): Promise<{ readonly undo: PromotionUndo; readonly warnings: readonly string[] }>;
  /** Puts back what `promote` moved, unless someone else has moved it since. */
  restore(model: string, undo: PromotionUndo, signal: AbortSignal): Promise<readonly string[]>;
  /** The serving input example that was logged with the model, as a body for `/invocations`; `null` when there is none or it cannot be read. */
  servingExample(model: string, version: string, signal: AbortSignal): Promise<unknown>;
  /** Page for people. */
  versionUrl(model: string, version: string): string;
}
