/** The left drawing of the field: its layers as sheets, the output on top, the input at the bottom. */

import { inside, lit } from "./field_scene.js";
import { haloed } from "../../parts/kit.js";

const LABEL = 30; // kept free at the left; the rest of a name's room is the slant of its sheet

/** Where plane l lies in the stack's canvas: a cell's corner (r, c) is at x + c dx + r skew, y + r dy. */
export function planePlace(scene, w, h, l) {
  const [r0, r1, c0, c1] = scene.win;
  const [rows, columns, label] = [r1 - r0, c1 - c0, LABEL];
  const most = (1.3 * h) / (scene.planes + 0.3) / rows / 0.62; // planes may overlap by a quarter, not more
  const s = Math.min(24, (w - label) / (columns * 1.55 + rows * 0.75), most);
  const gap = Math.min(96, (h - rows * 0.62 * s - 4) / Math.max(1, scene.planes - 1));
  const top = (h - rows * 0.62 * s - gap * (scene.planes - 1)) / 2;
  const [skew, dy] = [0.75 * s, 0.62 * s];
  const dx = Math.min(2.3 * s, (w - label - rows * skew) / columns); // flat planes use the width that is left
  const left = label + (w - label - columns * dx - rows * skew) / 2;
  return { dx, skew, dy, x: left - c0 * dx - r0 * skew, y: top + gap * l - r0 * dy };
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

/** @param {CanvasRenderingContext2D} pen @param {any} view @param {number} w @param {number} h */
export function drawStack(pen, view, w, h) {
  const { scene, theme, data, hover } = view;
  const columns = scene.columns,
    area = scene.blind.length;
  const [r0, r1, c0, c1] = scene.win;
  pen.clearRect(0, 0, w, h);
  const shown = Math.min(scene.tone.length, Math.ceil(scene.planes));
  const centre = (l, i) =>
    corner(planePlace(scene, w, h, l), Math.floor(i / columns) + 0.5, (i % columns) + 0.5);
  const solid = (l) => Math.max(0, Math.min(1, scene.planes - l));
  for (let l = shown - 1; l >= 0; l--) {
    pen.globalAlpha = solid(l);
    sheet(pen, planePlace(scene, w, h, l), scene.win, theme);
  }
  for (let l = shown - 1; l >= 0; l--) {
    // cells after all sheets: an empty part of a layer hides nothing below it
    const p = planePlace(scene, w, h, l);
    pen.globalAlpha = solid(l);
    for (let r = Math.floor(r0); r < Math.ceil(r1); r++)
      for (let c = Math.floor(c0); c < Math.ceil(c1); c++) {
        const i = r * columns + c,
          t = scene.tone[l][i];
        if (!(t > 0)) continue;
        const second = scene.hue[l][i];
        const isMark = l === 0 && r === data.mark[0] && c === data.mark[1];
        const scale = second === 1 ? theme.second : theme.unsigned;
        tile(pen, p, r, c, isMark ? theme.model : scale.css(0.18 + 0.82 * t), theme.card);
        if (second === 0.5 && !isMark) half(pen, p, r, c, theme.second.css(0.18 + 0.82 * t));
      }
    const light = (i) => tile(pen, p, Math.floor(i / columns), i % columns, theme.model, theme.card);
    if (hover) lit(hover.levels[l] ?? [], scene, light);
    pen.globalAlpha *= 0.95;
    pen.font = `12px ${theme.font}`;
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    const below = planePlace(scene, w, h, l + 1).y - p.y; // the next sheet begins there
    const labelY = corner(p, r0, c0)[1] + Math.max(12, Math.min(below, (r1 - r0) * p.dy) - 5);
    haloed(pen, view.names[l] ?? "", 0, Math.min(h - 3, labelY), theme.soft, theme); // over the sheet below
    pen.globalAlpha = 1;
    // over this plane, under the next one
    if (hover && l > 0) ropes(pen, hover.edges, l - 1, centre, area, theme);
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

const whole = (a, b) =>
  Array.from({ length: Math.max(0, Math.ceil(b) - Math.floor(a) - 1) }, (_, i) => Math.floor(a) + 1 + i);

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
