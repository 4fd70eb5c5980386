import type { ConfigurationFault } from '../errors.js';
import { nearest } from '../gate/nearest.js';
import type { FormFault } from './form.js';
import { valueAt } from './layers.js';
import { dotted, placeInFile } from './places.js';
import type { Path, SourceDocument } from './source.js';

/** Keys that other documents and other tools have, and what to write here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  '<<': 'Merge keys are not read here: write the keys out, or use an overlay under targets.',
  environment: 'GitHub environments are named by the input environment; overlays stand under targets.',
  cicd: 'Write ci_cd.',
  thresholds: 'Write metrics_threshold.',
  metrics_thresholds: 'Write metrics_threshold.',
};

/** A value as a message can show it: short, on one line. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value !== 'string') return String(value);
  const short = value.length > 60 ? `${value.slice(0, 57)}…` : value;
  return JSON.stringify(short);
}

/** A form fault of the file as a fault with its place and its words. */
export function fileFault(fault: FormFault, document: SourceDocument): ConfigurationFault {
  const place = placeInFile(document, fault.path, fault.kind === 'unknown-key' ? 'key' : 'value');
  return { ...wordsOf(fault, document.value), ...place };
}

/** A form fault as message, fix and place. `root` is the value that was checked. */
function wordsOf(fault: FormFault, root: unknown): Pick<ConfigurationFault, 'message' | 'fix'> {
  const name = dotted(fault.path);
  if (fault.kind === 'missing') return { message: `${name} is missing.`, fix: `Give it ${fault.expected}.` };
  if (fault.kind === 'unknown-key')
    return { message: `${name} is not a key that exists.`, fix: unknownFix(fault.path, fault.known) };
  const value = valueAt(root, fault.path);
  return { message: `${name} cannot be ${shown(value)}.`, fix: valueFix(value, fault) };
}

function unknownFix(path: Path, known: readonly string[]): string {
  const key = String(path.at(-1) ?? '');
  const advice = Object.hasOwn(ELSEWHERE, key) ? ELSEWHERE[key] : undefined;
  if (advice !== undefined) return advice;
  const meant = nearest(key, known);
  const all = known.length === 0 ? '' : ` The keys here are ${known.join(', ')}.`;
  return meant === undefined ? `Remove it.${all}` : `Did you mean ${meant}?`;
}

function valueFix(value: unknown, fault: Extract<FormFault, { kind: 'value' }>): string {
  const meant = typeof value === 'string' ? nearest(value, fault.words) : undefined;
  if (meant !== undefined) return `Did you mean ${meant}? It must be ${fault.expected}.`;
  const orRemove = value === null || value === undefined ? ', or remove the key' : '';
  return `Write ${fault.expected}${orRemove}.`;
}
