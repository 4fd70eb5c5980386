import { describe, expect, it } from '@jest/globals';
import { exposure, figures } from '../../../src/health/core/figures.js';
import { addMinutes, addProbes, beginStep, judge } from '../../../src/health/core/judge.js';
import {
  histogram,
  MINUTE,
  minute,
  probe,
  settingsWith,
  started,
  T0,
  times,
  verdictOf,
  verdictOfProbes,
} from './scenes.js';

const plain = settingsWith();
const both = (index: number, candidate: readonly [number, number], current: readonly [number, number]) => [
  minute('candidate', index, ...candidate),
  minute('current', index, ...current),
];

describe('the judge on errors of callers', () => {
  it('advances a healthy candidate once it was seen enough', () => {
    const { judgement } = verdictOf(
      plain,
      10,
      times(3, (index) => both(index, [60, 0], [540, 3])),
    );
    expect(judgement.kind).toBe('healthy');
    expect(verdictOf(plain, 10, [both(0, [60, 0], [540, 3])]).judgement).toMatchObject({
      kind: 'insufficient',
      have: 60,
      need: 100,
    });
  });

  it('condemns a candidate that fails ten times as often, and says why', () => {
    const { judgement } = verdictOf(
      plain,
      10,
      times(5, (index) => both(index, [200, 10], [1800, 9])),
    );
    expect(judgement).toMatchObject({ kind: 'unhealthy', reason: 'canary-errors' });
    expect(judgement.explanation).toMatch(
      /20 of 400 requests \(5 %\) failed.*18 of 3,600 requests \(0\.5 %\).*1\.25 times/,
    );
  });

  it('does not condemn for one loud minute, but does not advance either until it is refuted', () => {
    const loud = both(0, [200, 30], [1800, 2]);
    expect(verdictOf(plain, 10, [loud]).judgement).toMatchObject({
      kind: 'insufficient',
      explanation: expect.stringContaining('another minute'),
    });
    const clean = times(40, (index) => both(index + 1, [200, 0], [1800, 4]));
    expect(verdictOf(plain, 10, [loud, ...clean]).judgement.kind).not.toBe('unhealthy');
  });

  it('does not condemn for fewer than three errors', () => {
    const { judgement } = verdictOf(
      plain,
      1,
      times(2, (index) => both(index, [100, 1], [9900, 0])),
    );
    expect(judgement.kind).not.toBe('unhealthy');
  });

  it('does not blame the candidate for an outage that both suffer', () => {
    const { judgement } = verdictOf(
      plain,
      10,
      times(10, (index) => both(index, [200, 60], [1800, 540])),
    );
    expect(judgement.kind).toBe('healthy');
    const limited = settingsWith([{ threshold: 0.01 }]);
    expect(
      verdictOf(
        limited,
        10,
        times(5, (index) => both(index, [200, 60], [1800, 540])),
      ).judgement.kind,
    ).toBe('baseline-unhealthy');
  });

  it('waits when both break an alert in a single minute, and then blames neither', () => {
    const limited = settingsWith([{ threshold: 0.05 }]);
    const sick = times(2, (index) => both(index, [600, 122], [600, 120]));
    expect(verdictOf(limited, 50, sick.slice(0, 1)).judgement).toMatchObject({
      kind: 'insufficient',
      explanation: expect.stringContaining('122 of 600'),
    });
    expect(verdictOf(limited, 50, sick).judgement.kind).toBe('baseline-unhealthy');
  });

  it('does not say that nothing speaks against errors above an alert', () => {
    const limited = settingsWith([{ threshold: 0.05 }]);
    const { judgement } = verdictOf(
      limited,
      50,
      times(2, (index) => both(index, [100, 6], [100, 6])),
    );
    expect(judgement).toMatchObject({
      kind: 'healthy',
      explanation: expect.stringContaining('above the alert at 5 %'),
    });
    expect(judgement.explanation).not.toContain('Nothing speaks');
  });

  it('condemns a candidate over the limit where the current version keeps it', () => {
    const limited = settingsWith([{ threshold: 0.01 }], { toleratedRatio: 100 });
    const { judgement } = verdictOf(
      limited,
      10,
      times(8, (index) => both(index, [200, 10], [1800, 9])),
    );
    expect(judgement).toMatchObject({
      kind: 'unhealthy',
      reason: 'canary-errors',
      explanation: expect.stringContaining('1 % is the limit'),
    });
  });

  it('judges endpoint-wide figures only where the candidate has all traffic', () => {
    const sick = times(5, (index) => [minute('endpoint', index, 600, 120)]);
    const split = verdictOf(plain, 50, sick);
    expect(split.judgement).toMatchObject({
      kind: 'insufficient',
      have: 0,
      explanation: expect.stringContaining('does not tell the versions apart'),
    });
    expect(exposure(split.evidence)).toBeNull();
    const full = verdictOf(plain, 100, sick);
    expect(full.judgement).toMatchObject({ kind: 'unhealthy', reason: 'canary-errors' });
    // What it answered in the steps before was not seen, so a number would be too small.
    expect(exposure(full.evidence)).toBeNull();
  });

  it('compares with the current version of the steps before when max_regression is asked for at full traffic', () => {
    const settings = settingsWith([{ maxRegression: 0.5 }]);
    let evidence = started(settings, 10);
    for (let index = 0; index < 10; index += 1) evidence = addMinutes(evidence, both(index, [200, 0], [1800, 2]));
    evidence = beginStep(evidence, { startedAtMs: T0 + 10 * MINUTE, candidateTraffic: 100, index: 2 });
    for (let index = 10; index < 14; index += 1)
      evidence = addMinutes(evidence, [minute('candidate', index, 2000, 12)]);
    expect(judge(evidence, settings, T0 + 14 * MINUTE)).toMatchObject({
      kind: 'unhealthy',
      explanation: expect.stringContaining('in the steps before'),
    });
  });

  it('does not wait at full traffic for a comparison that can no longer come', () => {
    let evidence = started(plain, 50);
    for (let index = 0; index < 4; index += 1) evidence = addMinutes(evidence, both(index, [500, 0], [500, 0]));
    evidence = addMinutes(evidence, both(4, [500, 30], [500, 0]));
    expect(judge(evidence, plain, T0 + 5 * MINUTE).kind).not.toBe('unhealthy');
    evidence = beginStep(evidence, { startedAtMs: T0 + 5 * MINUTE, candidateTraffic: 100, index: 2 });
    for (let index = 5; index < 8; index += 1) evidence = addMinutes(evidence, [minute('candidate', index, 1000, 0)]);
    expect(judge(evidence, plain, T0 + 8 * MINUTE).kind).toBe('healthy');
  });

  it('condemns for refusals that a changed input schema brings', () => {
    const refused = times(3, (index) => [
      minute('candidate', index, 200, 0, { errors4xx: 100 }),
      minute('current', index, 1800, 0, { errors4xx: 18 }),
    ]);
    expect(verdictOf(plain, 10, refused).judgement).toMatchObject({
      kind: 'unhealthy',
      explanation: expect.stringContaining('4xx'),
    });
  });

  it('does not take requests with an unknown outcome for evidence', () => {
    const blind = times(5, (index) => [
      minute('candidate', index, 200, 0, { errors5xx: null }),
      minute('current', index, 1800, 0),
    ]);
    const { evidence, judgement } = verdictOf(plain, 10, blind);
    expect(judgement).toMatchObject({ kind: 'insufficient', have: 0 });
    expect(figures(evidence, plain).candidate).toMatchObject({ requests: 1000, errorRate: null });
  });

  it('counts only minutes that lie wholly inside the step, and each once', () => {
    let evidence = started(plain, 10);
    evidence = addMinutes(evidence, [minute('candidate', 0, 500, 0, { endMs: T0 + 59_000 })]);
    evidence = addMinutes(evidence, both(0, [70, 0], [630, 0]));
    evidence = addMinutes(evidence, both(0, [70, 0], [630, 0]));
    evidence = addMinutes(evidence, [minute('candidate', 0, 70, 0, { endMs: T0 + 80_000 })]);
    expect(figures(evidence, plain).candidate.requests).toBe(70);
  });

  it('keeps the figures of a step that begins again after a restart', () => {
    const before = addMinutes(started(plain, 10), both(0, [70, 0], [630, 0]));
    const after = beginStep(before, { startedAtMs: T0 + 90_000, candidateTraffic: 10, index: 1 });
    expect(figures(after, plain).candidate.requests).toBe(70);
    expect(
      figures(beginStep(after, { startedAtMs: T0 + 90_000, candidateTraffic: 25, index: 2 }), plain).candidate.requests,
    ).toBe(0);
  });
});

