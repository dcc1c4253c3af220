/** The right drawing of the field: the grid of the input, with its path counts. */

import { inside, lit } from "./field_scene.js";
import { contour, hatched } from "../../parts/kit.js";

/** @param {number} value @returns {string} short, for a cell: 1234 -> 1.2k */
function short(value) {
  for (const [unit, size] of Object.entries({ T: 1e12, G: 1e9, M: 1e6, k: 1e3 }))
    if (value >= size) return (value / size).toFixed(value < 9.95 * size ? 1 : 0) + unit;
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

/**
 * Where the grid lies in its canvas.
 * @param {import("./field_scene.js").Scene} scene
 * @param {number} w
 * @param {number} h
 */
export function gridPlace(scene, w, h) {
  const [r0, r1, c0, c1] = scene.win;
  const s = Math.min(60, w / (c1 - c0), h / (r1 - r0));
  return { s, x: (w - s * (c1 - c0)) / 2 - s * c0, y: (h - s * (r1 - r0)) / 2 - s * r0 };
}

/** The cell of the window under a point of the grid, or null. @returns {[number, number]|null} */
export function gridHit(scene, w, h, px, py) {
  const { s, x, y } = gridPlace(scene, w, h);
  return inside(scene, Math.floor((py - y) / s), Math.floor((px - x) / s));
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} view what to draw: see field.js
 * @param {number} w
 * @param {number} h
 */
export function drawGrid(pen, view, w, h) {
  const { scene, theme, data, focus, hover, settled } = view;
  const { s, x, y } = gridPlace(scene, w, h);
  const columns = scene.columns,
    last = data.levels.length - 1;
  const tone = scene.grid ?? scene.tone[last];
  // one size for all numbers, or none where they would not fit
  const size = lettering(data.levels[last], s, pen.canvas.currentCSSZoom ?? 1);
  pen.clearRect(0, 0, w, h);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (let r = Math.floor(scene.win[0]); r < Math.ceil(scene.win[1]); r++)
    for (let c = Math.floor(scene.win[2]); c < Math.ceil(scene.win[3]); c++) {
      const i = r * columns + c,
        [X, Y] = [x + c * s, y + r * s];
      const isMark = r === data.mark[0] && c === data.mark[1],
        t = tone[i];
      pen.fillStyle = theme.line;
      pen.globalAlpha = 0.28 + 0.5 * scene.future[i];
      pen.fillRect(X + 0.5, Y + 0.5, s - 1, s - 1);
      pen.globalAlpha = 1;
      const scale = scene.hue[last][i] === 1 ? theme.second : theme.unsigned;
      if (isMark) pen.fillStyle = theme.model;
      else if (t > 0) pen.fillStyle = scale.css(t);
      if (isMark || t > 0) pen.fillRect(X + 0.5, Y + 0.5, s - 1, s - 1);
      if (scene.blind[i] > 0.01) {
        pen.globalAlpha = scene.blind[i];
        hatched(pen, X, Y, s, theme.blind);
        frame(pen, X, Y, s, theme.blind, Math.max(1, s / 26));
        pen.globalAlpha = 1;
      }
      if (scene.leak[i] > 0.01) frame(pen, X, Y, s, theme.blind, Math.max(2, s / 12));
      const k = data.levels[last][r]?.[c];
      const text = isMark ? (k ? short(k) : "x") : settled && k ? short(k) : "";
      if (!text || (!size && !isMark)) continue;
      pen.font = `${isMark ? "600 " : ""}${size || s * 0.6}px ${theme.mono}`;
      pen.fillStyle = isMark ? theme.card : scale.on(t);
      pen.fillText(text, X + s / 2, Y + s / 2 + 1);
    }
  const seen = (r, c) => Boolean(data.analytic[r]?.[c]); // what the masks' own geometry says
  if (settled) contour(pen, seen, [data.past.length, columns], theme.past, (c) => x + c * s, (r) => y + r * s);
  const light = (i) =>
    frame(pen, x + (i % columns) * s, y + Math.floor(i / columns) * s, s, theme.model, 2.5);
  if (hover) lit(hover.levels[last], scene, light);
  if (focus) frame(pen, x + focus[1] * s, y + focus[0] * s, s, theme.ink, 2);
}

/**
 * The size in pixels at which the longest count still fits a cell of s, or 0 where that could not be read.
 */
function lettering(counts, s, zoom) {
  const longest = counts.flat().reduce((most, k) => Math.max(most, short(k).length), 1);
  const size = Math.min(15, s * 0.38, (s - 3) / (0.61 * longest));
  return size * zoom < 8.5 ? 0 : size; // as it is seen: presenter mode zooms
}

function frame(pen, x, y, s, colour, width) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.strokeRect(x + 0.5 + width / 2, y + 0.5 + width / 2, s - 1 - width, s - 1 - width);
}

/** The scale in numbers, and what else the grid's marks mean, in one line. @returns {void} */
export function drawLegend(pen, view, w, y) {
  const { theme, data, most } = view;
  pen.font = `12px ${theme.font}`;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  const any = (grid) => grid.some((row) => row.some(Boolean));
  const bar = (scale) => ({
    width: 44,
    draw: (X) => {
      for (let i = 0; i < 44; i++) {
        pen.fillStyle = scale.css(i / 43);
        pen.fillRect(X + i, y - 6, 1.5, 12);
      }
    },
  });
  const swatch = (draw) => ({ width: 13, draw: (X) => draw(X, y - 6.5, 13) });
  const items = [];
  const range = most > 1 ? `1 to ${short(most)} paths` : "1 path";
  if (!data.horizontal) items.push([bar(theme.unsigned), range]);
  else items.push([bar(theme.unsigned), `vertical stack, ${range}`], [bar(theme.second), "horizontal"]);
  if (any(data.blind))
    items.push([
      swatch((X, Y, s) => (hatched(pen, X, Y, s, theme.blind), frame(pen, X, Y, s, theme.blind, 1))),
      "never seen",
    ]);
  if (any(data.leak))
    items.push([swatch((X, Y, s) => frame(pen, X, Y, s, theme.blind, 2)), "seen, but not past"]);
  items.push([
    swatch((X, Y, s) => {
      pen.fillStyle = theme.line;
      pen.globalAlpha = 0.78;
      pen.fillRect(X, Y, s, s);
      pen.globalAlpha = 1;
    }),
    "future",
  ]);
  const lengths = items.map(([mark, text]) => mark.width + 6 + pen.measureText(text).width);
  const total = lengths.reduce((a, b) => a + b),
    space = Math.min(18, (w - total) / Math.max(1, items.length - 1));
  let X = Math.max(0, (w - total - space * (items.length - 1)) / 2);
  items.forEach(([mark, text], i) => {
    mark.draw(X);
    pen.fillStyle = theme.soft;
    pen.fillText(text, X + mark.width + 6, y + 0.5);
    X += lengths[i] + space;
  });
}
