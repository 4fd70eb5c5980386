import fc from 'fast-check';
import { COMMANDS, DECISIONS, REASON_CODES } from '../../../src/reasons.js';
import type { ResultDocument, ResultRule } from '../../../src/report/result.js';
import { PLAN, rule, SAMPLES, step } from './samples.js';

/** Text that tries to get out of the place it is put into. Each carries a word to look for. */
export const HOSTILE: readonly string[] = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg/onload=alert(1)>',
  "' onmouseover='alert(1)",
  '</details></summary></td></table></section></style>',
  '--> <!-- databricks-model-promotion:v1 key=evil -->',
  '| a | b |\n|---|---|\n| c | d |',
  '@octo-org/everyone please look, cc @octocat',
  'see #1, GH-2, octo/repo#3 and https://evil.example/a?b=c',
  '[click](javascript:alert(1)) ![pixel](https://evil.example/p.png)',
  '[ref]: https://evil.example "title"',
  '```\nrm -rf /\n```',
  '~~~mermaid\ngraph TD\n~~~',
  '`code` ``more`` `',
  '**bold** _it_ ~~no~~ $e^{i\\pi}$ $$x$$',
  '# heading\n## another\n- [ ] task\n1. one\n> [!CAUTION]\n> boo',
  '::error file=a,line=1::pwned\n::set-output name=x::y ##[command]z',
  '\u202egnp.exe\u202c \u200bzero \ufeff \u0000\u001b[31mred\u0007',
  '\ud800 lone \udc00',
  'www.evil.example and mallory@evil.example :tada: :+1:',
  '&lt;b&gt; &amp; &#x3c;',
  '\\| \\` \\\\',
  'x'.repeat(5_000),
  '|'.repeat(400) + '`'.repeat(400) + '<'.repeat(400),
  '',
  ' ',
  '\n\n\n',
  'https://user:secret@evil.example/',
  '{{constructor.constructor("alert(1)")()}} $'.concat('{7*7}'),
  'ünïcödé 漢字 🦖🏳️‍🌈',
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...HOSTILE), fc.constantFrom(...HOSTILE)).map(([a, b]) => a + b) },
);

const optionalText = fc.option(hostileText, { nil: null });
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -1, 1e-300, 1e300, 0.1 + 0.2),
);
const optionalNumber = fc.option(number, { nil: null });
const metricValue = fc.oneof(number, fc.constantFrom('NaN' as const, 'Infinity' as const, '-Infinity' as const));
const status = fc.constantFrom('pass' as const, 'fail' as const, 'warn' as const, 'note' as const);
const time = fc.oneof(fc.constantFrom('2026-11-22T14:00:00Z', '2026-11-22T14:07:30Z', 'not a time', ''), hostileText);

const anyRule: fc.Arbitrary<ResultRule> = fc
  .record({
    metric: hostileText,
    status,
    value: fc.option(metricValue, { nil: null }),
    bound: optionalNumber,
    margin: optionalNumber,
    required: hostileText,
    explanation: hostileText,
    origin: hostileText,
  })
  .map((fields) => rule(fields));

const anyStep = fc
  .record({
    label: hostileText,
    explanation: optionalText,
    evidence: optionalNumber,
    started_at: time,
    ended_at: fc.option(time, { nil: null }),
    sources: fc.array(hostileText, { maxLength: 3 }),
    traffic: number,
  })
  .map((fields) => step(fields));

/** A few things repeated up to a number, since making thousands of different ones is slow and finds no more. */
function repeated<T>(items: fc.Arbitrary<T>, most: number): fc.Arbitrary<T[]> {
  return fc
    .tuple(fc.array(items, { minLength: 1, maxLength: 4 }), fc.oneof(fc.constantFrom(0, 1, most), fc.nat(most)))
    .map(([some, count]) =>
      Array.from({ length: count }, (_, index) => some[index % some.length]).flatMap((item) =>
        item === undefined ? [] : [item],
      ),
    );
}

function metricsOf(name: string, count: number): ResultDocument['metrics'] {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${index} ${name}`, index % 7 === 0 ? 'NaN' : index / 3]),
  );
}

/** Any result document at all: each decision and reason, hostile text everywhere, up to 2,000 rules and metrics. */
export const anyResult: fc.Arbitrary<ResultDocument> = fc
  .record({
    base: fc.constantFrom(...DECISIONS),
    command: fc.constantFrom(...COMMANDS),
    reason: fc.constantFrom(...REASON_CODES),
    texts: fc.array(hostileText, { minLength: 24, maxLength: 24 }),
    rules: repeated(anyRule, 2_000),
    steps: repeated(anyStep, 40),
    metrics: fc.tuple(hostileText, fc.constantFrom(0, 3, 2_000)),
    inProgress: fc.boolean(),
  })
  .map(({ base, command, reason, texts, rules, steps, metrics, inProgress }) => {
    const text = (index: number): string => texts[index] ?? '';
    const sample = SAMPLES[base]();
    return {
      ...sample,
      command,
      reason_code: reason,
      headline: text(0),
      explanation: text(1),
      next: text(2),
      target: text(3),
      action: { name: text(4), version: text(5) },
      workflow: {
        ...sample.workflow,
        repository: text(6),
        sha: text(7),
        run_url: text(8),
        event: text(9),
        job: text(10),
        server_url: text(11),
      },
      model: sample.model && {
        ...sample.model,
        name: text(12),
        version: text(13),
        description: text(14),
        url: text(15),
        run_url: text(16),
        aliases: [text(17)],
        passed_over: [{ version: text(18), why: text(19) }],
      },
      baseline: sample.baseline && { ...sample.baseline, version: text(20), note: text(21) },
      gate: sample.gate && {
        ...sample.gate,
        summary: text(0),
        rules,
        notes: texts,
        requirements: [
          { name: text(1), status: 'fail' as const, reason_code: reason, explanation: text(2), details: texts },
        ],
      },
      metrics: metricsOf(metrics[0], metrics[1]),
      plan: sample.plan && {
        ...PLAN,
        hash: text(3),
        notes: texts,
        exposure: text(4),
        evidence: text(5),
        start: [{ entity: text(6), model: text(7), version: text(8), traffic: 100 }],
        updates: PLAN.updates.map((update) => ({ ...update, diff: `${text(9)}\n+${text(10)}` })),
      },
      rollout: sample.rollout && {
        ...sample.rollout,
        explanation: text(11),
        state: text(12),
        action: text(13),
        steps,
        warnings: texts,
      },
      endpoint: sample.endpoint && { ...sample.endpoint, name: text(14), url: text(15) },
      health: sample.health && {
        ...sample.health,
        notes: texts,
        alerts: sample.health.alerts.map((alert) => ({
          ...alert,
          metric: text(16),
          subject: text(17),
          required: text(18),
          explanation: text(19),
        })),
      },
      checklist:
        sample.checklist?.map((check) => ({
          ...check,
          group: text(20),
          name: text(21),
          evidence: text(22),
          fix: text(23),
        })) ?? null,
      app: sample.app && {
        ...sample.app,
        name: text(0),
        url: text(1),
        state: text(2),
        source: text(3),
        log_tail: texts,
      },
      faults: sample.faults.map((fault) => ({ ...fault, message: text(4), fix: text(5), key: text(6), file: text(7) })),
      error: sample.error && {
        ...sample.error,
        message: text(8),
        fix: text(9),
        request: text(10),
        code: text(11),
        request_id: text(12),
        state: text(13),
      },
      notes: texts.map((message) => ({ level: 'warning' as const, message })),
      in_progress: inProgress,
    };
  });
