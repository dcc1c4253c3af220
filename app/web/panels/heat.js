/** One heat map or several on one scale, with the scale as a legend in numbers. */

import { contour, figure } from "../parts/kit.js";
import { picture } from "./images.js";

export const fades = true;
const LETTER = 6.2; // as wide as a letter of the unit is at most, on average
const NUMBERS = 60; // the two at the ends of the scale, and air
const legendOf = (width, unit) => (unit.length * LETTER < Math.min(150, width) - NUMBERS ? 30 : 48); // else under the numbers

const parts = (shape) => (shape.length === 2 ? [1, ...shape] : shape);

export function natural(panel, width, run) {
  const [n, h, w] = parts(run.at(panel.array, 0)?.shape ?? [1, 1]);
  const columns = Math.min(panel.columns, n);
  return (width / columns / w) * h * Math.ceil(n / columns) + legendOf(width, panel.unit);
}

function layout(panel, box, [n, h, w]) {
  const columns = Math.min(panel.columns, n),
    rows = Math.ceil(n / columns),
    gap = n > 1 ? 6 : 0;
  const across = (box.w - gap * (columns - 1)) / columns / w,
    down = (box.h - legendOf(box.w, panel.unit) - gap * (rows - 1)) / rows / h;
  return { columns, rows, gap, k: Math.min(across, down), x: box.x, y: box.y };
}

/** @param {CanvasRenderingContext2D} pen */
export function draw(pen, box, panel, frame, theme) {
  const block = frame.run.at(panel.array, frame.moment);
  if (!block) return;
  const [n, h, w] = parts(block.shape);
  const { columns, rows, gap, k, x, y } = layout(panel, box, [n, h, w]);
  const framed = panel.outline && frame.run.at(panel.outline, frame.moment);
  for (let i = 0; i < n; i++) {
    const X = x + (i % columns) * (k * w + gap),
      Y = y + Math.floor(i / columns) * (k * h + gap);
    picture(pen, block, i, h, w, panel, theme, X, Y, k * w, k * h);
    pen.strokeStyle = theme.card;
    pen.lineWidth = k > 9 ? 1 : 0.4;
    pen.beginPath();
    for (let r = 1; r < h; r++) (pen.moveTo(X, Y + r * k), pen.lineTo(X + w * k, Y + r * k));
    for (let c = 1; c < w; c++) (pen.moveTo(X + c * k, Y), pen.lineTo(X + c * k, Y + h * k));
    pen.stroke();
    if (!framed) continue;
    const from = framed.values.length === n * h * w ? i * h * w : 0, // one for all maps, or one each
      has = (r, c) => r >= 0 && r < h && c >= 0 && c < w && framed.values[from + r * w + c] > 0;
    contour(pen, has, [h, w], theme.truth, (c) => X + c * k, (r) => Y + r * k);
  }
  legend(pen, panel, theme, x, y + rows * (k * h + gap) + 6, Math.min(150, box.w));
}

function legend(pen, panel, theme, x, y, width) {
  const scale = theme[panel.scale];
  for (let i = 0; i < width; i++) {
    pen.fillStyle = scale.css(i / (width - 1));
    pen.fillRect(x + i, y, 1.5, 6);
  }
  pen.fillStyle = theme.soft;
  pen.font = `11.5px ${theme.mono}`;
  pen.textBaseline = "top";
  pen.textAlign = "left";
  pen.fillText(figure(panel.low), x, y + 9);
  pen.textAlign = "right";
  pen.fillText(figure(panel.high), x + width, y + 9);
  pen.font = `11.5px ${theme.font}`;
  const beside = pen.measureText(panel.unit).width < width - NUMBERS; // else under the numbers
  pen.textAlign = beside ? "center" : "left";
  pen.fillText(panel.unit, beside ? x + width / 2 : x, y + (beside ? 9 : 22));
  pen.textBaseline = "alphabetic";
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const block = frame.run.at(panel.array, frame.moment);
  if (!block) return "";
  const [n, h, w] = parts(block.shape);
  const { columns, gap, k, x, y } = layout(panel, box, [n, h, w]);
  const [wide, tall] = [k * w + gap, k * h + gap],
    [c, r] = [Math.floor((px - x) / wide), Math.floor((py - y) / tall)],
    [col, row] = [Math.floor((px - x - c * wide) / k), Math.floor((py - y - r * tall) / k)],
    i = r * columns + c;
  if (c < 0 || c >= columns || r < 0 || i >= n || col < 0 || col >= w || row < 0 || row >= h) return "";
  const value = figure(block.values[(i * h + row) * w + col]);
  return `${n > 1 ? `map ${i + 1}, ` : ""}(${row}, ${col}): ${value} ${panel.unit}`;
}