describe('the judge on what it cannot trust', () => {
  it('suspects figures that do not fit the split', () => {
    const { judgement } = verdictOf(
      plain,
      10,
      times(2, (index) => both(index, [900, 0], [1100, 0])),
    );
    expect(judgement).toMatchObject({
      kind: 'suspect',
      explanation: expect.stringContaining('1,800 of 4,000 requests (45 %)'),
    });
  });

  it('does not suspect a split of which little was seen', () => {
    expect(
      verdictOf(
        plain,
        5,
        times(2, (index) => both(index, [3, 0], [10, 0])),
      ).judgement.kind,
    ).toBe('insufficient');
  });

  it('counts requests of other entities into the split', () => {
    const three = times(2, (index) => [...both(index, [200, 0], [800, 0]), minute('other', index, 1000, 0)]);
    expect(verdictOf(plain, 10, three).judgement.kind).toBe('healthy');
  });

  it('is blind after silence, whatever it had seen', () => {
    const { evidence } = verdictOf(
      plain,
      10,
      times(3, (index) => both(index, [200, 0], [1800, 0])),
    );
    expect(judge(evidence, plain, T0 + 5 * MINUTE).kind).toBe('healthy');
    expect(judge(evidence, plain, T0 + 6 * MINUTE + 1).kind).toBe('blind');
    expect(judge(evidence, { ...plain, blindAfterMs: 600_000 }, T0 + 6 * MINUTE + 1).kind).toBe('healthy');
  });

  it('has nothing to ask of a step without traffic', () => {
    expect(judge(started(plain, 0), plain, T0 + 10 * MINUTE).kind).toBe('healthy');
  });
});

