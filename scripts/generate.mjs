// Writes everything that is made from the registry of inputs and outputs and from the schemas: action.yml, schema/,
// docs/configuration.md and the tables of README.md. `--check` writes nothing and fails when a file differs.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stringify } from 'yaml';
import { z } from 'zod';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');

/** Compiles the sources that are read here into a folder that finds node_modules, and imports them. */
async function sources() {
  const folder = join(root, '.cache', `generate-${process.pid}`);
  const entries = [
    'src/action/registry.ts',
    'src/config/schema/document.ts',
    'src/config/schema/inputs.ts',
    'src/report/result.ts',
  ];
  mkdirSync(folder, { recursive: true });
  try {
    const config = { extends: '../../tsconfig.json', include: [], files: entries.map((entry) => join(root, entry)) };
    const options = { noEmit: false, rootDir: root, outDir: folder };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, compilerOptions: options }));
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const load = (entry) => import(pathToFileURL(join(folder, entry.replace(/\.ts$/, '.js'))).href);
    const [registry, document, inputs, result] = await Promise.all(entries.map(load));
    return { ...registry, ...document, ...inputs, ...result };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function actionFile({ INPUTS, OUTPUTS }) {
  const inputs = Object.entries(INPUTS).map(([name, { description, expression }]) => [
    name,
    { description, required: false, ...(expression === undefined ? {} : { default: `\${{ ${expression} }}` }) },
  ]);
  const outputs = Object.entries(OUTPUTS).map(([name, description]) => [name, { description }]);
  const action = {
    name: 'Databricks Model Promotion',
    author: 'Databricks Model Promotion contributors',
    description:
      'Gates a registered model version, rolls it out step by step on Databricks Model Serving and takes it back when it misbehaves',
    branding: { icon: 'trending-up', color: 'orange' },
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
    runs: { using: 'node24', main: 'dist/index.js', post: 'dist/index.js', 'post-if': 'always()' },
  };
  return `# Made by npm run generate from src/action/registry.ts.\n${stringify(action, { lineWidth: 110 })}`;
}

function jsonSchema(schema, title) {
  const described = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  const { $schema, description, ...rest } = described;
  return `${JSON.stringify({ $schema, title, description, ...rest }, null, 2)}\n`;
}

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const row = (...cells) => `| ${cells.map(cell).join(' | ')} |`;
const table = (heads, rows) => [row(...heads), row(...heads.map(() => '---')), ...rows].join('\n');
const code = (value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

/** Default of an input: its own, that of the key it beats, an expression, or the environment. */
function inputDefault(name, { INPUTS, inputsSchema, documentSchema }) {
  const { overrides, expression } = INPUTS[name];
  const own = z.toJSONSchema(inputsSchema, { target: 'draft-7', io: 'input' }).properties[name]?.default;
  if (own !== undefined) return code(own);
  if (expression !== undefined) return code(`\${{ ${expression} }}`);
  if (overrides !== undefined) {
    const [section, key] = overrides.split('.');
    const inherited = deploymentOf(documentSchema).properties[section].properties[key].default;
    return `${code(`deployment.${overrides}`)}${inherited === undefined ? '' : `, else ${code(inherited)}`}`;
  }
  return /Or set [A-Z_]+\./.test(INPUTS[name].description) ? 'environment' : 'none';
}

const inputTable = (parts) =>
  table(
    ['input', 'meaning', 'default'],
    Object.keys(parts.INPUTS).map((name) => row(code(name), parts.INPUTS[name].description, inputDefault(name, parts))),
  );

const outputTable = ({ OUTPUTS }) =>
  table(
    ['output', 'value'],
    Object.entries(OUTPUTS).map(([name, description]) => row(code(name), description)),
  );

/** The JSON Schema of `deployment`, with its references written out. */
function deploymentOf(documentSchema) {
  const { definitions } = z.toJSONSchema(documentSchema, { target: 'draft-7', io: 'input' });
  const written = (node) => {
    if (Array.isArray(node)) return node.map(written);
    if (typeof node !== 'object' || node === null) return node;
    if (node.$ref !== undefined) return written(definitions[node.$ref.replace('#/definitions/', '')]);
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, written(value)]));
  };
  return written(definitions.deployment);
}

