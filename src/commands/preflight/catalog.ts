import type { CatalogObject, Grants, Looked, PrincipalPrivileges } from '../../databricks/grants.js';
import { asRight, type Check, checksOf } from './check.js';
import { callerHolds, type Holding, otherHolds, type Principal, words } from './privileges.js';
import { grantStatement, sqlName } from './quoting.js';

const write = checksOf('Unity Catalog');

/** Groups whose grants are asked for one by one where all of them together are refused. */
const MOST_GROUPS = 25;

type Rows = Looked<readonly PrincipalPrivileges[]>;

/** One object on the way to the model, with what reading it takes. */
interface Step {
  readonly kind: 'catalog' | 'schema' | 'model';
  readonly noun: string;
  readonly name: string;
  readonly privilege: string;
}

/** What was read of one object. */
export interface ObjectReading {
  readonly step: Step;
  readonly object: Looked<CatalogObject>;
  readonly own: Rows;
  /** Of the endpoint's creator; `null`: it is the caller, or there is none. */
  readonly creators: Rows | null;
}

/** Catalog, schema and model of a three-part name. */
function stepsTo(model: string): readonly Step[] {
  const [catalog = '', schema = ''] = model.split('.');
  return [
    { kind: 'catalog', noun: 'Catalog', name: catalog, privilege: 'USE_CATALOG' },
    { kind: 'schema', noun: 'Schema', name: `${catalog}.${schema}`, privilege: 'USE_SCHEMA' },
    { kind: 'model', noun: 'Registered model', name: model, privilege: 'EXECUTE' },
  ];
}

/** Reads the way to the model, all side by side. `creator`: whose grants load the model, when it is not the caller. */
export async function readObjects(
  grants: Grants,
  model: string,
  who: Promise<Principal | null>,
  creator: Promise<string | null>,
  signal: AbortSignal,
): Promise<readonly ObjectReading[]> {
  return Promise.all(
    stepsTo(model).map(async (step) => {
      const [object, own, creators] = await Promise.all([
        grants.object(step.kind, step.name, signal),
        ownGrants(grants, step, who, signal),
        creator.then((name) => (name === null ? null : grantsOf(grants, step, name, signal))),
      ]);
      return { step, object, own, creators };
    }),
  );
}

/** Grants that may concern the caller: all of the object, or those of each of its names where all are refused. */
async function ownGrants(
  grants: Grants,
  { kind, name }: Step,
  who: Promise<Principal | null>,
  signal: AbortSignal,
): Promise<Rows> {
  const all = await grants.effective(kind, name, null, signal);
  const principal = await who;
  if (all.kind !== 'unknown' || principal === null) return all;
  const names = principal.names.slice(0, MOST_GROUPS);
  const each = await Promise.all(names.map((one) => grants.effective(kind, name, one, signal)));
  const found = each.flatMap((rows) => (rows.kind === 'found' ? rows.value : []));
  return each.some((rows) => rows.kind === 'found') ? { kind: 'found', value: found } : all;
}

async function grantsOf(grants: Grants, step: Step, creator: string, signal: AbortSignal): Promise<Rows> {
  const all = await grants.effective(step.kind, step.name, null, signal);
  return all.kind === 'unknown'
    ? whenHeld(await grants.effective(step.kind, step.name, creator, signal), step, all)
    : all;
}

/** The creator's own rows can show that it holds the privilege, but not that none of its groups does. */
function whenHeld(own: Rows, step: Step, all: Rows): Rows {
  const holds =
    own.kind === 'found' &&
    own.value.some((row) => row.privileges.includes(step.privilege) || row.privileges.includes('ALL_PRIVILEGES'));
  return holds ? own : all;
}

/** The lines about one object: that it is there, that the caller may use it, that the endpoint's creator may. */
export function objectChecks(reading: ObjectReading, principal: Principal | null, creator: string | null): Check[] {
  const { step, object, own, creators } = reading;
  const lines = [existence(reading, principal)];
  if (principal !== null)
    lines.push(rightLine(step, principal.name, callerHolds(principal, step.privilege, object, own), ''));
  if (creators !== null && creator !== null) {
    const holding = otherHolds(creator, step.privilege, object, creators);
    lines.push(rightLine(step, creator, holding, ", the endpoint's creator, whose grants load the model"));
  }
  return lines;
}

function existence({ step, object, own }: ObjectReading, principal: Principal | null): Check {
  const title = `${step.noun} ${step.name}`;
  if (object.kind === 'found') return write.ok(title, `It exists; its owner is ${object.value.owner || 'not shown'}.`);
  if (own.kind === 'found') return write.ok(title, 'It exists: its grants can be read, although it cannot be opened.');
  const who = principal?.name ?? 'this identity';
  const evidence = `It is missing, or not visible to ${who} (${object.message}).`;
  if (object.kind === 'missing' && own.kind === 'missing') return write.missing(title, evidence, creation(step));
  return write.unknown(title, evidence);
}

function creation(step: Step): string {
  if (step.kind === 'model') return `Register the model as ${step.name}, or grant EXECUTE on it.`;
  return `CREATE ${step.kind.toUpperCase()} IF NOT EXISTS ${sqlName(step.name)};`;
}

function rightLine(step: Step, principal: string, holding: Holding, role: string): Check {
  const title = `${words(step.privilege)} on ${step.name} for ${principal}${role}`;
  const fix = grantStatement(step.privilege, step.kind, step.name, principal);
  if (holding.kind === 'held') return asRight(write.ok(title, holding.how));
  return asRight(
    holding.kind === 'not-held' ? write.missing(title, holding.why, fix) : write.unknown(title, holding.why, fix),
  );
}

/** The workspace's metastore. */
export function metastoreCheck(metastore: Looked<string>): Check {
  const title = 'Unity Catalog attached';
  if (metastore.kind === 'found') return write.ok(title, `The workspace is attached to metastore ${metastore.value}.`);
  const fix =
    'An account administrator assigns a metastore to the workspace (databricks account metastore-assignments create).';
  return metastore.kind === 'missing'
    ? write.missing(title, `The workspace is attached to no metastore (${metastore.message}).`, fix)
    : write.unknown(title, `It cannot be told (${metastore.message}).`);
}

/** The alias moves with the last step of a promotion: the model's owner may, MANAGE is likely to be enough. */
export function aliasCheck(reading: ObjectReading, principal: Principal, alias: string): Check {
  const title = `Alias ${alias} can be moved`;
  const { object, own, step } = reading;
  if (object.kind !== 'found') return asRight(write.unknown(title, 'The owner of the model cannot be read.'));
  const { owner } = object.value;
  if (principal.names.includes(owner)) return asRight(write.ok(title, `${owner} owns the model.`));
  const fix = `ALTER FUNCTION ${sqlName(step.name)} OWNER TO \`${principal.name.replaceAll('`', '``')}\`; -- or in Catalog Explorer`;
  if (own.kind !== 'found')
    return asRight(write.unknown(title, `${owner} owns the model; its grants cannot be read.`, fix));
  const manages = own.value.some((row) => principal.names.includes(row.principal) && row.privileges.includes('MANAGE'));
  if (manages)
    return asRight(
      write.unknown(title, `${owner} owns the model; MANAGE, which ${principal.name} has, should be enough.`),
    );
  const evidence = `${owner} owns the model, and ${principal.name} has no MANAGE on it. (An administrator of the metastore would need neither.)`;
  return asRight(write.missing(title, evidence, grantStatement('MANAGE', 'model', step.name, principal.name)));
}
