/**
 * Pictures in colour, or maps in grey: a grid; a whole plane in little, one picture a moment, row by row, to and fro; or
 * what the pointer rests on there. Shared panels have no colour, and none is lit by another without a round trip.
 */

export const fades = false;
const planes = new WeakMap(); // run -> its plane, painted once

/** Where each tile stands, and how large it is. */
function layout(panel, box, shape) {
  const n = panel.side ? panel.side ** 2 : shape[0],
    columns = panel.side || Math.min(panel.columns, n);
  const s = Math.min(box.w / columns, box.h / Math.ceil(n / columns));
  return { n, columns, s, gap: panel.side || n === 1 ? 0 : Math.max(2, s * 0.07), x: box.x, y: box.y };
}

/** @returns {number} a height that suits a width */
export function natural(panel, width, run) {
  const { n, columns, s } = layout(panel, { w: width, h: Infinity }, run.at(panel.array, 0)?.shape ?? [1]);
  return Math.ceil(n / columns) * s;
}

/** The place of a moment on its way through a plane, and back: the same rule. */
const snake = (i, side) => (Math.floor(i / side) % 2 ? side * (2 * Math.floor(i / side) + 1) - 1 - i : i);

/** Picture i of a block as a small canvas: the last axis is a colour, or there is none. */
function tile({ shape: [, h, w, colour], values }, i, theme) {
  const canvas = new OffscreenCanvas(w, h),
    data = new ImageData(w, h);
  for (let j = 0, from = i * h * w; j < h * w; j++) {
    const rgb = colour ? values : theme.unsigned.rgb,
      at = 3 * (colour ? from + j : values[from + j]);
    data.data.set([rgb[at], rgb[at + 1], rgb[at + 2], 255], 4 * j);
  }
  canvas.getContext("2d").putImageData(data, 0, 0);
  return canvas;
}

/** All moments of a run in one picture. */
function plane(run, { array, side }, theme) {
  const [, h, w] = run.at(array, 0).shape,
    made = new OffscreenCanvas(w * side, h * side);
  for (let m = 0; m < side ** 2; m++) {
    const [row, column] = [Math.floor(snake(m, side) / side), snake(m, side) % side];
    made.getContext("2d").drawImage(tile(run.at(array, m), 0, theme), w * column, h * row);
  }
  return made;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, { run, moment, shared }, theme) {
  const now = panel.follows ? (shared.row?.i ?? moment) : moment,
    block = run.at(panel.array, now);
  if (!block) return;
  const { n, columns, s, gap } = layout(panel, box, block.shape),
    sure = panel.sure && run.at(panel.sure, now)?.values;
  pen.imageSmoothingEnabled = false;
  if (panel.side && !planes.has(run)) planes.set(run, plane(run, panel, theme));
  if (panel.side) pen.drawImage(planes.get(run), box.x, box.y, s * columns, s * columns);
  for (let i = 0; i < n; i++) {
    const [x, y] = [box.x + (i % columns) * s, box.y + Math.floor(i / columns) * s];
    const lit = panel.side ? snake(now, panel.side) === i : sure?.[i];
    if (!panel.side) pen.drawImage(tile(block, i, theme), x, y, s - gap, s - gap);
    [pen.strokeStyle, pen.lineWidth] = lit ? [theme.model, 2.5] : [theme.line, 1];
    if (lit || !panel.side) pen.strokeRect(x + 0.5, y + 0.5, s - gap - 1, s - gap - 1);
  }
}

/** The place of a plane that the pointer rests on: all panels that follow show it. */
export function row(box, panel, frame, px, py) {
  if (!panel.side) return null;
  const { columns, s, x, y } = layout(panel, box, [1]),
    [c, r] = [Math.floor((px - x) / s), Math.floor((py - y) / s)];
  return Math.min(c, r) < 0 || Math.max(c, r) >= columns ? null : { i: snake(r * columns + c, columns), link: "z" };
}

/** A click takes the film to the place that it points at. */
export const seek = (box, panel, frame, x, y) => row(box, panel, frame, x, y)?.i;

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const found = row(box, panel, frame, px, py);
  return found ? `z number ${found.i + 1} of ${panel.side ** 2} on this plane, drawn beside` : "";
}
