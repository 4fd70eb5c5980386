import { canonicalSpec } from '../../../../src/rollout/core/canonical.js';
import type { Journal } from '../../../../src/rollout/core/journal.js';
import type { EndpointConfig } from './endpoint-types.js';

/** What is known about the world at the moment in which a rollout sends an update. */
export interface WriteMoment {
  readonly sent: EndpointConfig;
  readonly live: EndpointConfig | null;
  /** What the rollout's last read showed, and whether any other call came between. */
  readonly lastRead: EndpointConfig | null;
  readonly readImmediatelyBefore: boolean;
  readonly journal: Journal | null;
  readonly holderNonce: string;
  readonly candidate: string;
  /** The step in force has been judged healthy, and nothing bad was said since. */
  readonly passed: boolean;
  readonly tagsRefused: boolean;
}

/** The invariants that hold at every write, as sentences about what is broken. */
export function brokenInvariants(moment: WriteMoment): string[] {
  const { sent, live } = moment;
  const broken: string[] = [];
  const shares = new Map(sent.routes.map((route) => [route.servedEntityName, route.trafficPercentage]));
  const before = new Map(live?.routes.map((route) => [route.servedEntityName, route.trafficPercentage]) ?? []);
  const sum = [...shares.values()].reduce((one, other) => one + other, 0);
  const goingBack = !sent.servedEntities.some((served) => served.name === moment.candidate);
  if (sum !== 100 || [...shares.values()].some((share) => !Number.isInteger(share) || share < 0)) {
    broken.push(`I1: the shares ${[...shares.values()].join(', ')} are not whole percents that make 100`);
  }
  for (const served of sent.servedEntities)
    if (!shares.has(served.name)) broken.push(`I1: ${served.name} has no route`);
  for (const [name, share] of before) {
    const removed = !sent.servedEntities.some((served) => served.name === name);
    if (removed && share > 0 && !(goingBack && name === moment.candidate))
      broken.push(`I1: ${name} is removed with ${share} %`);
  }
  const rises = (shares.get(moment.candidate) ?? 0) > (before.get(moment.candidate) ?? 0);
  if (rises && live !== null && !moment.passed) broken.push('I2: the share of the candidate rises without a pass');
  if (live !== null && !moment.readImmediatelyBefore) broken.push('I3: no read immediately before the write');
  if (live !== null && JSON.stringify(moment.lastRead) !== JSON.stringify(live))
    broken.push('I3: the world is not as it was read');
  if (live !== null && moment.journal?.lease?.nonce !== moment.holderNonce && !goingBack)
    broken.push('I3: the lease is not ours');
  for (const served of sent.servedEntities) {
    const old = live?.servedEntities.find((one) => one.name === served.name);
    if (old !== undefined && JSON.stringify(canonicalSpec(old.spec)) !== JSON.stringify(canonicalSpec(served.spec))) {
      broken.push(`I4: fields of ${served.name} change`);
    }
  }
  if (live !== null && !moment.tagsRefused && moment.journal?.intent == null)
    broken.push('I5: no intent in the journal');
  return broken;
}
