/** What marks stand on: the numbers of a moment, row by row, and figures over the steps of a training. See marks.py. */

import { array } from "../film/blocks.js";

/** @returns {any} numbers */
function listed(channel, run, moment) {
  if (channel.values) return channel.values;
  const block = array(channel.array, run, moment);
  if (!block) return null;
  const { column, row, scale, against } = channel,
    wide = block.shape.at(-1) ?? 1;
  /** @type {any} */
  let list = block.values;
  if (column !== null) {
    list = new Float64Array(block.values.length / wide);
    for (let i = 0; i < list.length; i++) list[i] = block.values[i * wide + column];
  } else if (row !== null && block.shape.length > 1) list = /** @type {any} */ (block.values).subarray(row * wide, (row + 1) * wide);
  const by = against === null ? scale : 1 / list[against];
  return by === 1 ? list : Float64Array.from(list, (v) => v * by);
}

/**
 * The numbers of a channel at the moment shown; while the film plays, on their way there.
 * @param {any} channel @param {any} frame @param {boolean} [glide] false for what counts or names
 * @returns {any} numbers, or null
 */
export function numbers(channel, frame, glide = true) {
  const here = listed(channel, frame.run, frame.moment);
  if (!glide || !here || channel.values || !(frame.fade < 1)) return here;
  const then = listed(channel, frame.run, frame.before);
  if (then?.length !== here.length) return here;
  const share = Math.max(0, frame.fade),
    between = new Float64Array(here.length);
  for (let i = 0; i < here.length; i++) between[i] = then[i] + (here[i] - then[i]) * share;
  return between;
}

/** One number of a channel that counts or names: which row stands out, how far something has come. */
export const one = (channel, frame) => (channel ? (numbers(channel, frame, false)?.[0] ?? null) : null);

/**
 * The rows of a mark: for each field a function of the row. A field without a channel is the row's own number.
 * @returns {any} null where an array is not there
 */
export function rows(mark, frame, fields = ["x", "y"]) {
  const made = { n: 0 };
  for (const field of fields) {
    const channel = mark[field],
      list = channel && numbers(channel, frame);
    if (channel && !list) return null;
    if (list) made.n = Math.max(made.n, list.length);
    made[field] = list ? (i) => list[list.length === 1 ? 0 : i] : (i) => i;
  }
  return made;
}

/** Whether a mark is drawn over the steps of a training. */
export const isWay = (mark) => [mark.x, mark.y, mark.low, mark.at].some((channel) => channel?.over);

const found = new WeakMap(); // mark -> run or seed -> its places, until there are more

/**
 * A mark's places over a training: one for each step at which all its figures are told, with {gap: true} where one of
 * them was no number.
 * @param {any} mark @param {any} source a run, or another seed's scalars @param {string[]} [fields]
 * @returns {any[]}
 */
export function places(mark, source, fields = ["x", "y"]) {
  const own = fields.filter((field) => mark[field].over && mark[field].over !== "step"),
    size = own.map((field) => (source.arrays?.[mark[field].over] ?? source.scalars[mark[field].over]?.step)?.length).join();
  if (!found.has(mark)) found.set(mark, new WeakMap());
  const kept = found.get(mark).get(source);
  if (kept?.size === size) return kept.all;
  const told = own.map((field) => (source.line ? source.line(mark[field].over) : source.scalars[mark[field].over])),
    all = [];
  if (told.every(Boolean)) {
    const others = told.slice(1).map(({ step, value }) => new Map(step.map((s, i) => [s, value[i]])));
    told[0].step.forEach((step, i) => {
      const values = [told[0].value[i], ...others.map((other) => other.get(step))];
      if (values.includes(undefined)) return;
      const place = { step, gap: values.includes(null) };
      for (const field of fields) {
        const { over, values: fixed } = mark[field];
        place[field] = over === "step" ? step : over ? values[own.indexOf(field)] : fixed[0];
      }
      all.push(place);
    });
  }
  found.get(mark).set(source, { size, all });
  return all;
}

/** The step shown; while the film plays, on its way from one to the next. A film that starts anew jumps. */
export function now({ run, moment, before, fade }) {
  const at = run.steps[moment] ?? 0,
    from = fade < 1 ? (run.steps[before] ?? at) : at;
  return from > at ? at : from + (at - from) * Math.max(0, fade ?? 1);
}

/** The places up to a step; the last of them on its way to the next. */
export function walked(all, step) {
  const count = all.findLastIndex((place) => place.step <= step) + 1,
    seen = all.slice(0, count),
    [a, b] = [all[count - 1], all[count]];
  if (!a || !b || a.gap || b.gap || a.step === step) return seen;
  const share = (step - a.step) / (b.step - a.step),
    between = Object.keys(a).filter((field) => typeof a[field] === "number");
  return [...seen, { gap: false, ...Object.fromEntries(between.map((field) => [field, a[field] + (b[field] - a[field]) * share])) }];
}

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

/**
 * The region of each place: what is nearer to it than to any other (Voronoi), cut off at the plane's edge.
 * @param {number[][]} all @param {number[]} across @param {number[]} up
 * @returns {[number, number][][]}
 */
export function cells(all, [x0, x1], [y0, y1]) {
  const frame = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]; // prettier-ignore
  return all.map((a, i) => all.reduce((cell, b, j) => (i === j ? cell : nearer(cell, a, b)), frame));
}
