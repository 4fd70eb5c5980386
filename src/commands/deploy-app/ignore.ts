/** One line of an ignore file, ready to be matched. */
interface IgnoreRule {
  readonly pattern: RegExp;
  readonly isNegated: boolean;
  readonly foldersOnly: boolean;
}

/** Whether a path below the app's folder stays behind. Paths have forward slashes and no slash at either end. */
export type Ignores = (path: string, isFolder: boolean) => boolean;

/** Never part of an app: history, installed packages, caches. */
const ALWAYS = ['.git/', 'node_modules/', '__pycache__/', '.venv/', '.databricks/', '*.pyc', '.DS_Store'];

/**
 * Rules as gitignore writes them (https://git-scm.com/docs/gitignore): `#`, `!`, `/` at either end, `*`, `?`, `**` and `[a-z]`. Later
 * files and later lines win; what lies in an ignored folder stays ignored because folders are not entered.
 */
export function ignoreRules(files: readonly string[]): Ignores {
  const always = ALWAYS.flatMap(parseLine);
  const rules = files.flatMap((text) => text.split(/\r?\n/).flatMap(parseLine));
  return (path, isFolder) => {
    const fits = (rule: IgnoreRule): boolean => (isFolder || !rule.foldersOnly) && rule.pattern.test(path);
    if (always.some(fits)) return true;
    const last = rules.findLast(fits);
    return last !== undefined && !last.isNegated;
  };
}

function parseLine(line: string): IgnoreRule[] {
  const trimmed = line.replace(/(?<!\\)\s+$/, '');
  if (trimmed === '' || trimmed.startsWith('#')) return [];
  const isNegated = trimmed.startsWith('!');
  const written = (isNegated ? trimmed.slice(1) : trimmed).replace(/^\\([#!])/, '$1');
  const foldersOnly = written.endsWith('/');
  const body = foldersOnly ? written.slice(0, -1) : written;
  if (body === '' || body === '/') return [];
  const isAnchored = body.includes('/');
  const pattern = body.replace(/^\//, '').split('/').map(segmentPattern);
  const source = joinSegments(pattern);
  return [{ pattern: new RegExp(`^${isAnchored ? '' : '(?:.*/)?'}${source}$`), isNegated, foldersOnly }];
}

const ANY_DEPTH = '**';

function segmentPattern(segment: string): string {
  return segment === ANY_DEPTH ? ANY_DEPTH : globPattern(segment);
}

/** `**` between slashes stands for any number of folders, none included. */
function joinSegments(segments: readonly string[]): string {
  return segments
    .map((segment, index) => {
      const isLast = index === segments.length - 1;
      if (segment === ANY_DEPTH) return isLast ? '.+' : '(?:.*/)?';
      return isLast ? segment : `${segment}/`;
    })
    .join('');
}

function globPattern(segment: string): string {
  const parts = segment.match(/\[!?[^\]/]+\]|\\.|[\s\S]/g) ?? [];
  return parts.map(globPart).join('');
}

function globPart(part: string): string {
  if (part === '*') return '[^/]*';
  if (part === '?') return '[^/]';
  if (part.length > 1 && part.startsWith('[')) {
    const inner = part.slice(1, -1).replace(/[\\[\]^]/g, '\\$&');
    return `[${inner.replace(/^!/, '^')}]`;
  }
  return literal(part.length === 2 && part.startsWith('\\') ? part.slice(1) : part);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
