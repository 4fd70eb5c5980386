/**
 * Expected requests of the candidate until an optimal sequential test of the counts can condemn it: ln(1/alpha) divided by the
 * information per request, for a candidate with the share `candidate` of bad answers beside a current version with `current`, at
 * `weight` (0..1), when `tolerated` times the current version's share is allowed. Source: Wald's bound with the Kullback-Leibler
 * divergence of the two shares of bad answers that fall on the candidate.
 */
export function lowerBound(
  weight: number,
  current: number,
  candidate: number,
  alpha: number,
  tolerated: number,
): number {
  const share = (ratio: number) => (ratio * weight) / (ratio * weight + 1 - weight);
  const badPerRequest = candidate + (current * (1 - weight)) / weight;
  return Math.log(1 / alpha) / (divergence(share(candidate / current), share(tolerated)) * badPerRequest);
}

/** The same with nothing beside the candidate, against a fixed `limit`; infinite where the limit is kept. */
export function lowerBoundAlone(limit: number, candidate: number, alpha: number): number {
  return candidate <= limit ? Number.POSITIVE_INFINITY : Math.log(1 / alpha) / divergence(candidate, limit);
}

/** Information of one draw with chance `actual` against the chance `allowed`, in nats. */
function divergence(actual: number, allowed: number): number {
  const rest = actual >= 1 ? 0 : (1 - actual) * Math.log((1 - actual) / (1 - allowed));
  return actual * Math.log(actual / allowed) + rest;
}
