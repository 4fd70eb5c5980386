import { principalsOf } from '../auth/identities.js';
import { denied, invalid } from '../http/failure.js';
import { json, type Reply } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact } from '../json.js';
import type { Securables, SecurableType } from './securables.js';

const TYPES: readonly SecurableType[] = ['metastore', 'catalog', 'schema', 'volume', 'function'];
const BASE = '/api/2.1/unity-catalog';

interface Target {
  readonly type: SecurableType;
  readonly name: string;
}

/** The grants API: direct and effective privileges. Reading those of others needs ownership or administration. */
export class GrantRoutes {
  readonly #securables: Securables;

  constructor(securables: Securables) {
    this.#securables = securables;
  }

  register(router: Router): void {
    router.on('GET', `${BASE}/permissions/{type}/{name}`, (call) => this.#direct(call));
    router.on('GET', `${BASE}/effective-permissions/{type}/{name}`, (call) => this.#effective(call));
    router.on('PATCH', `${BASE}/permissions/{type}/{name}`, (call) => this.#change(call));
  }

  #target(call: Call): Target {
    const name = (call.params.name ?? '').toLowerCase();
    const type = TYPES.find((known) => known === call.params.type?.toLowerCase());
    if (type === undefined) throw invalid(`Securable type '${call.params.type}' is not supported.`);
    if (this.#securables.ownerOf(type, name) === null) throw this.#securables.notThere(type, name);
    return { type, name };
  }

  /** The principal asked for, or `null` for all; refuses what the caller may not see. */
  #asked(call: Call, target: Target): string | null {
    const principal = call.query.get('principal');
    if (principal !== null && principalsOf(call.identity).includes(principal)) return principal;
    if (!this.#securables.allows(call.identity, target.type, target.name, 'MANAGE')) {
      throw denied(`User ${call.identity.userName} may not list the grants of others on '${target.name}'.`);
    }
    return principal;
  }

  #direct(call: Call): Reply {
    const target = this.#target(call);
    const asked = this.#asked(call, target);
    const rows = [...this.#securables.direct(target.type, target.name)]
      .filter(([principal]) => asked === null || principal === asked)
      .map(([principal, privileges]) => ({ principal, privileges: [...privileges] }));
    return json(compact({ privilege_assignments: rows }));
  }

  #effective(call: Call): Reply {
    const target = this.#target(call);
    const asked = this.#asked(call, target);
    const rows = [...this.#securables.effective(target.type, target.name)]
      .filter(([principal]) => asked === null || principal === asked)
      .map(([principal, held]) => ({
        principal,
        privileges: held.map(({ privilege, fromType, fromName }) =>
          fromName === target.name && fromType === target.type
            ? { privilege }
            : { privilege, inherited_from_name: fromName, inherited_from_type: fromType.toUpperCase() },
        ),
      }));
    return json(compact({ privilege_assignments: rows }));
  }

  #change(call: Call): Reply {
    const { type, name } = this.#target(call);
    if (!this.#securables.allows(call.identity, type, name, 'MANAGE'))
      throw denied(`User is not an owner of '${name}'.`);
    for (const change of call.body.objects('changes')) {
      const [principal, add, remove] = [change.text('principal'), change.texts('add'), change.texts('remove')];
      if (add.some((privilege) => remove.includes(privilege)))
        throw invalid(`Duplicate privileges to add and delete for principal ${principal}.`);
      this.#securables.grant(type, name, principal, ...add);
      this.#securables.revoke(type, name, principal, ...remove);
    }
    const rows = [...this.#securables.direct(type, name)].map(([principal, privileges]) => ({
      principal,
      privileges: [...privileges],
    }));
    return json(compact({ privilege_assignments: rows }));
  }
}
