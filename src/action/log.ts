import * as core from '@actions/core';
import type { ConfigurationFault } from '../errors.js';

/** Where an annotation points. Lines and columns are 1-based; `file` is relative to the repository. */
interface Place {
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** The job's log. Every method is safe to call at any time and never throws. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  /** Good or neutral news that people see on the run's page. */
  notice(message: string, place?: Place): void;
  warning(message: string, place?: Place): void;
  error(message: string, place?: Place): void;
  /** Begins a phase: what follows is folded under `title` in the job's log. Ends the phase before it. */
  phase(title: string): void;
  /** Ends the phase, so that what follows is always visible. Does nothing when none is open. */
  endPhase(): void;
  /** Keeps a value out of everything that is printed from now on. Empty text is ignored. */
  mask(value: string): void;
}

/** The runner keeps ten annotations of a kind for a step; two are left for the verdict and the closing line. */
const ANNOTATED_FAULTS = 8;
/** The runner cuts longer annotations. */
const ANNOTATION_LIMIT = 4096;

function shortened(message: string): string {
  return message.length <= ANNOTATION_LIMIT ? message : `${message.slice(0, ANNOTATION_LIMIT - 1)}…`;
}

function annotation(place: Place | undefined): core.AnnotationProperties {
  return {
    ...(place?.title === undefined ? {} : { title: place.title }),
    ...(place?.file === undefined ? {} : { file: place.file }),
    ...(place?.line === undefined ? {} : { startLine: place.line }),
    ...(place?.column === undefined || place.line === undefined ? {} : { startColumn: place.column }),
  };
}

/** The log of a job on a GitHub runner. Phases do not nest: workflow commands cannot. */
export function createLog(): Log {
  let open = false;
  const endPhase = (): void => {
    if (open) core.endGroup();
    open = false;
  };
  return {
    debug: (message) => core.debug(message),
    info: (message) => core.info(message),
    notice: (message, place) => {
      endPhase();
      core.notice(shortened(message), annotation(place));
    },
    warning: (message, place) => core.warning(shortened(message), annotation(place)),
    error: (message, place) => {
      endPhase();
      core.error(shortened(message), annotation(place));
    },
    phase: (title) => {
      endPhase();
      core.startGroup(title);
      open = true;
    },
    endPhase,
    mask: (value) => {
      for (const form of maskedForms(value)) core.setSecret(form);
    },
  };
}

/**
 * A secret and the forms in which it could leave the process: URL-encoded, base64 and escaped for JSON. Texts of fewer
 * than four characters would blank out half of the log and are masked only as they are.
 */
export function maskedForms(value: string): readonly string[] {
  if (value.trim() === '') return [];
  if (value.length < 4) return [value];
  const json = JSON.stringify(value).slice(1, -1);
  return [...new Set([value, encodeURIComponent(value), Buffer.from(value, 'utf8').toString('base64'), json])];
}

/** Writes faults as annotations at their place: the first eight each, then one line that counts and names the others. */
export function annotateFaults(log: Log, faults: readonly ConfigurationFault[]): void {
  for (const fault of faults.slice(0, ANNOTATED_FAULTS)) {
    log.error(`${fault.message} ${fault.fix}`, placeOf(fault));
  }
  const others = faults.slice(ANNOTATED_FAULTS);
  if (others.length === 0) return;
  for (const fault of others) log.info(`${describePlace(fault)}${fault.message} ${fault.fix}`);
  log.error(`${others.length} more faults are in the log: ${others.map((fault) => fault.key).join(', ')}.`, {
    title: 'Configuration',
  });
}

function placeOf(fault: ConfigurationFault): Place {
  return {
    title: 'Configuration',
    ...(fault.file === undefined ? {} : { file: fault.file }),
    ...(fault.line === undefined ? {} : { line: fault.line }),
    ...(fault.column === undefined ? {} : { column: fault.column }),
  };
}

function describePlace(fault: ConfigurationFault): string {
  if (fault.file === undefined) return '';
  return `${[fault.file, fault.line, fault.column].filter((part) => part !== undefined).join(':')}: `;
}
