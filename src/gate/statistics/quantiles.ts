import { incompleteBeta } from './beta.js';

/** Share of Student's t distribution with `degrees` degrees of freedom (positive, need not be whole) below `t`. */
export function studentShareBelow(t: number, degrees: number): number {
  const tail = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return t < 0 ? tail : 1 - tail;
}

/** Share of the standard normal distribution below `z`, by the power series of its integral (A&S 26.2.11); for |z| below 8. */
export function normalShareBelow(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && k < 500; k += 1) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** The z with `confidence` of the standard normal distribution between -z and z. `confidence` lies in (0, 0.9999]. */
export function normalQuantile(confidence: number): number {
  return invert((z) => normalShareBelow(z), (1 + confidence) / 2, 8);
}

/** The t with `confidence` of Student's distribution between -t and t. `confidence` lies in (0, 0.9999], `degrees` from 1. */
export function studentQuantile(confidence: number, degrees: number): number {
  return invert((t) => studentShareBelow(t, degrees), (1 + confidence) / 2, 1e5);
}

function invert(shareBelow: (x: number) => number, share: number, limit: number): number {
  let low = 0;
  let high = limit;
  for (let step = 0; step < 100 && high - low > 1e-13 * high; step += 1) {
    const middle = (low + high) / 2;
    if (shareBelow(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
