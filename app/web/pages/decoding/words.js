/** A text that grows word by word, each word wearing its probability. See `words` of pages/decoding/figures.py. */

import { array } from "../../film/blocks.js";

export const fades = false;

const [LARGEST, SMALLEST, TALL, FOOT] = [18, 7, 1.5, 20];

export const natural = (panel, width, run) => laid(panel, run, 0, 12, width).at(-1).y + 2 * FOOT;

/** Each word of the prompt and of the text in its place, at a size of letters. A line breaks inside a word if it must. */
function laid(panel, run, moment, size, width) {
  const [prompt, ids, p] = [panel.prompt, panel.ids, panel.p].map((name) => Array.from(array(name, run, moment)?.values ?? [])),
    names = [...prompt, ...ids].map((id) => panel.vocabulary[id].replaceAll("\n", "↵")),
    wide = names.map((text) => ((panel.wide?.[text] ?? text.length * 5.4) * size) / 10),
    all = [{ text: "", t: 0, p: 1, x: 0, y: 0, w: 0, h: size * TALL }];
  for (let i = 0, x = 0, y = 0; i < names.length; x += wide[i++]) {
    let end = x + wide[i];
    for (let j = i + 1; names[i][0] === " " && j < names.length && names[j][0] !== " "; j++) end += wide[j];
    if (x > 0 && (x + wide[i] > width || (end > width && end - x < width))) [x, y] = [0, y + size * TALL];
    const text = x ? names[i] : names[i].trimStart(); // a line begins with no space
    if (text.length < names[i].length) wide[i] -= size * 0.28;
    all.push({ text, t: i - prompt.length + 1, p: p[i - prompt.length] ?? 1, x, y, w: wide[i], h: size * TALL });
  }
  return all.slice(all.length > 1 ? 1 : 0);
}

/** The largest letters that hold the whole text, so that nothing rescales. */
function fitted(pen, panel, run, box, theme) {
  const key = `${run.stamp} ${run.steps.length} ${box.w} ${box.h} ${theme.font}`;
  if (panel.key === key) return panel.size;
  pen.font = `10px ${theme.font}`;
  panel.wide = Object.fromEntries(panel.vocabulary.map((text) => text.replaceAll("\n", "↵")).map((text) => [text, pen.measureText(text).width + 0.6]));
  let size = LARGEST;
  while (size > SMALLEST && laid(panel, run, 0, size, box.w).at(-1).y + size * TALL > box.h - FOOT) size -= 0.5;
  return Object.assign(panel, { key, size }).size;
}

const shown = (panel, run, moment, size, box) => laid(panel, run, moment, size, box.w).filter(({ t }) => t <= (run.steps[moment] ?? 0));

/** @param {CanvasRenderingContext2D} pen @param {any} box @param {any} panel @param {any} frame @param {any} theme */
export function draw(pen, box, panel, { run, moment }, theme) {
  const size = fitted(pen, panel, run, box, theme);
  Object.assign(pen, { font: `${size}px ${theme.font}`, textAlign: "left", textBaseline: "middle" });
  for (const { text, t, p, x, y, w, h } of shown(panel, run, moment, size, box)) {
    pen.globalAlpha = t > 0 ? 0.5 * p : 0;
    pen.fillStyle = theme[panel.concept];
    pen.fillRect(box.x + x, box.y + y + 1, w - 0.6, h - 3);
    pen.globalAlpha = 1;
    pen.fillStyle = t > 0 ? theme.ink : theme.soft;
    pen.fillText(text, box.x + x, box.y + y + h / 2);
  }
  Object.assign(pen, { font: `11.5px ${theme.font}`, fillStyle: theme.soft, textBaseline: "alphabetic" });
  pen.fillText("grey: the prompt; the fuller a word's colour, the likelier it was", box.x, box.y + box.h - 4, box.w);
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, { run, moment }, px, py) {
  const [x, y] = [px - box.x, py - box.y],
    one = shown(panel, run, moment, panel.size ?? LARGEST, box).find((it) => x >= it.x && x < it.x + it.w && y >= it.y && y < it.y + it.h);
  return !one ? "" : one.t > 0 ? `word ${one.t}, “${one.text.trim()}”: probability ${one.p.toFixed(2)}` : "of the prompt";
}
