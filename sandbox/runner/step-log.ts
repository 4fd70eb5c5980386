import type { SecretMasker } from './masking.js';
import type { Annotation, Group, LineKind, LogLine, StageName } from './types.js';
import { parseWorkflowCommand, type WorkflowCommand } from './workflow-commands.js';

/** The runner keeps this many annotations of a level per step, and this many characters of each. */
const ANNOTATIONS_PER_LEVEL = 10;
const ANNOTATION_LENGTH = 4096;

/** Shown by the runner in the log with this prefix; other lines stand as they are. */
const PREFIXED: ReadonlySet<LineKind> = new Set([
  'debug',
  'notice',
  'warning',
  'error',
  'group',
  'endgroup',
  'command',
]);

interface StepLogOptions {
  readonly stage: StageName;
  readonly masker: SecretMasker;
  readonly debug: boolean;
  readonly onLine: (line: LogLine) => void;
}

/** Turns what a step writes into the job log: parses workflow commands, masks, groups, keeps annotations. */
export class StepLog {
  readonly lines: LogLine[] = [];
  readonly annotations: Annotation[] = [];
  readonly groups: { title: string; lines: LogLine[] }[] = [];
  /** Misuse of the command channel; the runner would fail the step or warn. */
  readonly faults: string[] = [];
  droppedAnnotations = 0;
  private openGroup: { title: string; lines: LogLine[] } | null = null;
  private stopToken: string | null = null;
  private masks = 0;

  constructor(private readonly options: StepLogOptions) {}

  /** Takes one line as the process wrote it, without its line end. */
  take(raw: string, stream: LogLine['stream']): void {
    const command = parseWorkflowCommand(raw, this.stopToken);
    if (command === null || !this.act(command, stream)) this.show('text', raw, stream);
  }

  /** A line of the runner itself. */
  say(kind: 'warning' | 'error', message: string): void {
    this.annotate(kind, { name: kind, properties: {}, data: message });
    this.show(kind, message, 'stdout');
  }

  /** The whole log, one line each, with the prefixes that the runner shows. */
  text(): string {
    return this.lines.map((line) => (PREFIXED.has(line.kind) ? `##[${line.kind}]${line.text}` : line.text)).join('\n');
  }

  closedGroups(): readonly Group[] {
    return this.groups;
  }

  /** @returns false for a command that is shown as plain text */
  private act(command: WorkflowCommand, stream: LogLine['stream']): boolean {
    if (this.stopToken !== null) return this.resume(command);
    switch (command.name) {
      case 'error':
      case 'warning':
      case 'notice':
        this.annotate(command.name, command);
        this.show(command.name, command.data, stream);
        return true;
      case 'group':
        this.begin(command.data, stream);
        return true;
      case 'endgroup':
        this.show('endgroup', '', stream);
        this.openGroup = null;
        return true;
      case 'debug':
        if (this.options.debug) this.show('debug', command.data, stream);
        return true;
      case 'add-mask':
        this.addMask(command.data);
        return true;
      case 'stop-commands':
        this.stopToken = command.data;
        return true;
      default:
        return this.refuse(command, stream);
    }
  }

  private resume(command: WorkflowCommand): boolean {
    if (command.name !== this.stopToken?.toLowerCase()) return false;
    this.stopToken = null;
    return true;
  }

  private addMask(value: string): void {
    if (value.trim() === '') {
      this.say('warning', "Can't add secret mask for empty string in ##[add-mask] command.");
      return;
    }
    this.masks += 1;
    this.options.masker.add(value, `value ${this.masks} of add-mask in ${this.options.stage}`);
  }

  private refuse(command: WorkflowCommand, stream: LogLine['stream']): boolean {
    if (command.name === 'set-env' || command.name === 'add-path') {
      this.faults.push(`The disabled command '${command.name}' was written to ${stream}`);
    } else if (command.name === 'set-output' || command.name === 'save-state') {
      this.faults.push(`The deprecated command '${command.name}' was written to ${stream}; use its file`);
    }
    this.show('command', command.name, stream);
    return true;
  }

  private begin(title: string, stream: LogLine['stream']): void {
    const masked = this.options.masker.mask(title);
    this.openGroup = { title: masked, lines: [] };
    this.groups.push(this.openGroup);
    this.show('group', title, stream);
  }

  private annotate(level: Annotation['level'], command: WorkflowCommand): void {
    if (this.annotations.filter((annotation) => annotation.level === level).length >= ANNOTATIONS_PER_LEVEL) {
      this.droppedAnnotations += 1;
      return;
    }
    const message = this.options.masker.mask(command.data).slice(0, ANNOTATION_LENGTH);
    this.annotations.push({ level, message, ...placeOf(command.properties) });
  }

  private show(kind: LineKind, text: string, stream: LogLine['stream']): void {
    const { masker, stage, onLine } = this.options;
    const group = this.openGroup;
    const line: LogLine = {
      kind,
      text: masker.mask(text),
      stream,
      stage,
      ...(group === null ? {} : { group: group.title }),
    };
    this.lines.push(line);
    if (group !== null && kind !== 'group' && kind !== 'endgroup') group.lines.push(line);
    onLine(line);
  }
}

function placeOf(properties: Readonly<Record<string, string>>): Omit<Annotation, 'level' | 'message'> {
  const number = (name: string): number | undefined =>
    /^\d+$/.test(properties[name] ?? '') ? Number(properties[name]) : undefined;
  const place = {
    title: properties.title,
    file: properties.file,
    line: number('line'),
    endLine: number('endLine'),
    column: number('col'),
    endColumn: number('endColumn'),
  };
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
}
