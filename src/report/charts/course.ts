import { instant } from '../format.js';
import type { ResultDocument, ResultRollout, ResultStep, ResultTimelinePoint } from '../result.js';

/** One moment of a rollout, in ms since its first one. */
export interface Moment {
  readonly ms: number;
  readonly point: ResultTimelinePoint;
}

interface StepSpan {
  readonly step: ResultStep;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A rollout as the plots need it: everything on one time axis that begins at 0. */
export interface RolloutCourse {
  readonly endMs: number;
  readonly moments: readonly Moment[];
  readonly spans: readonly StepSpan[];
  /** When it was decided to go back, and when the old version was verified. */
  readonly detectedMs: number | null;
  readonly restoredMs: number | null;
}

/** More moments than this cannot be told apart on paper. */
const MOST_MOMENTS = 600;

function thinned(moments: readonly Moment[]): Moment[] {
  const every = Math.ceil(moments.length / MOST_MOMENTS);
  return moments.filter((_, index) => index % every === 0 || index === moments.length - 1);
}

function timesOf(rollout: ResultRollout): number[] {
  return [
    rollout.started_at,
    rollout.ended_at,
    ...rollout.timeline.map((point) => point.at),
    ...rollout.steps.flatMap((step) => [step.started_at, step.ended_at]),
  ].flatMap((iso) => instant(iso) ?? []);
}

/** Puts a rollout on one time axis; `null` when it has no two moments. */
export function courseOf(result: ResultDocument): RolloutCourse | null {
  const { rollout } = result;
  if (rollout === null) return null;
  const times = timesOf(rollout);
  const start = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const end = times.reduce((most, time) => Math.max(most, time), Number.NEGATIVE_INFINITY);
  if (!(end > start)) return null;
  const since = (iso: string | null): number | null => {
    const at = instant(iso);
    return at === null ? null : at - start;
  };
  const moments = rollout.timeline
    .flatMap((point) => {
      const ms = since(point.at);
      return ms === null ? [] : [{ ms, point }];
    })
    .toSorted((a, b) => a.ms - b.ms);
  return {
    endMs: end - start,
    moments: thinned(moments),
    spans: rollout.steps.slice(0, 60).map((step) => ({
      step,
      fromMs: since(step.started_at) ?? 0,
      toMs: since(step.ended_at) ?? end - start,
    })),
    detectedMs: since(rollout.rollback?.detected_at ?? null),
    restoredMs: since(rollout.rollback?.restored_at ?? null),
  };
}
