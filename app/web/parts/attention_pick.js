/** What a reader has picked, for all pictures of attention that share it, by mouse, touch and keyboard. */

import { drawArcs, arcsNatural, hitArcs } from "./attention_arcs.js";
import { drawGrid, gridNatural, hitGrid } from "./attention_grid.js";
import { drawMatrix, hitMatrix, matrixNatural } from "./attention_matrix.js";

/** The three ways to draw attention: draw(pen, box, view), hit(box, view, x, y), natural(view, width). */
export const VIEWS = {
  arcs: { draw: drawArcs, hit: hitArcs, natural: arcsNatural },
  matrix: { draw: drawMatrix, hit: hitMatrix, natural: matrixNatural },
  grid: { draw: drawGrid, hit: hitGrid, natural: gridNatural },
};

const SWEEP_MS = 3000;

/** @typedef {{head?: number, query: number|null, key: number|null, by?: string}} At */

export class Pick {
  constructor() {
    this.head = null;
    this.pinned = null;
    this.pointed = null;
    this.share = null;
    this.touched = false;
  }

  /**
   * What is lit: what is pointed at, else where the sweep is, else the pinned row, else where it rests. What
   * lies outside these maps is not lit.
   * @param {{heads: number, queries: number, keys: number}} maps
   * @param {{head: number, query: number|null}} rest
   */
  light(maps, rest) {
    const within = (i, count) => (i !== null && i !== undefined && i < count ? i : null);
    const head = within(this.head, maps.heads) ?? within(rest.head, maps.heads) ?? 0;
    const at = this.pointed ?? { query: null, key: null },
      query = within(at.query, maps.queries),
      key = within(at.key, maps.keys);
    if (query !== null || key !== null) return { head, query, key };
    if (this.share !== null) return { head, query: Math.floor(this.share * maps.queries), key: null };
    return { head, query: within(this.pinned, maps.queries) ?? within(rest.query, maps.queries), key: null };
  }

  /** @param {At|null} at */
  point(at) {
    if (at) this.stop();
    this.pointed = at;
  }

  /** A click: a head is enlarged, a row pinned, or let go if it was. @param {At} at @param {string} where */
  press(at, where) {
    this.stop();
    if (where === "grid") this.head = at.head;
    else if (at.query !== null) this.pinned = at.query === this.pinned ? null : at.query;
  }

  /**
   * A key. In the matrix arrows walk over rows and columns; over arcs left and right walk along the chips, up
   * and down change between keys and queries; in the grid they walk over heads.
   * @returns {boolean} whether it meant anything
   */
  key(name, where, maps, columns, rest) {
    const light = this.light(maps, rest);
    if (name === "Escape") {
      this.stop();
      this.pointed = this.pinned = null;
      return true;
    }
    if (name === "Enter" || name === " ") {
      if (where !== "grid" && this.pointed) this.press(light, where);
      return true;
    }
    const next = STEPS[where](name, light, maps, columns);
    if (!next) return false;
    if (where === "grid") this.head = next.head;
    this.point({ ...next, by: "keys" });
    return true;
  }

  /** Once, when the picture opens, the lit row runs through all queries. */
  sweep() {
    if (!this.touched) this.share = 0;
  }

  stop() {
    this.touched = true;
    this.share = null;
  }

  /** @param {number} now @returns {boolean} whether the sweep goes on */
  advance(now) {
    if (this.share === null) return false;
    this.began = this.began ?? now;
    this.share = (now - this.began) / SWEEP_MS;
    if (this.share >= 1) this.share = null;
    return this.share !== null;
  }
}

const along = (name, less, more, at, count) => {
  const last = count - 1;
  if (name === "Home") return 0;
  if (name === "End") return last;
  if (name !== less && name !== more) return null;
  if (at === null) return name === more ? 0 : last;
  return Math.max(0, Math.min(last, at + (name === more ? 1 : -1)));
};

const STEPS = {
  matrix(name, { query, key }, maps) {
    const row = along(name, "ArrowUp", "ArrowDown", query, maps.queries);
    if (row !== null) return { query: row, key };
    const column = along(name, "ArrowLeft", "ArrowRight", key, maps.keys);
    return column === null ? null : { query, key: column };
  },
  arcs(name, { query, key }, maps) {
    const onKeys = key !== null;
    if (name === "ArrowUp") return { query: null, key: key ?? Math.min(query ?? 0, maps.keys - 1) };
    if (name === "ArrowDown") return { query: query ?? Math.min(key ?? 0, maps.queries - 1), key: null };
    const [at, count] = onKeys ? [key, maps.keys] : [query, maps.queries],
      next = along(name, "ArrowLeft", "ArrowRight", at, count);
    if (next === null) return null;
    return onKeys ? { query: null, key: next } : { query: next, key: null };
  },
  grid(name, { head }, { heads }, columns) {
    const step = { ArrowUp: -columns, ArrowDown: columns }[name];
    const next = step === undefined ? along(name, "ArrowLeft", "ArrowRight", head, heads) : head + step;
    if (next === null || next < 0 || next >= heads)
      return step === undefined ? null : { head, query: null, key: null };
    return { head: next, query: null, key: null };
  },
};
