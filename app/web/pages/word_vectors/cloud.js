/**
 * Words as points: vectors of many numbers, seen on one fixed plane. A word that is pointed at, or pinned, shows its
 * neighbours in all dimensions, and those that only the plane makes look near. See `cloud` of pages/word_vectors/figures.py.
 */

import { haloed, make } from "../../parts/kit.js";
import { chance, nearest, onPlane, unitRows, vectors, widest } from "./vectors.js";
import { listen } from "./cloud_hands.js";

export const fades = false;
export const glides = true;

const NEAR = 8, // neighbours that are compared
  FOOT = 16;

export const natural = (panel, width) => Math.min(width, 420);

const states = new WeakMap(); // of a film's panel: what is pointed at, pinned, zoomed
const fresh = () => ({ hover: null, pin: null, zoom: 1, dx: 0, dy: 0, lies: false, planes: new WeakMap() });
const state = (panel) => states.get(panel) ?? states.set(panel, fresh()).get(panel);

/** The switch, the search and the hands. */
export function mount(pane, panel, _shared, redraw) {
  const held = state(panel),
    row = make("div", "layers", pane);
  held.redraw = redraw;
  if (panel.words) {
    const label = make("label", "layer", row);
    make("span", "", label).textContent = "Find a word";
    const box = make("input", "find", label);
    Object.assign(box, { type: "search", size: 12, maxLength: 40, spellcheck: false, autocapitalize: "off" });
    box.oninput = () => {
      const asked = box.value.trim().toLowerCase(),
        all = panel.words;
      const found = all.indexOf(asked) >= 0 ? all.indexOf(asked) : all.findIndex((w) => asked && w.startsWith(asked));
      held.pin = found >= 0 ? found : null;
      redraw();
    };
    const lies = make("label", "layer w-blind", row),
      tick = make("input", "", lies);
    tick.type = "checkbox";
    tick.onchange = () => ((held.lies = tick.checked), redraw());
    make("span", "", lies).textContent = "where the map lies";
  }
  listen(pane.querySelector("canvas"), held, redraw);
}

/** The plane of a run: fixed for the whole film. Until a training has ended it is one that chance chose. */
function planeOf(panel, run, held) {
  const kept = held.planes.get(run),
    last = run.steps.length - 1,
    name = `${run.ended}-${last * run.ended}-${JSON.stringify(panel.axes)}`;
  if (kept?.name === name) return kept;
  const rows = vectors(run, panel, last);
  if (!rows) return null;
  const axes = !run.ended ? chance(rows.d) : panel.axes ? panel.axes.map((pair) => between(rows, pair)) : widest(rows);
  const made = { name, axes, seen: new Map(), x: [-panel.reach, panel.reach], y: [-panel.reach, panel.reach] };
  if (panel.spots) made.x = made.y = [-1, 1];
  else if (run.ended) {
    const spots = onPlane(rows, axes);
    for (const [side, from] of [["x", 0], ["y", 1]]) // prettier-ignore
      made[side] = spots.reduce(([low, high], v, i) => (i % 2 === from ? [Math.min(low, v), Math.max(high, v)] : [low, high]), [-1e-6, 1e-6]);
  }
  held.planes.set(run, made);
  return made;
}

/** The direction from one word to another, of length one. */
function between({ data, d }, [a, b]) {
  const way = Float64Array.from({ length: d }, (_, i) => data[b * d + i] - data[a * d + i]),
    size = Math.hypot(...way) || 1;
  return way.map((x) => x / size);
}

/** Positions and vectors at one moment, kept. */
function at(panel, run, moment, plane) {
  if (!plane.seen.has(moment)) {
    if (plane.seen.size > 80) plane.seen.clear();
    const rows = vectors(run, panel, moment),
      given = panel.spots && run.at(panel.spots, moment);
    if (!rows) return null;
    const spots = given ? Float32Array.from(given.values, (v) => v * panel.worth) : onPlane(rows, plane.axes);
    plane.seen.set(moment, { rows, spots });
  }
  return plane.seen.get(moment);
}

