import type { EndpointConfig, Route, ServedEntity } from './types.js';

/** The shares of an endpoint, whole percent by served entity; entities without a route have 0. */
export function sharesOf(config: Pick<EndpointConfig, 'servedEntities' | 'routes'>): Map<string, number> {
  const shares = new Map(config.servedEntities.map((entity) => [entity.name, 0]));
  for (const route of config.routes) shares.set(route.servedEntityName, route.trafficPercentage);
  return shares;
}

/** Percent of the endpoint that the entities of one registered model have together. */
export function modelShare(config: Pick<EndpointConfig, 'servedEntities' | 'routes'>, entityName: string): number {
  const shares = sharesOf(config);
  return config.servedEntities
    .filter((entity) => entity.entityName === entityName)
    .reduce((sum, entity) => sum + (shares.get(entity.name) ?? 0), 0);
}

/**
 * The routes when the candidate has `share` percent of the traffic that its model has in `base`. Entities of other models
 * keep their percent exactly; the model's other entities give way in proportion (largest remainder, so that whole
 * percents always make 100). A share above 0 is at least 1 % and a share below 100 leaves at least 1 % where there are two to
 * share; with 1 % in all it goes to the candidate from the first share above 0 on.
 *
 * @param base The configuration before the rollout; may or may not hold the candidate.
 * @param share Whole percent, 0..100, of the model's own traffic.
 */
export function candidateRoutes(base: EndpointConfig, candidate: ServedEntity, share: number): readonly Route[] {
  const shares = sharesOf(base);
  const total = modelShare(base, candidate.entityName);
  const mine = candidateShare(total, share);
  const siblings = base.servedEntities.filter(
    (entity) => entity.entityName === candidate.entityName && entity.name !== candidate.name,
  );
  const given = apportion(
    siblings.map((entity) => shares.get(entity.name) ?? 0),
    total - mine,
  );
  siblings.forEach((entity, index) => {
    shares.set(entity.name, given[index] ?? 0);
  });
  shares.set(candidate.name, mine);
  return [...shares].map(([servedEntityName, trafficPercentage]) => ({ servedEntityName, trafficPercentage }));
}

function candidateShare(total: number, share: number): number {
  if (share <= 0 || total === 0) return 0;
  if (share >= 100 || total === 1) return total;
  return Math.min(total - 1, Math.max(1, Math.round((total * share) / 100)));
}

/**
 * Shares out `total` whole units in proportion to `weights` by the method of largest remainder; equal remainders go to
 * the earlier weight. With no weight above 0 everything goes to the first.
 */
export function apportion(weights: readonly number[], total: number): readonly number[] {
  const sum = weights.reduce((before, weight) => before + weight, 0);
  if (sum === 0) return weights.map((_, index) => (index === 0 ? total : 0));
  const exact = weights.map((weight) => (weight * total) / sum);
  const units = exact.map(Math.floor);
  const left = total - units.reduce((before, unit) => before + unit, 0);
  const order = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((one, other) => other.remainder - one.remainder || one.index - other.index);
  for (const { index } of order.slice(0, left)) units[index] = (units[index] ?? 0) + 1;
  return units;
}
