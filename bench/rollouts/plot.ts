/** One line of a plot: points in the units of the axes. */
export interface PlotLine {
  readonly label: string;
  readonly points: readonly (readonly [number, number])[];
  readonly dashed?: boolean;
}

export interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Ticks of both axes; x is logarithmic, y as given. */
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly logY: boolean;
  readonly lines: readonly PlotLine[];
}

const WIDTH = 720;
const HEIGHT = 400;
const LEFT = 70;
const RIGHT = 190;
const TOP = 40;
const BOTTOM = 50;
/** Colours that people with colour blindness can tell apart (Okabe and Ito). */
const COLOURS = ['#0072b2', '#56b4e9', '#e69f00', '#d55e00', '#cc79a7', '#009e73', '#000000'];

/** Draws a plot as a self-contained SVG. */
export function drawPlot(plot: Plot): string {
  const x = scale(plot.xTicks, LEFT, WIDTH - RIGHT, true);
  const y = scale(plot.yTicks, HEIGHT - BOTTOM, TOP, plot.logY);
  const body = [
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(LEFT, 22, plot.title, 'start', 15),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, plot.xLabel, 'middle', 12),
    `<g transform="rotate(-90 16 ${HEIGHT / 2})">${text(16, HEIGHT / 2, plot.yLabel, 'middle', 12)}</g>`,
    ...plot.xTicks.map((tick) => text(x(tick), HEIGHT - BOTTOM + 18, String(tick), 'middle', 11)),
    ...plot.yTicks.flatMap((tick) => [
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(tick))}" y2="${round(y(tick))}" stroke="#dddddd"/>`,
      text(LEFT - 8, y(tick) + 4, String(tick), 'end', 11),
    ]),
    ...plot.lines.flatMap((line, index) => drawLine(line, index, x, y)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeText(plot.title)}">\n${body.join('\n')}\n</svg>\n`;
}

function drawLine(line: PlotLine, index: number, x: (value: number) => number, y: (value: number) => number): string[] {
  const colour = COLOURS[index % COLOURS.length] ?? '#000000';
  const points = line.points.map(([px, py]) => [round(x(px)), round(y(py))] as const);
  const dash = line.dashed === true ? ' stroke-dasharray="6 4"' : '';
  const labelY = TOP + 10 + index * 20;
  const from = WIDTH - RIGHT + 14;
  return [
    `<polyline fill="none" stroke="${colour}" stroke-width="2"${dash} points="${points.map((point) => point.join(',')).join(' ')}"/>`,
    ...points.map(([px, py]) => `<circle cx="${px}" cy="${py}" r="3" fill="${colour}"/>`),
    `<line x1="${from}" x2="${from + 22}" y1="${labelY}" y2="${labelY}" stroke="${colour}" stroke-width="2"${dash}/>`,
    text(from + 28, labelY + 4, line.label, 'start', 12),
  ];
}

function scale(ticks: readonly number[], from: number, to: number, logarithmic: boolean): (value: number) => number {
  const along = logarithmic ? Math.log : (value: number) => value;
  const [low, high] = [Math.min(...ticks), Math.max(...ticks)];
  const clamped = (value: number) => Math.min(high, Math.max(low, value));
  return (value) => from + ((to - from) * (along(clamped(value)) - along(low))) / (along(high) - along(low));
}

function text(x: number, y: number, content: string, anchor: string, size: number): string {
  return `<text x="${round(x)}" y="${round(y)}" font-family="sans-serif" font-size="${size}" text-anchor="${anchor}" fill="#222222">${escapeText(content)}</text>`;
}

function escapeText(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
