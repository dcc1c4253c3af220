/**
 * Particles on the plane in a density and a field of arrows, with trails and with where each is thought to land. The
 * diffusion's time is the film's own, or an inner one with a slider of its own. See `flow` of panels.py.
 */

import { cross, figure, make } from "../parts/kit.js";
import { array } from "../film/blocks.js";
import { Clock, shared } from "../film/clock.js";

const TINT = 64, // a density is at most this many cells a side
  FOOT = 18;

export const natural = (panel, width) => width * panel.aspect + FOOT;

/** A slider for the inner time and a switch for each of several layers, under the picture. */
export function mount(pane, panel, state, redraw) {
  const row = make("div", "layers", pane);
  if (panel === state.timed) Clock.join(row, panel.inner, state, redraw);
  for (const layer of panel.layers.length > 1 ? panel.layers : []) {
    const label = make("label", `layer w-${layer.concept ?? "none"}`, row),
      box = make("input", "", label);
    box.type = "checkbox";
    box.checked = state.on[layer.name] ??= layer.on;
    const same = ((state.boxes ??= {})[layer.name] ??= []); // a layer of this name in the other panels of the film
    same.push(box);
    box.onchange = () => {
      state.on[layer.name] = box.checked;
      for (const other of same) other.checked = box.checked;
      redraw();
    };
    make("span", "", label).textContent = layer.name;
  }
}

/** The part of the plane that is shown, in the middle of the box. */
function layout(panel, box) {
  const w = Math.min(box.w, (box.h - FOOT) / panel.aspect),
    h = w * panel.aspect,
    k = w / (2 * panel.reach),
    left = box.x + (box.w - w) / 2;
  return { left, top: box.y, w, h, k, x: (v) => left + w / 2 + v * k, y: (v) => box.y + h / 2 - v * k };
}

/** @param {CanvasRenderingContext2D} pen */
export function draw(pen, box, panel, frame, theme) {
  const at = layout(panel, box),
    { on } = shared(frame);
  pen.save();
  pen.beginPath();
  pen.rect(at.left, at.top, at.w, at.h);
  pen.clip();
  for (const layer of panel.layers) {
    if (!(on[layer.name] ?? layer.on)) continue;
    DRAWN[layer.kind](pen, at, layer, panel, frame, theme);
  }
  for (const path of panel.dropped) dropped(pen, at, path, panel, frame, theme);
  const { cursor } = shared(frame);
  if (cursor) cross(pen, at.x(cursor[0]), at.y(cursor[1]), theme.ink);
  pen.restore();
  pen.fillStyle = theme.soft;
  pen.font = `11.5px ${theme.font}`;
  pen.textAlign = "left";
  pen.textBaseline = "top";
  if (panel.inner) pen.fillText(panel.inner[now(panel, frame)] ?? "", at.left, at.top + at.h + 4);
}

/** Which frame of the inner time is shown; 0 where the film's own time is the diffusion's. */
const now = (panel, frame) => (panel.inner ? Clock.at(shared(frame), panel.inner.length) : 0);

/** The numbers of a layer at the time shown, `back` frames earlier. @returns {{shape: number[], values: any, from: number}|null} */
function values(layer, panel, frame, back = 0) {
  const inner = Boolean(panel.inner);
  const block = array(layer.array, frame.run, inner ? frame.moment : frame.moment - back);
  if (!block) return null;
  if (block.shape.length === (layer.kind === "field" ? 3 : 2)) return { ...block, from: 0 };
  const s = (inner ? now(panel, frame) : frame.moment) - back; // a fixed array with a time axis of its own
  if (s < 0 || s >= block.shape[0]) return null;
  const shape = block.shape.slice(1);
  return { shape, values: block.values, from: s * shape.reduce((a, b) => a * b, 1) };
}

const tint = new OffscreenCanvas(TINT, TINT);

