import type { BaselineSelector, VersionSelector } from './types.js';

/** Which version is meant: `latest`, `commit`, `@alias` or a number. The schema has checked the form. */
export function versionSelectorOf(written: string | number): VersionSelector {
  const text = String(written);
  if (text === 'latest' || text === 'commit') return { kind: text };
  if (text.startsWith('@')) return { kind: 'alias', alias: text.slice(1) };
  return { kind: 'number', version: text };
}

/** What is compared with: `serving`, `none`, `@alias` or a number. The schema has checked the form. */
export function baselineSelectorOf(written: string | number): BaselineSelector {
  const text = String(written);
  if (text === 'serving' || text === 'none') return { kind: text };
  if (text.startsWith('@')) return { kind: 'alias', alias: text.slice(1) };
  return { kind: 'number', version: text };
}
