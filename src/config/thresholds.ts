import { parse } from 'yaml';
import type { ConfigurationFault } from '../errors.js';
import { mergeRules, parseRules, parseThresholdInput } from '../gate/grammar.js';
import type { Rule } from '../gate/types.js';
import { isRecord, type Layer, valueAt } from './layers.js';
import { dotted, placeInFile, placeOfInput } from './places.js';
import type { Path, SourceDocument } from './source.js';

const THRESHOLDS: Path = ['ci_cd', 'metrics_threshold'];
export const THRESHOLD_ORIGIN = 'input:metrics-threshold';

/** What the grammar of rules says of every `metrics_threshold` in a file, also of the overlays that are not used now. */
export interface ThresholdFaults {
  /** Paths of the `metrics_threshold` values that have mistakes. */
  readonly prefixes: readonly Path[];
  readonly faults: readonly ConfigurationFault[];
}

/** Checks every rule of a file. The grammar names what is wrong better than the schema, which only knows the keys. */
export function thresholdFaults(document: SourceDocument): ThresholdFaults {
  const targets = valueAt(document.value, ['targets']);
  const prefixes: Path[] = [
    ['deployment'],
    ...(isRecord(targets) ? Object.keys(targets).map((name) => ['targets', name]) : []),
  ];
  const found = prefixes.map((prefix) => {
    const path = [...prefix, ...THRESHOLDS];
    return { path, faults: parseRules(valueAt(document.value, path), dotted(path)).faults };
  });
  const faulty = found.filter(({ faults }) => faults.length > 0);
  return {
    prefixes: faulty.map(({ path }) => path),
    faults: faulty.flatMap(({ path, faults }) =>
      faults.map((fault) => ({
        message: fault.message,
        fix: fault.fix,
        ...placeInFile(document, [...path, ...fault.path], 'key'),
      })),
    ),
  };
}

/** The rules of the file's layers merged by metric, without those that have mistakes. */
export function rulesOfLayers(layers: readonly Layer[]): readonly Rule[] {
  return layers.reduce<readonly Rule[]>((below, layer) => {
    if (layer.origin.kind === 'inputs') return below;
    const path = [...layer.origin.prefix, ...THRESHOLDS];
    return mergeRules(below, parseRules(valueAt(layer.values, THRESHOLDS), dotted(path)).rules);
  }, []);
}

/** The rules of the input, in whichever form it has. */
export function rulesOfInput(text: string): {
  readonly rules: readonly Rule[];
  readonly faults: readonly ConfigurationFault[];
} {
  const parsed = parseThresholdInput(text, THRESHOLD_ORIGIN, (yaml): unknown => parse(yaml));
  const faults = parsed.faults.map(({ message, fix }) => ({ message, fix, ...placeOfInput('metrics-threshold') }));
  return { rules: parsed.rules, faults };
}
