/**
 * Codes in the plane: points that stand still, the cells of the codes, the codes with the way they came. A
 * code that owns nothing is grey and hollow.
 */

import { figure, haloed } from "../parts/kit.js";

export const fades = false;

export const natural = (panel, width) => width * Math.min(1, (panel.y[1] - panel.y[0]) / (panel.x[1] - panel.x[0]));

function layout(panel, box) {
  const [x0, x1] = panel.x,
    [y0, y1] = panel.y;
  const k = Math.min(box.w / (x1 - x0), box.h / (y1 - y0));
  return {
    k,
    w: k * (x1 - x0),
    h: k * (y1 - y0),
    X: (x) => box.x + (x - x0) * k,
    Y: (y) => box.y + (y1 - y) * k,
    x: (px) => x0 + (px - box.x) / k,
    y: (py) => y1 - (py - box.y) / k,
  };
}

const pairs = (values) => Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i], values[2 * i + 1]]);

/** The part of a polygon that is nearer to a than to b (Sutherland and Hodgman, one edge). */
function nearer(polygon, a, b) {
  const [mx, my, dx, dy] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, b[0] - a[0], b[1] - a[1]];
  const side = ([x, y]) => (x - mx) * dx + (y - my) * dy;
  const kept = [];
  polygon.forEach((p, i) => {
    const q = polygon[(i + 1) % polygon.length],
      [s, t] = [side(p), side(q)];
    if (s <= 0) kept.push(p);
    if (s * t < 0) kept.push([p[0] + ((q[0] - p[0]) * s) / (s - t), p[1] + ((q[1] - p[1]) * s) / (s - t)]);
  });
  return kept;
}

/** @returns {[number, number][][]} the Voronoi cell of each code, cut off at the panel's edge */
export function cells(codes, [x0, x1], [y0, y1]) {
  const frame = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]; // prettier-ignore
  return codes.map((a, i) => codes.reduce((cell, b, j) => (i === j ? cell : nearer(cell, a, b)), frame));
}

function path(pen, place, points) {
  pen.beginPath();
  points.forEach(([x, y], i) => pen[i ? "lineTo" : "moveTo"](place.X(x), place.Y(y)));
}

function arrow(pen, place, [x, y, dx, dy], colour) {
  const [a, b, c, d] = [place.X(x), place.Y(y), place.X(x + dx), place.Y(y + dy)],
    turn = Math.atan2(d - b, c - a);
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 2.2;
  pen.beginPath();
  pen.moveTo(a, b);
  pen.lineTo(c - 6 * Math.cos(turn), d - 6 * Math.sin(turn));
  pen.stroke();
  pen.beginPath();
  for (const [r, t] of [[0, 0], [10, 2.7], [10, -2.7]]) // prettier-ignore
    pen.lineTo(c + r * Math.cos(turn + t), d + r * Math.sin(turn + t));
  pen.fill();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const block = frame.run.at(panel.array, frame.moment);
  if (!block) return;
  const place = layout(panel, box),
    codes = pairs(block.values);
  const usage = panel.usage && frame.run.at(panel.usage, frame.moment)?.values;
  const dead = (i) => usage && !usage[i];
  pen.save();
  pen.beginPath();
  pen.rect(box.x, box.y, place.w, place.h);
  pen.clip();
  if (panel.cells) {
    pen.lineWidth = 1;
    cells(codes, panel.x, panel.y).forEach((cell, i) => {
      path(pen, place, cell);
      pen.closePath();
      pen.globalAlpha = i === panel.mark ? 0.22 : dead(i) ? 0 : 0.07;
      pen.fillStyle = theme.code;
      pen.fill();
      pen.globalAlpha = 1;
      pen.strokeStyle = theme.line;
      pen.stroke();
    });
  }
  pen.fillStyle = theme.past;
  pen.globalAlpha = 0.55;
  for (const [x, y] of panel.cloud) {
    pen.beginPath();
    pen.arc(place.X(x), place.Y(y), 2, 0, 7);
    pen.fill();
  }
  pen.globalAlpha = 1;
  if (panel.trail) trails(pen, place, panel, frame, theme, codes.length, dead);
  codes.forEach(([x, y], i) => {
    const colour = panel.concepts ? theme[panel.concepts[i]] : dead(i) ? theme.soft : theme.code;
    pen.beginPath();
    pen.arc(place.X(x), place.Y(y), i === panel.mark ? 7.5 : 5.5, 0, 7);
    pen.fillStyle = dead(i) ? theme.card : colour;
    pen.fill();
    pen.strokeStyle = i === panel.mark ? theme.model : dead(i) ? theme.soft : theme.card;
    pen.lineWidth = i === panel.mark ? 2.5 : 1.5;
    pen.stroke();
  });
  pen.restore();
  const heads = panel.arrows && frame.run.at(panel.arrows, frame.moment)?.values;
  for (let i = 0; heads && i < heads.length / 4; i++)
    arrow(pen, place, heads.subarray(4 * i, 4 * i + 4), theme[panel.arrowConcepts[i] ?? "ink"]);
  named(pen, place, panel, codes, theme);
}

function trails(pen, place, panel, frame, theme, n, dead) {
  const past = Array.from({ length: frame.moment + 1 }, (_, m) => frame.run.at(panel.array, m)?.values);
  pen.lineWidth = 1.3;
  for (let i = 0; i < n; i++) {
    pen.strokeStyle = dead(i) ? theme.soft : theme.code;
    pen.globalAlpha = 0.55;
    pen.beginPath();
    let before = null;
    for (const values of past) {
      if (!values) continue;
      const at = [values[2 * i], values[2 * i + 1]];
      const jumped = before && panel.jump && Math.hypot(at[0] - before[0], at[1] - before[1]) > panel.jump;
      pen[before && !jumped ? "lineTo" : "moveTo"](place.X(at[0]), place.Y(at[1]));
      before = at;
    }
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

/** Names beside the codes, with a halo so that they read over lines. */
function named(pen, place, panel, codes, theme) {
  if (!panel.labels) return;
  pen.font = `12px ${theme.mono}`;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  codes.forEach(([x, y], i) => {
    haloed(pen, panel.labels[i] ?? "", place.X(x) + 9, place.Y(y) - 9, theme.ink, theme);
  });
  pen.textBaseline = "alphabetic";
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const block = frame.run.at(panel.array, frame.moment);
  if (!block) return "";
  const place = layout(panel, box),
    [x, y] = [place.x(px), place.y(py)];
  if (x < panel.x[0] || x > panel.x[1] || y < panel.y[0] || y > panel.y[1]) return "";
  const far = pairs(block.values).map(([a, b]) => Math.hypot(a - x, b - y)),
    near = far.indexOf(Math.min(...far));
  const usage = panel.usage && frame.run.at(panel.usage, frame.moment)?.values[near];
  const owns = usage === undefined || !panel.usage ? "" : `, which owns ${usage} points`;
  const name = panel.labels?.[near] ?? `${panel.what} ${near}`;
  return `(${figure(x)}, ${figure(y)}): nearest is ${name}${owns}`;
}