describe('the judge on probes', () => {
  const turns = (
    seconds: number,
    ofCandidate: (index: number) => Parameters<typeof probe>[2],
    ofCurrent = ofCandidate,
  ) =>
    times(seconds, (index) => [
      probe('candidate', index, ofCandidate(index)),
      probe('current', index, ofCurrent(index)),
    ]).flat();
  const broken = { ok: false, status: 500, faultKind: 'server' as const };
  const fine = () => ({});

  it('condemns after two failed probes of two', () => {
    expect(
      verdictOfProbes(
        plain,
        5,
        turns(2, () => broken, fine),
      ).judgement,
    ).toMatchObject({ kind: 'unhealthy', reason: 'canary-errors' });
    expect(
      verdictOfProbes(
        plain,
        5,
        turns(1, () => broken, fine),
      ).judgement.kind,
    ).not.toBe('unhealthy');
  });

  it('does not blame the candidate when the way to both is broken', () => {
    const lost = () => ({ ok: false, status: null, faultKind: 'transport' as const });
    expect(verdictOfProbes(plain, 5, turns(20, lost)).judgement.kind).toBe('baseline-unhealthy');
  });

  it('names wrong answers as such', () => {
    const wrong = () => ({ ok: false, status: 200, faultKind: 'answer' as const });
    expect(verdictOfProbes(plain, 5, turns(3, wrong, fine)).judgement).toMatchObject({
      kind: 'unhealthy',
      reason: 'canary-answers',
    });
  });

  it('condemns answers that disagree with the current version where agreement is asked for', () => {
    expect(
      verdictOfProbes(
        plain,
        5,
        turns(4, () => ({ agrees: false }), fine),
      ).judgement,
    ).toMatchObject({ kind: 'unhealthy', reason: 'canary-answers' });
    expect(
      verdictOfProbes(
        plain,
        5,
        turns(120, () => ({ agrees: true }), fine),
      ).judgement.kind,
    ).toBe('healthy');
  });

  it('leaves out probes that were refused for want of capacity, and those sent before the step', () => {
    const refused = times(200, (index) => probe('candidate', index, { ok: false, status: 429 }));
    const early = times(200, () => probe('candidate', -1, broken));
    const { evidence, judgement } = verdictOfProbes(plain, 5, [...refused, ...early]);
    expect(figures(evidence, plain).candidate.probes).toBe(0);
    expect(judgement.kind).toBe('blind');
  });

  it('condemns probes that take twice as long, not those that take a tenth longer, and not for its warm-up', () => {
    const spread = (base: number) => (index: number) => ({ latencyMs: base * 1.5 ** (((index * 7) % 11) / 5 - 1) });
    const verdict = (base: number) => verdictOfProbes(plain, 5, turns(300, spread(base), spread(100))).judgement;
    expect(verdict(200)).toMatchObject({ kind: 'unhealthy', reason: 'canary-latency' });
    expect(verdict(110).kind).toBe('healthy');
    const cold = turns(300, (index) => (index < 20 ? { latencyMs: 5000 } : spread(100)(index)), spread(100));
    expect(verdictOfProbes(plain, 5, cold).judgement.kind).toBe('healthy');
  });
});

