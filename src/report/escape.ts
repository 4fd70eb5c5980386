/**
 * The only doors through which text from outside (metric names, descriptions, messages of servers) gets into a rendering.
 * Each takes anything and returns something that its place cannot be broken out of.
 */

/** Breaks up a word for GitHub's filters without being seen: mentions, references, links and emoji need their parts together. */
const JOINT = '&#8203;';

/** Control and format characters (bidirectional overrides, zero-width ones) and the separators of lines; not tab and line feed. */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text that can be encoded: halves of characters become U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd');
}

/** Cut at a code point, with an ellipsis in the limit (UTF-16 units). */
export function clamp(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = Math.max(0, limit - 1);
  return `${text.slice(0, end).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** One line without controls: line ends and tabs become spaces, unseen marks go, half characters become U+FFFD. */
export function plainLine(text: string, limit = 2000): string {
  const line = wellFormed(clamp(text, limit * 4))
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replace(UNSEEN, '')
    .replace(/ {2,}/g, ' ')
    .trim();
  return clamp(line, limit);
}

/** A line for the log of a job, in which the runner finds no command (`::name::` at its start, `##[name]` anywhere). */
export function logLine(text: string, limit = 2000): string {
  return plainLine(text, limit).replace(/##\[/g, '## [').replace(/^::/, ': :');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\\': '&#92;',
  '`': '&#96;',
  '*': '&#42;',
  _: '&#95;',
  '~': '&#126;',
  '[': '&#91;',
  ']': '&#93;',
  '|': '&#124;',
  '#': `&#35;${JOINT}`,
  '@': `&#64;${JOINT}`,
  // GitHub looks for mathematics in the finished text; an element of its own is what its documentation advises.
  $: '<span>$</span>',
};

/**
 * Text as Markdown inline content: no emphasis, code, link, image, mention, reference, emoji, mathematics, HTML or table
 * cell can begin in it, and it cannot begin a list or heading either (character references never do, by CommonMark).
 */
export function markdownText(text: string, limit = 600): string {
  return plainLine(text, limit)
    .replace(
      /[&<>\\`*~[\]|#@$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu,
      (character) => ENTITIES[character] ?? character,
    )
    .replace(/:(?=\/\/)|(?<!\d):(?=[\w+-]+:)/g, `&#58;${JOINT}`)
    .replace(/(www)(?=\.)/gi, `$1${JOINT}`)
    .replace(/\b(GH)(?=-\d)/gi, `$1${JOINT}`)
    .replace(/^(\d+)([.)])(?=\s|$)/, (_, digits: string, mark: string) => `${digits}&#${mark.charCodeAt(0)};`)
    .replace(/^[-+=](?=[\s=-]|$)/, (mark) => `&#${mark.charCodeAt(0)};`);
}

/**
 * A name as Markdown code. GitHub's filters leave code alone. Plain names get backticks, others the element, in which a
 * renderer may still look for addresses.
 */
export function markdownCode(text: string, limit = 120): string {
  const line = plainLine(text, limit);
  if (line === '') return '–';
  if (/^[\w.:/%@,=+ -]+$/.test(line)) return `\`${line}\``;
  const escaped = line
    .replace(/[&<>"'\\`*_~[\]|#@$:]/g, (character) => codeEntity(character))
    .replace(/(www)(?=\.)/gi, `$1${JOINT}`);
  return `<code>${escaped}</code>`;
}

/** Addresses of the web and of mail need their colon and their `@` next to the rest. */
function codeEntity(character: string): string {
  return `&#${character.charCodeAt(0)};${character === ':' || character === '@' ? JOINT : ''}`;
}

/** An absolute http(s) address, encoded so that it fits a Markdown link and an attribute; `null` for anything else. */
export function safeUrl(url: string | null | undefined): string | null {
  if (!url || url.length > 2000 || !URL.canParse(url)) return null;
  const { protocol, href, username, password } = new URL(url);
  if ((protocol !== 'https:' && protocol !== 'http:') || username !== '' || password !== '') return null;
  return href.replace(/[()<>"'`\\|[\]{}^ $]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

/** A fenced block whose fence is longer than any run of backticks in it; cut to whole lines. */
export function codeBlock(
  text: string,
  language: '' | 'diff' | 'bash' | 'json' = '',
  most = { lines: 200, columns: 300 },
): string {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/);
  const shown = lines.slice(0, most.lines).map((line) => clamp(wellFormed(line.replace(UNSEEN, '')), most.columns));
  const left = lines.length - shown.length;
  const content = [...shown, ...(left > 0 ? [`… ${left} more lines`] : [])].join('\n');
  const longest = Math.max(0, ...(content.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${content}\n${fence}`;
}

/** Text as HTML content or as the value of a quoted attribute. Line ends stay. */
export function htmlText(text: string, limit = 20_000): string {
  return wellFormed(clamp(text, limit))
    .replace(UNSEEN, '')
    .replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