function density(pen, at, layer, panel, frame, theme) {
  const block = values(layer, panel, frame);
  if (!block) return;
  const [h, w] = block.shape,
    inner = tint.getContext("2d", { willReadFrequently: true }),
    image = inner.createImageData(w, h);
  const ink = theme.dark ? [236, 232, 223] : [28, 32, 38];
  for (let i = 0; i < h * w; i++) {
    image.data.set(ink, 4 * i);
    image.data[4 * i + 3] = (block.values[block.from + i] / layer.high) * 110;
  }
  inner.putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = true;
  pen.drawImage(tint, 0, 0, w, h, at.left, at.top, at.w, at.h);
}

/** Arrows at the centres of a grid; long ones are cut to a cell, so the field is read by direction first. */
function arrows(pen, at, layer, panel, frame, theme) {
  const block = values(layer, panel, frame);
  if (!block) return;
  const less = layer.of && values({ ...layer, array: layer.of }, panel, frame),
    part = (i) =>
      block.values[block.from + i] * layer.scale - (less ? less.values[less.from + i] * layer.ofScale : 0);
  const [rows, columns] = block.shape,
    [wide, tall] = [at.w / columns, at.h / rows],
    cell = Math.min(wide, tall);
  pen.strokeStyle = theme[layer.concept] ?? theme.soft;
  pen.lineWidth = 1.1;
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const i = 2 * (r * columns + c);
      const [vx, vy] = [part(i), -part(i + 1)];
      const size = Math.hypot(vx, vy);
      if (size < 0.02) continue;
      const length = cell * 0.85 * Math.min(1, Math.sqrt(size)),
        [ux, uy] = [vx / size, vy / size];
      const [x, y] = [at.left + (c + 0.5) * wide - (ux * length) / 2, at.top + (r + 0.5) * tall - (uy * length) / 2];
      const [X, Y] = [x + ux * length, y + uy * length];
      pen.globalAlpha = 0.25 + 0.55 * Math.min(1, size);
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(X, Y);
      pen.moveTo(X - 4 * ux - 2.5 * uy, Y - 4 * uy + 2.5 * ux);
      pen.lineTo(X, Y);
      pen.lineTo(X - 4 * ux + 2.5 * uy, Y - 4 * uy - 2.5 * ux);
      pen.stroke();
    }
  pen.globalAlpha = 1;
}

function particles(pen, at, layer, panel, frame, theme) {
  const here = values(layer, panel, frame);
  if (!here) return;
  const n = here.shape[0],
    colour = theme[layer.concept] ?? theme.ink,
    dim = panel.dropped.length ? 0.3 : 1; // the crowd steps back for the one that the reader follows
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  let newer = here;
  for (let back = 1; back <= panel.trail; back++) {
    const older = values(layer, panel, frame, back);
    if (!older) break;
    pen.globalAlpha = dim * 0.34 * (1 - (back - 1) / panel.trail);
    pen.beginPath();
    for (let i = 0; i < n; i++) {
      pen.moveTo(at.x(place(newer, layer, i, 0)), at.y(place(newer, layer, i, 1)));
      pen.lineTo(at.x(place(older, layer, i, 0)), at.y(place(older, layer, i, 1)));
    }
    pen.stroke();
    newer = older;
  }
  pen.globalAlpha = dim * 0.9;
  pen.fillStyle = colour;
  const r = Math.max(1.3, Math.min(2.6, at.w / 190));
  pen.beginPath();
  for (let i = 0; i < n; i++) {
    const [x, y] = [at.x(place(here, layer, i, 0)), at.y(place(here, layer, i, 1))];
    pen.moveTo(x + r, y);
    pen.arc(x, y, r, 0, 7);
  }
  pen.fill();
  pen.globalAlpha = 1;
}

