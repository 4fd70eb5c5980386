import type { Decision } from '../../../src/reasons.js';
import type { ResultDocument, ResultRule, ResultStep } from '../../../src/report/result.js';

const RUN_URL = 'https://github.com/acme/vision/actions/runs/81234/attempts/1';
const ENDPOINT_URL = 'https://acme.cloud.databricks.com/ml/endpoints/cv_endpoint';

/** A minute of the rollout's day as an ISO time. */
export function at(minutes: number): string {
  return new Date(Date.UTC(2026, 10, 22, 14, 0, 0) + minutes * 60_000).toISOString();
}

export function rule(overrides: Partial<ResultRule> = {}): ResultRule {
  return {
    metric: 'accuracy',
    status: 'pass',
    reason_code: 'ok',
    required: 'at least 0.9',
    value: 0.942,
    baseline: 0.931,
    bound: 0.9,
    margin: 0.042,
    severity: 'error',
    explanation: 'accuracy is 0.942, at least 0.9 is asked.',
    origin: 'deployment.ci_cd.metrics_threshold.accuracy',
    provenance: { source: 'run', id: '8f0c2d', dataset: 'holdout', dataset_digest: 'a81b', step: 12 },
    baseline_provenance: null,
    interval: null,
    ...overrides,
  };
}

export const PASSED_RULES: readonly ResultRule[] = [
  rule(),
  rule({ metric: 'precision', value: 0.918, baseline: 0.915, margin: 0.018 }),
  rule({ metric: 'recall', value: 0.907, baseline: 0.901, margin: 0.007 }),
  rule({
    metric: 'f1',
    value: 0.9124,
    baseline: 0.9079,
    bound: 0.8979,
    margin: 0.0145,
    required: 'at least 0.8979 (baseline 0.9079 − 0.01)',
  }),
  rule({
    metric: 'val_loss',
    value: 0.2214,
    baseline: 0.2308,
    bound: 0.35,
    margin: 0.1286,
    required: 'at most 0.35',
  }),
];

export const REJECTED_RULES: readonly ResultRule[] = [
  ...PASSED_RULES.slice(0, 2),
  rule({
    metric: 'f1',
    status: 'fail',
    reason_code: 'threshold-missed',
    value: 0.8712,
    baseline: 0.9079,
    bound: 0.8979,
    margin: -0.0267,
    required: 'at least 0.8979 (baseline 0.9079 − 0.01)',
    explanation: 'f1 is 0.8712, which is 0.0367 below version 12; at most 0.01 is allowed.',
  }),
  rule({
    metric: 'recall/class_7',
    status: 'fail',
    reason_code: 'metric-missing',
    value: null,
    baseline: 0.81,
    bound: 0.7,
    margin: null,
    required: 'at least 0.7',
    explanation: 'The run has no metric recall/class_7. Nearest names: recall/class_07, recall/class_17.',
  }),
  rule({
    metric: 'latency_p95',
    status: 'warn',
    reason_code: 'threshold-missed',
    severity: 'warn',
    value: 104.2,
    baseline: 88,
    bound: 100,
    margin: -4.2,
    required: 'at most 100',
    explanation: 'latency_p95 is 104.2, at most 100 is asked; the rule only warns.',
  }),
];

function gate(rules: readonly ResultRule[], rejected: boolean): NonNullable<ResultDocument['gate']> {
  return {
    verdict: rejected ? 'rejected' : 'passed',
    reason_code: rejected ? 'threshold-missed' : 'ok',
    summary: rejected ? '2 of 5 rules are missed.' : 'All 5 rules hold.',
    rules: [...rules],
    requirements: [
      {
        name: 'signature',
        status: 'pass',
        reason_code: 'ok',
        explanation: 'compatible with what serves now',
        details: ['input image: tensor(float32, [-1, 224, 224, 3]) is the same'],
      },
      {
        name: 'max_age',
        status: 'pass',
        reason_code: 'ok',
        explanation: 'trained 3 days ago, at most 30 days are allowed',
        details: [],
      },
    ],
    notes: [],
  };
}

