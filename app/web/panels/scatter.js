/** One number against another, a point for each thing, and the straight lines that theory draws. See `scatter` of words.py. */

import { array } from "../film/blocks.js";
import { figure, haloed, ticks } from "../parts/kit.js";

export const fades = false;
export const glides = true;

export const natural = (panel, width) => Math.min(340, width * 0.8);

function layout(panel, box) {
  const area = { x: box.x + 44, y: box.y + 18, w: box.w - 54, h: box.h - 56 },
    [x0, x1] = panel.x,
    [y0, y1] = panel.y;
  return {
    area,
    X: (v) => area.x + (area.w * (v - x0)) / (x1 - x0),
    Y: (v) => area.y + area.h * (1 - (v - y0) / (y1 - y0)),
  };
}

/** Both coordinates of all points at this frame, between two moments while it plays. */
function points(panel, frame) {
  const across = array(panel.across, frame.run, frame.moment),
    up = array(panel.up, frame.run, frame.moment);
  if (!across || !up) return null;
  const then = frame.fade < 1 ? array(panel.up, frame.run, frame.before) : null,
    from = panel.row * across.values.length * (up.values.length > across.values.length);
  const y = (i) => {
    const now = up.values[from + i];
    return (then ? then.values[from + i] + (now - then.values[from + i]) * frame.fade : now) * panel.worth;
  };
  return Array.from(across.values, (x, i) => [x * panel.worth, y(i)]);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const at = layout(panel, box),
    seen = points(panel, frame);
  axes(pen, at, panel, box, theme);
  pen.save();
  pen.beginPath();
  pen.rect(at.area.x, at.area.y, at.area.w, at.area.h);
  pen.clip();
  for (const line of panel.lines) {
    pen.strokeStyle = theme[line.concept];
    pen.lineWidth = 1.6;
    pen.setLineDash(line.dash ?? []);
    pen.beginPath();
    for (const x of panel.x) pen[x === panel.x[0] ? "moveTo" : "lineTo"](at.X(x), at.Y(line.slope * x + line.offset));
    pen.stroke();
    pen.setLineDash([]);
  }
  pen.fillStyle = theme[panel.concept];
  pen.globalAlpha = panel.words ? 0.95 : 0.55;
  for (const [x, y] of seen ?? []) {
    pen.beginPath();
    pen.arc(at.X(x), at.Y(y), panel.words ? 4 : 2.2, 0, 7);
    pen.fill();
  }
  pen.globalAlpha = 1;
  pen.restore();
  for (const line of panel.lines) labelled(pen, at, panel, line, theme);
  if (panel.words && seen) named(pen, at, panel, seen, theme);
}

/** Names beside the points; one that would run into another goes below it. */
function named(pen, at, panel, seen, theme) {
  const taken = [];
  seen.forEach(([x, y], i) => {
    const left = at.X(x) > at.area.x + at.area.w * 0.8,
      px = at.X(x) + (left ? -8 : 8);
    let py = at.Y(y);
    while (taken.some(([a, b]) => Math.abs(a - px) < 64 && Math.abs(b - py) < 12)) py += 13;
    taken.push([px, py]);
    said(pen, panel.words[i], px, py, theme.ink, theme, left);
  });
}

function axes(pen, { area, X, Y }, panel, box, theme) {
  pen.strokeStyle = theme.line;
  pen.lineWidth = 1;
  pen.fillStyle = theme.soft;
  pen.font = `11px ${theme.mono}`;
  for (const v of ticks(...panel.y)) {
    pen.beginPath();
    pen.moveTo(area.x, Y(v));
    pen.lineTo(area.x + area.w, Y(v));
    pen.stroke();
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    pen.fillText(figure(v), area.x - 6, Y(v));
  }
  pen.textBaseline = "alphabetic";
  pen.textAlign = "center";
  for (const v of ticks(...panel.x)) pen.fillText(figure(v), X(v), area.y + area.h + 14);
  pen.font = `11.5px ${theme.font}`;
  pen.textAlign = "left";
  pen.fillText(panel.upTitle, box.x + 2, area.y - 6);
  pen.textAlign = "right";
  pen.fillText(panel.acrossTitle, area.x + area.w, area.y + area.h + 31);
}

/** What a line means: over it near its upper end, or under it near its lower one. */
function labelled(pen, { area, X, Y }, panel, line, theme) {
  const along = line.below ? 0.2 : 0.86,
    [low, high] = panel.y.map((y) => (y - line.offset) / line.slope),
    [from, to] = [Math.max(panel.x[0], low), Math.min(panel.x[1], high)],
    x = from + along * (to - from);
  const [px, py] = [X(x) + (line.below ? 10 : -10), Y(line.slope * x + line.offset) + (line.below ? 10 : -6)];
  said(pen, line.label, px, Math.max(area.y + 8, py), theme[line.concept], theme, !line.below);
}

function said(pen, text, x, y, colour, theme, left) {
  pen.font = `11.5px ${theme.font}`;
  pen.textAlign = left ? "right" : "left";
  pen.textBaseline = "middle";
  haloed(pen, text, x, y, colour, theme);
  pen.textBaseline = "alphabetic";
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const at = layout(panel, box),
    seen = points(panel, frame);
  if (!seen) return "";
  const far = seen.map(([x, y]) => Math.hypot(at.X(x) - px, at.Y(y) - py)),
    near = far.indexOf(Math.min(...far));
  if (far[near] > 24) return "";
  const name = (panel.words ?? panel.points ?? [])[near] ?? "A pair";
  return `${name}: ${panel.acrossTitle} ${figure(+seen[near][0].toPrecision(3))}, ${panel.upTitle} ${figure(+seen[near][1].toPrecision(3))}`;
}
