/**
 * A codebook as tiles: the mean of what each code owns, a bar for how much that is. A code that owns nothing
 * is an empty, hatched tile; one that owned nothing a moment ago and does now is framed.
 */

import { figure, hatched } from "../../parts/kit.js";
import { picture } from "../../panels/images.js";

export const fades = false;
const BAR = 0.13; // of a tile's side: the usage under it

export function natural(panel, width, run) {
  const [n] = run.at(panel.array, 0)?.shape ?? [1];
  const columns = Math.min(panel.columns, n);
  return ((width / columns) * Math.ceil(n / columns)) / (1 - BAR);
}

function layout(panel, box, n) {
  // as many columns as make the tiles largest, but no fewer than fit in the shape asked for
  const columns = n > panel.columns ** 2 ? Math.ceil(Math.sqrt(n)) : Math.min(panel.columns, n);
  const side = Math.min(box.w / columns, box.h / Math.ceil(n / columns));
  return { columns, side, gap: Math.max(1.5, side * 0.08) };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const block = frame.run.at(panel.array, frame.moment),
    usage = frame.run.at(panel.usage, frame.moment)?.values;
  if (!block || !usage) return;
  const [n, h, w] = block.shape,
    { columns, side, gap } = layout(panel, box, n);
  const before = frame.moment ? frame.run.at(panel.usage, frame.moment - 1)?.values : null;
  const most = Math.sqrt(Math.max(1, ...usage));
  for (let i = 0; i < n; i++) {
    const X = box.x + (i % columns) * side,
      Y = box.y + Math.floor(i / columns) * side,
      s = side - gap,
      bar = Math.max(2, s * BAR),
      face = s - bar - 1;
    const left = X + (s - face) / 2;
    if (!usage[i]) {
      pen.globalAlpha = 0.45;
      hatched(pen, left, Y, face, theme.soft);
      pen.globalAlpha = 1;
      pen.strokeStyle = theme.line;
      pen.lineWidth = 1;
      pen.strokeRect(left + 0.5, Y + 0.5, face - 1, face - 1);
      continue;
    }
    picture(pen, block, i, h, w, panel, theme, left, Y, face, face);
    const risen = before && !before[i];
    pen.strokeStyle = risen ? theme.model : theme.code;
    pen.lineWidth = risen ? 3 : 1;
    pen.strokeRect(left + 0.5, Y + 0.5, face - 1, face - 1);
    pen.fillStyle = theme.line;
    pen.fillRect(left, Y + face + 1.5, face, bar - 1);
    pen.fillStyle = theme.code;
    pen.fillRect(left, Y + face + 1.5, Math.max(1.5, (face * Math.sqrt(usage[i])) / most), bar - 1);
  }
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const usage = frame.run.at(panel.usage, frame.moment)?.values;
  if (!usage) return "";
  const { columns, side } = layout(panel, box, usage.length);
  const [c, r] = [Math.floor((px - box.x) / side), Math.floor((py - box.y) / side)],
    i = r * columns + c;
  if (c < 0 || c >= columns || r < 0 || i >= usage.length) return "";
  const all = usage.reduce((a, b) => a + b, 0);
  const share = usage[i] ? `${usage[i]} of ${all} cells, ${figure((100 * usage[i]) / all)} %` : "dead: no cell takes it";
  return `code ${i}: ${share}`;
}
