/** A text that grows word by word, each word wearing its probability. See `words` of pages/decoding/figures.py. */

import { array } from "../../film/blocks.js";
import { largest, measured, placed, under } from "../../parts/words.js";

export const fades = false;

const [LARGEST, SMALLEST, TALL, FOOT] = [18, 7, 1.5, 20];

export const natural = (panel, width, run) => laid(panel, run, 0, 12, width).at(-1).y + 2 * FOOT;

/** Each word of the prompt and of the text in its place, with its number in the text and its probability. */
function laid(panel, run, moment, size, width) {
  const [prompt, ids, p] = [panel.prompt, panel.ids, panel.p].map((name) => Array.from(array(name, run, moment)?.values ?? [])),
    all = [...prompt, ...ids],
    wide = all.map((id) => panel.wide?.[id] ?? panel.vocabulary[id].length * 5.4),
    places = placed(all.map((id) => panel.vocabulary[id]), wide, size, width, TALL); // prettier-ignore
  return places.map((place, i) => ({ ...place, t: i - prompt.length + 1, p: p[i - prompt.length] ?? 1 }));
}

/** The largest letters that hold the whole text, so that nothing rescales. */
function fitted(pen, panel, run, box, theme) {
  const key = `${run.stamp} ${run.steps.length} ${box.w} ${box.h} ${theme.font}`;
  if (panel.key === key) return panel.size;
  panel.wide = measured(pen, panel.vocabulary, theme);
  const fits = (size) => laid(panel, run, 0, size, box.w).at(-1).y + size * TALL <= box.h - FOOT;
  return Object.assign(panel, { key, size: largest(fits, LARGEST, SMALLEST) }).size;
}

const shown = (panel, run, moment, size, box) => laid(panel, run, moment, size, box.w).filter(({ t }) => t <= (run.steps[moment] ?? 0));

/** @param {CanvasRenderingContext2D} pen @param {any} box @param {any} panel @param {any} frame @param {any} theme */
export function draw(pen, box, panel, { run, moment }, theme) {
  const size = fitted(pen, panel, run, box, theme);
  Object.assign(pen, { font: `${size}px ${theme.font}`, textAlign: "left", textBaseline: "middle" });
  for (const { text, t, p, x, y, w, h, lead } of shown(panel, run, moment, size, box)) {
    pen.globalAlpha = t > 0 ? 0.5 * p : 0;
    pen.fillStyle = theme[panel.concept];
    pen.fillRect(box.x + x + lead, box.y + y + 1, w - lead - 0.6, h - 3);
    pen.globalAlpha = 1;
    pen.fillStyle = t > 0 ? theme.ink : theme.soft;
    pen.fillText(text, box.x + x, box.y + y + h / 2);
  }
  Object.assign(pen, { font: `11.5px ${theme.font}`, fillStyle: theme.soft, textBaseline: "alphabetic" });
  pen.fillText("grey: the prompt; the fuller a word's colour, the likelier it was", box.x, box.y + box.h - 4, box.w);
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, { run, moment }, px, py) {
  const all = shown(panel, run, moment, panel.size ?? LARGEST, box),
    one = all[under(all, px - box.x, py - box.y)];
  return !one ? "" : one.t > 0 ? `word ${one.t}, “${one.text.trim()}”: probability ${one.p.toFixed(2)}` : "of the prompt";
}