/** What may be written for a key, in a few words, from its JSON Schema. */
function kindOf(node) {
  if (node.enum !== undefined) return node.enum.map(code).join(', ');
  if (node.anyOf !== undefined) return [...new Set(node.anyOf.map(kindOf))].join(' or ');
  if (Array.isArray(node.type)) return node.type.map((type) => KINDS[type]).join(', ');
  if (node.type === 'array') return `list of ${kindOf(node.items)}`;
  if (node.pattern?.includes('(ms|s|m|h|d)')) return 'duration';
  if (node.pattern?.endsWith('%$')) return 'percentage';
  return KINDS[node.type] ?? 'value';
}
const KINDS = {
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: '`true` or `false`',
  object: 'map',
};

/** One line for each key below a schema, maps and lists of maps included. */
function keyRows(node, path) {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]) => {
    const here = `${path}${key}`;
    const fallback = child.properties !== undefined || child.default === undefined ? '' : code(child.default);
    const line = row(
      code(here),
      child.properties === undefined ? kindOf(child) : 'map',
      child.description ?? '',
      fallback,
    );
    return [line, ...keyRows(child, `${here}.`), ...itemRows(child, here)];
  });
}

function itemRows(node, here) {
  const branches = [node, ...(node.anyOf ?? [])];
  const lists = branches.flatMap((branch) =>
    branch.items === undefined ? [] : [branch.items, ...(branch.items.anyOf ?? [])],
  );
  const maps = branches.flatMap((branch) =>
    (branch.additionalProperties?.anyOf ?? [])
      .flatMap((inner) => [inner, ...(inner.anyOf ?? [])])
      .filter((inner) => inner.properties),
  );
  return [
    ...lists.filter((item) => item.properties).flatMap((item) => keyRows(item, `${here}[].`)),
    ...maps.flatMap((inner) => keyRows(inner, `${here}.<metric>.`)),
  ];
}

function sectionTables({ documentSchema }) {
  const { properties } = deploymentOf(documentSchema);
  return Object.entries(properties).map(([name, node]) => {
    const lines = table(['key', 'form', 'meaning', 'default'], keyRows(node, `${name}.`));
    return `### ${name}\n\n${node.description}\n\n${lines}`;
  });
}

function configurationPage(parts) {
  const prose = readFileSync(join(root, 'scripts/configuration.template.md'), 'utf8');
  const blocks = {
    inputs: inputTable(parts),
    outputs: outputTable(parts),
    configuration: sectionTables(parts).join('\n\n'),
  };
  return `<!-- Made by npm run generate from the registry, the schema and scripts/configuration.template.md. -->\n\n${withBlocks(prose, blocks)}`;
}

/** Replaces what stands between `<!-- name:start -->` and `<!-- name:end -->`. Markers that are not there are left out. */
export function withBlocks(text, blocks) {
  return Object.entries(blocks).reduce((whole, [name, block]) => {
    const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
    const [from, to] = [whole.indexOf(start), whole.indexOf(end)];
    if (from === -1 || to < from) return whole;
    return `${whole.slice(0, from + start.length)}\n\n${block}\n\n${whole.slice(to)}`;
  }, text);
}

function readme(parts) {
  const path = join(root, 'README.md');
  const markers = ['inputs', 'outputs'].map((name) => `<!-- ${name}:start -->\n<!-- ${name}:end -->`);
  const text = existsSync(path)
    ? readFileSync(path, 'utf8')
    : `# Databricks Model Promotion\n\n${markers.join('\n\n')}\n`;
  return withBlocks(text, {
    inputs: inputTable(parts),
    outputs: outputTable(parts),
    configuration: sectionTables(parts).join('\n\n'),
  });
}

function files(parts) {
  return {
    'action.yml': actionFile(parts),
    'schema/config.v1.json': jsonSchema(parts.documentSchema, 'Configuration of Databricks Model Promotion'),
    'schema/result.v1.json': jsonSchema(parts.resultSchema, 'Result of Databricks Model Promotion'),
    'docs/configuration.md': configurationPage(parts),
    'README.md': readme(parts),
  };
}

const current = (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null);
const made = Object.entries(files(await sources()));
const differing = made.filter(([path, text]) => current(path) !== text);
if (check) {
  for (const [path] of differing)
    console.error(`${path} does not match the registry and the schemas. Run: npm run generate`);
  process.exitCode = differing.length === 0 ? 0 : 1;
} else {
  for (const [path, text] of differing) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  console.log(
    differing.length === 0 ? 'Everything is up to date.' : `Written: ${differing.map(([path]) => path).join(', ')}`,
  );
}