/** A finished gate that passed; other samples change what is theirs. */
export function baseSample(overrides: Partial<ResultDocument> = {}): ResultDocument {
  return {
    schema_version: 1,
    action: { name: 'Databricks Model Promotion', version: '0.1.0' },
    command: 'gate',
    decision: 'passed',
    reason_code: 'ok',
    headline: 'Version 13 of main.cv_models.cv_model may ship: all 5 metric rules and 2 requirements hold',
    explanation: null,
    next: 'After the merge it rolls out to cv_endpoint in 3 steps.',
    started_at: at(0),
    finished_at: at(0.06),
    duration_ms: 3_400,
    workflow: {
      server_url: 'https://github.com',
      repository: 'acme/vision',
      run_id: '81234',
      run_attempt: '1',
      run_url: RUN_URL,
      job: 'gate',
      event: 'pull_request',
      sha: '4f1c9a7be2d04c1d8d5d0c0e7f3b6a9d2e1f0a3b',
      ref: 'refs/pull/42/merge',
      actor: 'dana',
      pull_request: 42,
    },
    target: 'prod',
    model: {
      name: 'main.cv_models.cv_model',
      registry: 'unity-catalog',
      version: '13',
      requested: 'latest',
      url: 'https://acme.cloud.databricks.com/explore/data/models/main/cv_models/cv_model/version/13',
      description: 'ResNet-50, fine-tuned on the November labels.',
      aliases: ['challenger'],
      run_id: '8f0c2d6e',
      run_url: 'https://acme.cloud.databricks.com/ml/experiments/77/runs/8f0c2d6e',
      created_at: at(-4_320),
      passed_over: [{ version: '14', why: 'it is still pending registration' }],
    },
    baseline: { kind: 'version', version: '12', note: 'version 12 has most of the traffic of cv_endpoint' },
    gate: gate(PASSED_RULES, false),
    metrics: { accuracy: 0.942, f1: 0.9124, precision: 0.918, recall: 0.907, val_loss: 0.2214 },
    plan: null,
    rollout: null,
    endpoint: {
      name: 'cv_endpoint',
      url: ENDPOINT_URL,
      ready: true,
      update: 'NOT_UPDATING',
      shares: [{ entity: 'cv_model-12', model: 'main.cv_models.cv_model', version: '12', traffic: 100 }],
      previous_version: '12',
      traffic_percentage: 0,
    },
    health: null,
    checklist: null,
    app: null,
    faults: [],
    error: null,
    notes: [{ level: 'info', message: 'instance_type Standard_DS3_v2 is mapped to workload type CPU.' }],
    github: { comment_url: null, deployment_id: null },
    ...overrides,
  };
}

function share(version: string, traffic: number): NonNullable<ResultDocument['endpoint']>['shares'][number] {
  return { entity: `cv_model-${version}`, model: 'main.cv_models.cv_model', version, traffic };
}

const DIFF = `   served_entities:
     - name: cv_model-12
       entity_version: "12"
+    - name: cv_model-13
+      entity_name: main.cv_models.cv_model
+      entity_version: "13"
+      workload_size: Small
   traffic_config:
     routes:
-      - served_model_name: cv_model-12
-        traffic_percentage: 100
+      - served_model_name: cv_model-12
+        traffic_percentage: 95
+      - served_model_name: cv_model-13
+        traffic_percentage: 5`;

export const PLAN: NonNullable<ResultDocument['plan']> = {
  hash: '3f9a1c0be47d2210',
  kind: 'shift',
  steps: [
    { traffic: 0, bake_ms: 60_000 },
    { traffic: 5, bake_ms: 600_000 },
    { traffic: 25, bake_ms: 600_000 },
    { traffic: 100, bake_ms: 900_000 },
  ],
  updates: [
    {
      purpose: 'provision',
      shares: [share('12', 100), share('13', 0)],
      diff: DIFF,
      bake_ms: 60_000,
      deadline_ms: 1_500_000,
    },
    { purpose: 'shift', shares: [share('12', 95), share('13', 5)], diff: DIFF, bake_ms: 600_000, deadline_ms: 600_000 },
    {
      purpose: 'shift',
      shares: [share('12', 75), share('13', 25)],
      diff: DIFF,
      bake_ms: 600_000,
      deadline_ms: 600_000,
    },
    {
      purpose: 'shift',
      shares: [share('13', 100), share('12', 0)],
      diff: DIFF,
      bake_ms: 900_000,
      deadline_ms: 600_000,
    },
    { purpose: 'cleanup', shares: [share('13', 100)], diff: DIFF, bake_ms: 0, deadline_ms: 600_000 },
  ],
  start: [share('12', 100)],
  worst_case_ms: 11_400_000,
  bake_ms: 2_160_000,
  exposure: 'About 30 requests reach a version with 5 % errors before it is taken back, at 2.1 requests a second.',
  evidence: 'At 2.1 requests a second the 5 % step sees about 63 requests and 1,200 probes: enough.',
  notes: ['The old version stays provisioned at 0 % until the final bake is over.'],
};

