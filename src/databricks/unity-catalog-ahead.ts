import { type FactSources, loggedModelOf } from '../registry/facts.js';
import type { FactsQuery } from '../registry/types.js';
import type { CatalogVersionWire } from './unity-catalog-wire.js';

/** Where the run and the files of a version are. Both are set when it is registered, and never change. */
export type Whereabouts = Pick<CatalogVersionWire, 'source' | 'run_id'>;

/** Remembers the whereabouts of versions that were seen on the way to others. */
export class SeenVersions {
  readonly #places = new Map<string, Whereabouts>();

  add(model: string, rows: readonly CatalogVersionWire[]): void {
    for (const { version, source, run_id } of rows) {
      if (source !== '') this.#places.set(`${model}/${version}`, { source, run_id });
    }
  }

  get(model: string, version: string): Whereabouts | null {
    return this.#places.get(`${model}/${version}`) ?? null;
  }
}

/**
 * Begins the reads that will follow once the version has been read, side by side with that one, which saves a round trip. They are
 * the same reads: what is given back answers with them, and asks for everything else.
 */
export function readAhead(
  sources: FactSources,
  { source, run_id: runId }: Whereabouts,
  query: FactsQuery,
  signal: AbortSignal,
): FactSources {
  const { tracking, files } = sources;
  const modelId = loggedModelOf('', source);
  const modelFile = query.signature ? begun(files('MLmodel', signal)) : null;
  const run = runId === '' ? null : begun(tracking.run(runId, signal));
  const logged = modelId === null ? null : begun(tracking.loggedModel(modelId, signal));
  const wanted = runId === '' ? [] : query.histories;
  const histories = new Map(wanted.map((name) => [name, begun(tracking.history(runId, name, signal))]));
  return {
    ...sources,
    files: (path, own) => (path === 'MLmodel' && modelFile !== null ? modelFile : files(path, own)),
    tracking: {
      run: (id, own) => (id === runId && run !== null ? run : tracking.run(id, own)),
      loggedModel: (id, own) => (id === modelId && logged !== null ? logged : tracking.loggedModel(id, own)),
      history: (id, name, own) => (id === runId ? histories.get(name) : undefined) ?? tracking.history(id, name, own),
    },
  };
}

/** Whoever asks for the answer meets the error; when nobody does, because another read failed first, it must not be unhandled. */
function begun<T>(read: Promise<T>): Promise<T> {
  read.catch(() => undefined);
  return read;
}
