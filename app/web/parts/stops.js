// The reader's own lecture, kept in this browser: {name, text}, the text as app/lectures.py reads it.
import { keep, kept } from "./kept.js";

const PLACE = "my lecture";

/** @returns {{name: string, text: string}} */
export function mine() {
  const { name, text } = kept(PLACE);
  return { name: typeof name === "string" ? name : "", text: typeof text === "string" ? text : "" };
}

/** @param {{name?: string, text?: string}} told what is new of it */
export function own(told) {
  for (const [key, value] of Object.entries(told)) keep(PLACE, key, value);
}

/** @typedef {{slug: string, beat: number, minutes: number}} Stop beats are counted from 1 */

/** @param {string} text @param {number} minutes of a beat where nothing is said @returns {Stop[]} */
export function stops(text, minutes) {
  const parts = text.split(",").map((part) => /^([a-z0-9-]+)\.(\d+)(?:\.(\d+))?$/.exec(part));
  return parts.flatMap((found) => (found ? [{ slug: found[1], beat: +found[2], minutes: +(found[3] ?? minutes) }] : []));
}

/** @param {Stop[]} list @param {number} usual */
export const text = (list, usual) =>
  list.map(({ slug, beat, minutes }) => `${slug}.${beat}${minutes === usual ? "" : `.${minutes}`}`).join(",");
