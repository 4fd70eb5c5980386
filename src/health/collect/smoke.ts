import type { SmokeOutcome } from '../../rollout/ports.js';
import { agreementOf } from '../core/answer-comparison.js';
import { type CheckedAnswer, checkAnswer, type SmokeCase } from '../core/assertions.js';
import type { InvocationAnswer, Invoker } from '../ports.js';
import type { HealthOptions } from './options.js';

const WARM_UP_MS = 600_000;
const TIMEOUT_MS = 120_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
/** Failures that are named in the explanation. */
const NAMED = 3;
/** Statuses of an entity that is not there yet or has no room at the moment: no evidence of anything. */
const NOT_READY: readonly (number | null)[] = [null, 404, 408, 429, 502, 503, 504];

/**
 * Sends every smoke request to the candidate's own path. Until the first answer came, refusals of an entity that is still starting are
 * repeated within the warm-up's deadline; a wrong answer never is.
 */
export async function runSmoke(
  options: HealthOptions,
  setting: string | undefined,
  signal: AbortSignal,
): Promise<SmokeOutcome> {
  const choice = options.smoke(setting);
  if (choice.kind === 'none') return { kind: 'skipped', explanation: choice.why };
  const { invoker } = options;
  if (invoker === null)
    return {
      kind: 'skipped',
      explanation: "The candidate cannot be called apart from the endpoint's traffic, so nothing was sent.",
    };
  const run = new SmokeRun(options, invoker, signal);
  const faults: string[] = [];
  for (const item of choice.cases) {
    const fault = await run.fault(item);
    if (fault !== null) faults.push(`request ${item.index}: ${fault}`);
  }
  const sent = choice.cases.length;
  if (faults.length === 0) {
    return {
      kind: 'passed',
      sent,
      explanation: `All ${sent} requests of ${choice.origin} were answered as expected by the candidate.`,
    };
  }
  const named = faults.slice(0, NAMED).join('; ');
  const more = faults.length > NAMED ? `; and ${faults.length - NAMED} more` : '';
  const explanation = `${faults.length} of ${sent} requests of ${choice.origin} failed on the candidate: ${named}${more}.`;
  return { kind: 'failed', sent, failed: faults.length, explanation };
}

class SmokeRun {
  /** Until when each entity may still be starting; 0 once it has answered. */
  private readonly warmUntil = new Map<string, number>();

  constructor(
    private readonly options: HealthOptions,
    private readonly invoker: Invoker,
    private readonly signal: AbortSignal,
  ) {}

  /** Why the candidate's answer to this request is wrong; `null` when it is right. */
  async fault(item: SmokeCase): Promise<string | null> {
    const { candidate } = this.options.subjects;
    const checked = checkAnswer(item, await this.send(candidate.name, item));
    if (!checked.ok) return checked.fault.message;
    return this.disagreement(item, checked);
  }

  private async disagreement(item: SmokeCase, checked: CheckedAnswer & { ok: true }): Promise<string | null> {
    const { current } = this.options.subjects;
    const { agreement, tolerance } = item.expect;
    if (agreement === undefined || current === null) return null;
    const other = checkAnswer({ ...item, expect: {} }, await this.send(current.name, item));
    if (!other.ok) return `the current version's answer cannot be compared with: ${other.fault.message}`;
    const share = agreementOf(checked.json, other.json, tolerance ?? 0);
    return share >= agreement
      ? null
      : `agrees with the current version in ${Math.round(share * 1000) / 10} % of the rows, ${agreement * 100} % are asked for`;
  }

  private async send(entity: string, item: SmokeCase): Promise<InvocationAnswer> {
    const { clock, smokeTimeoutMs = TIMEOUT_MS, warmUpMs = WARM_UP_MS } = this.options;
    let pauseMs = FIRST_PAUSE_MS;
    for (;;) {
      const answer = await this.invoker.invoke(entity, item.request, smokeTimeoutMs, this.signal);
      const until = this.warmUntil.get(entity) ?? clock.now() + warmUpMs;
      const ready = !NOT_READY.includes(answer.status) || answer.status === item.expect.status;
      this.warmUntil.set(entity, ready ? 0 : until);
      if (ready || clock.now() + pauseMs >= until) return answer;
      this.options.debug?.(
        `${entity} is not ready yet (${answer.status ?? answer.fault ?? 'no answer'}); trying again`,
      );
      await clock.sleep(pauseMs, this.signal);
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
  }
}