describe('the judge on latency of callers', () => {
  const slow = (index: number, candidate: readonly number[], current: readonly number[]) => [
    minute('candidate', index, 200, 0, { latency: histogram(candidate) }),
    minute('current', index, 1800, 0, { latency: histogram(current) }),
  ];
  const usual = [900, 720, 120, 60, 0];
  const same = [100, 80, 13, 7, 0];
  const slower = [40, 90, 40, 25, 5];

  it('freezes the boundary at the 95 % of the current version and condemns many more slow answers', () => {
    const { evidence, judgement } = verdictOf(
      plain,
      10,
      times(6, (index) => slow(index, slower, usual)),
    );
    expect(evidence.latency.boundary).toBe(2);
    expect(judgement).toMatchObject({
      kind: 'unhealthy',
      reason: 'canary-latency',
      explanation: expect.stringContaining('200 ms'),
    });
    expect(
      verdictOf(
        plain,
        10,
        times(30, (index) => slow(index, same, usual)),
      ).judgement.kind,
    ).toBe('healthy');
  });

  it('leaves out the first minute of a step', () => {
    const cold = slow(0, [0, 0, 0, 0, 200], usual);
    const { evidence, judgement } = verdictOf(plain, 10, [cold, ...times(10, (index) => slow(index + 1, same, usual))]);
    expect(judgement.kind).toBe('healthy');
    expect(evidence.latency.minutes).toBe(10);
  });

  it('judges an absolute alert at the bucket boundary at or above it', () => {
    const settings = settingsWith([{ metric: 'latency', threshold: 150 }]);
    expect(
      verdictOf(
        settings,
        10,
        times(6, (index) => slow(index, slower, usual)),
      ).judgement,
    ).toMatchObject({
      kind: 'unhealthy',
      reason: 'canary-latency',
      explanation: expect.stringContaining('slower than 200 ms, the bucket boundary for the alert at 150 ms'),
    });
    const lax = settingsWith([{ metric: 'latency', threshold: 400 }]);
    expect(
      verdictOf(
        lax,
        10,
        times(6, (index) => slow(index, slower, usual)),
      ).judgement.kind,
    ).toBe('healthy');
  });

  it('finds the baseline unhealthy when both are too slow', () => {
    const settings = settingsWith([{ metric: 'latency', threshold: 50 }]);
    expect(
      verdictOf(
        settings,
        10,
        times(6, (index) => slow(index, same, usual)),
      ).judgement.kind,
    ).toBe('baseline-unhealthy');
  });

  it('waits for a second minute when one alone shows an alert on latency broken, by one version or by both', () => {
    const settings = settingsWith([{ metric: 'latency', threshold: 150 }]);
    const slowest = [0, 0, 0, 100, 100];
    const verdict = (current: readonly number[]) =>
      verdictOf(
        settings,
        10,
        times(2, (index) => slow(index, slowest, current)),
      ).judgement;
    for (const current of [usual, [0, 0, 0, 900, 900]])
      expect(verdict(current)).toMatchObject({
        kind: 'insufficient',
        explanation: expect.stringContaining('another minute'),
      });
  });

  it('holds max_regression against the quantile of the current version, also at full traffic', () => {
    const settings = settingsWith([{ metric: 'latency', maxRegression: 0.2 }]);
    expect(
      verdictOf(
        settings,
        10,
        times(8, (index) => slow(index, [0, 0, 40, 100, 60], usual)),
      ).judgement,
    ).toMatchObject({ kind: 'unhealthy', reason: 'canary-latency' });
    expect(
      verdictOf(
        settings,
        10,
        times(8, (index) => slow(index, same, usual)),
      ).judgement.kind,
    ).toBe('healthy');
  });

  it('leaves out minutes with other buckets and says so', () => {
    const other = {
      buckets: [
        { le: 70, count: 150 },
        { le: Number.POSITIVE_INFINITY, count: 50 },
      ],
      sumMs: null,
      count: 200,
    };
    const mixed = (index: number) => [
      minute('candidate', index, 200, 0, { latency: other }),
      minute('current', index, 1800, 0, { latency: histogram(usual) }),
    ];
    const { evidence } = verdictOf(plain, 10, times(3, mixed));
    expect(figures(evidence, plain).sources.join('; ')).toContain('other buckets');
  });
});