export function step(overrides: Partial<ResultStep> = {}): ResultStep {
  return {
    index: 1,
    label: '5 %',
    traffic: 5,
    started_at: at(6),
    ended_at: at(16.2),
    update_ms: 48_000,
    extensions: 0,
    verdict: 'passed',
    explanation: 'No alarm, and 1,312 requests seen.',
    candidate: {
      requests: 112,
      errors: 0,
      error_rate: 0,
      error_interval: [0, 0.0028],
      latency_p50_ms: 41,
      latency_ms: 83.4,
      probes: 1_200,
      probe_failures: 0,
    },
    current: {
      requests: 2_104,
      errors: 4,
      error_rate: 0.0019,
      error_interval: [0.0007, 0.0049],
      latency_p50_ms: 40,
      latency_ms: 80.2,
      probes: 1_200,
      probe_failures: 0,
    },
    evidence: 0.42,
    evidence_threshold: 100,
    sources: ['10 whole minutes of the metrics export', '1,200 probes to each version'],
    ...overrides,
  };
}

const PROVISIONED = step({
  index: 0,
  label: 'smoke',
  traffic: 0,
  started_at: at(0),
  ended_at: at(5.2),
  candidate: { ...arm(0, 0), probes: 24 },
  current: null,
  evidence: null,
  evidence_threshold: null,
  explanation: '24 smoke requests passed.',
});

function arm(requests: number, errors: number, latency: number | null = null): NonNullable<ResultStep['candidate']> {
  return {
    requests,
    errors,
    error_rate: requests === 0 ? null : errors / requests,
    error_interval: requests === 0 ? null : [Math.max(0, errors / requests - 0.012), errors / requests + 0.016],
    latency_p50_ms: latency === null ? null : latency / 2,
    latency_ms: latency,
    probes: 0,
    probe_failures: 0,
  };
}

type Timeline = NonNullable<ResultDocument['rollout']>['timeline'];

function point(minutes: number, traffic: number, mine: number | null, evidence: number | null): Timeline[number] {
  return {
    at: at(minutes),
    traffic,
    candidate_error_rate: mine,
    current_error_rate: minutes < 6 ? null : 0.0019 + 0.0004 * Math.sin(minutes),
    candidate_latency_ms: mine === null ? null : 82 + 3 * Math.sin(minutes / 2) + (traffic === 25 ? 9 : 0),
    current_latency_ms: minutes < 6 ? null : 80 + 2 * Math.cos(minutes / 3),
    evidence,
    evidence_threshold: evidence === null ? null : 100,
  };
}

const BAD_TIMELINE: Timeline = [
  ...Array.from({ length: 6 }, (_, minute) => point(minute, 0, null, null)),
  ...Array.from({ length: 11 }, (_, minute) => point(6 + minute, 5, 0.0008, 0.3 + minute / 90)),
  ...[0.004, 0.021, 0.049, 0.083].map((rate, index) => point(17 + index, 25, rate, [0.9, 6.1, 38, 412][index] ?? 0)),
  point(20.2, 0, 0.083, 412),
  point(22, 0, 0.083, 412),
];

const GOOD_TIMELINE: Timeline = [
  ...Array.from({ length: 6 }, (_, minute) => point(minute, 0, null, null)),
  ...Array.from({ length: 11 }, (_, minute) => point(6 + minute, 5, 0.0009, 0.4)),
  ...Array.from({ length: 11 }, (_, minute) => point(17 + minute, 25, 0.0016, 0.3)),
  ...Array.from({ length: 16 }, (_, minute) => point(28 + minute, 100, 0.0018, 0.2)),
];

