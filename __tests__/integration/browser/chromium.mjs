import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const INSTALL_LIMIT_MS = 300_000;
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Whatever a page asks for, there is nobody to ask.
  '--host-resolver-rules=MAP * ~NOTFOUND',
];

function onPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter).concat('/usr/bin');
  for (const name of names) {
    for (const folder of folders) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Not here.
      }
    }
  }
  return null;
}

/** The Chromium of this machine; installed from Debian where that is possible. `path` is `null`, with the reason, otherwise. */
export async function findChromium() {
  const found = onPath(NAMES);
  if (found !== null) return { path: found };
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || onPath(['apt-get']) === null) return { path: null, why: 'there is no Chromium' };
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const until = Date.now() + INSTALL_LIMIT_MS;
  for (const step of [['update'], ['install', '--yes', '--no-install-recommends', 'chromium']]) {
    const timeout = Math.max(1, until - Date.now());
    const done = spawnSync('apt-get', ['-qq', ...step], { env: environment, stdio: 'ignore', timeout });
    if (done.status !== 0) return { path: null, why: `there is no Chromium, and apt-get ${step[0]} failed` };
  }
  const installed = onPath(NAMES);
  return installed === null
    ? { path: null, why: 'there is no Chromium, and its package brought none' }
    : { path: installed };
}

/** Starts Chromium headless, with a new, empty profile. */
export async function launch(packages, executablePath) {
  const { chromium } = await packages.load('playwright-core');
  return chromium.launch({ executablePath, headless: true, args: ARGUMENTS });
}

/** A page that lets nothing out, with everything that it did wrong in `faults`. The first document is a file. */
export async function openPage(browser, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults = [];
  await context.route('**/*', (route) => {
    const url = route.request().url();
    if (/^(file|data|about):/.test(url) && route.request().isNavigationRequest()) return route.continue();
    faults.push(`asked for ${url.slice(0, 120)}`);
    return route.abort();
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, faults, close: () => context.close() };
}
