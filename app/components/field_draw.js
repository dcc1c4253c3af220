/** The two drawings of the field: the grid of the input, and the stack of layers above it. */

import { hatched, short } from "./kit.js";

/** Where the grid lies in its canvas. @param {import("./field_scene.js").Scene} scene @param {number} w @param {number} h */
export function gridPlace(scene, w, h) {
  const [r0, r1, c0, c1] = scene.win;
  const s = Math.min(60, w / (c1 - c0), h / (r1 - r0));
  return { s, x: (w - s * (c1 - c0)) / 2 - s * c0, y: (h - s * (r1 - r0)) / 2 - s * r0 };
}

/** Where plane l lies in the stack's canvas: a cell's corner (r, c) is at x + c dx + r skew, y + r dy. */
export function planePlace(scene, w, h, l) {
  const [r0, r1, c0, c1] = scene.win;
  const [rows, columns, label] = [r1 - r0, c1 - c0, 8];
  const most = (1.5 * h) / (scene.planes + 0.5) / rows / 0.62; // planes may overlap by a third, not more
  const s = Math.min(24, (w - label) / (columns * 1.55 + rows * 0.75), most);
  const gap = Math.min(96, (h - rows * 0.62 * s - 4) / Math.max(1, scene.planes - 1));
  const top = (h - rows * 0.62 * s - gap * (scene.planes - 1)) / 2;
  const [skew, dy] = [0.75 * s, 0.62 * s];
  const dx = Math.min(2.3 * s, (w - label - rows * skew) / columns); // flat planes use the width that is left
  const left = label + (w - label - columns * dx - rows * skew) / 2;
  return { dx, skew, dy, x: left - c0 * dx - r0 * skew, y: top + gap * l - r0 * dy };
}

/** The cell of the window under a point of the grid, or null. */
export function gridHit(scene, w, h, px, py) {
  const { s, x, y } = gridPlace(scene, w, h);
  return inside(scene, Math.floor((py - y) / s), Math.floor((px - x) / s));
}

/** The level and cell under a point of the stack, or null; where planes overlap, a cell with paths wins. */
export function stackHit(scene, w, h, px, py) {
  let first = null;
  for (let l = 0; l < scene.tone.length; l++) {
    const p = planePlace(scene, w, h, l);
    const r = (py - p.y) / p.dy;
    const cell = inside(scene, Math.floor(r), Math.floor((px - p.x - r * p.skew) / p.dx));
    if (!cell) continue;
    if (scene.tone[l][cell[0] * scene.columns + cell[1]]) return { level: l, cell };
    first ??= { level: l, cell };
  }
  return first;
}

function inside(scene, r, c) {
  const [r0, r1, c0, c1] = scene.win;
  return r >= r0 && r < r1 && c >= c0 && c < c1 ? [r, c] : null;
}

