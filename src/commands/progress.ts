import type { ArmFigures } from '../health/core/types.js';
import type { StepReport, TimelinePoint } from '../rollout/core/types.js';
import type { Look, ProgressPort } from '../rollout/ports.js';
import { stepSection, timelineSection } from './document/rollout.js';
import type { Findings, Workbench } from './types.js';

const BAR_CELLS = 20;
/** Without anything new to say, a tick is repeated only this often (ms). */
const QUIET_MS = 60_000;

/** `▇▇▇▇▇···············` for 25 %. */
export function trafficBar(percent: number): string {
  const filled = percent > 0 ? Math.max(1, Math.round((percent / 100) * BAR_CELLS)) : 0;
  return '▇'.repeat(filled) + '·'.repeat(BAR_CELLS - filled);
}

/** `1m 05s`, `40s` or `0s`. */
export function spanOf(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${String(seconds % 60).padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m`;
}

function share(rate: number | null): string {
  return rate === null ? 'n/a' : `${(rate * 100).toFixed(2)} %`;
}

function milliseconds(value: number | null): string {
  return value === null ? 'n/a' : `${Math.round(value)} ms`;
}

/** What lies far beyond the threshold says no more than that it does. */
function evidenceText(evidence: number): string {
  if (evidence >= 10_000) return 'over 10,000';
  return evidence < 10 ? evidence.toFixed(2) : String(Math.round(evidence));
}

/** One line of the log for one look: traffic, requests, errors, latency (candidate against current), evidence, time left. */
export function tickLine(step: StepReport, remainingMs: number, look: Look): string {
  const { candidate, current, evidence, evidenceThreshold } = look.figures;
  const pair = (pick: (figures: ArmFigures) => string): string => `${pick(candidate)} | ${pick(current)}`;
  return [
    `${String(step.traffic).padStart(3)} % ${trafficBar(step.traffic)}`,
    `requests ${pair((figures) => String(figures.requests))}`,
    `errors ${pair((figures) => share(figures.errorRate))}`,
    `latency ${pair((figures) => milliseconds(figures.latencyMs))}`,
    `evidence ${evidenceText(evidence)} of ${Math.round(evidenceThreshold)}`,
    `${spanOf(remainingMs)} left`,
  ].join('   ');
}

/** The rollout's progress as the log, the comment and the deployment show it. */
export function createProgress(bench: Pick<Workbench, 'log' | 'clock' | 'leaving' | 'progress'>): ProgressPort {
  let lastLine = '';
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    phase: (title) => bench.log.phase(title),
    info: (message) => bench.log.info(message),
    warning: (message) => bench.log.warning(message),
    debug: (message) => bench.log.debug(message),
    tick: (step, remainingMs, look) => {
      const line = tickLine(step, remainingMs, look);
      const subject = line.slice(0, line.lastIndexOf('   '));
      const now = bench.clock.now();
      if (subject === lastLine && now - lastAt < QUIET_MS) return;
      lastLine = subject;
      lastAt = now;
      bench.log.info(line);
    },
    stepChanged: (steps, timeline) => showSteps(bench, steps, timeline),
  };
}

function showSteps(
  bench: Pick<Workbench, 'leaving' | 'progress'>,
  steps: readonly StepReport[],
  timeline: readonly TimelinePoint[],
): void {
  const running = steps.at(-1);
  if (running === undefined) return;
  const started = steps[0]?.startedAtMs ?? running.startedAtMs;
  const findings: Findings = {
    headline: `Rolling out: ${running.label}.`,
    next: 'The rollout goes on by itself; this comment follows it.',
    rollout: {
      // Shown while it goes on nobody reads it; when the run breaks off before its end, this is what the report says.
      outcome: 'failed',
      explanation: `${running.label} is under way.`,
      state: `The candidate has ${running.traffic} % of the traffic.`,
      action: null,
      started_at: new Date(started).toISOString(),
      ended_at: null,
      steps: steps.map(stepSection),
      timeline: timelineSection(timeline),
      updates: 0,
      rollback: null,
      warnings: [],
    },
  };
  bench.leaving(`${running.label}: the candidate had ${running.traffic} % of the traffic.`);
  bench.progress(findings, running.label, running.traffic);
}