/** Both axes fill the box; neither is stretched much more than the other, so that parallels stay parallels. */
function layout(box, plane, held) {
  const [w, h] = [box.w - 84, box.h - FOOT - 22],
    [x0, x1] = plane.x,
    [y0, y1] = plane.y;
  let [kx, ky] = [w / (x1 - x0), h / (y1 - y0)];
  [kx, ky] = [Math.min(kx, 1.8 * ky), Math.min(ky, 1.8 * kx)];
  const [cx, cy] = [box.x + 16 + w / 2 + held.dx, box.y + 11 + h / 2 + held.dy];
  return {
    X: (x) => cx + (x - (x0 + x1) / 2) * kx * held.zoom,
    Y: (y) => cy - (y - (y0 + y1) / 2) * ky * held.zoom,
    h: box.h - FOOT,
  };
}

/** Where every word stands in the box at this frame, between two moments while it plays. */
function placed(box, panel, frame) {
  const held = state(panel),
    plane = planeOf(panel, frame.run, held),
    now = plane && at(panel, frame.run, frame.moment, plane);
  if (!now) return null;
  const then = frame.fade < 1 ? at(panel, frame.run, frame.before, plane) : null;
  const { X, Y, h } = layout(box, plane, held),
    n = now.rows.n,
    xy = new Float32Array(2 * n);
  for (let i = 0; i < 2 * n; i++) {
    const value = then ? then.spots[i] + (now.spots[i] - then.spots[i]) * frame.fade : now.spots[i];
    xy[i] = i % 2 ? Y(value) : X(value);
  }
  return { held, plane, now, xy, n, h };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const seen = placed(box, panel, frame);
  if (!seen) return;
  const { held, now, xy, n, h } = seen,
    word = held.hover ?? held.pin;
  Object.assign(held, { xy, n, box });
  pen.save();
  pen.beginPath();
  pen.rect(box.x, box.y, box.w, h);
  pen.clip();
  ties(pen, panel.pairs ?? [], xy, theme.past, 0.55, 1.3);
  ties(pen, panel.arrows ?? [], xy, theme.model, 1, 2.2, true);
  const found = word === null || word >= n ? null : company(now, word),
    wrong = held.lies && !(frame.fade < 1) ? lies(now) : null;
  const spot = n > 500 ? 1.8 : 3;
  for (let i = 0; i < n; i++) {
    const main = !panel.main || panel.main[i];
    pen.globalAlpha = found && i !== word && !found.true.includes(i) && !found.false.includes(i) ? 0.35 : main ? 0.95 : 0.6;
    pen.fillStyle = main ? theme.code : theme.soft;
    pen.beginPath();
    pen.arc(xy[2 * i], xy[2 * i + 1], main ? spot : spot * 0.7, 0, 7);
    pen.fill();
    if (wrong?.[i]) {
      pen.globalAlpha = 0.25 + 0.6 * wrong[i];
      pen.strokeStyle = theme.blind;
      pen.lineWidth = 1.2;
      pen.beginPath();
      pen.arc(xy[2 * i], xy[2 * i + 1], spot + 1 + 7 * wrong[i], 0, 7);
      pen.stroke();
    }
  }
  pen.globalAlpha = 1;
  if (found) {
    ties(pen, found.true.map((i) => [word, i]), xy, theme.truth, 0.9, 1.6); // prettier-ignore
    for (const [set, colour] of [[found.false, theme.blind], [found.true, theme.truth], [[word], theme.model]]) // prettier-ignore
      for (const i of set) ring(pen, xy, i, colour, spot + 3);
  }
  if (panel.words) names(pen, box, panel, held, xy, n, h, theme, word, found);
  pen.restore();
  foot(pen, box, panel, frame, theme);
}

function ties(pen, pairs, xy, colour, alpha, width, head = false) {
  pen.strokeStyle = pen.fillStyle = colour;
  pen.globalAlpha = alpha;
  pen.lineWidth = width;
  for (const [a, b] of pairs) {
    const [x, y, X, Y] = [xy[2 * a], xy[2 * a + 1], xy[2 * b], xy[2 * b + 1]];
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(X, Y);
    pen.stroke();
    if (!head || Math.hypot(X - x, Y - y) < 12) continue;
    const turn = Math.atan2(Y - y, X - x);
    pen.beginPath();
    for (const [r, t] of [[5, 0], [14, 2.75], [14, -2.75]]) // prettier-ignore
      pen.lineTo(X - (r === 5 ? 5 * Math.cos(turn) : 0) + (r === 14 ? r * Math.cos(turn + t) : 0), Y - (r === 5 ? 5 * Math.sin(turn) : 0) + (r === 14 ? r * Math.sin(turn + t) : 0));
    pen.fill();
  }
  pen.globalAlpha = 1;
}

