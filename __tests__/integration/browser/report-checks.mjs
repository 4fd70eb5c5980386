import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openPage } from './chromium.mjs';

const WIDTHS = [390, 820, 1280];
const HEIGHT = 900;
/** One of each is enough to look at. */
const SHOTS = { light: 1280, dark: 390 };

/** How much wider than the window the page is, with what sticks out; `null` when it fits. */
function overflow() {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return null;
  const wide = [...document.querySelectorAll('body *')].find((element) => {
    return element.getBoundingClientRect().right > width + 1 && element.closest('.scroll, .plot, pre') === null;
  });
  return `${document.documentElement.scrollWidth - width} px too wide: ${wide?.outerHTML.slice(0, 100) ?? 'inside a frame'}`;
}

/** What is wrong with the plots: marks that are nowhere, nothing drawn, words outside the paper. */
function plotFaults(wanted) {
  const faults = [];
  const plots = [...document.querySelectorAll('figure svg[role=img]')];
  if (plots.length !== wanted) faults.push(`${plots.length} plots instead of ${wanted}`);
  for (const plot of plots) {
    const name = plot.querySelector('title')?.textContent ?? 'a plot';
    const paper = plot.getBoundingClientRect();
    if (/NaN|Infinity/.test(plot.innerHTML)) faults.push(`${name}: a mark is nowhere`);
    const marks = [...plot.querySelectorAll('.mine, .mine-dot')].map((mark) => mark.getBoundingClientRect());
    if (!marks.some((mark) => mark.width > 5)) faults.push(`${name}: nothing is drawn`);
    for (const text of plot.querySelectorAll('text')) {
      const box = text.getBoundingClientRect();
      const isInside = box.left >= paper.left - 1 && box.right <= paper.right + 1 && box.bottom <= paper.bottom + 1;
      if (!isInside) faults.push(`${name}: "${text.textContent}" is cut off`);
    }
  }
  return faults;
}

/** Tables that have to be scrolled although there is room for a whole window of them. */
function scrolledFaults() {
  return [...document.querySelectorAll('.scroll')]
    .filter((frame) => frame.scrollWidth > frame.clientWidth + 1)
    .map((frame) => `${frame.getAttribute('aria-label')} needs ${frame.scrollWidth - frame.clientWidth} px more`);
}

async function accessibilityFaults(page) {
  const violations = await page.evaluate(async () => {
    const found = await window.axe.run(document, { resultTypes: ['violations'] });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)} (${nodes.length} places)`);
  });
  return violations.map((violation) => `axe ${violation}`);
}

async function widthFaults(page, widths) {
  const faults = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: HEIGHT });
    const found = await page.evaluate(overflow);
    if (found !== null) faults.push(`${width} px: ${found}`);
  }
  return faults;
}

/** The HTML report: silent, asks for nothing, accessible in both colour schemes, fits every width and paper, has its plots. */
export async function checkReport({ browser, packages, shots, tally }, rendered) {
  const name = `report ${rendered.name}`;
  const file = join(shots, `${rendered.name}.html`);
  writeFileSync(file, rendered.html);
  const { page, faults, close } = await openPage(browser, { viewport: { width: WIDTHS.at(-1), height: HEIGHT } });
  await page.goto(pathToFileURL(file).href);
  tally.record(`${name}: plots`, await page.evaluate(plotFaults, rendered.plots));
  if (!rendered.isHostile) tally.record(`${name}: whole tables on a wide screen`, await page.evaluate(scrolledFaults));
  tally.record(`${name}: fits every width`, await widthFaults(page, WIDTHS));
  await page.evaluate(readFileSync(packages.file('axe-core/axe.min.js'), 'utf8'));
  for (const [colorScheme, width] of Object.entries(SHOTS)) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: HEIGHT });
    tally.record(`${name}: accessible, ${colorScheme} at ${width} px`, await accessibilityFaults(page));
    if (rendered.isHostile) continue;
    await page.screenshot({ path: join(shots, `${rendered.name}-${colorScheme}.png`), fullPage: true });
  }
  await page.emulateMedia({ media: 'print' });
  tally.record(`${name}: fits paper`, await widthFaults(page, [720]));
  tally.record(`${name}: silent`, faults);
  await close();
}
