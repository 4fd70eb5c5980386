import type { Command } from '../reasons.js';

const BY_EVENT: Readonly<Record<string, Command>> = {
  pull_request: 'gate',
  pull_request_target: 'gate',
  merge_group: 'gate',
  push: 'promote',
  workflow_dispatch: 'promote',
  workflow_run: 'promote',
  repository_dispatch: 'promote',
  release: 'promote',
  deployment: 'promote',
  schedule: 'monitor',
};

/** The command that `auto` means for an event, or `undefined` for an event that says nothing about what is wanted. */
export function commandForEvent(event: string): Command | undefined {
  return Object.hasOwn(BY_EVENT, event) ? BY_EVENT[event] : undefined;
}

/** Events that `auto` knows, for messages and documentation. */
export const KNOWN_EVENTS = Object.keys(BY_EVENT);
