/**
 * What the judge sees and what people get, over the distance from SFT: two paths along one training, and
 * best-of-n beside them. See `climb` of climbing.py.
 */

import { figure, haloed, ticks } from "../parts/kit.js";
import { bests, of, path, walked } from "./climb_path.js";

export const fades = false;
export const glides = true;
export const shares = true; // two runs in one box

const SMALL = 260; // pixels: as in six moments side by side, with room for numbers only

export const natural = (panel, width) => Math.min(360, width * 0.86);

/** @param {number} v @returns {string} points, always with their sign */
export const points = (v) => `${v < 0 ? "−" : "+"}${Math.abs(v).toFixed(2)}`;

function layout(panel, box) {
  const small = box.w < SMALL,
    area = small
      ? { x: box.x + 14, y: box.y + 10, w: box.w - 20, h: box.h - 30 }
      : { x: box.x + 38, y: box.y + 20, w: box.w - 46, h: box.h - 58 },
    [x0, x1] = panel.x,
    [y0, y1] = panel.y,
    held = (v, low, high) => Math.max(low, Math.min(high, v));
  return {
    area,
    small,
    X: (v) => area.x + (area.w * (held(v, x0, x1) - x0)) / (x1 - x0),
    Y: (v) => area.y + area.h * (1 - (held(v, y0, y1) - y0) / (y1 - y0)),
  };
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
    all = path(panel, of(frame.run)),
    seen = walked(all, frame),
    best = bests(panel, frame),
    { small } = at,
    other = frame.pinned && !small ? path(panel, of(frame.pinned)) : [];
  axes(pen, at, panel, box, theme);
  wedge(pen, at, seen, theme);
  for (const { scalars } of small ? [] : frame.band) {
    const one = path(panel, (name) => scalars[name]);
    panel.curves.forEach(({ concept }, c) => curve(pen, at, one, c, theme[concept], { width: 0.8, alpha: 0.4 }));
  }
  panel.curves.forEach(({ concept }, c) => {
    const colour = theme[concept];
    curve(pen, at, best, c, colour, { width: 1.1, dash: [2, 3], alpha: 0.9, dots: small ? 0 : 1.7 });
    curve(pen, at, other, c, colour, { width: 1.4, dash: [6, 4], alpha: 0.75 });
    curve(pen, at, all, c, colour, { width: 1.3, alpha: 0.26 });
    curve(pen, at, seen, c, colour, { width: 2.4 });
  });
  const write = writer(pen, at, all, theme);
  if (panel.bet) level(pen, at, panel.bet, theme, write);
  if (seen.length) now(pen, at, panel, seen, theme, write);
  if (small) return;
  const { area, X, Y } = at;
  if (best.length > 1) named(at, panel, best.at(-1), theme, write);
  if (other.length) {
    const end = other.at(-1);
    panel.curves.forEach(({ concept }, c) => {
      const [x, y] = [X(end.x), Y(end.y[c])];
      write(frame.pinned.label, theme[concept], [[x + 7, y], [x - 7, y - 11, true], [x - 7, y + 11, true], [x + 7, y + 13]]); // prettier-ignore
    });
  }
  write("SFT", theme.soft, [[area.x + area.w - 4, Y(0) - 9, true], [area.x + area.w - 4, Y(0) + 10, true]]); // prettier-ignore
}

function curve(pen, { X, Y }, places, c, colour, { width, alpha = 1, dash = [], dots = 0 }) {
  pen.beginPath();
  places.forEach(({ x, y }, i) => pen[i ? "lineTo" : "moveTo"](X(x), Y(y[c])));
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.globalAlpha = alpha;
  pen.setLineDash(dash);
  pen.stroke();
  pen.setLineDash([]);
  for (const { x, y } of dots ? places : []) {
    pen.beginPath();
    pen.arc(X(x), Y(y[c]), dots, 0, 7);
    pen.fill();
  }
  pen.globalAlpha = 1;
}

