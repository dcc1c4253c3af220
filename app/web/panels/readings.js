/** A word's likeliest readings, one a line: its pieces, and a bar as long as it is probable. */

import { figure } from "../parts/kit.js";

export const fades = false;
export const natural = (panel) => 22 + 27 * panel.readings.length;

const row = (panel, box) => Math.min(30, (box.h - 20) / Math.max(1, panel.readings.length));

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const chance = frame.run.at(panel.array, frame.moment)?.values;
  if (!chance) return;
  const high = row(panel, box);
  pen.font = `11px ${theme.font}`;
  pen.fillStyle = theme.soft;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  pen.fillText("probability", box.x + box.w, box.y + 8);
  panel.readings.forEach((parts, i) => {
    const Y = box.y + 20 + high * i,
      long = (box.w - 48) * chance[i];
    pen.fillStyle = theme.unsigned.css(0.14);
    pen.beginPath();
    pen.roundRect(box.x, Y + 2, Math.max(2, long), high - 5, 5);
    pen.fill();
    pen.font = `500 ${Math.min(14, high * 0.55)}px ${theme.mono}`;
    pen.textAlign = "left";
    let x = box.x + 7;
    parts.forEach((part, k) => {
      if (k) {
        pen.fillStyle = theme.past;
        pen.fillRect(x + 3, Y + 5, 1.5, high - 11);
        x += 8;
      }
      pen.fillStyle = theme.ink;
      pen.fillText(part, x, Y + high / 2);
      x += pen.measureText(part).width;
    });
    pen.textAlign = "right";
    pen.font = `11.5px ${theme.mono}`;
    pen.fillStyle = theme.soft;
    pen.fillText(`${(100 * chance[i]).toFixed(1)} %`, box.x + box.w, Y + high / 2);
  });
  pen.textBaseline = "alphabetic";
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const chance = frame.run.at(panel.array, frame.moment)?.values,
    i = Math.floor((py - box.y - 20) / row(panel, box));
  return chance && i >= 0 && i < panel.readings.length
    ? `${panel.readings[i].join(" | ")}: ${figure(100 * chance[i])} %`
    : "";
}
