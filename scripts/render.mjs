// Renders a saved result document again: node scripts/render.mjs report.json [comment|summary|html|log] > file
// Works on what `npm run build` has put into build/.
import { existsSync, readFileSync } from 'node:fs';

const FORMS = {
  comment: async (result) => {
    const { renderComment } = await load('markdown/comment.js');
    const { commentMarker } = await load('marker.js');
    return renderComment(result, { marker: commentMarker([result.model?.name ?? result.command]) });
  },
  summary: async (result) => (await load('markdown/summary.js')).renderSummary(result),
  html: async (result) => (await load('html.js')).renderHtml(result),
  log: async (result) => `${(await load('tail.js')).renderLogTail(result)}\n`,
};

function load(module) {
  return import(new URL(`../build/src/report/${module}`, import.meta.url).href);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

const [file, form = 'summary'] = process.argv.slice(2);
if (file === undefined || FORMS[form] === undefined) {
  fail(`Usage: node scripts/render.mjs report.json [${Object.keys(FORMS).join('|')}]`);
}
if (!existsSync(new URL('../build/src/report/result.js', import.meta.url))) {
  fail('There is nothing built yet. Run: npm run build');
}
if (!existsSync(file)) fail(`${file} does not exist.`);

const { resultSchema } = await load('result.js');
let document;
try {
  document = JSON.parse(readFileSync(file, 'utf8'));
} catch (error) {
  fail(`${file} is not JSON: ${error.message}`);
}
const parsed = resultSchema.safeParse(document);
if (!parsed.success) {
  const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.') || '(the whole)'}: ${issue.message}`);
  fail(`${file} is not a result document of this version:\n${faults.slice(0, 10).join('\n')}`);
}
process.stdout.write(await FORMS[form](parsed.data));
