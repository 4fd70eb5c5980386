import type { Clock } from '../../rollout/ports.js';
import { type AlertResult, alertResults, NOTHING_SEEN, observe, type SubjectEvidence } from '../core/alerts.js';
import { type Exposition, parseExposition } from '../core/exposition.js';
import { MinuteReader } from '../core/minutes.js';
import type { EntityIdentity } from '../core/scope.js';
import type { Alert, MinuteSample } from '../core/types.js';
import type { MetricsSource } from '../ports.js';

/** What fails by default where no alert is configured: more than 1 % of requests. */
const DEFAULT_ALERT: Alert = { metric: 'error_rate', threshold: 0.01, quantile: 0.95 };
/** The endpoint itself is watched as an entity that no label names. */
const NOBODY: EntityIdentity = { name: '\u0000', version: '\u0000' };

export interface WatchOptions {
  readonly source: MetricsSource;
  /** Name of the endpoint, for figures that name no entity. */
  readonly endpoint: string;
  readonly entities: readonly EntityIdentity[];
  readonly alerts: readonly Alert[];
  /** Chance of a false alarm over the whole watch, all subjects and alerts together. */
  readonly alpha: number;
  /** There will be only one look, so one minute must do. */
  readonly once: boolean;
  readonly clock: Clock;
}

/** What the endpoint's health looks like, from the first look to this one. */
export interface HealthReport {
  /** `unknown`: nothing could be judged. */
  readonly kind: 'healthy' | 'alerting' | 'unknown';
  readonly alerts: readonly AlertResult[];
  readonly looks: number;
  /** Subjects with a raised alert. */
  readonly raised: readonly string[];
  readonly notes: readonly string[];
}

export interface Watch {
  /** Reads the export once and judges everything seen so far. Never throws except when aborted. */
  look(signal: AbortSignal): Promise<HealthReport>;
}

/** Watches an endpoint outside of a rollout, by the same rules. */
export function createEndpointWatch(options: WatchOptions): Watch {
  return new EndpointWatch(options);
}

interface Subject {
  readonly name: string;
  readonly scope: 'candidate' | 'endpoint';
  readonly reader: MinuteReader;
  seen: SubjectEvidence;
}

class EndpointWatch implements Watch {
  private readonly subjects: readonly Subject[];
  private readonly notes = new Set<string>();
  private looks = 0;

  constructor(private readonly options: WatchOptions) {
    const names = options.entities.map(({ name }) => name);
    const subject = (name: string, scope: Subject['scope'], candidate: EntityIdentity): Subject => ({
      name,
      scope,
      reader: new MinuteReader({ candidate, current: null, others: names.filter((other) => other !== candidate.name) }),
      seen: NOTHING_SEEN,
    });
    this.subjects = [
      ...options.entities.map((entity) => subject(entity.name, 'candidate', entity)),
      subject(options.endpoint, 'endpoint', NOBODY),
    ];
  }

  async look(signal: AbortSignal): Promise<HealthReport> {
    this.looks += 1;
    const read = await this.options.source.read(signal);
    if (read.kind !== 'text') this.notes.add(`metrics export: ${read.message}`);
    else {
      const parsed = parseExposition(read.text);
      if (parsed.kind === 'failed') this.notes.add(`metrics export: ${parsed.message}`);
      else this.take(parsed.exposition);
    }
    return this.report();
  }

  private take(exposition: Exposition): void {
    for (const subject of this.subjects) {
      const { minutes, notes } = subject.reader.read(exposition, this.options.clock.serverNow());
      for (const note of notes) this.notes.add(note);
      subject.seen = minutes
        .filter(({ scope }) => scope === subject.scope)
        .reduce<SubjectEvidence>((seen: SubjectEvidence, minute: MinuteSample) => observe(seen, minute), subject.seen);
    }
  }

  private report(): HealthReport {
    const visible = this.subjects.filter(({ seen }) => seen !== NOTHING_SEEN);
    const results = this.results(visible.length > 0 ? visible : this.subjects.slice(-1));
    const raised = [...new Set(results.filter(({ status }) => status === 'fail').map(({ subject }) => subject))];
    const judged = results.some(({ status }) => status !== 'note');
    const kind = raised.length > 0 ? 'alerting' : judged ? 'healthy' : 'unknown';
    return { kind, alerts: results, looks: this.looks, raised, notes: [...this.notes, ...this.scopeNote(visible)] };
  }

  /** Throughput is the endpoint's as a whole; everything else is judged for each subject that can be seen. */
  private results(shown: readonly Subject[]): AlertResult[] {
    const { alerts, alpha, once, endpoint } = this.options;
    const asked = alerts.length > 0 ? alerts : [DEFAULT_ALERT];
    const settings = { alpha: alpha / Math.max(1, shown.length), confirm: !once };
    const whole = shown.find(({ scope }) => scope === 'endpoint')?.seen ?? together(shown.map(({ seen }) => seen));
    const throughput = { ...settings, alerts: asked.filter(({ metric }) => metric === 'throughput') };
    const rest = { ...settings, alerts: asked.filter(({ metric }) => metric !== 'throughput') };
    return [
      ...shown.flatMap(({ name, seen }) => alertResults(name, seen, rest)),
      ...alertResults(endpoint, whole, throughput),
    ];
  }

  private scopeNote(visible: readonly Subject[]): string[] {
    const wide = visible.length > 0 && visible.every(({ scope }) => scope === 'endpoint');
    return wide && this.options.entities.length > 1
      ? ['The metrics export does not tell the served entities apart; the figures are those of the whole endpoint.']
      : [];
  }
}

/** Requests of several entities as those of their endpoint. */
function together(seen: readonly SubjectEvidence[]): SubjectEvidence {
  const requests = seen.reduce((sum, one) => sum + one.requests, 0);
  return { ...NOTHING_SEEN, requests, minutes: Math.max(0, ...seen.map(({ minutes }) => minutes)) };
}
