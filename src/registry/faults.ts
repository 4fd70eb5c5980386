import { ActionError } from '../errors.js';
import type { PassedOver } from './select.js';

/** The version that was asked for is not there. `known` are aliases that exist, for the message. */
export function versionNotFound(model: string, why: string, known: readonly string[]): ActionError {
  const named = known.length === 0 ? '' : ` Aliases of this model: ${known.slice(0, 20).join(', ')}.`;
  return new ActionError(`No version of ${model} can be chosen: ${why}.${named}`, {
    kind: 'remote',
    reason: 'version-not-found',
    fix: 'Check `model-name` and `model-version`, or register the version first.',
  });
}

/** There are no versions at all, or none that may be served. */
export function noReadyVersion(model: string, passedOver: readonly PassedOver[]): ActionError {
  const newest = passedOver[0];
  if (newest === undefined) return versionNotFound(model, 'it has no versions', []);
  const listed = passedOver.slice(0, 5).map(({ version, why }) => `version ${version}: ${why}`);
  return new ActionError(`No version of ${model} is READY (${listed.join('; ')}).`, {
    kind: 'remote',
    reason: 'version-not-ready',
    fix: 'Wait until the registration has finished, or register the model again.',
  });
}
