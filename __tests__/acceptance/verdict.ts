import { ENDPOINT, MODEL, type Stage } from '../../sandbox/stage.js';
import { reportOf } from './support.js';

export interface Line {
  readonly metric?: string;
  readonly name?: string;
  readonly status: string;
  readonly reason_code: string;
  readonly required?: string;
  readonly value?: number | string | null;
  readonly baseline?: number | string | null;
  readonly bound?: number | null;
  readonly margin?: number | null;
  readonly explanation: string;
  readonly details?: readonly string[];
  readonly origin?: string;
  readonly interval?: { readonly method: string; readonly low: number; readonly high: number } | null;
}

/** What one gate said. */
export interface Judged {
  /** `rejected (threshold-missed)`. */
  readonly decision: string;
  readonly rules: readonly Line[];
  readonly notes: readonly string[];
  readonly log: string;
  readonly baseline: { readonly kind: string; readonly version: string | null; readonly note: string };
  readonly version: string;
  /** `pass`, or the status with its reason. */
  rule(metric: string): string;
  requirement(name: string): Line;
}

/** `pass`, or the status with its reason. */
export function statusOf(line: Line): string {
  return line.status === 'pass' ? 'pass' : `${line.status} ${line.reason_code}`;
}

/** A configuration file that asks for nothing but what stands under `ci_cd`. */
export function configuration(gate: string, model = MODEL, endpoint: string | null = ENDPOINT): string {
  const lines = gate.split('\n').map((line) => `    ${line}`);
  const where = endpoint === null ? [] : [`  endpoint: { name: ${endpoint} }`];
  return ['deployment:', `  model: { name: ${model} }`, ...where, '  ci_cd:', ...lines, ''].join('\n');
}

/** Runs the gate as on a pull request with this under `ci_cd`, and reads its report. */
export async function judge(
  stage: Stage,
  gate: string,
  inputs: Readonly<Record<string, string>> = {},
  file = configuration(gate),
): Promise<Judged> {
  const run = await stage.onPullRequest({ inputs, files: { 'config/deployment_config.yaml': file } });
  const report = JSON.parse(JSON.stringify(reportOf(run)));
  const rules: readonly Line[] = report.gate?.rules ?? [];
  const requirements: readonly Line[] = report.gate?.requirements ?? [];
  const absent = { status: 'absent', reason_code: '', explanation: '' };
  return {
    decision: `${run.outputs.decision} (${run.outputs['reason-code']})`,
    rules,
    notes: report.gate?.notes ?? [],
    log: run.log,
    baseline: report.baseline,
    version: run.outputs['model-version'] ?? '',
    rule: (metric) => statusOf(rules.find((line) => line.metric === metric) ?? absent),
    requirement: (name) => requirements.find((line) => line.name === name) ?? absent,
  };
}
