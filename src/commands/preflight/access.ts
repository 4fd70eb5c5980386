import type { DatabricksClient } from '../../databricks/client.js';
import type { Workbench } from '../types.js';
import { asRight, attempt, type Check, type CheckWriter, checksOf } from './check.js';
import type { Principal } from './privileges.js';
import { shellWord } from './quoting.js';

/** A workspace object with a list of who may do what with it. */
interface Guarded {
  /** As the permissions API and the command line name its kind. */
  readonly type: 'jobs' | 'apps';
  readonly id: string;
  readonly noun: string;
  /** Any of these levels is enough. */
  readonly levels: readonly string[];
}

/** Everybody of the workspace belongs to it, although no membership shows it. */
const WORKSPACE_USERS = 'users';

/** The evaluation job: that it is there, and that this identity may run it. */
export async function jobChecks(
  bench: Workbench,
  databricks: DatabricksClient,
  principal: Principal | null,
): Promise<Check[]> {
  const { evaluation } = bench.settings.gate;
  if (evaluation === null) return [];
  const write = checksOf('Evaluation job');
  const { jobId } = evaluation;
  const [found, right] = await Promise.all([
    attempt(bench.signal, () => databricks.jobs.name(jobId, bench.signal)),
    accessLine(write, bench, databricks, principal, {
      type: 'jobs',
      id: jobId,
      noun: `job ${jobId}`,
      levels: ['CAN_MANAGE_RUN', 'IS_OWNER', 'CAN_MANAGE'],
    }),
  ]);
  const title = `Job ${jobId}`;
  if (found.kind === 'fault') return [write.unknown(title, found.error.message, found.error.fix), right];
  if (found.value !== null) return [write.ok(title, `It exists as ${found.value || 'a job without a name'}.`), right];
  const fix = 'Correct deployment.ci_cd.evaluation.job_id, or let this identity see the job.';
  return [write.missing(title, 'It is missing, or not visible.', fix), right];
}

/** Whether a level is held, from the object's own access list. */
export async function accessLine(
  write: CheckWriter,
  bench: Workbench,
  databricks: DatabricksClient,
  principal: Principal | null,
  guarded: Guarded,
): Promise<Check> {
  const [needed = ''] = guarded.levels;
  const title = `${needed} on ${guarded.noun}`;
  const list = await databricks.grants.permissions(guarded.type, guarded.id, bench.signal);
  if (principal === null || list.kind !== 'found') {
    const why = list.kind === 'found' ? 'who this job runs as is not known' : list.message;
    return asRight(write.unknown(title, `The access list cannot be read (${why}).`));
  }
  const names = [...principal.names, WORKSPACE_USERS];
  const mine = list.value.filter((row) => names.includes(row.principal));
  const granting = mine.find((row) => row.privileges.some((level) => guarded.levels.includes(level)));
  if (granting !== undefined) return asRight(write.ok(title, `${granting.principal} has it.`));
  const admins = list.value.some((row) => row.principal === 'admins');
  const held = mine.flatMap((row) => row.privileges).join(', ') || 'nothing';
  const kind = principal.name.includes('@') ? 'user_name' : 'service_principal_name';
  const body = { access_control_list: [{ [kind]: principal.name, permission_level: needed }] };
  const fix = `databricks ${guarded.type} update-permissions ${shellWord(guarded.id)} --json ${shellWord(JSON.stringify(body))}`;
  const hint = admins ? ' (An administrator of the workspace would need no entry.)' : '';
  return asRight(write.missing(title, `${principal.name} and its groups have ${held} on it.${hint}`, fix));
}
