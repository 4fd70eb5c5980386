import type { EndpointConfig } from '../../../../src/rollout/core/types.js';

export type { EndpointConfig, EndpointView, ServedEntity } from '../../../../src/rollout/core/types.js';

/** The endpoint as it really is. */
export interface EndpointState {
  config: EndpointConfig | null;
  version: number;
  ready: boolean;
  update: string;
  pending: {
    config: EndpointConfig;
    doneAt: number;
    end: 'applied' | 'failed' | 'cancelled' | 'reverted' | 'hangs';
  } | null;
  tags: Record<string, string>;
}
