import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Images } from './mlflow.js';

const answerSchema = z.object({ predictions: z.array(z.number()) });

/** What callers of the endpoint saw. */
export interface CallerReport {
  readonly requests: number;
  /** Requests without a good answer, in words. */
  readonly failures: readonly string[];
  /** Answers by served entity. */
  readonly byEntity: Readonly<Record<string, number>>;
  /** Images whose class was none of those that the trusted versions give, by served entity. */
  readonly wrong: Readonly<Record<string, number>>;
}

/** A batch of images, and for each image the classes that trusted versions give. */
export interface Question {
  readonly images: Images;
  readonly accepted: readonly (readonly number[])[];
}

/** People who keep asking the endpoint about real images while the Action works. */
export class Callers {
  readonly #stopping = new AbortController();
  readonly #working: Promise<void>;
  readonly #failures: string[] = [];
  readonly #byEntity = new Map<string, number>();
  readonly #wrong = new Map<string, number>();
  #requests = 0;

  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly questions: readonly Question[],
    /** Real ms between two requests. */
    private readonly everyMs: number,
  ) {
    this.#working = this.#work();
  }

  get report(): CallerReport {
    const [byEntity, wrong] = [Object.fromEntries(this.#byEntity), Object.fromEntries(this.#wrong)];
    return { requests: this.#requests, failures: [...this.#failures], byEntity, wrong };
  }

  /** Stops after the request under way. */
  async stop(): Promise<CallerReport> {
    this.#stopping.abort();
    await this.#working;
    return this.report;
  }

  async #work(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const question = this.questions[this.#requests % this.questions.length];
      this.#requests += 1;
      if (question !== undefined) {
        await this.#ask(question).catch((thrown: unknown) => this.#failures.push(String(thrown)));
      }
      await sleep(this.everyMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  async #ask({ images, accepted }: Question): Promise<void> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.token}` };
    const answer = await fetch(this.url, { method: 'POST', headers, body: JSON.stringify({ inputs: images }) });
    const body = await answer.text();
    if (!answer.ok) {
      this.#failures.push(`${answer.status}: ${body}`);
      return;
    }
    const entity = answer.headers.get('served-model-name') ?? '(unnamed)';
    const { predictions } = answerSchema.parse(JSON.parse(body));
    const strange = accepted.filter((classes, row) => !classes.includes(predictions[row] ?? -1)).length;
    this.#byEntity.set(entity, (this.#byEntity.get(entity) ?? 0) + 1);
    if (strange > 0) this.#wrong.set(entity, (this.#wrong.get(entity) ?? 0) + strange);
  }
}
