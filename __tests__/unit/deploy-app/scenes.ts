import type { App } from '../../../sandbox/workspace/platform/app-types.js';
import { COMMIT, type Stand, type StandOptions } from './stand.js';

export const APP = 'vision-app';
export const NEXT_COMMIT = 'b0b5eed0000000000000000000000000000000b2';
export const INPUTS = { command: 'deploy-app', 'app-name': APP, 'app-source': 'app' };
export const HOME = '/Workspace/Users/a1b2c3d4-0000-4000-8000-00000000c0de/.model-promotion/apps/vision-app';

export const SOURCE = {
  'app/app.yaml': 'command: ["uvicorn", "app:app", "--port", "8000"]\nenv:\n  - name: LEVEL\n    value: info\n',
  'app/app.py': 'def app(scope, receive, send):\n    pass\n',
  'app/requirements.txt': 'fastapi==0.115.0\nuvicorn==0.32.0\n',
  'app/static/site/index.html': '<h1>Digits</h1>\n',
};

export const STAND: StandOptions = { inputs: INPUTS, files: SOURCE };

/** The app as the sandbox has it. */
export function appOf(stand: Stand): App {
  return stand.workspace.platform.apps.get(APP);
}

/** A new version of the source. */
export function edit(stand: Stand, text: string): void {
  stand.write('app/app.py', `# ${text}\n${SOURCE['app/app.py']}`);
}

/** Names of upload folders in the workspace. */
export function uploads(stand: Stand): readonly string[] {
  return stand.workspace.platform.files
    .children(HOME)
    .filter((child) => child.type === 'DIRECTORY')
    .map((child) => child.path.split('/').at(-1) ?? '')
    .sort();
}

/** Writes that were sent, as method and path without ids. */
export function writes(stand: Stand): readonly string[] {
  return stand.workspace.requests.writes().map((one) => `${one.method} ${one.path}`);
}

export { COMMIT };
