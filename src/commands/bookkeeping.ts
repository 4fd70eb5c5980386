import { z } from 'zod';
import { asActionError } from '../errors.js';
import type { PromotionUndo } from '../registry/types.js';
import type { BookkeepingPort } from '../rollout/ports.js';
import type { Workbench } from './types.js';

/** Longest value of a version tag that every registry takes. */
const LONGEST_TAG = 250;

const undoSchema = z.object({
  aliases: z.array(z.object({ alias: z.string(), from: z.string().nullable(), to: z.string() })),
  stage: z
    .object({
      from: z.string().nullable(),
      to: z.string(),
      name: z.string().optional(),
      before: z.string().optional(),
    })
    .optional(),
});

export interface BookkeepingOptions {
  readonly version: string;
  /** Version that served before; `null` for a first deployment. */
  readonly previousVersion: string | null;
  /** Aliases of the model as they were when the rollout was decided: alias -> version. */
  readonly aliases: Readonly<Record<string, string>>;
}

/** The registry's side of a promotion. A registry that refuses is a warning: the traffic has moved, and that stands. */
export function createBookkeeping(bench: Workbench, options: BookkeepingOptions): BookkeepingPort {
  const model = bench.settings.model.name;
  let undo: PromotionUndo | null = null;
  return {
    async promote(signal) {
      try {
        const { promoteAlias, previousAlias } = bench.settings.rollout;
        const expected = Object.fromEntries(
          [promoteAlias, previousAlias].flatMap((alias) =>
            alias === null ? [] : [[alias, options.aliases[alias] ?? null]],
          ),
        );
        const record = { ...options, promoteAlias, previousAlias, tags: promotionTags(bench) };
        const done = await bench.registry.promote(model, record, expected, signal);
        undo = done.undo;
        return done.warnings;
      } catch (thrown) {
        signal.throwIfAborted();
        return [`The registry was not brought up to date: ${asActionError(thrown).message}`];
      }
    },
    async restore(signal) {
      if (undo === null) return [];
      try {
        return await bench.registry.restore(model, undo, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        return [`The registry was not put back: ${asActionError(thrown).message}`];
      }
    },
    record: () => undo,
    resume(record) {
      const known = undoSchema.safeParse(record);
      undo = known.success ? dropUndefined(known.data) : null;
    },
  };
}

/** zod gives absent keys as undefined ones; the type has them absent. */
function dropUndefined(data: z.infer<typeof undoSchema>): PromotionUndo {
  const { aliases, stage } = data;
  if (stage === undefined) return { aliases };
  const { from, to, name, before } = stage;
  return {
    aliases,
    stage: { from, to, ...(name === undefined ? {} : { name }), ...(before === undefined ? {} : { before }) },
  };
}

/** What the promoted version carries from now on, for whoever looks at the registry. */
function promotionTags(bench: Workbench): Readonly<Record<string, string>> {
  const { caller, settings } = bench;
  const tags = {
    'model_promotion.decision': 'promoted',
    'model_promotion.endpoint': settings.endpoint.name,
    'model_promotion.commit': caller.sha,
    'model_promotion.run': caller.runUrl,
  };
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => (value === '' ? [] : [[key, value.slice(0, LONGEST_TAG)]])),
  );
}
