import { logLine } from './escape.js';
import type { ResultDocument } from './result.js';
import { type Tone, wordingOf } from './wording.js';

/** The verdict as one annotation of the run. */
export interface VerdictAnnotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

const LEVELS: Readonly<Record<Tone, VerdictAnnotation['level']>> = {
  bad: 'error',
  warn: 'warning',
  good: 'notice',
  neutral: 'notice',
};

/**
 * What was decided, why, what state things are in and what to do, as one annotation in plain text. It stays under the 4,096
 * characters at which the runner cuts an annotation.
 */
export function verdictAnnotation(result: ResultDocument): VerdictAnnotation {
  const { word, tone } = wordingOf(result);
  const action = result.rollout?.action ?? null;
  const sentences = [
    result.headline,
    result.faults.length > 0 ? null : result.explanation,
    result.rollout?.state ?? result.error?.state,
    result.next ?? result.error?.fix,
  ];
  const said = sentences.flatMap((sentence) => (sentence ? [logLine(sentence, 500).replace(/(?<![.!?…])$/, '.')] : []));
  const toDo = action === null ? [] : [`To do, by a person: ${logLine(action, 1_500)}`];
  return {
    level: LEVELS[tone],
    title: logLine(
      `${word}: ${result.model?.name ?? result.app?.name ?? result.endpoint?.name ?? result.command}`,
      200,
    ),
    message: [...new Set(said), ...toDo].join(' '),
  };
}
