import { ActionError } from '../../errors.js';
import type { AuthType, TokenProvider } from './types.js';

/** A token as the issuer gave it. */
export interface MintedToken {
  readonly value: string;
  /** `null` when the issuer did not say. */
  readonly lifetimeMs: number | null;
}

export interface CachedTokenOptions {
  readonly authType: AuthType;
  /** Gets a new token. Throws `ActionError`. */
  readonly mint: (signal: AbortSignal) => Promise<MintedToken>;
  readonly monotonic: () => number;
  /** Called with every minted token before it is used. */
  readonly onSecret: (value: string) => void;
}

const UNSTATED_LIFETIME_MS = 300_000;
const LONGEST_MARGIN_MS = 300_000;
/** A token this close to its end is not sent any more, even when no other could be had. */
const LAST_MOMENT_MS = 10_000;

/**
 * How long before its end a token is renewed: a third of its life, at most five minutes. So tokens that live three minutes or
 * longer are renewed at least a minute before they end. (GitHub's exchanged tokens live about 298 s.)
 */
export function renewalMarginMs(lifetimeMs: number): number {
  return Math.min(lifetimeMs / 3, LONGEST_MARGIN_MS);
}

interface Held {
  readonly value: string;
  readonly renewAt: number;
  readonly unusableAt: number;
}

/** Keeps a minted token until shortly before its end; callers that come together share one minting. */
export function createCachedProvider(options: CachedTokenOptions): TokenProvider {
  let held: Held | null = null;
  const mint = shareOneMinting(options);
  const renew = async (signal: AbortSignal): Promise<string> => {
    held = await mint(signal);
    return held.value;
  };
  return {
    authType: options.authType,
    async token(signal) {
      const current = held;
      if (current !== null && options.monotonic() < current.renewAt) return current.value;
      try {
        return await renew(signal);
      } catch (error) {
        signal.throwIfAborted();
        if (current !== null && held === current && options.monotonic() < current.unusableAt) return current.value;
        throw error;
      }
    },
    async refresh(signal) {
      held = null;
      await renew(signal);
      return true;
    },
  };
}

/** Minting of which at most one is under way; whoever comes meanwhile waits for that one. */
function shareOneMinting(options: CachedTokenOptions): (signal: AbortSignal) => Promise<Held> {
  let minting: Promise<Held> | null = null;
  const mint = async (signal: AbortSignal): Promise<Held> => {
    signal.throwIfAborted();
    if (minting !== null) {
      return minting.catch((error: unknown) => {
        if (error instanceof ActionError) throw error;
        // Whoever started it was aborted; that is no reason for those who waited along.
        return mint(signal);
      });
    }
    const run = mintHeld(options, signal).finally(() => {
      minting = null;
    });
    minting = run;
    return run;
  };
  return mint;
}

async function mintHeld(options: CachedTokenOptions, signal: AbortSignal): Promise<Held> {
  const asked = options.monotonic();
  const minted = await options.mint(signal);
  options.onSecret(minted.value);
  const lifetime = minted.lifetimeMs ?? UNSTATED_LIFETIME_MS;
  return {
    value: minted.value,
    renewAt: asked + lifetime - renewalMarginMs(lifetime),
    unusableAt: asked + lifetime - Math.min(LAST_MOMENT_MS, lifetime / 3),
  };
}

/** A token that never changes. */
export function createStaticProvider(token: string, onSecret: (value: string) => void): TokenProvider {
  onSecret(token);
  return { authType: 'pat', token: async () => token, refresh: async () => false };
}
