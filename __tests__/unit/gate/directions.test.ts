import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { DERIVED_WORDS, HIGHER_IS_BETTER, LOWER_IS_BETTER } from '../../../src/gate/direction-names.js';
import { directionOf, hintsAtLower } from '../../../src/gate/directions.js';

describe('directionOf', () => {
  it.each([
    ['accuracy', 'higher'],
    ['val_accuracy', 'higher'],
    ['eval/f1 score', 'higher'],
    ['F1Score', 'higher'],
    ['rocAUC', 'higher'],
    ['mAP', 'higher'],
    ['precision_recall_auc', 'higher'],
    ['answer_correctness/v1/mean', 'higher'],
    ['recall/*', 'higher'],
    ['explained_variance', 'higher'],
    ['neg_mean_squared_error', 'higher'],
    ['true_positives', 'higher'],
    ['val_loss', 'lower'],
    ['RMSE', 'lower'],
    ['test-log-loss', 'lower'],
    ['logLoss', 'lower'],
    ['mean_absolute_percentage_error', 'lower'],
    ['toxicity/v1/mean', 'lower'],
    ['false_positive_rate', 'lower'],
    ['negative_log_likelihood', 'lower'],
    ['latency p95', 'lower'],
    ['widgets', undefined],
    ['', undefined],
    ['*', undefined],
    ['accuracy_loss', undefined],
    ['recall_gap', undefined],
    ['f1_std', undefined],
    ['error_free_rate', undefined],
    ['example_count', undefined],
    ['aroc', undefined],
    ['glossary', undefined],
  ] as const)('%s: %s', (name, direction) => {
    expect(directionOf(name)).toBe(direction);
  });

  it('knows every name of its table by itself and with common additions', () => {
    for (const [names, direction] of [
      [HIGHER_IS_BETTER, 'higher'],
      [LOWER_IS_BETTER, 'lower'],
    ] as const) {
      for (const name of names) {
        for (const written of [
          name,
          name.replaceAll(' ', '_'),
          `val_${name}`,
          `eval/${name}`,
          `${name.toUpperCase()}/mean`,
        ]) {
          expect([written, directionOf(written)]).toEqual([written, direction]);
        }
      }
    }
  });

  it('has no name twice and no derived word in a table on its own', () => {
    const all = [...HIGHER_IS_BETTER, ...LOWER_IS_BETTER, ...DERIVED_WORDS];
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('hintsAtLower', () => {
  it.each([
    ['val_loss', true],
    ['accuracy_loss', true],
    ['loss_gap', true],
    ['neg_mean_squared_error', false],
    ['accuracy', false],
    ['widgets', false],
  ])('%s: %s', (name, hint) => {
    expect(hintsAtLower(name)).toBe(hint);
  });
});

describe('docs/rules.md', () => {
  it('prints the table as it is', () => {
    const text = readFileSync('docs/rules.md', 'utf8');
    const printed = (heading: string): string =>
      text.split(`**${heading}**`)[1]?.split('\n\n')[0]?.replace(/\s+/g, ' ') ?? '';
    const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
    expect(printed('Higher is better')).toBe(`: ${list(HIGHER_IS_BETTER)}.`);
    expect(printed('Lower is better')).toBe(`: ${list(LOWER_IS_BETTER)}.`);
    expect(printed('No direction')).toBe(`: ${list(DERIVED_WORDS)}.`);
  });
});