function rolledBack(): Partial<ResultDocument> {
  return {
    command: 'promote',
    decision: 'rolled-back',
    reason_code: 'canary-errors',
    headline:
      'Version 13 of main.cv_models.cv_model was taken back: 8.3 % of its answers failed at 25 % of the traffic. Version 12 serves everything again',
    explanation:
      'At 25 % of the traffic 43 of 518 requests to version 13 failed, against 0.19 % for version 12 in the same minutes.',
    next: 'Look at the failing requests in the logs of version 13, register a corrected version and merge again.',
    plan: PLAN,
    rollout: {
      outcome: 'rolled-back',
      explanation: 'The error rate at 25 % was too high.',
      state: 'cv_endpoint serves version 12 with 100 %, as before the rollout.',
      action: null,
      started_at: at(0),
      ended_at: at(22),
      steps: [
        PROVISIONED,
        step(),
        step({
          index: 2,
          label: '25 %',
          traffic: 25,
          started_at: at(17),
          ended_at: at(20.1),
          verdict: 'failed',
          explanation:
            '43 of 518 requests failed; 8.3 % against 0.19 % of version 12 (evidence 412, taken back at 100).',
          candidate: arm(518, 43, 91.4),
          current: arm(1_588, 3, 80.4),
          evidence: 412,
        }),
      ],
      timeline: BAD_TIMELINE,
      updates: 4,
      rollback: {
        reason_code: 'canary-errors',
        explanation: 'The error rate at 25 % was too high.',
        detected_at: at(20.1),
        restored_at: at(20.2),
        seconds_to_restore: 6.2,
        requests_exposed: 630,
        errors_exposed: 43,
        updates: 1,
      },
      warnings: [],
    },
  };
}

function promoted(): Partial<ResultDocument> {
  const timeline = GOOD_TIMELINE;
  return {
    command: 'promote',
    decision: 'promoted',
    headline: 'Version 13 of main.cv_models.cv_model serves all traffic of cv_endpoint',
    next: 'Version 12 can be put back with the command rollback.',
    plan: PLAN,
    endpoint: {
      ...baseSample().endpoint,
      name: 'cv_endpoint',
      url: ENDPOINT_URL,
      ready: true,
      update: 'NOT_UPDATING',
      shares: [share('13', 100)],
      previous_version: '12',
      traffic_percentage: 100,
    },
    rollout: {
      outcome: 'promoted',
      explanation: 'All steps passed.',
      state: 'cv_endpoint serves version 13 with 100 %. The alias champion points at it.',
      action: null,
      started_at: at(0),
      ended_at: at(44),
      steps: [
        PROVISIONED,
        step(),
        step({
          index: 2,
          label: '25 %',
          traffic: 25,
          started_at: at(17),
          ended_at: at(27.4),
          extensions: 1,
          candidate: arm(1_204, 2, 84),
          current: arm(3_588, 7, 80.4),
        }),
        step({
          index: 3,
          label: '100 %',
          traffic: 100,
          started_at: at(28),
          ended_at: at(43.3),
          candidate: arm(5_310, 9, 82.2),
          current: null,
        }),
      ],
      timeline,
      updates: 5,
      rollback: null,
      warnings: ['The tag model_promotion.run could not be written: the token may not write tags.'],
    },
  };
}

