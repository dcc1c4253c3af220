/**
 * What the field shows, as numbers that can be blended: a change of a parameter moves only what it changes.
 */

import { pathsOf, place } from "./field_paths.js";

/**
 * @typedef {{columns: number, planes: number, win: number[], tone: Float32Array[], hue: Float32Array[],
 *   blind: Float32Array, future: Float32Array, leak: Float32Array, mark: number[],
 *   grid?: Float32Array}} Scene
 *   planes: levels shown; win: first row, end row, first column, end column; tone: 0 for no path, else up
 *   to 1, by the logarithm of the path count; hue: 0 for the first stack, 1 for the second, 0.5 for both
 */

/**
 * @param {any} data from Python
 * @returns {{scene: Scene, paths: import("./field_paths.js").Paths, most: number}}
 */
export function sceneOf(data) {
  const rows = data.past.length,
    columns = data.past[0].length;
  const paths = pathsOf(data.supports, data.mark, rows, columns);
  const flat = (grid) => Float32Array.from(grid.flat());
  const counts = data.levels.map(flat);
  const most = counts.reduce((top, level) => level.reduce((a, b) => Math.max(a, b), top), 1);
  const tone = counts.map((level) =>
    level.map((k) => (k ? 0.06 + (0.94 * Math.log1p(k)) / Math.log1p(most) : 0)),
  );
  const hue = counts.map((_, l) => hueOf(data, paths, l, rows * columns));
  const future = flat(data.past).map((past) => 1 - past);
  future[data.mark[0] * columns + data.mark[1]] = 0;
  const last = counts.length - 1;
  const shown = counts[last].map((k, i) => k + data.blind[Math.floor(i / columns)][i % columns]);
  const scene = {
    columns,
    planes: counts.length,
    win: windowOf(shown, data.mark, rows, columns),
    tone,
    hue,
    blind: flat(data.blind),
    future,
    leak: flat(data.leak),
    mark: [...data.mark],
  };
  return { scene, paths, most };
}

/** Which stack reaches each cell of a level: for the input as Python says, between from the supports. */
function hueOf(data, paths, l, size) {
  const hue = new Float32Array(size);
  if (!data.horizontal) return hue;
  if (l === data.levels.length - 1)
    return hue.map((_, i) => {
      const [r, c] = [Math.floor(i / paths.columns), i % paths.columns];
      return data.horizontal[r][c] && !data.vertical[r][c] ? 1 : 0;
    });
  const stacks = [new Set(), new Set()];
  for (const node of paths.down[l]) {
    const [stack, r, c] = place(paths, node);
    stacks[stack].add(r * paths.columns + c);
  }
  for (const i of stacks[0]) hue[i] = stacks[1].has(i) ? 0.5 : 1;
  return hue;
}

/** The rows and columns that matter: all that is seen or missed, with a margin, inside the image. */
function windowOf(shown, mark, rows, columns) {
  let [r0, r1, c0, c1] = [mark[0], mark[0], mark[1], mark[1]];
  shown.forEach((k, i) => {
    if (!k) return;
    const [r, c] = [Math.floor(i / columns), i % columns];
    [r0, r1, c0, c1] = [Math.min(r0, r), Math.max(r1, r), Math.min(c0, c), Math.max(c1, c)];
  });
  const margin = c1 - c0 > 12 ? 1 : 2;
  return [
    Math.max(0, r0 - margin),
    Math.min(rows, r1 + 2),
    Math.max(0, c0 - margin),
    Math.min(columns, c1 + margin + 1),
  ];
}

/**
 * Between two scenes. Equal parts stay where they are.
 * @param {Scene} a
 * @param {Scene} b
 * @param {number} t
 * @returns {Scene}
 */
export function blend(a, b, t) {
  if (t >= 1) return b;
  const mix = (x, y) => x + (y - x) * t;
  const array = (x, y) => y.map((v, i) => mix(x[i], v));
  const size = b.blind.length,
    none = new Float32Array(size);
  const longest = Math.max(a.tone.length, b.tone.length);
  const each = (name, fill) =>
    Array.from({ length: longest }, (_, l) => array(a[name][l] ?? fill(l), b[name][l] ?? fill(l)));
  return {
    columns: b.columns,
    planes: mix(a.planes, b.planes),
    win: b.win.map((v, i) => mix(a.win[i], v)),
    tone: each("tone", () => none),
    hue: b.tone.length >= a.tone.length ? padded(b.hue, longest, none) : padded(a.hue, longest, none),
    blind: array(a.blind, b.blind),
    future: array(a.future, b.future),
    leak: array(a.leak, b.leak),
    mark: b.mark.map((v, i) => mix(a.mark[i], v)),
  };
}

const padded = (list, length, none) => Array.from({ length }, (_, i) => list[i] ?? none);

/**
 * The scene while the field grows: level by level from the output, then what stays blind.
 * @param {Scene} full @param {number} grown 0 .. levels @returns {Scene}
 */
export function growing(full, grown) {
  const last = full.tone.length - 1;
  const l = Math.min(last, Math.floor(grown)),
    part = Math.min(1, grown - l);
  const none = new Float32Array(full.blind.length);
  const tone = full.tone.map((level, i) =>
    i <= l ? level : i === l + 1 ? level.map((v) => v * part) : none,
  );
  // The grid shows the level that has been reached; it is drawn from the last entry.
  const from = full.tone[l],
    to = full.tone[Math.min(last, l + 1)];
  const grid = to.map((v, i) => from[i] + (v - from[i]) * (l === last ? 0 : part));
  const after = Math.max(0, Math.min(1, grown - last));
  return {
    ...full,
    tone,
    grid,
    blind: full.blind.map((v) => v * after),
    leak: full.leak.map((v) => v * after),
  };
}

/**
 * The cell, if the window has it, or null.
 * @param {Scene} scene @param {number} r @param {number} c @returns {[number, number]|null}
 */
export function inside(scene, r, c) {
  const [r0, r1, c0, c1] = scene.win;
  return r >= r0 && r < r1 && c >= c0 && c < c1 ? [r, c] : null;
}

/** Call for the flat index of each cell of these nodes. @param {Set<number>} nodes @param {Scene} scene */
export function lit(nodes, scene, draw) {
  const area = scene.blind.length;
  for (const i of new Set([...nodes].map((node) => node % area))) draw(i);
}
