import type { SignalWatch } from '../action/signals.js';
import { loadSettings } from '../config/settings.js';
import { configurationError } from '../errors.js';
import type { Command } from '../reasons.js';
import type { Transport } from './connections.js';
import { deployApp } from './deploy-app/deploy-app.js';
import type { Desk } from './desk.js';
import { gate } from './gate.js';
import { monitor } from './monitor.js';
import { plan } from './plan.js';
import { preflight } from './preflight/preflight.js';
import { promote } from './promote.js';
import { reconcile } from './reconcile.js';
import { rollback } from './rollback.js';
import type { Conclusion, Workbench } from './types.js';
import { openWorkbench } from './workbench.js';

const COMMAND_TABLE: Readonly<Record<Command, (bench: Workbench) => Promise<Conclusion>>> = {
  gate,
  plan,
  promote,
  rollback,
  reconcile,
  monitor,
  preflight,
  'deploy-app': deployApp,
};

/**
 * Reads the settings and runs the command that they ask for. Throws `ActionError`; what was found before stays on the desk.
 * `transport` is given by tests alone.
 */
export async function perform(desk: Desk, watch: SignalWatch, transport?: Transport): Promise<Conclusion> {
  const { session } = desk;
  const loaded = await loadSettings({
    inputs: session.inputs,
    eventName: session.runner.event,
    readFile: session.readFile,
    environment: session.environment,
  });
  desk.adopt(loaded.kind === 'settings' ? loaded.settings : loaded.known);
  if (session.event.isFork) return forkConclusion();
  if (loaded.kind === 'faults') throw configurationError(loaded.faults);
  const { settings } = loaded;
  for (const note of settings.notes) session.log[note.level](note.message);
  return COMMAND_TABLE[settings.command](openWorkbench(desk, settings, watch, transport));
}

/** The pull request of a fork has no secrets and a read-only token; nothing is tried with them. */
function forkConclusion(): Conclusion {
  return {
    decision: 'skipped',
    reason_code: 'fork-pull-request',
    headline: 'Not judged: the pull request comes from a fork.',
    explanation:
      'Code from outside must not decide about production: runs for the pull request of a fork never reach the workspace, with secrets or without.',
    next: 'A maintainer can push the branch to this repository, or run `command: gate` by workflow_dispatch with the version.',
  };
}
