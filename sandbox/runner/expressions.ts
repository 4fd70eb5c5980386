/** The contexts that a default in action.yml may use, as plain values. */
export type ExpressionContexts = Readonly<Record<string, unknown>>;

/** Contexts whose fields depend on the event or the matrix; an absent one is null there, and a slip elsewhere. */
const OPEN_CONTEXTS: ReadonlySet<string> = new Set(['matrix', 'strategy']);
const PATH = /^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*$/;

/**
 * Replaces each `${{ … }}` of a default: paths into the contexts, `toJSON(path)` and string literals.
 * @throws Error for any other expression, an unknown context or an unknown field, rather than guessing at it
 */
export function evaluateTemplate(template: string, contexts: ExpressionContexts): string {
  return template.replace(/\$\{\{([\s\S]*?)\}\}/g, (_whole, expression: string) =>
    textOf(evaluate(expression.trim(), contexts)),
  );
}

/**
 * Decides `pre-if` and `post-if`, which may ask only for the status of the job.
 * @param status as the job stands when the step would run
 */
export function evaluateCondition(condition: string, status: 'success' | 'failure' | 'cancelled'): boolean {
  const bare = condition.replace(/^\$\{\{([\s\S]*)\}\}$/, '$1').trim();
  const answers: Readonly<Record<string, boolean>> = {
    'always()': true,
    'success()': status === 'success',
    'failure()': status === 'failure',
    'cancelled()': status === 'cancelled',
    '!cancelled()': status !== 'cancelled',
  };
  const answer = answers[bare];
  if (answer === undefined) throw new Error(`The emulator does not know the condition '${condition}'.`);
  return answer;
}

function evaluate(expression: string, contexts: ExpressionContexts): unknown {
  const literal = /^'((?:[^']|'')*)'$/.exec(expression);
  if (literal !== null) return (literal[1] ?? '').replaceAll("''", "'");
  const json = /^toJSON\(([\s\S]*)\)$/i.exec(expression);
  if (json !== null) return JSON.stringify(evaluate((json[1] ?? '').trim(), contexts) ?? null, null, 2);
  if (PATH.test(expression)) return lookUp(expression.split('.'), contexts);
  throw new Error(`The emulator does not know the expression '${expression}'.`);
}

function lookUp(path: readonly string[], contexts: ExpressionContexts): unknown {
  const [root = '', ...rest] = path;
  if (!(root in contexts)) throw new Error(`The emulator does not know the context '${root}'.`);
  let value = contexts[root];
  for (const [depth, key] of rest.entries()) {
    const next = isRecord(value) ? value[key] : undefined;
    if (next === undefined && depth === 0 && !OPEN_CONTEXTS.has(root)) {
      throw new Error(`The context '${root}' has no field '${key}'.`);
    }
    value = next ?? null;
  }
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? 'Object' : String(value);
}
