/** A plot: one plane or several below each other, with marks that follow the film's time. See plot.py and marks.py. */

import { cross, make } from "../parts/kit.js";
import { Clock } from "../film/clock.js";
import { axes, key, layout } from "./plot_axes.js";
import * as ofRows from "./plot_marks.js";
import { one } from "./plot_rows.js";
import * as ways from "./plot_ways.js";
import { told } from "./plot_read.js";
import { Writer } from "./plot_words.js";

const STEPS = 32; // of an arrow key, from one end of the plane to the other

export const fades = false;
export const glides = true;

/** @returns {number} how tall it wants to be on a phone */
export const natural = ({ tall, aspect }, width) => Math.min(tall, aspect * width);

export function mount(pane, panel, state, redraw) {
  if (panel === state.timed) Clock.join(make("div", "layers", pane), panel.inner, state, redraw);
}

/** The planes with their places, from the top. */
function planes(box, panel, frame) {
  const h = box.h / panel.planes.length;
  return panel.planes.map((plane, i) => ({ plane, at: layout(plane, { ...box, y: box.y + i * h, h }, frame) }));
}

/** @param {CanvasRenderingContext2D} pen */
export function draw(pen, box, panel, frame, theme) {
  for (const { plane, at } of planes(box, panel, frame)) {
    at.pale = plane.when !== null && !(one(plane.when, frame) >= plane.least);
    pen.globalAlpha = at.pale ? 0.25 : 1;
    drawPlane(pen, at, plane, panel, frame, theme);
    pen.globalAlpha = 1;
  }
}

function drawPlane(pen, at, plane, panel, frame, theme) {
  const { area } = at,
    writer = new Writer(pen, at, theme),
    over = []; // what is not cut off at the plane's edge
  axes(pen, at, plane, frame, theme);
  pen.save();
  pen.beginPath();
  pen.rect(area.x, area.y - 4, area.w + 6, area.h + 8);
  pen.clip();
  for (const mark of plane.marks) {
    if (mark.mark === "swatches" || mark.mark === "arrows" || mark.mark === "words") over.push(mark);
    else (ofRows.drawn[mark.mark] ?? ways.drawn[mark.mark])(...(ways.drawn[mark.mark] ? [pen, at, mark, panel] : [pen, at, mark]), frame, theme);
  }
  pen.restore();
  for (const mark of over) (ofRows.drawn[mark.mark] ?? ofRows.words)(pen, at, mark, frame, theme);
  ways.heads(pen, at, plane, frame, theme);
  ways.said(pen, at, plane, frame, theme, writer);
  for (const mark of plane.marks) if (mark.mark === "arrows") ofRows.keepArrows(at, mark, frame, writer);
  for (const mark of plane.marks) if (mark.mark === "dots") ofRows.dotNames(at, mark, frame, theme, writer);
  key(pen, at, theme);
  const { cursor } = frame.shared ?? {};
  if (cursor) cross(pen, at.X(cursor[0]), at.Y(cursor[1]), theme.ink);
}

/** The plane that holds a pixel. */
const holding = (box, panel, frame, py) => planes(box, panel, frame).find(({ at }) => py <= at.box.y + at.box.h);

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const found = holding(box, panel, frame, py);
  return found ? told(found.plane, found.at, frame, px, py).said : "";
}

/** Which row is under the pointer, for the other panels of the film. @returns {{link: string, i: number}|null} */
export function row(box, panel, frame, px, py) {
  const found = holding(box, panel, frame, py);
  return found ? told(found.plane, found.at, frame, px, py).row : null;
}

/** The place on the first plane under the pointer, in the numbers of its axes; null beside it. */
export function spot(box, panel, px, py, frame) {
  const [{ at }] = planes(box, panel, frame),
    { area } = at,
    inside = px >= area.x && px <= area.x + area.w && py >= area.y && py <= area.y + area.h;
  return inside ? [at.x(px), at.y(py)] : null;
}

/** Where an arrow key leads the cross; null for any other key. */
export function moved(panel, cursor, key, frame) {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  if (!ways[key]) return null;
  const [{ at }] = planes({ x: 0, y: 0, w: 500, h: 400 }, panel, frame),
    go = (ends, v, by) => Math.max(Math.min(...ends), Math.min(Math.max(...ends), v + (by * (ends[1] - ends[0])) / STEPS)),
    middle = (ends) => (ends[0] + ends[1]) / 2,
    [x, y] = cursor ?? [middle(at.across), middle(at.up)];
  return [go(at.across, x, ways[key][0]), go(at.up, y, ways[key][1])];
}
