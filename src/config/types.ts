import type { Requirements, Rule } from '../gate/types.js';
import type { Alert } from '../health/core/types.js';
import type { Command } from '../reasons.js';
import type { RegistryKind } from '../registry/types.js';
import type { Step } from '../rollout/core/types.js';

export type { RegistryKind } from '../registry/types.js';

export type VersionSelector =
  | { readonly kind: 'latest' }
  | { readonly kind: 'number'; readonly version: string }
  | { readonly kind: 'alias'; readonly alias: string }
  | { readonly kind: 'commit' };

export type BaselineSelector =
  | { readonly kind: 'serving' }
  | { readonly kind: 'alias'; readonly alias: string }
  | { readonly kind: 'number'; readonly version: string }
  | { readonly kind: 'none' };

/** Sizing as asked for; `undefined` parts are taken from the current version, or from the platform's default. */
export interface SizingRequest {
  readonly workloadType?: string;
  readonly workloadSize?: string;
  readonly minProvisionedConcurrency?: number;
  readonly maxProvisionedConcurrency?: number;
  readonly scaleToZero?: boolean;
  /** How older keys (instance type and counts) were mapped, in words, for the plan and the log. */
  readonly mapping: readonly string[];
}

export interface Credentials {
  readonly databricks: {
    readonly host?: string;
    readonly token?: string;
    readonly clientId?: string;
    readonly clientSecret?: string;
    /** `pat`, `oauth-m2m`, `github-oidc`, `azure-client-secret`, `github-oidc-azure`. */
    readonly authType?: string;
    readonly audience?: string;
    readonly azureClientId?: string;
    readonly azureClientSecret?: string;
    readonly azureTenantId?: string;
    readonly workspaceId?: string;
  };
  readonly mlflow: {
    readonly trackingUri?: string;
    readonly token?: string;
    readonly username?: string;
    readonly password?: string;
    /** Extra headers for gateways in front of the server. */
    readonly headers?: Readonly<Record<string, string>>;
  };
}

/** Everything a run was asked to do: inputs, target overlay, file and defaults merged and validated. */
export interface Settings {
  readonly command: Command;
  /** Path of the configuration file that was read, relative to the workspace. */
  readonly configFile: string | null;
  readonly target: string | null;
  readonly model: { readonly name: string; readonly registry: RegistryKind; readonly version: VersionSelector };
  readonly endpoint: {
    readonly name: string;
    readonly sizing: SizingRequest;
    readonly environmentVars: Readonly<Record<string, string>> | null;
    readonly tags: Readonly<Record<string, string>>;
  };
  readonly gate: {
    readonly baseline: BaselineSelector;
    readonly rules: readonly Rule[];
    readonly require: Requirements;
    /** `metrics_threshold: {}` and nothing else: nothing is asked, and that was said. */
    readonly emptyOnPurpose: boolean;
    readonly evaluation: {
      readonly jobId: string;
      readonly timeoutMs: number;
      readonly parameters: Readonly<Record<string, string>>;
      readonly when: 'promote' | 'always';
    } | null;
  };
  readonly rollout: {
    /** `auto`: chosen from the traffic that the endpoint has. */
    readonly steps: readonly Step[] | 'auto';
    readonly bakeMs: number;
    readonly finalBakeMs: number;
    readonly onFailure: 'rollback' | 'hold';
    readonly onNoData: 'rollback' | 'hold' | 'continue';
    readonly retainPrevious: boolean;
    readonly promoteAlias: string | null;
    readonly previousAlias: string | null;
    readonly minRequests: number;
    /** Probes per second. */
    readonly probeRate: number;
  };
  readonly monitoring: {
    readonly intervalMs: number;
    readonly metrics: readonly string[];
    readonly alerts: readonly Alert[];
  };
  readonly app: { readonly name: string; readonly source: string } | null;
  readonly control: {
    readonly dryRun: boolean;
    readonly until: number | null;
    readonly expectPlan: string | null;
    readonly onCancel: 'rollback' | 'hold';
    readonly timeoutMs: number;
    readonly rollbackOnAlert: boolean;
    /** `null`: one look. */
    readonly durationMs: number | null;
  };
  readonly reporting: {
    readonly failOnRejection: boolean;
    readonly comment: 'auto' | 'always' | 'on-failure' | 'never';
    readonly commentKey: string;
    readonly pullRequest: number | null;
    readonly environment: string | null;
  };
  readonly credentials: Credentials;
  readonly githubToken: string;
  /** What a reader of the log should know about how these settings came to be: mapped keys, ignored ones, warnings. */
  readonly notes: readonly { readonly level: 'info' | 'warning'; readonly message: string }[];
}
