/**
 * The plane of z: what is drawn at each place, a cloud for each picture, and a lens that shows at once what the decoder
 * makes of the place under the hand, mixed of the four tiles around it. See `plane` of pages/elbo/figures.py.
 */

import { figure } from "../../parts/kit.js";
import { picture } from "../../panels/images.js";

export const fades = false;
export const glides = true;

const GAP = 16,
  BESIDE = 0.32, // of the width: the lens
  LINE = 16,
  STEPS = 40; // of an arrow key, from one end of the plane to the other
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export const natural = (panel, width) => width * (1 - BESIDE);

function layout(panel, box) {
  const side = Math.min(box.w * (1 - BESIDE), box.h - 2),
    k = (side * (1 - 1 / panel.tiles)) / (2 * panel.reach), // half a tile stands beyond the reach on each side
    lens = box.x + side + GAP;
  return { side, k, x: (v) => box.x + side / 2 + v * k, y: (v) => box.y + side / 2 - v * k, lens, wide: Math.min(box.x + box.w - lens, box.h - 5 * LINE - 10) };
}

/** Where the lens is: under the hand, else on its way round once, else where it was pinned, else where it rests. */
function place({ pick }, panel) {
  if (pick?.pointed?.query) return pick.pointed.query;
  const turn = 2 * Math.PI * (pick?.share ?? 0),
    far = 0.5 * panel.reach;
  if (pick?.share != null) return [far * Math.cos(turn), far * Math.sin(turn)];
  return pick?.pinned ?? [far, 0];
}

/** What the decoder makes of a place: levels of the four tiles around it, by their nearness. */
function decoded(panel, block, [x, y]) {
  const { tiles: n, reach } = panel,
    [, h, w] = block.shape,
    at = (v) => Math.max(0, Math.min(n - 1.001, ((v + reach) / (2 * reach)) * (n - 1)));
  const [c, r] = [at(x), at(-y)],
    [left, up] = [Math.floor(c), Math.floor(r)],
    [a, b] = [c - left, r - up];
  const level = (row, column, j) => block.values[(row * n + column) * h * w + j];
  const values = Float32Array.from({ length: h * w }, (_, j) => {
    const upper = (1 - a) * level(up, left, j) + a * level(up, left + 1, j),
      lower = (1 - a) * level(up + 1, left, j) + a * level(up + 1, left + 1, j);
    return (1 - b) * upper + b * lower;
  });
  return { values, shape: [1, h, w] };
}

/** Centre and width of each cloud, on the way from the moment before. */
function clouds(panel, { run, moment, before, fade = 1 }) {
  const read = (name) => {
    const now = run.at(name, moment)?.values,
      was = before === undefined ? now : run.at(name, before)?.values;
    return now && Array.from(now, (v, i) => fade * v + (1 - fade) * (was ?? now)[i]);
  };
  const [mu, sigma] = [read(panel.mu), read(panel.sigma)];
  return mu && sigma ? panel.classes.map((label, i) => ({ label, x: mu[2 * i], y: mu[2 * i + 1], sx: sigma[2 * i], sy: sigma[2 * i + 1] })) : [];
}

const nearest = (all, [x, y]) => all.reduce((best, one) => (Math.hypot(one.x - x, one.y - y) < Math.hypot(best.x - x, best.y - y) ? one : best), all[0]);

