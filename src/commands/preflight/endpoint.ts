import type { EndpointView } from '../../rollout/core/types.js';
import { asRight, type Check, checksOf, type Tried } from './check.js';
import { shellWord } from './quoting.js';

const write = checksOf('Serving endpoint');

/** Served entities that one endpoint takes; documents of the platform say ten, its servers refuse the sixteenth. */
const MOST_ENTITIES = 15;

/** What the endpoint allows, and what about it would hide the health of a new version. */
export function endpointChecks(name: string, read: Tried<EndpointView | null>, caller: string | null): Check[] {
  const title = `Endpoint ${name}`;
  if (read.kind === 'fault') return [write.unknown(title, read.error.message, read.error.fix)];
  const view = read.value;
  if (view === null) return [write.ok(title, 'It does not exist yet; the first promotion creates it.')];
  return [
    write.ok(title, `It exists; its creator is ${view.creator || 'not shown'}.`),
    permissionLine(name, view, caller),
    entityLine(name, view),
    fallbackLine(view),
    routeLine(view),
  ];
}

function permissionLine(name: string, view: EndpointView, caller: string | null): Check {
  const title = `CAN_MANAGE on endpoint ${name}`;
  const { permissionLevel: level } = view;
  if (level === 'CAN_MANAGE') return asRight(write.ok(title, 'The endpoint answers with CAN_MANAGE.'));
  const kind = caller?.includes('@') === true ? 'user_name' : 'service_principal_name';
  const list = { access_control_list: [{ [kind]: caller ?? 'NAME', permission_level: 'CAN_MANAGE' }] };
  const fix = `databricks serving-endpoints update-permissions ${shellWord(view.id || name)} --json ${shellWord(JSON.stringify(list))}`;
  return asRight(
    level === null
      ? write.unknown(title, 'The endpoint does not say which level this identity has.', fix)
      : write.missing(title, `This identity has ${level} only.`, fix),
  );
}

function entityLine(name: string, view: EndpointView): Check {
  const title = 'Room for one more served entity';
  const count = view.config?.servedEntities.length ?? 0;
  const evidence = `The endpoint serves ${count} of at most ${MOST_ENTITIES} entities.`;
  if (count < MOST_ENTITIES) return write.ok(title, evidence);
  return write.missing(title, evidence, `Remove an entity of ${name} that has no traffic.`);
}

function fallbackLine(view: EndpointView): Check {
  const title = 'AI gateway does not hide failures';
  if (!view.gatewayFallback) return write.ok(title, 'Its fallback is off.');
  const evidence =
    'Its fallback is on: failed calls are answered by another entity, so a bad version may look healthy.';
  return write.unknown(title, evidence, "Turn fallback off in the endpoint's AI gateway while versions roll out.");
}

function routeLine(view: EndpointView): Check {
  const title = 'Probes reach the endpoint';
  if (!view.routeOptimized) return write.ok(title, 'The endpoint is not route-optimised.');
  const evidence =
    'The endpoint is route-optimised: probes need an OAuth identity, a personal access token is refused.';
  return write.unknown(
    title,
    evidence,
    'Run the job with OAuth (a service principal or GitHub OIDC), or rely on traffic alone.',
  );
}
