import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { verdictAnnotation } from '../../../src/report/annotation.js';
import { OUTPUT_LIMIT_BYTES, resultOutput } from '../../../src/report/cut.js';
import {
  codeBlock,
  htmlText,
  logLine,
  markdownCode,
  markdownText,
  plainLine,
  safeUrl,
} from '../../../src/report/escape.js';
import { renderHtml } from '../../../src/report/html.js';
import { renderComment } from '../../../src/report/markdown/comment.js';
import { renderSummary } from '../../../src/report/markdown/summary.js';
import { commentMarker } from '../../../src/report/marker.js';
import { resultSchema } from '../../../src/report/result.js';
import { renderLogTail } from '../../../src/report/tail.js';
import { anyResult, HOSTILE, hostileText } from './hostile.js';

const RUNS = process.env.NIGHTLY === '1' ? 150 : 20;
const TEXT_RUNS = process.env.NIGHTLY === '1' ? 10_000 : 400;
const marker = commentMarker(['main.cv.model']);

/** What is left of Markdown when its code, which is shown as it is, has been taken out. */
function withoutCode(markdown: string): string {
  return markdown
    .replace(/^(> )?(`{3,})\w*\n[\s\S]*?\n(> )?\2$/gm, '')
    .replace(/`[^`\n]*`/g, 'c')
    .replace(/<code>[^<]*<\/code>/g, 'c');
}

/** Everything that outside text could have begun in Markdown. Our own elements are the only ones. */
function expectNothingBegun(markdown: string): void {
  const rest = withoutCode(markdown);
  expect(rest.match(/<(?!\/?(details|summary|sub|br|span)>)[^\n]{0,40}/)).toBeNull();
  expect(rest.match(/@\w|(?<!&)#\d|\bGH-\d|:\/\/(?!.*\))|www\.|!\[|\]\((?!https?:\/\/)|^\[[^\]]+\]:/m)).toBeNull();
  expect(rest.match(/\$(?!<\/span>)/)).toBeNull();
  expect(rest.match(/<details>/g)?.length ?? 0).toBe(rest.match(/<\/details>/g)?.length ?? 0);
  expect(markdown.match(/(?![\t\n])[\p{Cc}\p{Cf}]/u)).toBeNull();
}

/** Every row of a table has as many cells as its head. */
function expectWholeTables(markdown: string): void {
  const lines = markdown.split('\n');
  for (const [index, line] of lines.entries()) {
    if (!/^\| (:?-+:? \| ?)+$/.test(line)) continue;
    const cells = line.split('|').length;
    for (let row = index - 1; lines[row]?.startsWith('|'); row += row < index ? 2 : 1) {
      expect(lines[row]?.split('|')).toHaveLength(cells);
    }
  }
}

describe('any result document', () => {
  it('is a comment within its limit from which nothing breaks out', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const comment = renderComment(result, { marker });
        expect(comment.length).toBeLessThanOrEqual(60_000);
        expect(comment.startsWith(`${marker}\n`)).toBe(true);
        const body = comment.slice(marker.length + 1);
        expectNothingBegun(body);
        expectWholeTables(body);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  it('fits every limit', () => {
    fc.assert(
      fc.property(anyResult, fc.integer({ min: 400, max: 20_000 }), (result, limit) => {
        expect(renderComment(result, { marker, limit }).length).toBeLessThanOrEqual(limit);
      }),
      { numRuns: Math.ceil(RUNS / 2), endOnFailure: true },
    );
  });

  it('is a summary of at most 1 MiB', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const summary = renderSummary(result);
        expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1024 * 1024);
        expectNothingBegun(summary);
      }),
      { numRuns: Math.ceil(RUNS / 2), endOnFailure: true },
    );
  });

  it('is a page without scripts, requests and foreign elements', () => {
    const allowed =
      /^(!doctype|html|head|meta|title|style|body|a|header|main|footer|section|p|span|h[123]|div|dl|dt|dd|small|code|pre|strong|table|caption|thead|tbody|tr|th|td|ul|li|details|summary|figure|figcaption|svg|desc|rect|line|path|text|circle)$/;
    fc.assert(
      fc.property(anyResult, (result) => {
        const page = renderHtml(result);
        const names = [...page.replace(/<style>[\s\S]*?<\/style>/, '').matchAll(/<\/?([^\s>/]*)/g)].map(
          ([, name]) => name ?? '',
        );
        expect(names.filter((name) => !allowed.test(name))).toEqual([]);
        expect(page.replace(/="[^"]*"/g, '=""').match(/<[^>]*\s(src|on\w+|srcdoc|action|style)=/)).toBeNull();
        expect(page.match(/href="(?!https?:|#)/)).toBeNull();
        expect(page).not.toContain('NaN,');
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  it('is a log tail in which the runner finds no command, and a short annotation', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        for (const line of renderLogTail(result).split('\n')) {
          expect(line.trimStart().startsWith('::')).toBe(false);
          expect(line).not.toContain('##[');
        }
        expect(verdictAnnotation(result).message.length).toBeLessThan(4_096);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  it('is cut to an output that is a result document still', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const output = resultOutput(result);
        expect(Buffer.byteLength(output)).toBeLessThanOrEqual(OUTPUT_LIMIT_BYTES);
        const parsed = resultSchema.parse(JSON.parse(output));
        expect(parsed.decision).toBe(result.decision);
        if (Buffer.byteLength(JSON.stringify(result)) > OUTPUT_LIMIT_BYTES)
          expect(parsed.cut?.length).toBeGreaterThan(0);
        else expect(JSON.parse(output)).toEqual(JSON.parse(JSON.stringify(result)));
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});

describe('any text', () => {
  it.each(HOSTILE)('begins nothing: %j', (text) => {
    expectNothingBegun(`a ${markdownText(text)} ${markdownCode(text)} b`);
    expectWholeTables(`| a | b |\n| :-- | :-- |\n| ${markdownText(text)} | ${markdownCode(text)} |`);
  });

  it('keeps to its line, its place and its limit', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(plainLine(text, 50).length).toBeLessThanOrEqual(50);
        expect(markdownText(text)).not.toMatch(/[\n\r|<](?!span>|\/span>)/);
        expect(markdownCode(text)).not.toMatch(/[\n\r|]/);
        expect(logLine(text)).not.toMatch(/^\s*::|##\[|\n/);
        expect(htmlText(text)).not.toMatch(/[<>"']/);
        const fence = /^`+/.exec(codeBlock(text))?.[0] ?? '';
        expect(
          codeBlock(text)
            .split('\n')
            .filter((line) => line.startsWith(fence)),
        ).toHaveLength(2);
      }),
      { numRuns: TEXT_RUNS },
    );
  });

  it('is a link only as an http address without credentials', () => {
    expect(safeUrl('javascript:alert(1)')).toBeNull();
    expect(safeUrl('https://user:secret@evil.example/')).toBeNull();
    expect(safeUrl('data:text/html,x')).toBeNull();
    expect(safeUrl('https://a.example/b_(c) "d"|<e>')).toBe('https://a.example/b_%28c%29%20%22d%22%7C%3Ce%3E');
  });

  it('makes a marker that cannot be closed, always the same, and its own for each key', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (a, b) => {
        expect(commentMarker([a, b])).toMatch(/^<!-- databricks-model-promotion:v1 key=[\w.%+]* -->$/);
        expect(commentMarker([a, b])).toBe(commentMarker([a, b]));
        if (plainKey(a) !== plainKey(b)) expect(commentMarker([a])).not.toBe(commentMarker([b]));
      }),
      { numRuns: TEXT_RUNS },
    );
  });
});

/** Half characters cannot be encoded, so keys that differ in them alone are one key. */
function plainKey(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}