function ring(pen, xy, i, colour, radius) {
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(xy[2 * i], xy[2 * i + 1], radius, 0, 7);
  pen.stroke();
}

/** A word's nearest in all dimensions, and those near on the plane alone. */
function company(now, word) {
  now.units ??= unitRows(now.rows);
  const space = nearest(now.units, word, NEAR, true),
    map = nearest({ data: now.spots, n: now.rows.n, d: 2 }, word, NEAR, false);
  return { true: space.who, near: space.how, false: map.who.filter((i) => !space.who.includes(i)) };
}

/** For each word the share of its neighbours on the plane that are none in all dimensions. */
function lies(now) {
  if (now.lies) return now.lies;
  now.lies = Float32Array.from({ length: now.rows.n }, (_, i) => company(now, i).false.length / NEAR);
  return now.lies;
}

/** Names that do not run into each other: the word at hand first, then those that had theirs before. */
function names(pen, box, panel, held, xy, n, h, theme, word, found) {
  const first = found ? [word, ...found.true, ...found.false] : [],
    front = (i) => !panel.main || panel.main[i],
    all = [...(panel.first ?? []), ...(held.named ?? []), ...Array(n).keys()],
    rest = [...all.filter(front), ...all]; // what sentences are about before what it is seen with
  const taken = [],
    done = new Set(),
    shown = [],
    most = n > 500 ? 90 : n;
  held.wide ??= new Map();
  for (const i of [...first, ...rest]) {
    if (i >= n || done.has(i)) continue;
    done.add(i);
    const main = !panel.main || panel.main[i],
      must = first.includes(i),
      size = must || main ? 12 : 10.5;
    const [x, y] = [xy[2 * i] + 6, xy[2 * i + 1]];
    if (x < box.x || x > box.x + box.w - 8 || y < box.y + 6 || y > box.y + h - 4) continue;
    pen.font = `${must ? 600 : 400} ${size}px ${theme.font}`;
    const known = `${i}.${size}.${must}`;
    if (!held.wide.has(known)) held.wide.set(known, pen.measureText(panel.words[i]).width);
    const area = [x - 2, y - size * 0.55, x + held.wide.get(known) + 2, y + size * 0.55];
    if (taken.some((t) => t[0] < area[2] && area[0] < t[2] && t[1] < area[3] && area[1] < t[3])) continue;
    if (!must && taken.length >= most) break;
    taken.push(area);
    shown.push(i);
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    pen.globalAlpha = found && !must ? 0.3 : 1;
    const asked = () => (i === word ? theme.model : found.true.includes(i) ? theme.truth : theme.blind);
    haloed(pen, panel.words[i], x, y, must ? asked() : main ? theme.ink : theme.soft, theme, 3);
  }
  pen.globalAlpha = 1;
  pen.textBaseline = "alphabetic";
  if (!found) held.named = shown;
}

function foot(pen, box, panel, frame, theme) {
  if (!panel.words) return; // a poster has no room for it
  pen.fillStyle = theme.soft;
  pen.font = `11px ${theme.font}`;
  pen.textAlign = "left";
  pen.textBaseline = "alphabetic";
  const [across, up] = panel.axes ? panel.names : ["the widest direction", "the second widest"];
  const words = state(panel).lies
    ? "ring: the wider, the more of a word's neighbours here are none in all dimensions"
    : panel.foot
    ? panel.foot
    : frame.run.ended
      ? `across: ${across} · up: ${up} · of the last moment, the same at all`
      : "a plane fixed by chance, until the training ends";
  pen.fillText(words, box.x, box.y + box.h - 3);
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame) {
  return said(placed(box, panel, frame), panel);
}

/** The same of a pinned word, when the pointer is elsewhere. @returns {string} */
export const resting = (panel, frame) => said(state(panel).box && placed(state(panel).box, panel, frame), panel);

function said(seen, panel) {
  const word = seen && (seen.held.hover ?? seen.held.pin);
  if (!seen || word === null || word >= seen.n || !panel.words) return "";
  const { now } = seen;
  const { near, ...found } = company(now, word);
  const told = found.true.slice(0, 5).map((i, k) => `${panel.words[i]} ${near[k].toFixed(2)}`);
  const right = NEAR - found.false.length;
  return `${panel.words[word]}: nearest by cosine in all ${now.rows.d} dimensions ${told.join(", ")}. Of its ${NEAR} neighbours on this map ${right} ${right === 1 ? "is" : "are"} true.`;
}
