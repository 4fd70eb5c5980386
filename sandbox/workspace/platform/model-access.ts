import type { Identity } from '../auth/identities.js';
import type { Credentials } from '../auth/tokens.js';
import { denied } from '../http/failure.js';
import type { RegisteredModel } from '../models/types.js';
import type { ModelAccess } from '../models/unity-catalog.js';
import type { Securables } from './securables.js';

/** Rights on Unity Catalog models, from the grants. */
export function modelAccess(securables: Securables): ModelAccess {
  return {
    read(identity: Identity, fullName: string): void {
      if (!mayExecute(securables, identity, fullName)) throw securables.notThere('function', fullName);
    },
    manage(identity: Identity, model: RegisteredModel): void {
      if (securables.allows(identity, 'function', model.name, 'MANAGE')) return;
      throw denied(`User ${identity.userName} is not an owner of Registered Model '${model.name}'.`);
    },
    create(identity: Identity, catalog: string, schema: string): void {
      securables.get('catalog', catalog);
      securables.get('schema', `${catalog}.${schema}`);
      const full = `${catalog}.${schema}`;
      const creates = ['CREATE_MODEL', 'CREATE_FUNCTION'].some((privilege) =>
        securables.allows(identity, 'schema', full, privilege),
      );
      if (creates && securables.reaches(identity, full)) return;
      throw denied(`User does not have CREATE MODEL on Schema '${full}'.`);
    },
  };
}

/** EXECUTE with USE_CATALOG and USE_SCHEMA. */
function mayExecute(securables: Securables, identity: Identity, fullName: string): boolean {
  return securables.reaches(identity, fullName) && securables.allows(identity, 'function', fullName, 'EXECUTE');
}

/**
 * Refuses an update when its caller or the endpoint's creator may not load the model. Identities that the workspace
 * does not know are taken for entitled; members that were deactivated are not.
 */
export function checkLoaders(
  securables: Securables,
  credentials: Credentials,
  model: string,
  loaders: readonly string[],
): void {
  for (const loader of loaders) {
    const identity = credentials.find(loader);
    if (identity === undefined) continue;
    if (!identity.active || !mayExecute(securables, identity, model)) {
      throw denied(
        `User '${loader}' does not have EXECUTE permission on Registered Model '${model}' that the endpoint needs to load it.`,
      );
    }
  }
}
