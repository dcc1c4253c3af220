/** A text whose words are green or red, as it grows or is changed. See `words` of pages/watermark/figures.py. */

import { array } from "../../film/blocks.js";

export const fades = false;

const [LARGEST, SMALLEST, TALL, FOOT, GONE] = [15, 7, 1.6, 20, 255];
const SAID = ["of no colour: nothing stands before it", "green", "red", "green, a pair that was counted before", "red, a pair that was counted before"]; // prettier-ignore

export const natural = (panel, width, run) => laid(panel, run, 0, 12, width).high + FOOT;

/** The words of a moment, each in its place at a size of letters; and how high all of them are. */
function laid(panel, run, moment, size, width) {
  const ids = array(panel.ids, run, moment)?.values ?? [],
    kinds = array(panel.kinds, run, moment)?.values ?? [],
    all = [];
  let [x, y] = [0, 0];
  for (let i = 0; i < ids.length && kinds[i] !== GONE; i++) {
    const text = panel.vocabulary[ids[i]].replace("\n", "↵"),
      w = (panel.wide?.[ids[i]] ?? text.length * 5.4) * (size / 10);
    if (x + w > width && x > 0) [x, y] = [0, y + size * TALL];
    all.push({ text, kind: kinds[i], x, y, w, h: size * TALL, lead: text[0] === " " ? size * 0.28 : 0 });
    x += w;
  }
  return { all, high: y + size * TALL };
}

/** The largest letters that hold every moment, so that nothing rescales. */
function fitted(pen, panel, run, box, theme) {
  const key = `${run.stamp} ${run.steps.length} ${box.w} ${box.h} ${theme.font}`;
  if (panel.key === key) return panel.size;
  pen.font = `10px ${theme.font}`;
  panel.wide = panel.vocabulary.map((text) => pen.measureText(text.replace("\n", "↵")).width + 0.6);
  const moments = typeof panel.kinds === "string" ? run.steps.map((_, i) => i) : [0];
  let size = LARGEST;
  while (size > SMALLEST && moments.some((i) => laid(panel, run, i, size, box.w).high > box.h - FOOT)) size -= 0.5;
  return Object.assign(panel, { key, size }).size;
}

const shown = (panel, run, moment) => (panel.grows ? (run.steps[moment] ?? 0) : Infinity);

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, { run, moment }, theme) {
  const size = fitted(pen, panel, run, box, theme),
    { all } = laid(panel, run, moment, size, box.w),
    seen = all.slice(0, shown(panel, run, moment));
  Object.assign(pen, { font: `${size}px ${theme.font}`, textAlign: "left", textBaseline: "middle" });
  for (const { text, kind, x, y, w, h, lead } of seen) {
    const green = kind % 2 === 1;
    pen.fillStyle = green ? theme.truth : theme.blind;
    pen.globalAlpha = kind === 0 ? 0 : kind > 2 ? 0.1 : green ? 0.34 : 0.16;
    pen.fillRect(box.x + x + lead, box.y + y + 1, w - lead - 0.6, h - 3);
    pen.globalAlpha = kind > 2 ? 0.5 : 1;
    if (kind && !green) pen.fillRect(box.x + x + lead, box.y + y + h - 3, w - lead - 0.6, 1.2); // red a second way
    pen.fillStyle = theme.ink;
    pen.fillText(text, box.x + x, box.y + y + h / 2);
  }
  pen.globalAlpha = 1;
  const [green, red] = [1, 2].map((kind) => seen.filter((one) => one.kind === kind).length);
  Object.assign(pen, { font: `12px ${theme.mono}`, fillStyle: theme.soft });
  pen.fillText(`${green} green, ${red} red`, box.x, box.y + box.h - 7);
  pen.textBaseline = "alphabetic";
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, { run, moment }, px, py) {
  const { all } = laid(panel, run, moment, panel.size ?? LARGEST, box.w),
    [x, y] = [px - box.x, py - box.y],
    i = all.slice(0, shown(panel, run, moment)).findIndex((one) => x >= one.x && x < one.x + one.w && y >= one.y && y < one.y + one.h); // prettier-ignore
  return i < 0 ? "" : `word ${i + 1}, “${all[i].text.trim()}”${i ? ` after “${all[i - 1].text.trim()}”` : ""}: ${SAID[all[i].kind]}`; // prettier-ignore
}
