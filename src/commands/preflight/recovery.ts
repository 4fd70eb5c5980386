import type { Settings } from '../../config/types.js';
import type { EndpointView, ServedEntity } from '../../rollout/core/types.js';
import { findWayBack } from '../../rollout/core/way-back.js';
import { sha256 } from '../../rollout/journal-store.js';
import { journalOn } from '../journal.js';
import { type Check, checksOf, type Tried } from './check.js';

const write = checksOf('Go-live checklist', true);
const TITLE = 'Recovery plan in place';

/**
 * Whether there is something to go back to. What `rollback` would find is asked of the same search that it uses; a version that
 * serves alone is no target yet, but the next promotion can be taken back to it.
 *
 * @param previous Version that the alias for going back points at.
 */
export function recoveryLine(
  settings: Pick<Settings, 'model' | 'rollout'>,
  endpoint: Tried<EndpointView | null> | null,
  previous: string | null,
): Check {
  const view = endpoint?.kind === 'value' ? endpoint.value : null;
  const { name } = settings.model;
  const mine = view?.config?.servedEntities.filter((entity) => name === '' || entity.entityName === name) ?? [];
  const flawed = mine.find((entity) => entity.notReproducible !== undefined);
  if (flawed?.notReproducible !== undefined) {
    return write.unknown(TITLE, `What serves now could not be put back exactly: ${flawed.notReproducible}`);
  }
  if (view !== null && mine.length > 0) return onEndpoint(view, mine, name);
  const { previousAlias } = settings.rollout;
  if (previous !== null) {
    const evidence = `No version serves; ${previousAlias} is version ${previous}, which model-version: "@${previousAlias}" promotes.`;
    return write.ok(TITLE, evidence);
  }
  const evidence = 'There is nothing to go back to yet: no version serves, and no alias keeps one.';
  if (view === null) return write.unknown(TITLE, evidence, 'The first promotion makes the first target.');
  return write.missing(TITLE, evidence, 'Promote a version that is known to be good first.');
}

function onEndpoint(view: EndpointView, mine: readonly ServedEntity[], model: string): Check {
  const way = findWayBack(view, journalOn(view), model === '' ? (mine[0]?.entityName ?? '') : model, sha256);
  if (way.kind === 'unclear') {
    return write.unknown(TITLE, `The way back is not clear: ${way.why}.`, 'Look at the routes of the endpoint.');
  }
  if (way.kind === 'none') {
    const serving = mine.map((entity) => entity.entityVersion).join(', ');
    const evidence = `The next promotion can be taken back: version ${serving} is on the endpoint. Until then rollback has no target: ${way.why}.`;
    return write.ok(TITLE, evidence);
  }
  const target = way.kind === 'bring-back' ? way.plan.candidate : way.plan.previous;
  return write.ok(
    TITLE,
    `A rollback has a target: ${target === null ? 'the recorded configuration' : `version ${target.entityVersion}`}.`,
  );
}
