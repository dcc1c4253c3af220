/** One categorical distribution as bars; the current level stands out. */

import { figure } from "../parts/kit.js";

export const fades = false;

export const natural = () => 180;

const layout = (box) => ({ x: box.x + 36, y: box.y + 18, w: box.w - 40, h: box.h - 52 });

function marked(panel, frame) {
  return typeof panel.mark === "string" ? frame.run.at(panel.mark, frame.moment)?.values[0] : panel.mark;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const block = frame.run.at(panel.array, frame.moment);
  if (!block) return;
  const area = layout(box),
    n = block.values.length,
    step = area.w / n,
    mark = marked(panel, frame),
    least = panel.least && frame.run.at(panel.least, frame.moment);
  pen.font = `11px ${theme.mono}`;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  const low = panel.low ?? 0,
    at = (v) => area.y + area.h * (1 - (Math.max(low, Math.min(panel.high, v)) - low) / (panel.high - low));
  for (const v of low < 0 ? [low, 0, panel.high] : [0, panel.high / 2, panel.high]) {
    const Y = at(v);
    pen.fillStyle = theme.line;
    pen.fillRect(area.x, Y - 0.5, area.w, 1);
    pen.fillStyle = theme.soft;
    pen.fillText(figure(v), area.x - 6, Y);
  }
  pen.textBaseline = "alphabetic";
  pen.textAlign = "center";
  const every = Math.max(1, Math.ceil(18 / step)); // labels must not touch
  for (let i = 0; i < n; i++) {
    const tip = at(block.values[i]),
      foot = at(0);
    pen.fillStyle = i === mark ? theme.model : theme.past;
    pen.fillRect(area.x + i * step + 1, Math.min(tip, foot), step - 2, Math.abs(foot - tip));
    if (least) {
      pen.fillStyle = theme.truth;
      pen.fillRect(area.x + i * step, at(least.values[i]) - 1, step, 2);
    }
    pen.fillStyle = i === mark ? theme.model : theme.soft;
    if (i % every === 0 || i === mark)
      pen.fillText(panel.labels?.[i] ?? String(i), area.x + (i + 0.5) * step, area.y + area.h + 14);
  }
  pen.font = `11.5px ${theme.font}`;
  pen.fillStyle = theme.soft;
  pen.textAlign = "left";
  pen.fillText(panel.unit, area.x - 30, area.y - 8);
  pen.textAlign = "right";
  pen.fillText(panel.x, area.x + area.w, area.y + area.h + 29);
}

function floor(panel, frame, i) {
  const least = panel.least && frame.run.at(panel.least, frame.moment);
  return least ? `, at least ${figure(least.values[i])}` : "";
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px) {
  const block = frame.run.at(panel.array, frame.moment),
    area = layout(box);
  const i = block ? Math.floor(((px - area.x) / area.w) * block.values.length) : -1;
  return i >= 0 && i < (block?.values.length ?? 0)
    ? `${panel.x} ${panel.labels?.[i] ?? i}: ${figure(block.values[i])} ${panel.unit}${floor(panel, frame, i)}`
    : "";
}