/** @param {CanvasRenderingContext2D} pen @param {any} box @param {any} panel @param {any} frame @param {any} theme */
export function draw(pen, box, panel, frame, theme) {
  const block = frame.run.at(panel.array, frame.moment),
    all = clouds(panel, frame);
  if (!block || !all.length) return;
  const at = layout(panel, box),
    { tiles: n } = panel,
    [, h, w] = block.shape,
    s = at.side / n,
    here = place(frame, panel),
    lit = nearest(all, here).label;
  pen.save();
  pen.beginPath();
  pen.rect(box.x, box.y, at.side, at.side);
  pen.clip();
  pen.globalAlpha *= 0.4;
  for (let i = 0; i < n * n; i++) picture(pen, block, i, h, w, panel, theme, box.x + (i % n) * s, box.y + Math.floor(i / n) * s, s - 1, s - 1);
  pen.globalAlpha /= 0.4;
  ring(pen, at, 0, 0, panel.circle, panel.circle, theme.past, 2, [6, 4]);
  for (const { label, x, y, sx, sy } of all) {
    const strong = label === lit;
    ring(pen, at, x, y, Math.max(sx, 2.5 / at.k), Math.max(sy, 2.5 / at.k), strong ? theme.model : theme.soft, strong ? 2 : 1, [], strong ? 0.35 : 0.15);
    pen.fillStyle = strong ? theme.model : theme.ink;
    pen.font = `600 11.5px ${theme.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(label, at.x(x), at.y(y));
  }
  pen.strokeStyle = theme.code;
  pen.lineWidth = 2.5;
  pen.strokeRect(at.x(here[0]) - s / 2, at.y(here[1]) - s / 2, s, s);
  pen.restore();
  pen.strokeStyle = theme.line;
  pen.lineWidth = 1;
  pen.strokeRect(box.x + 0.5, box.y + 0.5, at.side - 1, at.side - 1);
  if (!frame.small) lens(pen, box, at, panel, decoded(panel, block, here), here, lit, theme);
}

function ring(pen, at, x, y, rx, ry, colour, width, dash, fill = 0) {
  pen.beginPath();
  pen.ellipse(at.x(x), at.y(y), rx * at.k, ry * at.k, 0, 0, 2 * Math.PI);
  const alpha = pen.globalAlpha;
  pen.fillStyle = pen.strokeStyle = colour;
  pen.globalAlpha = alpha * fill;
  if (fill) pen.fill();
  pen.globalAlpha = alpha;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.stroke();
  pen.setLineDash([]);
}

function lens(pen, box, at, panel, block, [x, y], lit, theme) {
  const [, h, w] = block.shape;
  picture(pen, block, 0, h, w, panel, theme, at.lens, box.y, at.wide, at.wide);
  pen.strokeStyle = theme.code;
  pen.lineWidth = 2.5;
  pen.strokeRect(at.lens, box.y, at.wide, at.wide);
  pen.textAlign = "left";
  pen.textBaseline = "top";
  pen.font = `12px ${theme.font}`;
  const round = (v) => figure(+v.toFixed(1));
  const said = [["decoded at", "soft"], [`z = (${round(x)}, ${round(y)})`, "code"], [`${panel.what}: ${lit}`, "model"], ...panel.edge.map((text) => [text, "past"])];
  said.forEach(([text, hue], i) => ((pen.fillStyle = theme[hue]), pen.fillText(text, at.lens, box.y + at.wide + 8 + LINE * i, box.x + box.w - at.lens)));
}

/** The place under the pointer, for the pick; null beside the plane. */
export function hit(box, panel, frame, px, py) {
  const at = layout(panel, box);
  if (px < box.x || px > box.x + at.side || py < box.y || py > box.y + at.side) return null;
  return { query: [(px - at.x(0)) / at.k, (at.y(0) - py) / at.k], key: null };
}

/** A key walks the lens, pins it, lets it go. @returns {boolean} whether it meant anything */
export function press(key, panel, frame) {
  const { pick } = frame,
    here = place(frame, panel),
    step = (2 * panel.reach) / STEPS,
    within = (v) => Math.max(-panel.reach, Math.min(panel.reach, v));
  if (key === "Escape") pick.pinned = pick.pointed = null;
  else if (key === "Enter") pick.pinned = here;
  else if (ARROWS[key]) pick.point({ query: here.map((v, i) => within(v + step * ARROWS[key][i])), key: null, by: "keys" });
  else return false;
  return true;
}

/** What the lens shows, in words. @returns {string} */
export function say(panel, frame) {
  const here = place(frame, panel),
    all = clouds(panel, frame);
  return all.length ? `z = (${here.map((v) => figure(+v.toFixed(2))).join(", ")}): ${panel.what}: a ${nearest(all, here).label}` : "";
}

/** The same under the pointer. @returns {string} */
export const read = (box, panel, frame, px, py) => (hit(box, panel, frame, px, py) ? say(panel, frame) : "");
