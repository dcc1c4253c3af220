/** What a plot says: sentences with numbers in them, and words that run into nothing. */

import { figure, haloed } from "../parts/kit.js";

/** @param {number} v @returns {string} as points are read: always with their sign */
export const signed = (v) => `${v < 0 ? "−" : "+"}${Math.abs(v).toFixed(2)}`;

const FORMS = {
  "+": signed,
  "%": (v) => `${(100 * v).toFixed(1)} %`,
  "%0": (v) => `${(100 * v).toFixed(0)} %`,
};

/**
 * A sentence with its numbers: "{name}: {x}, {y:+}". After a colon "+" is with sign, "%" a share of hundred, and a
 * number how many digits follow the point; else a figure as it is read.
 * @param {string} sentence @param {Record<string, number|string>} fields
 */
export const filled = (sentence, fields) =>
  sentence.replace(/\{(\w+)(?::([^}]*))?\}/g, (_, field, form) => {
    const value = fields[field];
    if (typeof value !== "number") return value ?? "";
    if (!form) return figure(value);
    return FORMS[form]?.(value) ?? value.toFixed(Number(form));
  });

/** A writer of words that run into no path and not into each other: at the first place that is free, or nowhere. */
export class Writer {
  constructor(pen, at, theme) {
    this.pen = pen;
    this.at = at;
    this.theme = theme;
    this.taken = [];
  }

  /** Room that no word may take. @param {{x: number, y: number, w: number, h: number}} box */
  keep(box) {
    this.taken.push(box);
  }

  free(b) {
    const { area } = this.at;
    return b.x >= area.x && b.x + b.w <= area.x + area.w + 6 && b.y >= area.y - 2 && b.y + b.h <= area.y + area.h + 2 &&
      this.taken.every((t) => b.x + b.w <= t.x || t.x + t.w <= b.x || b.y + b.h <= t.y || t.y + t.h <= b.y); // prettier-ignore
  }

  /**
   * @param {string} text @param {string} colour
   * @param {[number, number, boolean?][]} spots x, y of its middle, and whether it ends there in place of beginning
   * @param {{weight?: number, size?: number, must?: boolean, font?: string}} [style] must: at the first, if none is free
   */
  write(text, colour, spots, { weight = 400, size = 12, must = false, font } = {}) {
    const { pen, at, theme } = this;
    pen.font = `${weight} ${at.small ? 10 : size}px ${font ?? theme.font}`;
    const w = pen.measureText(text).width,
      boxes = spots.map(([x, y, left]) => ({ x: left ? x - w : x, y: y - 7, w, h: 14 })),
      box = boxes.find((one) => this.free(one)) ?? (must ? boxes[0] : null);
    if (!box) return;
    this.keep(box);
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    haloed(pen, text, box.x, box.y + 7, colour, theme);
    pen.textBaseline = "alphabetic";
  }
}
