import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openPage } from './chromium.mjs';

const SHOTS = { light: 960, dark: 390 };

/** Elements that our comments are made of; whatever else is there came from outside. */
const OURS = [
  ...['H2', 'H3', 'P', 'STRONG', 'EM', 'CODE', 'PRE', 'A', 'UL', 'LI', 'BR', 'SPAN', 'SUB', 'DIV'],
  ...['TABLE', 'THEAD', 'TBODY', 'TR', 'TH', 'TD', 'DETAILS', 'SUMMARY', 'BLOCKQUOTE'],
];

/** What came in that is not ours: elements, addresses, and text in which GitHub's own filters would find something. */
function foreignFaults({ ours, addresses }) {
  const article = document.querySelector('article');
  const elements = [...article.querySelectorAll('*')];
  const faults = elements
    .filter((element) => !ours.includes(element.tagName))
    .map((element) => `foreign element ${element.outerHTML.slice(0, 80)}`);
  for (const link of article.querySelectorAll('a')) {
    if (!addresses.includes(link.getAttribute('href'))) faults.push(`foreign address ${link.getAttribute('href')}`);
  }
  const filters = {
    mention: /(?<![\w/`])@[a-z\d][a-z\d-]*/i,
    reference: /(?<![\w&])(?:[\w.-]+\/[\w.-]+)?#\d+|\bGH-\d+/i,
    emoji: /(?<!\d):[a-z\d_+-]+:/,
    address: /https?:\/\/\S|www\.\S/i,
    mathematics: /\$[^$]+\$/,
  };
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.parentElement.closest('pre, code, a') !== null) continue;
    for (const [kind, filter] of Object.entries(filters)) {
      const found = filter.exec(node.data);
      if (found !== null) faults.push(`${kind} "${found[0].slice(0, 60)}" in "${node.data.slice(0, 80)}"`);
    }
  }
  return faults;
}

/** Tables that were not taken as tables, or whose rows have not one cell a column; headings that are not ours. */
function structureFaults(wantedTables) {
  const article = document.querySelector('article');
  const faults = [];
  const tables = [...article.querySelectorAll('table')];
  if (tables.length !== wantedTables) faults.push(`${tables.length} tables instead of ${wantedTables}`);
  for (const table of tables) {
    const widths = new Set([...table.rows].map((row) => row.cells.length));
    if (widths.size !== 1) faults.push(`a table whose rows have ${[...widths].join(' and ')} cells`);
  }
  const headings = article.querySelectorAll('h1, h2');
  if (headings.length !== 1 || article.firstElementChild?.tagName !== 'H2')
    faults.push('not one headline at the start');
  return faults;
}

function overflow() {
  const { scrollWidth, clientWidth } = document.documentElement;
  return scrollWidth > clientWidth ? `${scrollWidth - clientWidth} px too wide` : null;
}

/** Draws the charts as GitHub does, which is with Mermaid in its strict mode. Returns how many were drawn, and faults. */
async function drawCharts() {
  const { mermaid } = globalThis;
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: 'default' });
  const faults = [];
  const blocks = [...document.querySelectorAll('pre > code.language-mermaid')];
  for (const [index, block] of blocks.entries()) {
    try {
      const { svg } = await mermaid.render(`chart-${index}`, block.textContent);
      const pre = block.parentElement;
      pre.className = 'mermaid';
      pre.innerHTML = svg;
      const box = pre.querySelector('svg').getBoundingClientRect();
      if (box.width < 100 || box.height < 50) faults.push(`chart ${index + 1} has no size`);
      if (pre.querySelectorAll('path, rect').length < 10) faults.push(`chart ${index + 1} is empty`);
      if (/NaN/.test(svg)) faults.push(`chart ${index + 1} has a mark that is nowhere`);
    } catch (error) {
      faults.push(`chart ${index + 1}: ${String(error).slice(0, 200)}`);
    }
  }
  return { drawn: blocks.length, faults };
}

/** Tables in the source: lines between head and body, outside fences. */
function tablesIn(markdown) {
  const outside = markdown.replace(/^(> )?(`{3,})\w*\n[\s\S]*?\n(> )?\2$/gm, '');
  return outside.match(/^(> )?\|( :?-+:? \|)+$/gm)?.length ?? 0;
}

async function chartFaults(page, packages, { charts, isHostile }) {
  const found = await page.evaluate(() => document.querySelectorAll('code.language-mermaid').length);
  // A comment that is over its limit leaves its charts out.
  if (found === 0 && (charts === 0 || isHostile)) return [];
  await page.addScriptTag({ content: readFileSync(packages.file('@mermaid-js/tiny/dist/mermaid.tiny.js'), 'utf8') });
  const { drawn, faults } = await page.evaluate(drawCharts);
  return drawn === charts ? faults : [`${drawn} charts instead of ${charts}`, ...faults];
}

async function widthFaults(page, shots, name) {
  const faults = [];
  for (const [colorScheme, width] of Object.entries(SHOTS)) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    const found = await page.evaluate(overflow);
    if (found !== null) faults.push(`${width} px: ${found}`);
    await page.screenshot({ path: join(shots, `${name}-comment-${colorScheme}.png`), fullPage: true });
  }
  return faults;
}

/** The comment as GitHub shows it: whole tables, charts that draw, nothing in it that is not ours. */
export async function checkComment({ browser, packages, shots, tally, githubPage }, rendered) {
  const name = `comment ${rendered.name}`;
  const file = join(shots, `${rendered.name}-comment.html`);
  writeFileSync(file, await githubPage(rendered.comment));
  const { page, faults, close } = await openPage(browser, { viewport: { width: SHOTS.light, height: 900 } });
  await page.goto(pathToFileURL(file).href);
  const foreign = await page.evaluate(foreignFaults, { ours: OURS, addresses: rendered.addresses });
  tally.record(`${name}: nothing foreign`, foreign);
  tally.record(`${name}: structure`, await page.evaluate(structureFaults, tablesIn(rendered.comment)));
  tally.record(`${name}: charts`, await chartFaults(page, packages, rendered));
  if (!rendered.isHostile) tally.record(`${name}: fits every width`, await widthFaults(page, shots, rendered.name));
  tally.record(`${name}: silent`, faults);
  await close();
}
