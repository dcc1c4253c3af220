/** A text whose words are green or red, as it grows or is changed. See `words` of pages/watermark/figures.py. */

import { array } from "../../film/blocks.js";
import { largest, measured, placed, under } from "../../parts/words.js";

export const fades = false;

const [LARGEST, SMALLEST, TALL, FOOT, GONE] = [21, 7, 1.6, 20, 255],
  SAID = ["of no colour: nothing stands before it", "green", "red", "green again: not counted", "red again: not counted"];

export const natural = (panel, width, run) => laid(panel, run, 0, 12, width).at(-1).y + 2 * FOOT;

/** The words of a moment, each in its place and with its colour. */
function laid(panel, run, moment, size, width) {
  const [ids, kinds] = [panel.ids, panel.kinds].map((name) => Array.from(array(name, run, moment)?.values ?? [])),
    all = ids.filter((_, i) => kinds[i] !== GONE), // what is gone stands at the end
    wide = all.map((id) => panel.wide?.[id] ?? panel.vocabulary[id].length * 5.4),
    places = placed(all.map((id) => panel.vocabulary[id]), wide, size, width, TALL); // prettier-ignore
  return places.map((place, i) => ({ ...place, kind: kinds[i] ?? 0 }));
}

/** The largest letters that hold every moment, so that nothing rescales. */
function fitted(pen, panel, run, box, theme) {
  const key = `${run.stamp} ${run.steps.length} ${box.w} ${box.h} ${theme.font}`,
    moments = typeof panel.kinds === "string" ? run.steps.map((_, i) => i) : [0];
  if (panel.key === key) return panel.size;
  panel.wide = measured(pen, panel.vocabulary, theme);
  const fits = (size) => moments.every((i) => laid(panel, run, i, size, box.w).at(-1).y + size * TALL <= box.h - FOOT);
  return Object.assign(panel, { key, size: largest(fits, LARGEST, SMALLEST) }).size;
}

const shown = (panel, run, moment) => (panel.grows ? (run.steps[moment] ?? 0) : Infinity);

/** @param {CanvasRenderingContext2D} pen @param {any} box @param {any} panel @param {any} frame @param {any} theme */
export function draw(pen, box, panel, { run, moment }, theme) {
  const size = fitted(pen, panel, run, box, theme),
    seen = laid(panel, run, moment, size, box.w).slice(0, shown(panel, run, moment)),
    [green, red] = [1, 2].map((kind) => seen.filter((one) => one.kind === kind).length);
  Object.assign(pen, { font: `${size}px ${theme.font}`, textAlign: "left", textBaseline: "middle" });
  for (const { text, kind, x, y, w, h, lead } of seen) {
    const [left, wide] = [box.x + x + lead, w - lead - 0.6];
    pen.fillStyle = kind % 2 ? theme.truth : theme.blind;
    pen.globalAlpha = kind === 0 ? 0 : kind > 2 ? 0.1 : kind % 2 ? 0.34 : 0.16;
    pen.fillRect(left, box.y + y + 1, wide, h - 3);
    pen.globalAlpha = kind > 2 ? 0.5 : 1;
    if (kind && kind % 2 === 0) pen.fillRect(left, box.y + y + h - 3, wide, 1.2); // red a second way
    pen.fillStyle = theme.ink;
    pen.fillText(text, box.x + x, box.y + y + h / 2);
  }
  Object.assign(pen, { globalAlpha: 1, font: `12px ${theme.mono}`, fillStyle: theme.soft });
  pen.fillText(`${green} green, ${red} red`, box.x, box.y + box.h - 7);
  pen.textBaseline = "alphabetic";
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, { run, moment }, px, py) {
  const all = laid(panel, run, moment, panel.size ?? LARGEST, box.w).slice(0, shown(panel, run, moment)),
    i = under(all, px - box.x, py - box.y),
    name = (k) => `“${all[k].text.trim()}”`;
  return i < 0 ? "" : `word ${i + 1}, ${name(i)}${i ? ` after ${name(i - 1)}` : ""}: ${SAID[all[i].kind]}`;
}