describe('the judge on plain rules', () => {
  it('raises CPU after two minutes above the limit, unless the current version is there too', () => {
    const settings = settingsWith([{ metric: 'cpu', threshold: 90 }]);
    const busy = (candidate: number, current: number) =>
      times(2, (index) => [
        minute('candidate', index, 200, 0, { cpuPercent: candidate }),
        minute('current', index, 1800, 0, { cpuPercent: current }),
      ]);
    expect(verdictOf(settings, 10, busy(97, 40)).judgement).toMatchObject({
      kind: 'unhealthy',
      reason: 'canary-alert',
    });
    expect(verdictOf(settings, 10, busy(97, 96)).judgement.kind).toBe('baseline-unhealthy');
    expect(verdictOf(settings, 10, busy(80, 40)).judgement.kind).toBe('healthy');
    expect(verdictOf(settings, 10, busy(97, 40).slice(0, 1)).judgement.kind).toBe('healthy');
  });

  it('asks the candidate for its share of the throughput, and blames nobody when callers stay away', () => {
    const settings = settingsWith([{ metric: 'throughput', threshold: 10 }]);
    expect(
      verdictOf(
        settings,
        50,
        times(2, (index) => both(index, [450, 0], [470, 0])),
      ).judgement.kind,
    ).toBe('healthy');
    expect(
      verdictOf(
        settings,
        50,
        times(2, (index) => both(index, [60, 0], [60, 0])),
      ).judgement.kind,
    ).toBe('baseline-unhealthy');
    expect(
      verdictOf(
        settings,
        50,
        times(2, (index) => both(index, [250, 0], [600, 0])),
      ).judgement,
    ).toMatchObject({ kind: 'unhealthy', reason: 'canary-alert' });
  });
});

