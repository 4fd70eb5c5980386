import type { ConfigurationFault } from '../../errors.js';
import { type AppFile, readAppFile } from './app-file.js';
import { commandFaults } from './command.js';
import { findSecrets } from './secrets.js';
import { LARGEST_FILE, type SourceFile, type SourceFolder } from './source-folder.js';

/** What the checks brought: every fault at once, and what `app.yaml` says. */
export interface CheckedSource {
  readonly faults: readonly ConfigurationFault[];
  readonly resourcesUsed: readonly string[];
}

const KEY = 'deployment.app.source';
const APP_FILES = ['app.yaml', 'app.yml'];

/** First lines that make the platform import a source file as a notebook, without its extension. */
const NOTEBOOK_COMMENTS: readonly (readonly [extension: string, comment: string])[] = [
  ['.py', '#'],
  ['.r', '#'],
  ['.sql', '--'],
  ['.scala', '//'],
];

/** Checks the app before anything is uploaded: what the platform would refuse, break or give away. */
export function checkSource(folder: SourceFolder): CheckedSource {
  if (folder.files.length === 0 && folder.faults.length > 0) return { faults: folder.faults, resourcesUsed: [] };
  const name = (path: string): string => (folder.path === '.' ? path : `${folder.path}/${path}`);
  const each = folder.files.flatMap((file) => fileFaults(file, name(file.path)));
  const appFile = readAppFileOf(folder, name);
  return { faults: [...folder.faults, ...appFile.faults, ...each], resourcesUsed: appFile.resourcesUsed };
}

function fileFaults(file: SourceFile, name: string): ConfigurationFault[] {
  const { bytes } = file;
  if (bytes === null) {
    const size = `${(file.size / 1024 / 1024).toFixed(1)} MB`;
    const message = `${name} has ${size}; an app's files may have ${LARGEST_FILE / 1024 / 1024} MB each.`;
    return [fault(name, message, 'Keep it in a volume and read it from there, or name it in .databricksignore.')];
  }
  const secrets = findSecrets(bytes).map(({ what, line }) => ({
    ...fault(
      name,
      `${name} holds what looks like ${what}.`,
      'Take it out, revoke it, and give the app a secret resource instead.',
    ),
    line,
  }));
  return [...secrets, ...notebookFaults(file.path, bytes, name)];
}

function notebookFaults(path: string, bytes: Uint8Array, name: string): ConfigurationFault[] {
  const lower = path.toLowerCase();
  if (lower.endsWith('.ipynb')) {
    const message = `${name} would become a notebook in the workspace and lose its extension.`;
    return [fault(name, message, 'Name it in .databricksignore.')];
  }
  const comment = NOTEBOOK_COMMENTS.find(([extension]) => lower.endsWith(extension))?.[1];
  if (comment === undefined) return [];
  const [firstLine = ''] = new TextDecoder().decode(bytes.subarray(0, 200)).split('\n', 1);
  if (firstLine.replace(/^\uFEFF/, '').trim() !== `${comment} Databricks notebook source`) return [];
  const message = `${name} would become a notebook in the workspace and lose its extension, because of its first line.`;
  return [{ ...fault(name, message, 'Remove the first line, or name the file in .databricksignore.'), line: 1 }];
}

function readAppFileOf(folder: SourceFolder, name: (path: string) => string): CheckedSource {
  const present = folder.files.filter((file) => APP_FILES.includes(file.path));
  const [first, second] = present;
  const paths = new Set(folder.files.map((file) => file.path));
  const contents = new Map(folder.files.map((file) => [file.path, textOf(file)]));
  if (first === undefined) {
    const appFile = name('app.yaml');
    const faults = commandFaults(null, paths, contents).map((found) => fault(appFile, found.message, found.fix));
    return { faults, resourcesUsed: [] };
  }
  const file = name(first.path);
  const read: AppFile = readAppFile(textOf(first));
  const written = read.faults.map((found) => ({
    ...fault(file, `${file}: ${found.message}.`, found.fix),
    ...(found.line === null ? {} : { line: found.line }),
  }));
  const twice =
    second === undefined
      ? []
      : [fault(file, `${file} and ${name(second.path)} are both there.`, 'Keep one of them, best app.yaml.')];
  const command = written.length > 0 ? [] : commandFaults(read.command, paths, contents);
  const needs = command.map((found) => fault(file, found.message, found.fix));
  return { faults: [...written, ...twice, ...needs], resourcesUsed: read.resourcesUsed };
}

function textOf(file: SourceFile): string {
  return file.bytes === null ? '' : new TextDecoder().decode(file.bytes);
}

function fault(file: string, message: string, fix: string): ConfigurationFault {
  return { key: KEY, file, message, fix };
}
