/** The marks of a plot that go on: lines, bands and rules, over the steps of a training or through a moment's rows. */

import { share } from "./plot_axes.js";
import { isWay, now, numbers, places, rows, walked } from "./plot_rows.js";
import { filled } from "./plot_words.js";

const APART = 17; // pixels between the words at two lines' ends

/** @param {CanvasRenderingContext2D} pen */
function path(pen, points, { colour, width = 1.3, alpha = 1, dash = [] }) {
  pen.beginPath();
  let up = true;
  for (const point of points) {
    if (!point)
      up = true; // a value that was no number: the line breaks
    else (pen[up ? "moveTo" : "lineTo"](point[0], point[1]), (up = false));
  }
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.globalAlpha = alpha;
  pen.setLineDash(dash);
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

function disc(pen, x, y, r, fill, edge, width = 2) {
  pen.beginPath();
  pen.arc(x, y, r, 0, 7);
  pen.fillStyle = fill;
  pen.fill();
  if (!edge) return;
  pen.strokeStyle = edge;
  pen.lineWidth = width;
  pen.stroke();
}

const placed = (at, field = "y") => (place) => !place.gap && [at.X(place.x), at.Y(place[field])];

/** A figure over the training: other seeds thin, a pinned run dashed, the whole pale, strong as far as time has come. */
function overTime(pen, at, mark, frame, theme) {
  const colour = theme[mark.concept[0]],
    all = places(mark, frame.run),
    draw = (line, style) => path(pen, line.map(placed(at)), { colour, ...style });
  for (const seed of at.small ? [] : frame.band) draw(places(mark, seed), { width: 0.8, alpha: 0.42 });
  if (frame.pinned && !at.small) draw(places(mark, frame.pinned), { dash: [5, 4], alpha: 0.85 });
  draw(all, { alpha: 0.27, dash: mark.dash });
  draw(walked(all, now(frame)), { width: mark.width, dash: mark.dash });
}

/** Lines through the rows of a moment: as many as there are times as many y as x. */
function throughRows(pen, at, mark, panel, frame, theme) {
  const [xs, ys] = [mark.x && numbers(mark.x, frame), mark.y && numbers(mark.y, frame)];
  if ((mark.x && !xs) || (mark.y && !ys)) return;
  const n = xs?.length ?? ys.length,
    until = mark.follows ? share(panel, frame) : 1;
  for (const [alpha, end] of mark.follows ? [[0.22, 1], [0.95, until]] : [[mark.alpha, 1]]) { // prettier-ignore
    const points = [];
    for (let from = 0; from < (ys?.length ?? n); from += n) {
      for (let i = 0; i < n && i <= end * (n - 1) + 1e-9; i++) {
        const [x, y] = [xs ? xs[i] : i, ys ? ys[from + i] : i];
        points.push(Number.isFinite(x) && Number.isFinite(y) && [at.X(x), at.Y(y)]);
      }
      points.push(null);
    }
    path(pen, points, { colour: theme[mark.concept[0]], width: mark.width, dash: mark.dash, alpha });
    if (mark.dots && !at.small) for (const point of points) if (point) disc(pen, ...point, mark.dots, theme[mark.concept[0]]);
  }
}

function line(pen, at, mark, panel, frame, theme) {
  if (isWay(mark)) overTime(pen, at, mark, frame, theme);
  else throughRows(pen, at, mark, panel, frame, theme);
}

const EDGES = ["x", "low", "high"];

/** What lies between two lines. @returns {any[]} places with x, low and high */
export function bandOf(mark, frame, whole = false) {
  if (isWay(mark)) {
    const all = places(mark, frame.run, EDGES);
    return (whole ? all : walked(all, now(frame))).filter(({ gap }) => !gap);
  }
  const seen = rows(mark, frame, EDGES),
    all = Array.from({ length: seen?.n ?? 0 }, (_, i) => ({ i, x: seen.x(i), low: seen.low(i), high: seen.high(i) }));
  return all.filter(({ x, low, high }) => [x, low, high].every(Number.isFinite));
}

function band(pen, at, mark, panel, frame, theme) {
  const seen = bandOf(mark, frame);
  if (seen.length < 2 || !mark.alpha) return;
  pen.beginPath();
  for (const { x, low } of seen) pen.lineTo(at.X(x), at.Y(low));
  for (const { x, high } of [...seen].reverse()) pen.lineTo(at.X(x), at.Y(high));
  pen.fillStyle = theme[mark.concept[0]];
  pen.globalAlpha = mark.alpha * (theme.dark ? 1.4 : 1);
  pen.fill();
  pen.globalAlpha = 1;
}

/** Levels across the plane, or up through it; a number of steps moves with the film. */
function rules(pen, at, mark, panel, frame, theme) {
  const { area, X, Y } = at,
    all = mark.follows ? [at.x(area.x + area.w * share(panel, frame))] : mark.at.over ? [now(frame)] : numbers(mark.at, frame, false);
  pen.strokeStyle = pen.fillStyle = theme[mark.concept[0]];
  pen.lineWidth = mark.width;
  pen.setLineDash(mark.dash);
  for (const v of all ?? []) {
    pen.beginPath();
    if (mark.axis === "x") (pen.moveTo(X(v), area.y), pen.lineTo(X(v), area.y + area.h));
    else (pen.moveTo(area.x, Y(v)), pen.lineTo(area.x + area.w, Y(v)));
    pen.stroke();
    if (!mark.flag) continue;
    pen.beginPath();
    for (const [dx, dy] of [[-5, -1], [5, -1], [0, 6]]) pen.lineTo(X(v) + dx, area.y + dy); // prettier-ignore
    pen.fill();
  }
  pen.setLineDash([]);
}

export const drawn = { line, band, rules };

/** Dots where lines have come to, over what is cut off at the plane's edge. */
export function heads(pen, at, plane, frame, theme) {
  const { area, X } = at;
  for (const mark of plane.marks) {
    if (mark.mark !== "line" || !isWay(mark)) continue;
    const seen = walked(places(mark, frame.run), now(frame)),
      last = seen.findLast(({ gap }) => !gap);
    if (!last) continue;
    const held = Math.max(area.y, Math.min(area.y + area.h, at.Y(last.y))),
      px = Math.min(area.x + area.w, X(mark.x.over === "step" ? now(frame) : last.x));
    if (mark.peak) peak(pen, at, seen, px, held, theme[mark.concept[0]], theme);
    if (mark.ends) disc(pen, px, held, at.small ? 3.5 : 5.5, theme[mark.concept[0]], theme.card);
    else disc(pen, px, held, 4, theme[mark.concept[0]]);
  }
}

/** A ring where a line stood highest so far, once it has been left behind. */
function peak(pen, at, seen, px, py, colour, theme) {
  const top = seen.reduce((best, one) => (one.gap || one.y <= best.y ? best : one)),
    [x, y] = [at.X(top.x), at.Y(top.y)];
  if (!at.small && Math.hypot(x - px, y - py) >= 18) disc(pen, x, y, 4.5, theme.card, colour, 1.8);
}

/** The words of lines, bands and rules. `writer` knows what is taken. */
export function said(pen, at, plane, frame, theme, writer) {
  const { X, Y, small } = at,
    ending = plane.marks.filter((mark) => mark.mark === "line" && mark.ends && isWay(mark));
  for (const mark of ending)
    for (const { x, y, gap } of places(mark, frame.run)) if (!gap) writer.keep({ x: X(x) - 2, y: Y(y) - 2, w: 4, h: 4 });
  for (const mark of plane.marks) if (mark.mark === "rules" && mark.label && !mark.last) level(at, mark, frame, theme, writer);
  endings(pen, at, ending, frame, theme, writer);
  for (const mark of plane.marks) {
    if (mark.mark === "band" && mark.gap) between(pen, at, mark, frame, theme, writer);
    if (small) continue;
    if (mark.mark === "line" && mark.label && ["start", "end", "last"].includes(mark.place)) beside(at, mark, frame, theme, writer);
    if (mark.mark === "rules" && mark.label && mark.last) level(at, mark, frame, theme, writer);
  }
  if (!frame.pinned || small || at.keys.length) return; // the legend says which is dashed
  for (const mark of ending) {
    const end = places(mark, frame.pinned).findLast(({ gap }) => !gap),
      [x, y] = end ? [X(end.x), Y(end.y)] : [0, 0];
    if (end) writer.write(frame.pinned.label, theme[mark.concept[0]], [[x + 7, y], [x - 7, y - 11, true], [x - 7, y + 11, true], [x + 7, y + 13]]); // prettier-ignore
  }
}

function level({ area, X, Y, small }, mark, frame, theme, writer) {
  if (small && mark.last) return;
  const v = numbers(mark.at, frame, false)?.[0];
  if (v === undefined) return;
  const [x, y] = mark.axis === "x" ? [X(v) + 6, area.y + 14] : [area.x + area.w - 4, Y(v)],
    above = [x, y - 9, mark.axis === "y"],
    under = [x, y + 10, mark.axis === "y"];
  const spots = mark.below ? [under, above] : [above, under];
  if (mark.axis === "x") spots.push([X(v) - 6, spots[0][1], true]); // to its left, where the plane ends
  writer.write(filled(mark.label, { value: v }), theme[mark.concept[0] === "line" ? "soft" : mark.concept[0]], spots, { must: mark.must });
}

/** What the lines have come to, written where they have come to, apart from each other. */
function endings(pen, at, marks, frame, theme, writer) {
  const { area, X, Y, small } = at,
    ends = marks
      .map((mark) => ({ mark, last: walked(places(mark, frame.run), now(frame)).findLast(({ gap }) => !gap) }))
      .filter(({ last }) => last)
      .map(({ mark, last }) => ({ mark, px: X(last.x), py: Y(last.y), text: filled(small ? mark.ends.replace("{label} ", "") : mark.ends, { label: mark.label, ...last }) }))
      .sort((a, b) => a.py - b.py);
  if (!ends.length) return;
  pen.font = `600 ${small ? 10 : 12}px ${theme.font}`;
  const wide = Math.max(...ends.map(({ text }) => pen.measureText(text).width)),
    left = ends[0].px + 11 + wide > area.x + area.w + 4,
    least = Math.min(Infinity, ...ends.slice(1).map(({ py }, i) => py - ends[i].py)),
    shift = Math.max(left ? (small ? 10 : 15) : 4, (APART - least) / 2); // to the left runs the path that led here
  ends.forEach(({ mark, px, py, text }, i) => {
    const away = ends.length > 1 ? ((2 * i) / (ends.length - 1) - 1) * shift : left ? -shift : 0,
      y = Math.max(area.y + 6, Math.min(area.y + area.h - 8, py + away)),
      [one, two] = [[px + 11, y], [px - 11, y, true]]; // prettier-ignore
    writer.write(text, theme[mark.concept[0]], left ? [two, one] : [one, two], { weight: 600, must: true });
  });
}

/** The gap of a band where it has come to: a thread, and how wide it is. */
function between(pen, at, mark, frame, theme, writer) {
  const { area, X, Y, small } = at,
    end = bandOf(mark, frame).at(-1);
  if (!end) return;
  const [px, top, foot] = [X(end.x), Math.min(Y(end.low), Y(end.high)), Math.max(Y(end.low), Y(end.high))];
  if (foot - top > 14) path(pen, [[px, top + 6], [px, foot - 6]], { colour: theme[mark.concept[0]] }); // prettier-ignore
  if (foot - top <= 52 || small) return;
  const spots = [[px + 8, (top + foot) / 2], [px - 8, (top + foot) / 2, true]]; // prettier-ignore
  const text = filled(mark.gap, { ...end, gap: Math.abs(end.high - end.low) });
  writer.write(text, theme[mark.concept[0]], px + 100 > area.x + area.w ? spots.reverse() : spots);
}

/** What a line means: at its end, or over it near its upper end, or under it near its lower one. */
function beside(at, mark, frame, theme, writer) {
  const seen = rows(mark, frame);
  if (!seen?.n) return;
  const { area, X, Y } = at,
    colour = theme[mark.concept[0]],
    points = Array.from({ length: seen.n }, (_, i) => [X(seen.x(i)), Y(seen.y(i))]).filter(([x, y]) => Number.isFinite(x + y));
  if (mark.place === "last") {
    const [px, py] = points.at(-1) ?? [NaN];
    if (points.length > 1) writer.write(mark.label, colour, [[px + 7, py], [px - 2, py - 11], [px - 2, py + 11], [px + 4, py - 11, true], [px - 2, py - 22]]); // prettier-ignore
    return;
  }
  const [[x0, y0], [x1, y1]] = [points[0], points.at(-1)],
    slope = (y1 - y0) / (x1 - x0 || 1),
    reach = slope ? [area.y, area.y + area.h].map((y) => x0 + (y - y0) / slope).sort((a, b) => a - b) : [x0, x1],
    [from, to] = [Math.max(area.x, x0, reach[0]), Math.min(area.x + area.w, x1, reach[1])], // what of it is seen
    low = mark.place === "start",
    x = from + (low ? 0.2 : 0.86) * (to - from),
    y = y0 + slope * (x - x0);
  writer.write(mark.label, colour, [[x + (low ? 10 : -10), Math.max(area.y + 8, y + (low ? 10 : -6)), !low]], { must: true, size: 11.5 });
}
