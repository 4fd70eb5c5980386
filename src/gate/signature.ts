import type { Signature, SignatureField } from './types.js';

/** One difference between two signatures. */
interface SignatureChange {
  /** Whether callers of the served version, or readers of its answers, can be broken by it. */
  readonly breaking: boolean;
  /** Such as `input age: double became string`. */
  readonly text: string;
}

/**
 * Types that take every value of another one. These are the conversions that MLflow's schema enforcement itself makes:
 * integer to long, integer to double, float to double. It refuses long to double, which can lose digits.
 */
const WIDENING: Readonly<Record<string, readonly string[]>> = { integer: ['long', 'double'], float: ['double'] };

/** Whether a caller who sends `from` may keep doing so to a model that declares `to`. */
export function isSameOrWider(from: string, to: string): boolean {
  if (from === to || to === 'any') return true;
  if ((WIDENING[from] ?? []).includes(to)) return true;
  return isWiderTensor(from, to);
}

/**
 * Every difference between the signature that serves and the candidate's. Breaking: an input or parameter that the
 * candidate re-types to something that is not wider, one that it newly requires, and an output that is removed or re-typed. Not breaking: an input or parameter that it no longer has (MLflow ignores what is sent beyond the signature),
 * a new optional input or parameter (one with a default), a new output.
 */
export function compareSignatures(serving: Signature, candidate: Signature): SignatureChange[] {
  return [
    ...compareInputs(serving.inputs, candidate.inputs, 'input'),
    ...compareInputs(serving.params, candidate.params, 'parameter'),
    ...compareOutputs(serving.outputs, candidate.outputs),
  ];
}

function compareInputs(
  serving: readonly SignatureField[],
  candidate: readonly SignatureField[],
  what: 'input' | 'parameter',
): SignatureChange[] {
  const before = byName(serving);
  const after = byName(candidate);
  const removed = [...before].filter(([name]) => !after.has(name));
  return [
    ...[...after].flatMap(([name, field]) => compareInput(before.get(name), field, `${what} ${name}`)),
    ...removed.map(([name]) => ({
      breaking: false,
      text: `${what} ${name}: removed; what callers still send for it is ignored`,
    })),
  ];
}

function compareInput(before: SignatureField | undefined, after: SignatureField, label: string): SignatureChange[] {
  if (before === undefined) {
    return [
      {
        breaking: after.required,
        text: `${label}: new and ${after.required ? 'required' : 'optional'} (${after.type})`,
      },
    ];
  }
  const changes: SignatureChange[] = [];
  if (before.type !== after.type) {
    const wider = isSameOrWider(before.type, after.type);
    changes.push({
      breaking: !wider,
      text: `${label}: ${before.type} became ${after.type}${wider ? ', which is wider' : ''}`,
    });
  }
  if (before.required !== after.required) {
    changes.push({
      breaking: after.required,
      text: `${label}: ${after.required ? 'optional became required' : 'required became optional'}`,
    });
  }
  return changes;
}

function compareOutputs(serving: readonly SignatureField[], candidate: readonly SignatureField[]): SignatureChange[] {
  const before = byName(serving);
  const after = byName(candidate);
  const kept = [...before].flatMap(([name, field]): SignatureChange[] => {
    const now = after.get(name);
    if (now === undefined) return [{ breaking: true, text: `output ${name}: removed` }];
    return now.type === field.type
      ? []
      : [{ breaking: true, text: `output ${name}: ${field.type} became ${now.type}` }];
  });
  const added = [...after]
    .filter(([name]) => !before.has(name))
    .map(([name, field]) => ({ breaking: false, text: `output ${name}: new (${field.type})` }));
  return [...kept, ...added];
}

/** Fields without a name are told apart by their position. */
function byName(fields: readonly SignatureField[]): Map<string, SignatureField> {
  return new Map(fields.map((field, index) => [field.name === '' ? `#${index + 1}` : field.name, field]));
}

/** A tensor is wider when it has the same element type and rank, and -1 (any length) where the lengths differ. */
function isWiderTensor(from: string, to: string): boolean {
  const [before, after] = [tensorOf(from), tensorOf(to)];
  if (before === undefined || after === undefined) return false;
  if (before.element !== after.element || before.shape.length !== after.shape.length) return false;
  return after.shape.every((length, index) => length === -1 || length === before.shape[index]);
}

function tensorOf(type: string): { element: string; shape: number[] } | undefined {
  const match = /^tensor\((.*), \[(.*)\]\)$/.exec(type);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { element: match[1], shape: match[2].split(', ').map(Number) };
}