/** The room between the two paths walked so far. */
function wedge(pen, { X, Y }, seen, theme) {
  if (seen.length < 2) return;
  pen.beginPath();
  for (const { x, y } of seen) pen.lineTo(X(x), Y(y[0]));
  for (const { x, y } of [...seen].reverse()) pen.lineTo(X(x), Y(y[1]));
  pen.fillStyle = theme.blind;
  pen.globalAlpha = theme.dark ? 0.1 : 0.07;
  pen.fill();
  pen.globalAlpha = 1;
}

function axes(pen, { area, small, X, Y }, panel, box, theme) {
  pen.lineWidth = 1;
  pen.font = `11px ${theme.mono}`;
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  for (const v of small ? [0] : ticks(...panel.y)) {
    pen.strokeStyle = v ? theme.line : theme.soft;
    pen.beginPath();
    pen.moveTo(area.x, Y(v));
    pen.lineTo(area.x + area.w, Y(v));
    pen.stroke();
    pen.fillStyle = theme.soft;
    pen.fillText(figure(v), area.x - 6, Y(v));
  }
  pen.textBaseline = "alphabetic";
  pen.textAlign = "center";
  for (const v of small ? panel.x : ticks(...panel.x)) pen.fillText(figure(v), X(v), area.y + area.h + (small ? 13 : 15));
  pen.font = `11.5px ${theme.font}`;
  pen.textAlign = "left";
  if (small) return;
  pen.fillText(panel.upTitle, box.x + 2, area.y - 8);
  pen.textAlign = "right";
  pen.fillText(panel.acrossTitle, area.x + area.w, area.y + area.h + 32);
}

/** Words that run into no path and not into each other: at the first place that is free, or nowhere. */
function writer(pen, { area, small, X, Y }, all, theme) {
  const taken = all.flatMap(({ x, y }) => y.map((v) => ({ x: X(x) - 2, y: Y(v) - 2, w: 4, h: 4 })));
  const free = (b) =>
    b.x >= area.x && b.x + b.w <= area.x + area.w + 6 && b.y >= area.y - 2 && b.y + b.h <= area.y + area.h + 2 &&
    taken.every((t) => b.x + b.w <= t.x || t.x + t.w <= b.x || b.y + b.h <= t.y || t.y + t.h <= b.y); // prettier-ignore
  const write = (text, colour, places, weight = 400, must = false) => {
    pen.font = `${weight} ${small ? 10 : 12}px ${theme.font}`;
    const w = pen.measureText(text).width,
      boxes = places.map(([x, y, left]) => ({ x: left ? x - w : x, y: y - 7, w, h: 14 })),
      found = boxes.find(free) ?? (must ? boxes[0] : null);
    if (!found) return;
    taken.push(found);
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    haloed(pen, text, found.x, found.y + 7, colour, theme);
    pen.textBaseline = "alphabetic";
  };
  return Object.assign(write, { keep: (box) => taken.push(box) });
}

function level(pen, { area, Y }, { value, label }, theme, write) {
  pen.strokeStyle = theme.past;
  pen.setLineDash([6, 3]);
  pen.lineWidth = 1.4;
  pen.beginPath();
  pen.moveTo(area.x, Y(value));
  pen.lineTo(area.x + area.w, Y(value));
  pen.stroke();
  pen.setLineDash([]);
  const [x, y] = [area.x + area.w - 4, Y(value)];
  write(`${label} ${points(value)}`, theme.past, [[x, y - 9, true], [x, y + 10, true]]); // prettier-ignore
}

