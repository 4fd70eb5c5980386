import { logLine } from './escape.js';
import type { ResultDocument } from './result.js';
import { type Tone, wordingOf } from './wording.js';

/** The runner cuts an annotation at 4,096 characters. */
const LONGEST = 3_000;

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

/** What was decided, why, what state things are in and what to do, as one annotation in plain text. */
export function verdictAnnotation(result: ResultDocument): VerdictAnnotation {
  const { word, tone } = wordingOf(result);
  const sentences = [
    result.headline,
    result.faults.length > 0 ? null : result.explanation,
    result.rollout?.state ?? result.error?.state,
    result.rollout?.action ? `To do: ${result.rollout.action}` : null,
    result.next ?? result.error?.fix,
  ];
  const said = sentences.flatMap((sentence) => (sentence ? [logLine(sentence, 700).replace(/(?<![.!?…])$/, '.')] : []));
  return {
    level: LEVELS[tone],
    title: logLine(
      `${word}: ${result.model?.name ?? result.app?.name ?? result.endpoint?.name ?? result.command}`,
      200,
    ),
    message: [...new Set(said)].join(' ').slice(0, LONGEST),
  };
}