/** @param {CanvasRenderingContext2D} pen @param {any} view what to draw: see field.js @param {number} w @param {number} h */
export function drawGrid(pen, view, w, h) {
  const { scene, theme, data, focus, hover, settled } = view;
  const { s, x, y } = gridPlace(scene, w, h);
  const columns = scene.columns, last = data.levels.length - 1;
  const tone = scene.grid ?? scene.tone[last];
  const size = lettering(data.levels[last], s); // one size for all numbers, or none where they would not fit
  pen.clearRect(0, 0, w, h);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (let r = Math.floor(scene.win[0]); r < Math.ceil(scene.win[1]); r++)
    for (let c = Math.floor(scene.win[2]); c < Math.ceil(scene.win[3]); c++) {
      const i = r * columns + c, [X, Y] = [x + c * s, y + r * s];
      const isMark = r === data.mark[0] && c === data.mark[1], t = tone[i];
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
  if (settled) contour(pen, data.analytic, x, y, s, theme.past);
  if (hover) lit(pen, hover.levels[last], view, (i) => frame(pen, x + (i % columns) * s, y + Math.floor(i / columns) * s, s, theme.model, 2.5));
  if (focus) frame(pen, x + focus[1] * s, y + focus[0] * s, s, theme.ink, 2);
}

/** The size in pixels at which the longest count still fits a cell of s, or 0 where that could not be read. */
function lettering(counts, s) {
  const longest = counts.flat().reduce((most, k) => Math.max(most, short(k).length), 1);
  const size = Math.min(15, s * 0.38, (s - 2) / (0.61 * longest));
  return size < 8.5 ? 0 : size;
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
  if (any(data.blind)) items.push([swatch((X, Y, s) => (hatched(pen, X, Y, s, theme.blind), frame(pen, X, Y, s, theme.blind, 1))), "never seen"]);
  if (any(data.leak)) items.push([swatch((X, Y, s) => frame(pen, X, Y, s, theme.blind, 2)), "seen, but not past"]);
  items.push([swatch((X, Y, s) => {
    pen.fillStyle = theme.line;
    pen.globalAlpha = 0.78;
    pen.fillRect(X, Y, s, s);
    pen.globalAlpha = 1;
  }), "future"]);
  const lengths = items.map(([mark, text]) => mark.width + 6 + pen.measureText(text).width);
  const total = lengths.reduce((a, b) => a + b), space = Math.min(18, (w - total) / Math.max(1, items.length - 1));
  let X = Math.max(0, (w - total - space * (items.length - 1)) / 2);
  items.forEach(([mark, text], i) => {
    mark.draw(X);
    pen.fillStyle = theme.soft;
    pen.fillText(text, X + mark.width + 6, y + 0.5);
    X += lengths[i] + space;
  });
}

/** Call for the flat cell index of each node. */
function lit(_pen, nodes, { scene }, draw) {
  const area = scene.blind.length;
  for (const i of new Set([...nodes].map((node) => node % area))) draw(i);
}

/** The edge of a set of cells: what the masks' own geometry says. */
function contour(pen, set, x, y, s, colour) {
  const has = (r, c) => Boolean(set[r]?.[c]);
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.lineCap = "square";
  pen.beginPath();
  set.forEach((row, r) =>
    row.forEach((one, c) => {
      if (!one) return;
      const [X, Y] = [x + c * s, y + r * s];
      const edge = (open, x0, y0, x1, y1) => open && (pen.moveTo(x0, y0), pen.lineTo(x1, y1));
      edge(!has(r - 1, c), X, Y, X + s, Y);
      edge(!has(r + 1, c), X, Y + s, X + s, Y + s);
      edge(!has(r, c - 1), X, Y, X, Y + s);
      edge(!has(r, c + 1), X + s, Y, X + s, Y + s);
    }),
  );
  pen.stroke();
}

/** @param {CanvasRenderingContext2D} pen @param {any} view @param {number} w @param {number} h */
export function drawStack(pen, view, w, h) {
  const { scene, theme, data, hover } = view;
  const columns = scene.columns, area = scene.blind.length;
  const [r0, r1, c0, c1] = scene.win;
  pen.clearRect(0, 0, w, h);
  const shown = Math.min(scene.tone.length, Math.ceil(scene.planes));
  const centre = (l, i) => corner(planePlace(scene, w, h, l), Math.floor(i / columns) + 0.5, (i % columns) + 0.5);
  for (let l = shown - 1; l >= 0; l--) {
    const p = planePlace(scene, w, h, l);
    pen.globalAlpha = Math.max(0, Math.min(1, scene.planes - l));
    sheet(pen, p, scene.win, theme);
    for (let r = Math.floor(r0); r < Math.ceil(r1); r++)
      for (let c = Math.floor(c0); c < Math.ceil(c1); c++) {
        const i = r * columns + c, t = scene.tone[l][i];
        if (!(t > 0)) continue;
        const second = scene.hue[l][i];
        const isMark = l === 0 && r === data.mark[0] && c === data.mark[1];
        tile(pen, p, r, c, isMark ? theme.model : (second === 1 ? theme.second : theme.unsigned).css(0.18 + 0.82 * t), theme.card);
        if (second === 0.5 && !isMark) half(pen, p, r, c, theme.second.css(0.18 + 0.82 * t));
      }
    if (hover) lit(pen, hover.levels[l] ?? [], view, (i) => tile(pen, p, Math.floor(i / columns), i % columns, theme.model, theme.card));
    pen.globalAlpha *= 0.95;
    pen.fillStyle = theme.soft;
    pen.font = `12px ${theme.font}`;
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    const [, labelY] = corner(p, r1, c0);
    pen.strokeStyle = theme.card;
    pen.lineWidth = 4;
    const label = [view.names[l] ?? "", 0, Math.min(h - 3, labelY - 2)];
    pen.strokeText(...label); // a halo: the label lies over the sheet below
    pen.fillText(...label);
    pen.globalAlpha = 1;
    if (hover && l > 0) ropes(pen, hover.edges, l - 1, centre, area, theme); // over this plane, under the next one
  }
}

/** Lines between a plane and the one above it; many lines are drawn faint, so that their number shows. */
function ropes(pen, edges, level, centre, area, theme) {
  const here = edges.filter(([l]) => l === level);
  pen.strokeStyle = theme.model;
  pen.lineWidth = 1;
  pen.globalAlpha = Math.max(0.12, Math.min(0.9, 12 / here.length));
  pen.beginPath();
  for (const [l, from, to] of here) {
    pen.moveTo(...centre(l, from % area));
    pen.lineTo(...centre(l + 1, to % area));
  }
  pen.stroke();
  pen.globalAlpha = 1;
}

const corner = (p, r, c) => [p.x + c * p.dx + r * p.skew, p.y + r * p.dy];

/** An empty layer: a sheet with its ruling. */
function sheet(pen, p, [r0, r1, c0, c1], theme) {
  const alpha = pen.globalAlpha;
  path(pen, [corner(p, r0, c0), corner(p, r0, c1), corner(p, r1, c1), corner(p, r1, c0)]);
  pen.fillStyle = theme.card;
  pen.globalAlpha = alpha * 0.72;
  pen.fill();
  pen.globalAlpha = alpha;
  pen.strokeStyle = theme.line;
  pen.lineWidth = 1;
  pen.beginPath();
  const rule = (a, b) => (pen.moveTo(...a), pen.lineTo(...b));
  for (const r of [r0, ...whole(r0, r1), r1]) rule(corner(p, r, c0), corner(p, r, c1));
  for (const c of [c0, ...whole(c0, c1), c1]) rule(corner(p, r0, c), corner(p, r1, c));
  pen.stroke();
}

const whole = (a, b) => Array.from({ length: Math.max(0, Math.ceil(b) - Math.floor(a) - 1) }, (_, i) => Math.floor(a) + 1 + i);

function path(pen, corners) {
  pen.beginPath();
  corners.forEach((at, i) => (i ? pen.lineTo(...at) : pen.moveTo(...at)));
  pen.closePath();
}

function tile(pen, p, r, c, fill, rule) {
  path(pen, [corner(p, r, c), corner(p, r, c + 1), corner(p, r + 1, c + 1), corner(p, r + 1, c)]);
  pen.fillStyle = fill;
  pen.fill();
  pen.strokeStyle = rule;
  pen.lineWidth = 0.8;
  pen.stroke();
}

/** The half of a cell that belongs to the second stack, where both have a node. */
function half(pen, p, r, c, fill) {
  path(pen, [corner(p, r, c), corner(p, r + 1, c + 1), corner(p, r + 1, c)]);
  pen.fillStyle = fill;
  pen.fill();
}
