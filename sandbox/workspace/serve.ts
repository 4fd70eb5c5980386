import { startWorkspace, type WorkspaceOptions } from './index.js';
import { parseJson } from './json.js';

/**
 * Starts a sandbox for clients in other processes and prints one line of JSON: its `url`, `token`, `clientId` and
 * `clientSecret`. Options of the sandbox may be given as JSON in the first argument. Ends with the standard input, so
 * that it never outlives who started it.
 */
async function serve(): Promise<void> {
  const given = process.argv[2];
  const options: WorkspaceOptions = given === undefined ? {} : Object(parseJson(given));
  const workspace = await startWorkspace(options);
  const { url, token, clientId, clientSecret } = workspace;
  process.stdout.write(`${JSON.stringify({ url, token, clientId, clientSecret })}\n`);
  process.stdin.resume();
  process.stdin.once('end', () => {
    void workspace.stop().then(() => process.exit(0));
  });
}

await serve();
