import { logLine } from './escape.js';
import { formatDuration, formatTraffic } from './format.js';
import type { ResultDocument } from './result.js';
import { wordingOf } from './wording.js';

const RULE = '─'.repeat(72);

function endpointState(result: ResultDocument): string | null {
  if (result.rollout) return result.rollout.state;
  if (result.error?.state) return result.error.state;
  const shares = result.endpoint?.shares ?? [];
  if (!result.endpoint || shares.length === 0) return null;
  const served = shares
    .slice(0, 12)
    .map((share) => `${share.model} version ${share.version} (${formatTraffic(share.traffic)})`);
  return `${result.endpoint.name} serves ${served.join(', ')}.`;
}

function missed(result: ResultDocument): string[] {
  const lines = [...(result.gate?.rules ?? []), ...(result.gate?.requirements ?? [])].filter(
    (line) => line.status === 'fail',
  );
  const shown = lines.slice(0, 10).map((line) => `  ✗ ${line.explanation}`);
  return lines.length > shown.length ? [...shown, `  … and ${lines.length - shown.length} more`] : shown;
}

function faults(result: ResultDocument): string[] {
  return result.faults.slice(0, 20).map((fault) => {
    const place =
      fault.file === null
        ? fault.key
        : [fault.file, fault.line, fault.column].filter((part) => part !== null).join(':');
    return `  ✗ ${place}: ${fault.message} ${fault.fix}`;
  });
}

function remote(result: ResultDocument): string | null {
  const { error } = result;
  if (!error?.request) return null;
  const facts = [error.status, error.code, error.request_id ? `request ${error.request_id}` : null].filter(
    (fact) => fact !== null,
  );
  return `Call:      ${error.request} → ${facts.join(', ') || 'no answer'}`;
}

/**
 * The last lines of a job's log: what happened, what state the endpoint is in, and what to do. Plain text, one line each,
 * in which the runner finds no commands.
 */
export function renderLogTail(result: ResultDocument): string {
  const { word } = wordingOf(result);
  const line = (label: string, text: string | null | undefined): string[] =>
    text ? [`${label.padEnd(10)} ${text}`] : [];
  const call = remote(result);
  const lines = [
    RULE,
    `${word.toUpperCase()}: ${result.headline}`,
    ...faults(result),
    ...missed(result),
    ...line('Why:', result.faults.length > 0 ? null : result.explanation),
    ...(call === null ? [] : [call]),
    ...line('State now:', endpointState(result)),
    ...line('To do:', result.rollout?.action),
    ...line('Next:', result.next ?? result.error?.fix),
    ...line('Comment:', result.github.comment_url),
    `Decision:  ${result.decision} (${result.reason_code}) after ${formatDuration(result.duration_ms)}`,
    RULE,
  ];
  return lines.map((text) => safeIndented(text)).join('\n');
}

/** Indentation is ours and stays; the rest is from outside. */
function safeIndented(text: string): string {
  const indent = /^ */.exec(text)?.[0] ?? '';
  const label = /^\w[\w ]*:\s+/.exec(text)?.[0] ?? '';
  return `${label || indent}${logLine(text.slice((label || indent).length))}`;
}