/** One plausible document for each decision. */
export const SAMPLES: Readonly<Record<Decision, () => ResultDocument>> = {
  passed: () => baseSample(),
  rejected: () =>
    baseSample({
      decision: 'rejected',
      reason_code: 'threshold-missed',
      headline: 'Version 13 of main.cv_models.cv_model may not ship: f1 and recall/class_7 miss what is required',
      explanation: '2 of 5 metric rules are missed.',
      next: 'Train and register a better version, or change the thresholds in config/deployment_config.yaml.',
      gate: gate(REJECTED_RULES, true),
    }),
  planned: () =>
    baseSample({
      command: 'plan',
      decision: 'planned',
      headline: 'Version 13 of main.cv_models.cv_model would roll out to cv_endpoint in 4 steps, in about 36 minutes',
      next: 'Merge to carry it out; pass this plan’s hash as expect-plan to carry out nothing else.',
      plan: PLAN,
    }),
  promoted: () => baseSample(promoted()),
  'rolled-back': () => baseSample(rolledBack()),
  unchanged: () =>
    baseSample({
      command: 'promote',
      decision: 'unchanged',
      reason_code: 'already-serving',
      headline: 'Version 13 of main.cv_models.cv_model serves all traffic of cv_endpoint already; nothing was changed',
      next: null,
      gate: null,
    }),
  paused: () =>
    baseSample({
      ...promoted(),
      decision: 'paused',
      reason_code: 'approval-pending',
      headline: 'Version 13 of main.cv_models.cv_model is healthy at 25 % of the traffic and waits for approval',
      next: 'Approve the next job; its promote goes on from 25 %.',
    }),
  held: () =>
    baseSample({
      ...rolledBack(),
      decision: 'held',
      reason_code: 'no-data',
      headline:
        'The rollout of version 13 of main.cv_models.cv_model stands still at 25 % of the traffic: too little data',
      next: 'Look at the endpoint, then run promote to go on or rollback to go back.',
    }),
  reconciled: () =>
    baseSample({
      ...promoted(),
      command: 'reconcile',
      decision: 'reconciled',
      headline: 'A rollout that a dead job left behind was finished: version 13 serves all traffic of cv_endpoint',
    }),
  healthy: () =>
    baseSample({
      ...health(false),
      decision: 'healthy',
      headline: 'cv_endpoint is healthy: none of 3 alerts is raised',
    }),
  alerting: () =>
    baseSample({
      ...health(true),
      decision: 'alerting',
      reason_code: 'alert-raised',
      headline: 'cv_endpoint is not healthy: its 99th percentile of latency is above 100 ms',
      next: 'Run rollback to put version 12 back, or look at the endpoint’s metrics.',
    }),
  ready: () =>
    baseSample({
      ...checklist(false),
      decision: 'ready',
      headline: 'Everything that a promotion to cv_endpoint needs is there',
    }),
  'not-ready': () =>
    baseSample({
      ...checklist(true),
      decision: 'not-ready',
      reason_code: 'checklist-incomplete',
      headline: 'cv_endpoint is not ready for a promotion: 1 of 4 lines is missing, 1 could not be checked',
      next: 'Carry out the fixes in the table, then run preflight again.',
    }),
  deployed: () =>
    baseSample({ ...app(), decision: 'deployed', headline: 'cv-training-pipeline runs the code of commit 4f1c9a7' }),
  skipped: () =>
    baseSample({
      command: 'gate',
      decision: 'skipped',
      reason_code: 'fork-pull-request',
      headline: 'Nothing was checked: this pull request comes from a fork, whose runs get no credentials',
      explanation: 'GitHub gives runs for pull requests from forks no secrets and a read-only token.',
      next: 'A maintainer can push the branch to this repository, or merge; the gate runs again on the merge.',
      model: null,
      baseline: null,
      gate: null,
      metrics: {},
      endpoint: null,
      notes: [],
    }),
  cancelled: () =>
    baseSample({
      ...rolledBack(),
      decision: 'cancelled',
      reason_code: 'cancelled',
      headline: 'The job was cancelled at 25 % of the traffic; version 12 serves everything again',
    }),
  degraded: () => {
    const base = rolledBack();
    return baseSample({
      ...base,
      decision: 'degraded',
      reason_code: 'restore-unverified',
      headline: 'cv_endpoint could not be brought back to a verified state: a person must act now',
      explanation: 'The update that puts version 12 back was sent three times and never confirmed.',
      next: 'Send the call below, then run reconcile.',
      ...(base.rollout?.rollback
        ? {
            rollout: {
              ...base.rollout,
              outcome: 'degraded' as const,
              state: 'Last seen: version 13 with 25 %, version 12 with 75 %; update IN_PROGRESS.',
              action: `databricks serving-endpoints update-config cv_endpoint --json '{"traffic_config":{"routes":[{"served_model_name":"cv_model-12","traffic_percentage":100}]}}'`,
              rollback: {
                ...base.rollout.rollback,
                restored_at: null,
                seconds_to_restore: null,
                requests_exposed: null,
                errors_exposed: null,
              },
            },
          }
        : {}),
    });
  },
  failed: () =>
    baseSample({
      decision: 'failed',
      reason_code: 'configuration-invalid',
      headline: 'The configuration has 2 faults; nothing was done',
      explanation: 'The configuration has 2 faults: …',
      next: 'Write thresholds below as shown.',
      model: null,
      baseline: null,
      gate: null,
      metrics: {},
      endpoint: null,
      notes: [],
      faults: [
        {
          message: 'deployment.ci_cd.metrics_threshold.val_loss: a bare 0.35 does not say whether lower is better.',
          fix: 'Write { max: 0.35 } or { min: 0.35 }.',
          key: 'deployment.ci_cd.metrics_threshold.val_loss',
          file: 'config/deployment_config.yaml',
          line: 21,
          column: 17,
        },
        {
          message: 'rollout-steps: "5, 25, 90" does not end at 100.',
          fix: 'Write 5, 25, 100.',
          key: 'input:rollout-steps',
          file: null,
          line: null,
          column: null,
        },
      ],
      error: {
        kind: 'configuration',
        message: 'The configuration has 2 faults.',
        fix: 'Write { max: 0.35 } or { min: 0.35 }.',
        state: null,
        request: null,
        status: null,
        code: null,
        request_id: null,
      },
    }),
};

