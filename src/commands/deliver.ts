import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OutputValues } from '../action/outputs.js';
import type { Command, Decision } from '../reasons.js';
import { resultOutput } from '../report/cut.js';
import { renderHtml } from '../report/html.js';
import type { ResultDocument } from '../report/result.js';

/** Decisions that fail the job whatever the settings say. */
const FAILING: ReadonlySet<Decision> = new Set(['held', 'alerting', 'not-ready', 'cancelled', 'degraded', 'failed']);

/** Whether the job fails for this decision, as the contract lists it. */
export function isFailure(command: Command, decision: Decision, failOnRejection: boolean): boolean {
  if (decision === 'rejected') return failOnRejection;
  if (decision === 'rolled-back') return command !== 'rollback';
  return FAILING.has(decision);
}

/** Where the report files of this run are. */
export interface ReportFiles {
  readonly json: string | null;
  readonly html: string | null;
  /** Why a file is missing. */
  readonly problem: string | null;
}

/** Makes the folder for the report files of this step; each step of a job has its own. */
export function makeReportFolder(temporary: string): string | null {
  try {
    return mkdtempSync(join(temporary, 'model-promotion-'));
  } catch {
    return null;
  }
}

/** Writes the JSON and the HTML report. Never throws: a report that cannot be written fails no promotion. */
export function writeReports(document: ResultDocument, folder: string | null): ReportFiles {
  if (folder === null)
    return { json: null, html: null, problem: 'the temporary folder of the runner cannot be written to' };
  const [json, html] = [join(folder, 'report.json'), join(folder, 'report.html')];
  try {
    writeFileSync(json, `${JSON.stringify(document, null, 2)}\n`);
    writeFileSync(html, renderHtml(document));
    return { json, html, problem: null };
  } catch (thrown) {
    return { json: null, html: null, problem: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** Every output, on every path; what is not known is empty. */
export function outputValues(document: ResultDocument, files: ReportFiles): OutputValues {
  return {
    decision: document.decision,
    'reason-code': document.reason_code,
    result: resultOutput(document),
    'model-name': document.model?.name ?? null,
    'model-version': document.model?.version ?? null,
    'previous-version': document.endpoint?.previous_version ?? null,
    'endpoint-name': document.endpoint?.name ?? null,
    'endpoint-url': document.endpoint?.url ?? null,
    'traffic-percentage': document.endpoint?.traffic_percentage ?? null,
    metrics: JSON.stringify(document.metrics),
    report: files.json,
    'report-html': files.html,
    'plan-hash': document.plan?.hash ?? null,
    'comment-url': document.github.comment_url,
    'deployment-id': document.github.deployment_id,
  };
}
