import type { RegistryFacts, ResolvedVersion } from '../../registry/types.js';
import type { Workbench } from '../types.js';
import { asRight, attempt, type Check, checksOf, type Tried } from './check.js';

const write = checksOf('Model version');

/** The version that `promote` would take, and what can be read of it. */
export interface VersionReading {
  readonly resolved: Tried<ResolvedVersion>;
  /** `null`: there is no version to read. */
  readonly facts: Tried<RegistryFacts> | null;
}

/** Resolves the version that would be promoted and reads its facts. What fails is kept as a fault; nothing is thrown but a cancellation. */
export async function readVersion(bench: Workbench): Promise<VersionReading> {
  const { registry, settings, signal } = bench;
  const { name, version } = settings.model;
  const query = version.kind === 'commit' ? ({ kind: 'commit', commits: await bench.commits() } as const) : version;
  const resolved = await attempt(signal, () => registry.resolve(name, query, signal));
  if (resolved.kind === 'fault') return { resolved, facts: null };
  const asked = { histories: [], signature: false };
  const facts = await attempt(signal, () => registry.facts(name, resolved.value.version, asked, signal));
  return { resolved, facts };
}

/** Reasons that say that the version is not there, as against that it could not be read. */
const ABSENT: ReadonlySet<string> = new Set(['version-not-found', 'version-not-ready', 'not-found']);

/** `blocked`: the line that keeps the version from being read; nothing is concluded then. */
export function versionChecks({ resolved, facts }: VersionReading, model: string, blocked: string | null): Check[] {
  return [versionLine(resolved, facts, model, blocked), runLine(facts)];
}

function versionLine(
  resolved: VersionReading['resolved'],
  facts: VersionReading['facts'],
  model: string,
  blocked: string | null,
): Check {
  const title = `Version of ${model} that is READY`;
  if (resolved.kind === 'fault') {
    const { error } = resolved;
    if (blocked !== null) return write.unknown(title, `It cannot be told while this is missing: ${blocked}.`);
    return ABSENT.has(error.reason)
      ? write.missing(title, error.message, error.fix)
      : write.unknown(title, error.message, error.fix);
  }
  const { version } = resolved.value;
  if (facts?.kind !== 'value') return write.unknown(title, `Version ${version} could not be read.`);
  const { status } = facts.value;
  if (status === 'READY') return write.ok(title, `Version ${version} is READY.`);
  return write.missing(
    title,
    `Version ${version} is ${status}.`,
    'Wait until the registration has ended, or register the model again.',
  );
}

function runLine(facts: VersionReading['facts']): Check {
  const title = 'Training run and its experiment readable';
  if (facts?.kind !== 'value') return asRight(write.unknown(title, 'It cannot be told without a version.'));
  const { run, notes = [] } = facts.value;
  if (run !== undefined) return asRight(write.ok(title, `Run ${run.id} was read.`));
  const refused = notes.find((note) => /^Reading run/.test(note));
  if (refused === undefined) return asRight(write.unknown(title, notes[0] ?? 'The version names no run.'));
  const fix =
    'Give this identity CAN_READ on the experiment (databricks experiments update-permissions), or gate on metrics of the version itself.';
  return asRight(write.missing(title, refused, fix));
}
