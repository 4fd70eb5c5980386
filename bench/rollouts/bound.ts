/**
 * Expected requests of the candidate until an optimal sequential test of the error counts can condemn it: ln(1/alpha) divided by the
 * information per request, for a candidate with `candidateErrors` beside a current version with `currentErrors` at `weight` (0..1), when
 * `tolerated` times the current version's rate is allowed. Source: Wald's bound with the Kullback-Leibler divergence of the two
 * shares of errors that fall on the candidate.
 */
export function lowerBound(
  weight: number,
  currentErrors: number,
  candidateErrors: number,
  alpha: number,
  tolerated: number,
): number {
  const share = (ratio: number) => (ratio * weight) / (ratio * weight + 1 - weight);
  const allowed = share(tolerated);
  const actual = share(candidateErrors / currentErrors);
  const perError = actual * Math.log(actual / allowed) + (1 - actual) * Math.log((1 - actual) / (1 - allowed));
  const errorsPerRequest = candidateErrors + (currentErrors * (1 - weight)) / weight;
  return Math.log(1 / alpha) / (perError * errorsPerRequest);
}
