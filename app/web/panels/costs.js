/** The same thing in several ways, one a line: its name, a bar for what it costs, and how many times the first. */

import { figure } from "../parts/kit.js";

export const fades = false;
export const natural = (panel) => 22 + 22 * (panel.labels?.length ?? 1);

const NUMBERS = 96;

const name = (panel) => (panel.labels ? 74 : 0); // none where six moments stand side by side

const row = (count, box) => Math.min(26, (box.h - 20) / count);

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const cost = frame.run.at(panel.array, frame.moment)?.values,
    high = row(cost?.length, box),
    wide = box.w - name(panel) - NUMBERS;
  if (!cost) return;
  pen.textBaseline = "middle";
  pen.fillStyle = theme.soft;
  pen.font = `11px ${theme.font}`;
  pen.textAlign = "right";
  pen.fillText(panel.unit, box.x + box.w - 44, box.y + 8);
  pen.fillText(panel.ratio, box.x + box.w, box.y + 8);
  cost.forEach((_, i) => {
    const Y = box.y + 20 + high * i;
    pen.font = `${Math.min(12.5, high * 0.75)}px ${theme.font}`;
    pen.textAlign = "left";
    pen.fillStyle = i ? theme.ink : theme.past;
    if (panel.labels) pen.fillText(panel.labels[i], box.x, Y + high / 2);
    pen.beginPath();
    pen.roundRect(box.x + name(panel), Y + 3, Math.max(2, (wide * cost[i]) / panel.high), high - 6, 4);
    pen.fillStyle = i ? theme.model : theme.past;
    pen.globalAlpha = i ? 0.8 : 1;
    pen.fill();
    pen.globalAlpha = 1;
    pen.textAlign = "right";
    pen.fillStyle = theme.ink;
    pen.font = `${Math.min(12, high * 0.72)}px ${theme.mono}`;
    pen.fillText(figure(cost[i]), box.x + box.w - 44, Y + high / 2);
    pen.fillStyle = theme.soft;
    pen.fillText(`${(cost[i] / cost[0]).toFixed(1)}×`, box.x + box.w, Y + high / 2);
  });
  pen.textBaseline = "alphabetic";
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const cost = frame.run.at(panel.array, frame.moment)?.values,
    i = Math.floor((py - box.y - 20) / row(cost?.length, box));
  return cost && i >= 0 && i < cost.length
    ? `${panel.labels[i]}: ${cost[i]} ${panel.unit}, ${(cost[i] / cost[0]).toFixed(2)} times ${panel.labels[0]}`
    : "";
}