/** A refusal of the remote side, with nothing decided. */
export function remoteFailure(): ResultDocument {
  return baseSample({
    command: 'promote',
    decision: 'failed',
    reason_code: 'permission-denied',
    headline: 'Databricks refused to read the endpoint cv_endpoint',
    explanation:
      'GET /api/2.0/serving-endpoints/cv_endpoint was refused with 403 PERMISSION_DENIED: user does not have CAN_VIEW.',
    next: 'Give the service principal CAN_MANAGE on the endpoint.',
    gate: null,
    error: {
      kind: 'remote',
      message:
        'GET /api/2.0/serving-endpoints/cv_endpoint was refused with 403 PERMISSION_DENIED: user does not have CAN_VIEW.',
      fix: 'Give the service principal CAN_MANAGE on the endpoint.',
      state: 'Nothing was changed.',
      request: 'GET /api/2.0/serving-endpoints/cv_endpoint',
      status: 403,
      code: 'PERMISSION_DENIED',
      request_id: '7d2f-11aa',
    },
  });
}

function health(alerting: boolean): Partial<ResultDocument> {
  const latency = alerting ? 148.2 : 83.1;
  return {
    command: 'monitor',
    gate: null,
    metrics: {},
    next: null,
    health: {
      looks: 1,
      notes: ['5 whole minutes of the metrics export were read.'],
      alerts: [
        {
          metric: 'error_rate',
          subject: 'cv_model-13',
          status: 'pass',
          required: 'at most 1 %',
          value: 0.0018,
          explanation: '9 of 5,102 requests failed.',
        },
        {
          metric: 'latency',
          subject: 'cv_model-13',
          status: alerting ? 'fail' : 'pass',
          required: 'p99 at most 100 ms',
          value: latency,
          explanation: `The 99th percentile is ${latency} ms.`,
        },
        {
          metric: 'throughput',
          subject: 'endpoint',
          status: 'pass',
          required: 'at least 1 a second',
          value: 17,
          explanation: '17 requests a second.',
        },
      ],
    },
  };
}

function checklist(missing: boolean): Partial<ResultDocument> {
  return {
    command: 'preflight',
    gate: null,
    metrics: {},
    next: null,
    checklist: [
      {
        group: 'Unity Catalog',
        name: 'Catalog and schema',
        status: 'ok',
        evidence: 'main.cv_models exists',
        fix: null,
        checklist: true,
      },
      {
        group: 'Unity Catalog',
        name: 'EXECUTE on the model',
        status: missing ? 'missing' : 'ok',
        evidence: missing
          ? 'the service principal has no EXECUTE on main.cv_models.cv_model'
          : 'granted to the service principal',
        fix: missing ? 'GRANT EXECUTE ON MODEL main.cv_models.cv_model TO `ci-promotion`' : null,
        checklist: true,
      },
      {
        group: 'Serving',
        name: 'CAN_MANAGE on the endpoint',
        status: missing ? 'unknown' : 'ok',
        evidence: missing ? 'the permissions could not be read' : 'CAN_MANAGE',
        fix: missing ? 'Check it in the endpoint’s permissions' : null,
        checklist: true,
      },
      { group: 'Serving', name: 'Metrics export', status: 'ok', evidence: '12 series', fix: null, checklist: false },
    ],
  };
}

function app(): Partial<ResultDocument> {
  return {
    command: 'deploy-app',
    gate: null,
    metrics: {},
    model: null,
    baseline: null,
    endpoint: null,
    next: null,
    app: {
      name: 'cv-training-pipeline',
      url: 'https://cv-training-pipeline-123.aws.databricksapps.com',
      deployment_id: '01ef',
      previous_deployment_id: '01ee',
      source: 'lakehouse_app',
      compute: 'ACTIVE',
      state: 'RUNNING',
      log_tail: ['[APP] listening on 8000', '[APP] healthy'],
    },
  };
}
