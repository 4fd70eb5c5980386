import type { Grants } from '../../databricks/grants.js';
import { type Check, checksOf } from './check.js';
import { sqlName } from './quoting.js';

const write = checksOf('Volumes');

/** Volumes of a training project by convention, in the schema of the model. No command of ours needs them. */
const USUAL = ['data', 'checkpoints', 'results'] as const;

/** A volume that can be read is ok; one that is not there is only noted, because not every project has it. */
export async function volumeChecks(grants: Grants, model: string, signal: AbortSignal): Promise<Check[]> {
  const schema = model.split('.').slice(0, 2).join('.');
  return Promise.all(
    USUAL.map(async (volume) => {
      const name = `${schema}.${volume}`;
      const found = await grants.object('volume', name, signal);
      if (found.kind === 'found') return write.ok(`Volume ${name}`, 'It exists and can be used.');
      const evidence = 'It is missing or not visible; only training jobs that keep files there need it.';
      return write.unknown(`Volume ${name}`, evidence, `CREATE VOLUME IF NOT EXISTS ${sqlName(name)};`);
    }),
  );
}
