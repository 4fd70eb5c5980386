import { type EnvironmentRecord, unknownInputs } from '../action/inputs.js';
import { INPUT_NAMES, type InputName, type InputValues, inputSpecification } from '../action/registry.js';
import type { ReadWorkspaceFile } from '../action/workspace.js';
import type { ConfigurationFault } from '../errors.js';
import { nearest } from '../gate/nearest.js';
import type { Command } from '../reasons.js';
import { assembleSettings } from './assemble.js';
import { commandForEvent, KNOWN_EVENTS } from './command.js';
import { credentialsOf, headerFaults } from './credentials.js';
import { type FileLayers, readFileLayers } from './file-layers.js';
import { type InputLayer, readInputLayer } from './input-layer.js';
import { mergeLayers } from './layers.js';
import { checkNeeds } from './needs.js';
import { deploymentSchema } from './schema/document.js';
import type { Scope } from './scope.js';
import type { Path } from './source.js';
import type { Settings } from './types.js';

export interface SettingsRequest {
  readonly inputs: InputValues;
  /** Name of the event that started the workflow, for `command: auto`. */
  readonly eventName: string;
  readonly readFile: ReadWorkspaceFile;
  /** For the standard variables of credentials, and for inputs that do not exist. */
  readonly environment: EnvironmentRecord;
}

/** What can be reported, and to whom, when the configuration is faulty. */
export type PartialSettings = Pick<
  Settings,
  'configFile' | 'target' | 'reporting' | 'credentials' | 'githubToken' | 'notes'
> & {
  readonly command: Command | null;
  /** Empty where it is not known. */
  readonly modelName: string;
  readonly endpointName: string;
};

export type SettingsOutcome =
  | { readonly kind: 'settings'; readonly settings: Settings }
  /** Every fault at once, those of the inputs first, those of the file in its order. */
  | { readonly kind: 'faults'; readonly faults: readonly ConfigurationFault[]; readonly known: PartialSettings };

/**
 * Everything that the run was asked to do, from inputs, overlay, file and defaults, in this order of strength. Never
 * throws for what a user wrote: all mistakes come back at once, each with its place and its fix.
 */
export async function loadSettings(request: SettingsRequest): Promise<SettingsOutcome> {
  const given = readInputLayer(request.inputs);
  const file = await readFileLayers(given.inputs.config, given.inputs.target, request.readFile);
  const scope = scopeOf(given, file);
  const command = commandOf(scope, request.eventName, given.faulty.includes('command'));
  noteUnknownInputs(scope, request.environment);
  scope.faults.push(...headerFaults(request.environment));
  const credentials = credentialsOf(request.inputs, request.environment);
  const settings = assembleSettings(scope, credentials, command ?? 'gate');
  if (command !== null) {
    const { gate, model } = settings;
    checkNeeds(scope, { command, gate, registry: model.registry, credentials, fileUnusable: file.unusable });
  }
  const faults = inOrder([...given.faults, ...file.faults, ...scope.faults]);
  if (faults.length === 0) return { kind: 'settings', settings };
  return { kind: 'faults', faults, known: knownOf(settings, command) };
}

/** Those without a place in a file first, as they were found; then those of the file from top to bottom. */
function inOrder(faults: readonly ConfigurationFault[]): readonly ConfigurationFault[] {
  const place = (fault: ConfigurationFault): number => (fault.line ?? 0) * 100_000 + (fault.column ?? 0);
  return faults.toSorted((one, other) => place(one) - place(other));
}

function scopeOf(given: InputLayer, file: FileLayers): Scope {
  const layers = [...file.layers, given.layer];
  return {
    deployment: deploymentSchema.parse(mergeLayers(layers)),
    inputs: given.inputs,
    layers,
    document: file.document,
    damaged: [...file.damaged, ...given.faulty.map((name) => overriddenPath(name))],
    faults: [],
    notes: [],
  };
}

/** Path of the setting that a faulty input would have given, so that it is not called missing as well. */
function overriddenPath(name: InputName): Path {
  return inputSpecification(name).overrides?.split('.') ?? ['inputs', name];
}

function commandOf(scope: Scope, event: string, faulty: boolean): Command | null {
  if (faulty) return null;
  if (scope.inputs.command !== 'auto') return scope.inputs.command;
  const command = commandForEvent(event);
  if (command !== undefined) return command;
  const message = `command is auto, and the event ${event === '' ? '(none)' : event} does not say what is wanted.`;
  scope.faults.push({ message, fix: `Set command. auto knows ${KNOWN_EVENTS.join(', ')}.`, key: 'input:command' });
  return null;
}

function noteUnknownInputs(scope: Scope, environment: EnvironmentRecord): void {
  for (const name of unknownInputs(environment)) {
    const meant = nearest(name, INPUT_NAMES);
    const advice = meant === undefined ? '' : ` Did you mean ${meant}?`;
    scope.notes.push({ level: 'warning', message: `There is no input ${name}; it is ignored.${advice}` });
  }
}

function knownOf(settings: Settings, command: Command | null): PartialSettings {
  const { configFile, target, reporting, credentials, githubToken, notes, model, endpoint } = settings;
  return {
    command,
    configFile,
    target,
    reporting,
    credentials,
    githubToken,
    notes,
    modelName: model.name,
    endpointName: endpoint.name,
  };
}
