/** The newest merges at a moment, the latest on top: which two symbols, how often they stood side by side. */

import { merges, spelled } from "./merging.js";

export const fades = false;
export const natural = () => 230;

const ROW = 25;

function shown(panel, box, frame) {
  const made = merges(frame.run, panel.array),
    step = Math.min(frame.run.steps[frame.moment] ?? 0, made?.list.length ?? 0),
    many = Math.max(1, Math.floor((box.h - 20) / ROW));
  return { made, step, many };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const { made, step, many } = shown(panel, box, frame);
  if (!made) return;
  pen.textBaseline = "middle";
  pen.font = `11px ${theme.font}`;
  pen.fillStyle = theme.soft;
  pen.textAlign = "left";
  pen.fillText("merge", box.x, box.y + 8);
  pen.textAlign = "right";
  pen.fillText("times", box.x + box.w, box.y + 8);
  if (!step) {
    pen.textAlign = "left";
    pen.fillText(`none yet: ${made.bytes ? "256 bytes" : "characters"}`, box.x, box.y + 32);
  }
  for (let k = 0; k < many && step - 1 - k >= 0; k++) {
    const rank = step - 1 - k,
      { left, right, count } = made.list[rank],
      Y = box.y + 20 + ROW * (k + 0.5);
    pen.globalAlpha = Math.max(0.35, 1 - k / (many * 1.4));
    pen.font = `11px ${theme.mono}`;
    pen.fillStyle = theme.soft;
    pen.textAlign = "left";
    pen.fillText(String(rank + 1), box.x, Y);
    pen.textAlign = "right";
    pen.fillText(count.toLocaleString("en"), box.x + box.w, Y);
    let x = box.x + 34;
    x = word(pen, spelled(made, left), x, Y, theme, k === 0) + 3;
    pen.fillStyle = theme.soft;
    pen.textAlign = "left";
    pen.fillText("+", x, Y);
    word(pen, spelled(made, right), x + 11, Y, theme, k === 0);
    pen.globalAlpha = 1;
  }
  pen.textBaseline = "alphabetic";
}

/** One symbol as a small chip. Returns where it ends. */
function word(pen, text, x, Y, theme, newest) {
  pen.font = `500 13px ${theme.mono}`;
  pen.textAlign = "left";
  const w = Math.max(16, pen.measureText(text).width + 9);
  pen.beginPath();
  pen.roundRect(x, Y - 10, w, 20, 5);
  pen.fillStyle = newest ? theme.model : theme.unsigned.css(0.12);
  pen.fill();
  pen.fillStyle = newest ? (theme.dark ? "#0f1216" : "#ffffff") : theme.unsigned.on(0.12);
  pen.fillText(text, x + 4.5, Y + 0.5);
  return x + w;
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const { made, step, many } = shown(panel, box, frame),
    k = Math.floor((py - box.y - 20) / ROW),
    rank = step - 1 - k;
  if (!made || k < 0 || k >= many || rank < 0) return "";
  const { left, right, count } = made.list[rank];
  const [a, b, both] = [left, right, made.first + rank].map((id) => `“${spelled(made, id)}”`);
  return `merge ${rank + 1}: ${a} and ${b} stood side by side ${count} times, so ${both} is number ${made.first + rank}`;
}
