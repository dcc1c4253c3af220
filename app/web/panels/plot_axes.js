/** The plane of a plot: where a number lies, ticks and names of the axes, the legend. */

import { figure, ticks } from "../parts/kit.js";
import { numbers, places, rows } from "./plot_rows.js";

const SMALL = 160, // pixels: with room for a few numbers only, as on a card or in one of six moments
  GLYPH = 6.2; // about what a letter takes in 11.5 px

/** A round number at or above a value: a short factor times a power of ten. */
function nice(value) {
  const size = 10 ** Math.floor(Math.log10(value));
  return size * [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((k) => k * size >= value * 0.999);
}

const isSteps = (plane) => plane.marks.some(({ x, mark }) => mark !== "rules" && x?.over === "step");

/** The ends of an axis. Those not given come from the numbers seen first, and never move inwards again. */
function ends(plane, which, frame) {
  const axis = plane[which],
    bars = plane.marks.find(({ mark, sideways }) => mark === "bars" && sideways === (which === "y"));
  if (axis.low !== null && axis.high !== null) return [axis.low, axis.high];
  if (bars) {
    const n = rows(bars, frame, ["value"])?.n || 1;
    return which === "y" ? [n - 0.5, -0.5] : [-0.5, n - 0.5]; // names are read from the top
  }
  const low = axis.low ?? 0;
  if (which === "x" && isSteps(plane)) return [low, Math.max(1, frame.run.total, frame.pinned?.total ?? 0)];
  let top = 0;
  for (const mark of plane.marks)
    if (mark.mark === "rules" && mark.axis === which && mark.at.values) top = Math.max(top, ...mark.at.values);
    else if (mark[which]?.over)
      for (const run of [frame.run, frame.pinned])
        for (const place of run ? places(mark, run) : []) if (place[which] > top) top = place[which];
  axis.reached = Math.max(axis.reached ?? 0, nice(Math.max(top, low + 1e-6)));
  return [low, axis.reached];
}

/** Where numbers of an axis lie between two pixels, and back. @param {number[]} ends */
function scale([low, high], log, from, length) {
  const bend = log ? Math.log10 : (v) => v,
    unbend = log ? (v) => 10 ** v : (v) => v,
    [a, b] = [bend(low), bend(high)];
  const to = (v) => from + (length * (bend(v) - a)) / (b - a);
  return [to, (px) => unbend(a + ((px - from) / length) * (b - a))];
}

/** Which numbers of an axis are written. @returns {[number, string][]} */
function written(axis, [low, high], small) {
  /** @returns {[number, string]} */
  const said = (v) => [v, figure(v)];
  if (small) return low < 0 && high > 0 ? [said(0)] : [low, high].map(said);
  if (Array.isArray(axis.ticks)) return axis.ticks;
  if (axis.ticks) return Array.from({ length: axis.ticks }, (_, i) => said(low + ((high - low) * i) / (axis.ticks - 1)));
  if (!axis.log) return ticks(low, high).map(said);
  const [a, b] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  return Array.from({ length: Math.max(0, b - a + 1) }, (_, i) => said(10 ** (a + i)));
}

const none = (axis) => Array.isArray(axis.ticks) && !axis.ticks.length && !axis.names;
const named = (axis) => [axis.name, axis.unit].filter(Boolean).join(", ");
const under = (plane) => (isSteps(plane) ? "" : named(plane.x)); // the name that stands right of the legend's first line

/**
 * The plane in a box: its area in pixels, X and Y of numbers, x and y of pixels, the ends of both axes.
 * @param {any} plane @param {{x: number, y: number, w: number, h: number}} box @param {any} frame
 */
export function layout(plane, box, frame) {
  const { x, y, marks } = plane,
    small = frame.small ?? box.w < SMALL,
    across = ends(plane, "x", frame),
    up = ends(plane, "y", frame),
    keys = small ? [] : legend(plane, frame, box.w),
    strip = marks.some(({ mark }) => mark === "swatches") ? 12 : 0;
  const left = y.names && small ? 0 : (y.room ?? (none(y) ? 0 : small ? 14 : 40)),
    top = named(y) || y.names ? (small && !y.names ? 10 : 20) : none(y) ? 0 : 10,
    right = x.room ?? (none(y) && none(x) ? 0 : 10),
    lines = Math.max(keys.at(-1)?.line ?? 0, under(plane) && !small ? 1 : 0),
    below = strip + (none(x) ? 0 : 20) + 16 * lines + (lines ? 2 : 0);
  const area = { x: box.x + left, y: box.y + top, w: box.w - left - right, h: box.h - top - below };
  if (y.most) area.h = Math.min(area.h, y.most * Math.abs(up[1] - up[0]));
  if (plane.square) {
    const k = Math.min(area.w / (across[1] - across[0]), area.h / (up[1] - up[0]));
    Object.assign(area, { w: k * (across[1] - across[0]), h: k * (up[1] - up[0]) });
  }
  const [X, back] = scale(across, x.log, area.x, area.w),
    [Y, down] = scale(up, y.log, area.y + area.h, -area.h);
  return { area, box, small, across, up, keys, strip, X, Y, x: back, y: down };
}

/** @param {CanvasRenderingContext2D} pen @param {any} at @param {any} plane @param {any} frame @param {any} theme */
export function axes(pen, at, plane, frame, theme) {
  const { area, box, small } = at,
    { x, y } = plane;
  pen.strokeStyle = theme.line;
  pen.lineWidth = 1;
  pen.fillStyle = theme.soft;
  pen.font = `11px ${theme.mono}`;
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  if (y.names) rowNames(pen, at, y, theme);
  else
    for (const [v, text] of none(y) ? [] : written(y, at.up, small)) {
      pen.beginPath();
      pen.moveTo(area.x, at.Y(v));
      pen.lineTo(area.x + area.w, at.Y(v));
      pen.stroke();
      pen.fillText(text, area.x - 6, at.Y(v));
    }
  pen.textBaseline = "alphabetic";
  pen.textAlign = "center";
  const foot = area.y + area.h + at.strip;
  if (isSteps(plane)) steps(pen, at, x.name, foot);
  else if (!none(x)) columns(pen, at, plane, frame, theme, foot);
  pen.font = `11.5px ${theme.font}`;
  pen.fillStyle = theme.soft;
  if (small && !y.names) return;
  pen.textAlign = "left";
  if (!y.names) pen.fillText(named(y), box.x + (none(x) ? area.x - box.x : 2), area.y - 8);
  pen.textAlign = "right";
  if (!isSteps(plane)) pen.fillText(named(x), area.x + area.w, foot + (none(x) ? 14 : 31));
}

function rowNames(pen, { area, box, small, up, Y }, { names }, theme) {
  const high = area.h / Math.abs(up[1] - up[0]);
  pen.font = `${Math.min(12.5, high * 0.75)}px ${theme.font}`;
  pen.textAlign = "left";
  pen.fillStyle = theme.ink;
  if (!small) names.forEach((name, i) => pen.fillText(name, box.x, Y(i)));
}

/** Steps of the training: the first, the last and the one between. */
function steps(pen, { X, across, small }, name, foot) {
  const end = across[1];
  for (const v of small ? [0, end] : [0, Math.round(end / 2), end]) {
    pen.textAlign = v === end ? "right" : v ? "center" : "left";
    pen.fillText(v ? String(v) : `${name} 0`, X(v) - (v ? 0 : 4), foot + 15);
  }
}

/** Numbers or names under the plane; names of bars must not touch, and the one that stands out is always there. */
function columns(pen, at, plane, frame, theme, foot) {
  const { area, across, small, X } = at,
    bars = plane.marks.find(({ mark, sideways }) => mark === "bars" && !sideways),
    names = plane.x.names;
  if (!bars && !names) {
    for (const [v, text] of written(plane.x, across, small)) {
      if (Array.isArray(plane.x.ticks)) pen.font = `11.5px ${theme.font}`;
      const edge = plane.x.ticks?.length && (v === across[0] ? "left" : v === across[1] && "right"); // words, not numbers
      pen.textAlign = edge || "center";
      pen.fillText(text, X(v), foot + (small ? 13 : 14));
    }
    return;
  }
  const n = Math.round(across[1] - across[0]),
    every = Math.max(1, Math.ceil(18 / (area.w / n))),
    lit = bars?.lit ? numbers(bars.lit, frame, false)?.[0] : null;
  for (let i = 0; i < n; i++) {
    if (i % every && i !== lit) continue;
    pen.fillStyle = i === lit ? theme.model : theme.soft;
    pen.fillText(names?.[i] ?? String(i), X(i), foot + 14);
  }
}

/** The legend's entries, each with its place; a line that is full, or has the axis' name, goes on in the next one. */
function legend(plane, frame, width) {
  const made = plane.marks
    .filter(({ mark, label, place }) => mark === "line" && label && place === "legend")
    .map(({ label, concept, dash }) => ({ label, concept: concept[0], dash }));
  if (frame.pinned && !frame.titled && plane.marks.some(({ place }) => place === "legend"))
    made.push({ label: frame.run.label, concept: "soft", dash: [] }, { label: frame.pinned.label, concept: "soft", dash: [5, 4] });
  if (made.length < 2) return [];
  const name = under(plane),
    room = width - (name ? 24 + GLYPH * name.length : 0);
  let [x, line] = [0, 1];
  for (const entry of made) {
    const wide = 34 + GLYPH * entry.label.length;
    if ((x || (line === 1 && name)) && x + wide - 14 > (line === 1 ? room : width)) [x, line] = [0, line + 1];
    Object.assign(entry, { x, line, spare: room - x - wide + 14 });
    x += wide;
  }
  return made;
}

export function key(pen, { keys, area, box }, theme) {
  pen.font = `11.5px ${theme.font}`;
  pen.textAlign = "left";
  const left = keys.at(-1)?.line > 1 ? box.x : Math.min(area.x, box.x + (keys.at(-1)?.spare ?? 0));
  for (const { label, concept, dash, x, line } of keys) {
    const [X, Y] = [Math.max(box.x, left) + x, area.y + area.h + 15 + 16 * line];
    pen.strokeStyle = theme[concept];
    pen.lineWidth = 1.8;
    pen.setLineDash(dash);
    pen.beginPath();
    pen.moveTo(X, Y - 4);
    pen.lineTo(X + 16, Y - 4);
    pen.stroke();
    pen.setLineDash([]);
    pen.fillStyle = theme.soft;
    pen.fillText(label, X + 20, Y);
  }
}

/** The step under a pixel, where the plane goes over steps. @returns {number|null} */
export function stepAt(plane, at, px) {
  if (!isSteps(plane) || px < at.area.x || px > at.area.x + at.area.w) return null;
  return Math.round(at.x(px));
}

/** How far time has come, 0 to 1: the inner time where there is one, else the film's. */
export function share(panel, frame) {
  const { run, moment, before, fade } = frame,
    last = run.steps.length - 1,
    from = fade < 1 && before < moment ? before : moment;
  if (panel.inner) return frame.shared?.at ?? 1;
  return last > 0 ? (from + (moment - from) * Math.max(0, fade ?? 1)) / last : 1;
}
