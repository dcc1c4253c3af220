/**
 * Pictures in colour, or maps in grey: a grid of them; a whole plane in little, one picture a moment, in a way that
 * goes to and fro; or, beside it, what the pointer rests on there. Shared panels have no colour and no such plane.
 */

export const fades = false;
const whole = new WeakMap(); // run -> its plane, painted once
const rows = ([n], { columns }) => Math.ceil(n / Math.min(columns, n));

/** @returns {number} a height that suits a width */
export function natural(panel, width, run) {
  const shape = run.at(panel.array, 0)?.shape ?? [1];
  return panel.side ? width : (rows(shape, panel) * width) / Math.min(panel.columns, shape[0]);
}

/** Where each tile stands, and how large it is. */
function layout(panel, box, shape) {
  const n = panel.side ? panel.side ** 2 : shape[0],
    columns = panel.side || Math.min(panel.columns, n);
  const s = Math.min(box.w / columns, box.h / Math.ceil(n / columns));
  return { n, columns, s, gap: panel.side || n === 1 ? 0 : Math.max(2, s * 0.07) };
}

/** The place of a moment on its way through a plane, and back: the same rule. */
const snake = (i, side) => (Math.floor(i / side) % 2 ? side * Math.floor(i / side) + side - 1 - (i % side) : i);

/** Picture i of a block as a small canvas: the last axis is a colour, or there is none and it is grey. */
function tile({ shape: [, h, w, colour], values }, i, theme) {
  const canvas = new OffscreenCanvas(w, h),
    inner = canvas.getContext("2d"),
    data = inner.createImageData(w, h);
  for (let j = 0; j < h * w; j++)
    for (let c = 0; c < 4; c++)
      data.data[4 * j + c] =
        c === 3 ? 255 : colour ? values[3 * (i * h * w + j) + c] : theme.unsigned.rgb[3 * values[i * h * w + j] + c];
  inner.putImageData(data, 0, 0);
  return canvas;
}

/** All moments of a run in one picture. */
function plane(run, panel, theme) {
  const [, h, w] = run.at(panel.array, 0).shape,
    made = new OffscreenCanvas(w * panel.side, h * panel.side);
  for (let m = 0; m < panel.side ** 2 && run.at(panel.array, m); m++) {
    const at = snake(m, panel.side);
    made.getContext("2d").drawImage(tile(run.at(panel.array, m), 0, theme), w * (at % panel.side), h * Math.floor(at / panel.side));
  }
  return made;
}

/** @param {CanvasRenderingContext2D} pen @param {any} box @param {any} panel @param {any} frame @param {any} theme */
export function draw(pen, box, panel, frame, theme) {
  const { run, moment, shared } = frame,
    now = panel.follows ? (shared.row?.i ?? moment) : moment,
    block = run.at(panel.array, now);
  if (!block) return;
  const { n, columns, s, gap } = layout(panel, box, block.shape),
    sure = panel.sure && run.at(panel.sure, now)?.values;
  pen.imageSmoothingEnabled = false;
  if (panel.side && !whole.has(run)) whole.set(run, plane(run, panel, theme));
  if (panel.side) pen.drawImage(whole.get(run), box.x, box.y, s * columns, s * columns);
  for (let i = 0; i < n; i++) {
    const at = { x: box.x + (i % columns) * s, y: box.y + Math.floor(i / columns) * s, side: s - gap };
    if (!panel.side) pen.drawImage(tile(block, i, theme), at.x, at.y, at.side, at.side);
    const lit = panel.side ? snake(now, panel.side) === i : sure?.[i];
    pen.strokeStyle = lit ? theme.model : theme.line;
    pen.lineWidth = lit ? 2.5 : 1;
    if (lit || !panel.side) pen.strokeRect(at.x + 0.5, at.y + 0.5, at.side - 1, at.side - 1);
  }
}

/** The place that the pointer rests on: lit, and drawn in all panels that follow it. */
export function row(box, panel, frame, px, py) {
  const { columns, s } = layout(panel, box, frame.run.at(panel.array, 0)?.shape ?? [1]);
  const [c, r] = [Math.floor((px - box.x) / s), Math.floor((py - box.y) / s)];
  if (!panel.side || c < 0 || c >= columns || r < 0 || r >= columns) return null;
  return { i: snake(r * columns + c, panel.side), link: "z" };
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const found = row(box, panel, frame, px, py);
  return found ? `z number ${found.i + 1} of ${panel.side ** 2} on this plane, drawn beside` : "";
}