/** Where the net thinks that each particle will land: an open circle, and a thread to it. */
function ghosts(pen, at, layer, panel, frame, theme) {
  const of = { ...layer, kind: "particles", array: layer.of, scale: layer.ofScale },
    [here, from] = [values(layer, panel, frame), values(of, panel, frame)];
  if (!here || !from) return;
  pen.strokeStyle = theme[layer.concept] ?? theme.soft;
  pen.lineWidth = 0.8;
  for (let i = 0; i < here.shape[0]; i++) {
    const [x, y] = [at.x(place(here, layer, i, 0)), at.y(place(here, layer, i, 1))];
    pen.globalAlpha = 0.16;
    pen.beginPath();
    pen.moveTo(at.x(place(from, of, i, 0)), at.y(place(from, of, i, 1)));
    pen.lineTo(x, y);
    pen.stroke();
    pen.globalAlpha = 0.8;
    pen.beginPath();
    pen.arc(x, y, 2.4, 0, 7);
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

const DRAWN = { density, field: arrows, ghosts, particles };

const place = (block, layer, i, axis) => block.values[block.from + 2 * i + axis] * layer.scale;

/** The way of one particle that the reader dropped, up to the time shown; the rest of it faint. */
function dropped(pen, at, { label, concept, values: way }, panel, frame, theme) {
  const count = panel.inner ? panel.inner.length : frame.run.steps.length,
    t = panel.inner ? now(panel, frame) : frame.moment;
  const upto = count > 1 ? (t / (count - 1)) * (way.length - 1) : way.length - 1;
  pen.strokeStyle = pen.fillStyle = theme[concept] ?? theme.ink;
  for (const [alpha, width, to] of [[0.25, 1, way.length - 1], [1, 2.5, Math.floor(upto)]]) { // prettier-ignore
    pen.globalAlpha = alpha;
    pen.lineWidth = width;
    pen.beginPath();
    for (let i = 0; i <= to; i++) pen.lineTo(at.x(way[i][0]), at.y(way[i][1]));
    pen.stroke();
  }
  const [x, y] = way[Math.floor(upto)];
  pen.beginPath();
  pen.arc(at.x(x), at.y(y), 4, 0, 7);
  pen.fill();
  pen.font = `600 11.5px ${theme.font}`;
  pen.textBaseline = "middle";
  const [X, Y] = [at.x(x), at.y(y)],
    right = X < at.left + at.w - 60;
  pen.textAlign = right ? "left" : "right";
  pen.fillText(label, X + (right ? 8 : -8), Y);
}

/** Where an arrow key leads the cross; null for any other key. */
export function moved(panel, cursor, key) {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  if (!ways[key]) return null;
  const [x, y] = cursor ?? [0, 0],
    step = panel.reach / 16,
    within = (v, edge) => Math.max(-edge, Math.min(edge, v));
  return [within(x + step * ways[key][0], panel.reach), within(y + step * ways[key][1], panel.reach * panel.aspect)];
}

/** The place on the plane under the pointer, for a click. @returns {[number, number]|null} */
export function spot(box, panel, px, py) {
  const at = layout(panel, box);
  const [x, y] = [(px - at.left) / at.k - panel.reach, (at.top + at.h / 2 - py) / at.k];
  return Math.abs(x) <= panel.reach && Math.abs(y) <= panel.reach * panel.aspect ? [x, y] : null;
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const at = layout(panel, box);
  const [x, y] = [(px - at.left) / at.k - panel.reach, (at.top + at.h / 2 - py) / at.k];
  if (Math.abs(x) > panel.reach || Math.abs(y) > panel.reach) return "";
  const said = [`(${figure(+x.toFixed(2))}, ${figure(+y.toFixed(2))})`];
  for (const layer of panel.layers.filter(({ kind }) => kind === "particles")) {
    const here = values(layer, panel, frame);
    if (!here) continue;
    let near = 0;
    for (let i = 0; i < here.shape[0]; i++)
      near += Number(Math.hypot(place(here, layer, i, 0) - x, place(here, layer, i, 1) - y) < 0.25 * panel.reach);
    said.push(`${layer.name}: ${near} of ${here.shape[0]} nearby`);
  }
  return said.join(" · ") + (panel.drops ? " · click to drop one particle here" : "");
}
