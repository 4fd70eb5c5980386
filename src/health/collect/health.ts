import type { HealthPort, Look } from '../../rollout/ports.js';
import { parseExposition } from '../core/exposition.js';
import { exposure, figures } from '../core/figures.js';
import { addExposures, addMinutes, addProbes, beginStep, type Evidence, emptyEvidence, judge } from '../core/judge.js';
import { MinuteReader } from '../core/minutes.js';
import { packEvidence, unpackEvidence } from '../core/pack.js';
import type { StepWindow } from '../core/types.js';
import type { HealthOptions } from './options.js';
import { Prober } from './prober.js';
import { runSmoke } from './smoke.js';

/** A look that a failed probe brought about does not read the export again so soon: it changes once a minute. */
const HURRIED_READ_MS = 5_000;

/** The watch over a candidate: smoke requests, probes through the bakes, and the metrics export, judged at every look. */
export function createHealth(options: HealthOptions): HealthPort {
  return new Health(options);
}

class Health implements HealthPort {
  private evidence: Evidence;
  private readonly reader: MinuteReader;
  private readonly prober: Prober | null;
  private wake: (() => void) | null = null;
  private failedSinceLook = false;
  /** Server time at which the step's evidence closed; minutes that end later are exposure only. */
  private closedAtMs = Number.POSITIVE_INFINITY;
  private exportReadAt = Number.NEGATIVE_INFINITY;
  /** The export as it was read last: it changes once a minute, and is looked at more often. */
  private lastExport: { readonly text: string; readonly parsed: ReturnType<typeof parseExposition> } | null = null;
  /** Why the export could not be used at the last look. */
  private exportNote: string | null = null;

  constructor(private readonly options: HealthOptions) {
    this.evidence = emptyEvidence(options.settings);
    this.reader = new MinuteReader(options.subjects);
    this.prober = options.invoker === null ? null : new Prober(options, options.invoker, () => this.onProbeFailure());
  }

  smoke(smoke: string | undefined, signal: AbortSignal) {
    return runSmoke(this.options, smoke, signal);
  }

  begin(window: StepWindow, smoke: string | undefined): void {
    this.closedAtMs = Number.POSITIVE_INFINITY;
    this.evidence = beginStep(this.evidence, window);
    this.reader.beginStep(this.evidence.splitSinceMs);
    const choice = this.options.smoke(smoke);
    if (choice.kind === 'cases') this.prober?.start(choice.cases);
    else this.prober?.stop();
  }

  async look(signal: AbortSignal): Promise<Look> {
    const hurried = this.failedSinceLook && this.options.clock.now() < this.exportReadAt + HURRIED_READ_MS;
    this.failedSinceLook = false;
    if (!hurried) await this.readExport(signal);
    const { settings, clock } = this.options;
    this.evidence = addProbes(this.evidence, this.prober?.drain() ?? [], settings);
    const now = clock.serverNow();
    const step = figures(this.evidence, settings);
    const shown = this.exportNote === null ? step : { ...step, sources: [...step.sources, this.exportNote] };
    return {
      judgement: judge(this.evidence, settings, now),
      figures: shown,
      evidence: packEvidence(this.evidence),
      exposure: exposure(this.evidence),
      point: {
        atMs: now,
        candidateErrorRate: step.candidate.errorRate,
        currentErrorRate: step.current.errorRate,
        candidateLatencyMs: step.candidate.latencyMs,
        currentLatencyMs: step.current.latencyMs,
        evidence: step.evidence,
        evidenceThreshold: step.evidenceThreshold,
      },
    };
  }

  async rest(ms: number, signal: AbortSignal): Promise<void> {
    if (this.failedSinceLook) return;
    const woken = new AbortController();
    this.wake = () => woken.abort();
    try {
      await this.options.clock.sleep(ms, AbortSignal.any([signal, woken.signal]));
    } catch (error) {
      if (signal.aborted || !woken.signal.aborted) throw error;
    } finally {
      this.wake = null;
    }
  }

  end(): void {
    this.closedAtMs = this.options.clock.serverNow();
    this.prober?.stop();
  }

  restore(evidence: unknown): boolean {
    const known = unpackEvidence(evidence);
    if (known === null) return false;
    this.evidence = known;
    return true;
  }

  private onProbeFailure(): void {
    this.failedSinceLook = true;
    this.wake?.();
  }

  private async readExport(signal: AbortSignal): Promise<void> {
    const { source, clock } = this.options;
    if (source === null) return;
    this.exportReadAt = clock.now();
    const read = await source.read(signal);
    if (read.kind !== 'text') {
      this.exportNote = `metrics export: ${read.message}`;
      return;
    }
    const parsed = this.lastExport?.text === read.text ? this.lastExport.parsed : parseExposition(read.text);
    this.lastExport = { text: read.text, parsed };
    if (parsed.kind === 'failed') {
      this.exportNote = `metrics export: ${parsed.message}`;
      return;
    }
    const { minutes, freshMs, notes } = this.reader.read(parsed.exposition, clock.serverNow());
    this.exportNote = notes[0] ?? null;
    const inTime = addMinutes(
      this.evidence,
      minutes.filter(({ endMs }) => endMs <= this.closedAtMs),
    );
    this.evidence = addExposures(
      inTime,
      minutes.filter(({ endMs }) => endMs > this.closedAtMs),
    );
    if (freshMs !== null) this.evidence = { ...this.evidence, freshMs: Math.max(this.evidence.freshMs, freshMs) };
  }
}