/** The two dots of this moment, what they are worth, and the gap between them. */
function now(pen, { area, small, X, Y }, panel, seen, theme, write) {
  const { x, y } = seen.at(-1),
    px = X(x),
    py = y.map(Y),
    order = py[0] <= py[1] ? [0, 1] : [1, 0],
    apart = Math.abs(py[0] - py[1]),
    texts = panel.curves.map(({ label }, c) => (small ? points(y[c]) : `${label} ${points(y[c])}`));
  pen.font = `600 ${small ? 10 : 12}px ${theme.font}`;
  const left = px + 11 + Math.max(...texts.map((text) => pen.measureText(text).width)) > area.x + area.w + 4;
  peak(pen, X, Y, seen, theme, small);
  if (apart > 14) {
    write.keep({ x: px - 2, y: py[order[0]], w: 4, h: apart });
    pen.strokeStyle = theme.blind;
    pen.lineWidth = 1.3;
    pen.beginPath();
    pen.moveTo(px, py[order[0]] + 6);
    pen.lineTo(px, py[order[1]] - 6);
    pen.stroke();
  }
  panel.curves.forEach(({ concept }, c) => {
    pen.fillStyle = theme[concept];
    pen.strokeStyle = theme.card;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(px, py[c], small ? 3.5 : 5.5, 0, 7);
    pen.fill();
    pen.stroke();
  });
  const shift = Math.max(left ? (small ? 10 : 15) : 4, (17 - apart) / 2); // to the left runs the path that led here
  order.forEach((c, below) => {
    const { concept } = panel.curves[c],
      Y1 = Math.max(area.y + 6, Math.min(area.y + area.h - 8, py[c] + (below ? shift : -shift)));
    const [one, two] = [[px + 11, Y1], [px - 11, Y1, true]]; // prettier-ignore
    write(texts[c], theme[concept], left ? [two, one] : [one, two], 600, true);
  });
  const middle = (py[0] + py[1]) / 2;
  const [one, two] = [[px + 8, middle], [px - 8, middle, true]]; // prettier-ignore
  if (apart > 52 && !small) write(`gap ${Math.abs(y[0] - y[1]).toFixed(2)}`, theme.blind, left ? [two, one] : [one, two]);
}

/** Where people had most so far, once it has been left behind. */
function peak(pen, X, Y, seen, theme, small) {
  const top = seen.reduce((best, one) => (one.y[1] > best.y[1] ? one : best)),
    end = seen.at(-1);
  if (small || Math.hypot(X(top.x) - X(end.x), Y(top.y[1]) - Y(end.y[1])) < 18) return;
  pen.strokeStyle = theme.truth;
  pen.fillStyle = theme.card;
  pen.lineWidth = 1.8;
  pen.beginPath();
  pen.arc(X(top.x), Y(top.y[1]), 4.5, 0, 7);
  pen.fill();
  pen.stroke();
}

/** The end of the two curves of best-of-n. */
function named({ X, Y }, panel, { n, x, y }, theme, write) {
  const upper = y[0] >= y[1] ? 0 : 1,
    apart = Math.abs(Y(y[0]) - Y(y[1])) > 26;
  for (const c of apart ? [0, 1] : [upper]) {
    const [px, py, away] = [X(x), Y(y[c]), c === upper ? -11 : 11];
    write(`best of ${n}`, theme[panel.curves[c].concept], [[px + 7, py], [px - 2, py + away], [px - 2, py - away], [px + 4, py + away, true], [px - 2, py + 2 * away]]); // prettier-ignore
  }
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const { X, Y } = layout(panel, box);
  const nearest = (places) => {
    const far = ({ x, y }) => Math.min(...y.map((v) => Math.hypot(X(x) - px, Y(v) - py)));
    return places.map((one) => ({ ...one, far: far(one) })).sort((a, b) => a.far - b.far)[0];
  };
  const say = ({ x, y }) => {
    const each = panel.curves.map(({ label }, c) => `${label} ${points(y[c])}`).join(", ");
    return `√KL ${figure(+x.toPrecision(3))}, ${each}, gap ${Math.abs(y[0] - y[1]).toFixed(2)}`;
  };
  const found = [nearest(path(panel, of(frame.run))), nearest(bests(panel, frame))]
    .filter((one) => one && one.far < 24)
    .sort((a, b) => a.far - b.far)[0];
  if (!found) return "";
  return `${found.n ? `best of ${found.n}` : `step ${found.step}`}: ${say(found)}`;
}
