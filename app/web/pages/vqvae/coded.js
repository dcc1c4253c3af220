/** Images, the grid of codes that is all that is kept of each, and what is drawn from it: three rows. */

import { picture } from "../../panels/images.js";

export const fades = false;
const SIDE = 86; // what the rows' names take, on the left

const HEAD = 18; // the columns' names
const BLANK = 255; // a cell without a code

const rowsOf = (panel) => panel.rows.length;

export function natural(panel, width, run) {
  const [n] = run.at(panel.codes, 0)?.shape ?? [1];
  return (rowsOf(panel) * (width - SIDE)) / Math.min(panel.most, n) + (panel.labels?.length ? HEAD : 0);
}

function layout(panel, box, n) {
  const head = panel.labels?.length ? HEAD : 0,
    rows = rowsOf(panel),
    height = box.h - head;
  const fits = Math.max(1, Math.floor((rows * (box.w - SIDE)) / height)); // columns, when rows fill the height
  const columns = Math.min(n, Math.max(Math.min(panel.most, n), fits));
  const side = Math.min((box.w - SIDE) / columns, height / rows);
  return { columns, side, gap: 6, x: box.x + SIDE, y: box.y + head };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const [x, k, back] = [panel.array, panel.codes, panel.back].map((name) => name && frame.run.at(name, frame.moment));
  if (!k || !back) return;
  const { columns, side, gap, x: left, y: top } = layout(panel, box, k.shape[0]),
    s = side - gap,
    rows = x ? [x, k, back] : [k, back];
  pen.textBaseline = "middle";
  pen.font = `12px ${theme.font}`;
  pen.textAlign = "left";
  panel.rows.forEach(([name, concept], r) => {
    pen.fillStyle = concept ? theme[concept] : theme.soft;
    name
      .split("\n")
      .forEach((line, i, all) => pen.fillText(line, box.x, top + r * side + s / 2 + (i - (all.length - 1) / 2) * 15));
  });
  for (let i = 0; i < columns; i++) {
    const X = left + i * side;
    pen.fillStyle = theme.soft;
    pen.font = `12px ${theme.font}`;
    pen.textAlign = "center";
    if (panel.labels?.[i]) pen.fillText(panel.labels?.[i], X + s / 2, box.y + 7);
    pen.textAlign = "left";
    rows.forEach((block, r) => {
      const Y = top + r * side;
      if (block === k) return numbers(pen, k, i, X, Y, s, theme);
      picture(pen, block, i, block.shape[1], block.shape[2], panel, theme, X, Y, s, s);
      pen.strokeStyle = theme.line;
      pen.lineWidth = 1;
      pen.strokeRect(X + 0.5, Y + 0.5, s - 1, s - 1);
    });
  }
  pen.textBaseline = "alphabetic";
}

/** The codes' numbers; a cell whose code is the commonest of this image stands back. */
function numbers(pen, k, i, X, Y, s, theme) {
  const [, rows, columns] = k.shape,
    cell = s / columns,
    mine = Array.from(k.values.subarray(i * rows * columns, (i + 1) * rows * columns));
  const count = (code) => (code === BLANK ? 0 : mine.filter((one) => one === code).length);
  const commonest = mine.reduce((best, code) => (count(code) > count(best) ? code : best), mine[0]);
  pen.font = `${Math.min(12, cell * 0.5)}px ${theme.mono}`;
  pen.textAlign = "center";
  mine.forEach((code, j) => {
    const [x, y] = [X + (j % columns) * cell, Y + Math.floor(j / columns) * cell],
      plain = code === commonest;
    pen.globalAlpha = code === BLANK ? 0.03 : plain ? 0.1 : 0.24;
    pen.fillStyle = theme.code;
    pen.fillRect(x + 0.5, y + 0.5, cell - 1, cell - 1);
    pen.globalAlpha = 1;
    pen.fillStyle = plain ? theme.soft : theme.ink;
    if (cell >= 11 && code !== BLANK) pen.fillText(String(code), x + cell / 2, y + cell / 2 + 0.5);
  });
  pen.textAlign = "left";
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const k = frame.run.at(panel.codes, frame.moment);
  if (!k) return "";
  const [n, rows, columns] = k.shape,
    { columns: shown, side, gap, x, y } = layout(panel, box, n);
  const [i, r] = [Math.floor((px - x) / side), Math.floor((py - y) / side)];
  const cell = (side - gap) / columns;
  const [col, row] = [Math.floor((px - x - i * side) / cell), Math.floor((py - y - r * side) / cell)];
  if (i < 0 || i >= shown || r < 0 || r >= rowsOf(panel) || col >= columns || row >= rows || col < 0 || row < 0) return "";
  const code = k.values[(i * rows + row) * columns + col];
  return `image ${i + 1}, cell (${row}, ${col}): ${code === BLANK ? "no code yet" : `code ${code}`}`;
}
