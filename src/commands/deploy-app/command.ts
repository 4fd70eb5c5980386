/** What a command asks of the files beside it, and they lack. */
export interface CommandFault {
  readonly message: string;
  readonly fix: string;
}

const NODE_TOOLS: ReadonlySet<string> = new Set(['npm', 'npx', 'node', 'yarn', 'pnpm']);
const PYTHON_TOOLS: ReadonlySet<string> = new Set([
  'python',
  'python3',
  'uvicorn',
  'gunicorn',
  'streamlit',
  'flask',
  'gradio',
  'hypercorn',
  'shiny',
]);
const PYTHON_PACKAGES = ['requirements.txt', 'pyproject.toml', 'uv.lock'];

/**
 * Faults of a command against the files of the app. Without a command the platform starts `package.json`'s start script or the
 * first Python file of the root, so one of them must be there.
 */
export function commandFaults(
  command: readonly string[] | null,
  paths: ReadonlySet<string>,
  contents: ReadonlyMap<string, string>,
): CommandFault[] {
  if (command === null) return inferred(paths, contents);
  const [tool = '', ...words] = command;
  const missing = missingFiles(tool, words, paths);
  if (NODE_TOOLS.has(tool)) return [...missing, ...nodeNeeds(tool, words, paths, contents)];
  if (PYTHON_TOOLS.has(tool)) return [...missing, ...pythonNeeds(tool, paths)];
  return missing;
}

function inferred(paths: ReadonlySet<string>, contents: ReadonlyMap<string, string>): CommandFault[] {
  if (paths.has('package.json')) return scriptFaults('start', contents.get('package.json') ?? '');
  if ([...paths].some((path) => !path.includes('/') && path.endsWith('.py'))) return pythonNeeds('python', paths);
  const message = 'No command is given, and there is neither a Python file nor a package.json to infer one from.';
  return [{ message, fix: 'Write app.yaml with a command, such as command: ["uvicorn", "app:app"].' }];
}

/** A word that names a source file must be there; a module such as `app:server` must exist as file or package. */
function missingFiles(tool: string, words: readonly string[], paths: ReadonlySet<string>): CommandFault[] {
  const named = words.filter((word) => /^[\w./-]+\.(py|js|mjs|cjs|ts)$/.test(word) && !word.startsWith('-'));
  const files = named.map((word) => word.replace(/^\.\//, '')).filter((path) => !paths.has(path));
  const modules = ['uvicorn', 'gunicorn', 'hypercorn'].includes(tool) ? words.filter(isModule) : [];
  const absent = modules.map((word) => word.split(':')[0] ?? '').filter((module) => !hasModule(module, paths));
  return [...files, ...absent].map((name) => ({
    message: `The command names ${name}, which is not among the files that are uploaded.`,
    fix: 'Correct the command, or see what .gitignore and .databricksignore leave out.',
  }));
}

function isModule(word: string): boolean {
  return /^[A-Za-z_][\w.]*:[A-Za-z_]/.test(word);
}

function hasModule(module: string, paths: ReadonlySet<string>): boolean {
  const path = module.replaceAll('.', '/');
  return paths.has(`${path}.py`) || [...paths].some((known) => known.startsWith(`${path}/`));
}

function nodeNeeds(
  tool: string,
  words: readonly string[],
  paths: ReadonlySet<string>,
  contents: ReadonlyMap<string, string>,
): CommandFault[] {
  if (!paths.has('package.json')) {
    return [
      { message: `The command runs ${tool}, and there is no package.json.`, fix: 'Add package.json to the folder.' },
    ];
  }
  const script = words[0] === 'run' ? words[1] : words[0] === 'start' ? 'start' : undefined;
  return tool === 'npm' && script !== undefined ? scriptFaults(script, contents.get('package.json') ?? '') : [];
}

function scriptFaults(script: string, text: string): CommandFault[] {
  const fix = `Give package.json a script named ${script}.`;
  try {
    const parsed: unknown = JSON.parse(text);
    const scripts: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'scripts') : undefined;
    const found = typeof scripts === 'object' && scripts !== null && Object.hasOwn(scripts, script);
    return found ? [] : [{ message: `package.json has no script named ${script}.`, fix }];
  } catch {
    return [{ message: 'package.json is not valid JSON.', fix: 'Correct package.json.' }];
  }
}

function pythonNeeds(tool: string, paths: ReadonlySet<string>): CommandFault[] {
  if (PYTHON_PACKAGES.some((name) => paths.has(name))) return [];
  const message = `The command runs ${tool}, and there is no requirements.txt: the app would run with whatever versions are installed that day.`;
  return [{ message, fix: 'Add requirements.txt with pinned versions.' }];
}
