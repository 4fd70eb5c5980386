import { DERIVED_WORDS, HIGHER_IS_BETTER, LOWER_IS_BETTER } from './direction-names.js';
import type { Direction } from './types.js';

const PHRASES: ReadonlyMap<string, Direction> = new Map([
  ...HIGHER_IS_BETTER.map((name): [string, Direction] => [name, 'higher']),
  ...LOWER_IS_BETTER.map((name): [string, Direction] => [name, 'lower']),
]);
const DERIVED: ReadonlySet<string> = new Set(DERIVED_WORDS);
const LONGEST_PHRASE = Math.max(...[...PHRASES.keys()].map((phrase) => phrase.split(' ').length));

/**
 * Whether a greater value of this metric is better, by the table of known names; `undefined` when the name is not in the
 * table, when two of its words disagree (`accuracy_loss`), or when it names something derived (`recall_gap`, `f1_std`).
 * Words are found anywhere in the name, so that `val_loss`, `eval/f1 score`, `answer_correctness/v1/mean` and patterns
 * such as `recall/*` are known. `neg_` before an error, as scikit-learn names its scorers, makes greater better.
 */
export function directionOf(name: string): Direction | undefined {
  const words = wordsOf(name);
  const found = phrasesIn(words);
  const directions = new Set(found.directions);
  if (directions.size !== 1 || found.rest.some((word) => DERIVED.has(word))) return undefined;
  const [direction] = directions;
  if (!found.rest.includes('neg')) return direction;
  return direction === 'lower' ? 'higher' : undefined;
}

/** Whether any word of the name says that lower is better, even where other words make the whole undecidable. */
export function hintsAtLower(name: string): boolean {
  return directionOf(name) !== 'higher' && phrasesIn(wordsOf(name)).directions.includes('lower');
}

function wordsOf(name: string): string[] {
  return name.split(/[^\p{L}\p{N}]+/u).flatMap((part) => {
    const whole = part.toLowerCase();
    if (whole === '') return [];
    return PHRASES.has(whole)
      ? [whole]
      : part
          .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
          .toLowerCase()
          .split(' ');
  });
}

function phrasesIn(words: readonly string[]): { directions: Direction[]; rest: string[] } {
  const directions: Direction[] = [];
  const rest: string[] = [];
  let index = 0;
  while (index < words.length) {
    const match = longestPhraseAt(words, index);
    if (match === undefined) rest.push(words[index] ?? '');
    else directions.push(match.direction);
    index += match?.length ?? 1;
  }
  return { directions, rest };
}

function longestPhraseAt(
  words: readonly string[],
  index: number,
): { direction: Direction; length: number } | undefined {
  for (let length = Math.min(LONGEST_PHRASE, words.length - index); length > 0; length -= 1) {
    const direction = PHRASES.get(words.slice(index, index + length).join(' '));
    if (direction !== undefined) return { direction, length };
  }
  return undefined;
}