describe('the judge on alerts that it cannot judge', () => {
  const seen = (more: (index: number) => Parameters<typeof minute>[4]) =>
    times(4, (index) => [
      minute('candidate', index, 200, 0, more(index)),
      minute('current', index, 1800, 0, { latency: histogram([1800]) }),
    ]);

  it('does not advance before the alert on latency has had a histogram of the candidate in the step', () => {
    const settings = settingsWith([{ metric: 'latency', threshold: 150 }]);
    expect(
      verdictOf(
        settings,
        10,
        seen(() => ({})),
      ).judgement,
    ).toMatchObject({
      kind: 'insufficient',
      explanation: expect.stringContaining('The latency alert has not been judged in this step: no whole minute'),
    });
    expect(
      verdictOf(
        settings,
        10,
        seen(() => ({ latency: histogram([200]) })),
      ).judgement.kind,
    ).toBe('healthy');
  });

  it.each([
    [{ metric: 'latency' as const, threshold: 150 }, 'request_latency_ms'],
    [{ metric: 'latency' as const, maxRegression: 0.2 }, 'request_latency_ms'],
    [{ metric: 'cpu' as const, threshold: 90 }, 'cpu_usage_percentage'],
    [{ metric: 'memory' as const, threshold: 90 }, 'mem_usage_percentage'],
  ])('names the alert and the series that is missing: %j', (alert, series) => {
    const bare = times(3, (index) => both(index, [200, 0], [1800, 0]));
    expect(verdictOf(settingsWith([alert]), 10, bare).judgement).toMatchObject({
      kind: 'healthy',
      explanation: expect.stringMatching(new RegExp(`The ${alert.metric} alert has not been judged .*${series}`)),
    });
  });

  it('lets probes stand in where the export brings no histogram, and says so', () => {
    const settings = settingsWith([{ metric: 'latency', threshold: 150 }]);
    const { evidence, judgement } = verdictOfProbes(
      settings,
      10,
      times(150, (second) => [probe('candidate', second), probe('current', second)]).flat(),
    );
    expect(judgement.kind).toBe('healthy');
    expect(figures(evidence, settings).sources.join('; ')).toContain('probes, measured from the runner');
  });

  it('takes a threshold beyond the last bucket for kept only where the requests lie within the buckets', () => {
    const settings = settingsWith([{ metric: 'latency', threshold: 900 }]);
    expect(
      verdictOf(
        settings,
        10,
        seen(() => ({ latency: histogram([200]) })),
      ).judgement.kind,
    ).toBe('healthy');
    expect(
      verdictOf(
        settings,
        10,
        seen(() => ({ latency: histogram([100, 0, 0, 0, 100]) })),
      ).judgement,
    ).toMatchObject({ kind: 'insufficient', explanation: expect.stringContaining('beyond the last bucket') });
  });
});

describe('the judge on an export without labels of versions', () => {
  const limited = settingsWith([{ threshold: 0.05 }]);
  const wide = (from: number, errors: number) => times(4, (index) => [minute('endpoint', from + index, 600, errors)]);
  const probes = times(150, (second) => probe('candidate', second));

  it('holds a step at the first minute above the alert, and condemns when more confirm it', () => {
    const sick = wide(0, 120);
    const once = addProbes(addMinutes(started(limited, 50), sick[0] ?? []), probes, limited);
    expect(judge(once, limited, T0 + 3 * MINUTE)).toMatchObject({
      kind: 'insufficient',
      explanation: expect.stringContaining('Endpoint-wide 120 of 600'),
    });
    expect(verdictOf(limited, 50, sick).judgement).toMatchObject({
      kind: 'unhealthy',
      reason: 'canary-alert',
      explanation: expect.stringContaining('does not tell the versions apart'),
    });
    const fine = addProbes(addMinutes(started(limited, 50), wide(0, 12).flat()), probes, limited);
    expect(judge(fine, limited, T0 + 4 * MINUTE).kind).toBe('healthy');
  });

  it('does not blame the candidate for what the endpoint did before the first shift', () => {
    const before = addMinutes(started(limited, 0), wide(0, 120).flat());
    const step = beginStep(before, { startedAtMs: T0 + 4 * MINUTE, candidateTraffic: 50, index: 2 });
    expect(judge(addMinutes(step, wide(4, 120).flat()), limited, T0 + 8 * MINUTE).kind).toBe('baseline-unhealthy');
  });

  it('counts the minute between full traffic and the final bake, and waits for one', () => {
    const full = addMinutes(started(limited, 100), wide(0, 0).flat());
    const bake = beginStep(full, { startedAtMs: T0 + 4.5 * MINUTE, candidateTraffic: 100, index: 2 });
    expect(judge(bake, limited, T0 + 4.6 * MINUTE)).toMatchObject({ kind: 'insufficient', have: 0 });
    const counted = addMinutes(bake, [minute('endpoint', 4, 600, 0)]);
    expect(figures(counted, limited).candidate.requests).toBe(600);
    expect(judge(counted, limited, T0 + 5 * MINUTE).kind).toBe('healthy');
  });
});
