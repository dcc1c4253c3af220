/** One categorical distribution as bars; the current level stands out. */

import { figure } from "../kit.js";

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
    mark = marked(panel, frame);
  pen.font = `11px ${theme.mono}`;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const v of [0, panel.high / 2, panel.high]) {
    const Y = area.y + area.h * (1 - v / panel.high);
    pen.fillStyle = theme.line;
    pen.fillRect(area.x, Y - 0.5, area.w, 1);
    pen.fillStyle = theme.soft;
    pen.fillText(figure(v), area.x - 6, Y);
  }
  pen.textBaseline = "alphabetic";
  pen.textAlign = "center";
  const every = Math.max(1, Math.ceil(18 / step)); // labels must not touch
  for (let i = 0; i < n; i++) {
    const height = area.h * Math.min(1, block.values[i] / panel.high);
    pen.fillStyle = i === mark ? theme.model : theme.past;
    pen.fillRect(area.x + i * step + 1, area.y + area.h - height, step - 2, height);
    pen.fillStyle = i === mark ? theme.model : theme.soft;
    if (i % every === 0 || i === mark)
      pen.fillText(String(i), area.x + (i + 0.5) * step, area.y + area.h + 14);
  }
  pen.font = `11.5px ${theme.font}`;
  pen.fillStyle = theme.soft;
  pen.textAlign = "left";
  pen.fillText(panel.unit, area.x - 30, area.y - 8);
  pen.textAlign = "right";
  pen.fillText(panel.x, area.x + area.w, area.y + area.h + 29);
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px) {
  const block = frame.run.at(panel.array, frame.moment),
    area = layout(box);
  const i = block ? Math.floor(((px - area.x) / area.w) * block.values.length) : -1;
  return i >= 0 && i < (block?.values.length ?? 0)
    ? `${panel.x} ${i}: ${figure(block.values[i])} ${panel.unit}`
    : "";
}
