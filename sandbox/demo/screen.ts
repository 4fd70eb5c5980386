import type { LogLine } from '../runner/index.js';

const COLOURED = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;

function paint(code: string, text: string): string {
  return COLOURED ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/** The title of a scene, with what is about to be seen. */
export function showScene(number: number, title: string, story: string): void {
  console.log(`\n${paint('1;36', `━━ Scene ${number}: ${title} `.padEnd(100, '━'))}`);
  console.log(paint('2', story));
  console.log('');
}

/** One line of the job's log, as the runner would show it. */
export function showLine(line: LogLine): void {
  if (line.kind === 'debug' || line.kind === 'command' || line.kind === 'endgroup' || line.text.trim() === '') return;
  if (line.kind === 'group') console.log(`  ${paint('1', `▸ ${line.text}`)}`);
  else if (line.kind === 'error') console.log(`  ${paint('31', `✗ ${line.text}`)}`);
  else if (line.kind === 'warning') console.log(`  ${paint('33', `! ${line.text}`)}`);
  else if (line.kind === 'notice') console.log(`  ${paint('32', `✓ ${line.text}`)}`);
  else console.log(`    ${line.text}`);
}

/** What a scene came to. */
export function showEnd(text: string): void {
  console.log(`\n  ${paint('1;32', '⇒')} ${paint('1', text)}`);
}

export function showText(text: string): void {
  console.log(text);
}
