/**
 * Three categoricals of one pixel, each level above the colour it would give: of red, green and blue, or of
 * three nets on one grey scale (`panel.names`, and `panel.high` as the top of their axis).
 */

import { array } from "../film/blocks.js";
import { figure } from "../parts/kit.js";

export const fades = false;

export const natural = () => 300;

const NAMES = ["red", "green", "blue"];

const layout = (box, row) => {
  const tall = box.h / 3;
  return { x: box.x + 34, y: box.y + row * tall + 16, w: box.w - 38, h: tall - 44 };
};

/** What the panel shows at a moment. */
function parts(panel, frame) {
  const block = frame.run.at(panel.array, frame.moment);
  if (!block) return null;
  return {
    p: block.values,
    n: block.shape[1],
    truth: array(panel.truth, frame.run, frame.moment)?.values,
    taken: array(panel.taken, frame.run, frame.moment)?.values,
    step: array(panel.step, frame.run, frame.moment)?.values[0] ?? 3,
  };
}

/** The colour that a level gives, beside the colours of the pixel that are known before it. */
function swatch(row, level, { taken, n }, { together, names }) {
  const of = (v) => Math.round((Math.max(0, v) * 255) / (n - 1));
  if (names) return `rgb(${of(level)},${of(level)},${of(level)})`;
  const known = (c) => (c === row ? of(level) : c < row && taken && !together ? of(taken[c]) : 0);
  return `rgb(${known(0)},${known(1)},${known(2)})`;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const seen = parts(panel, frame);
  if (!seen) return;
  for (let row = 0; row < 3; row++) {
    const asked = panel.together || row <= seen.step;
    pen.globalAlpha = asked ? 1 : 0.25;
    one(pen, layout(box, row), row, panel, seen, asked, theme);
  }
  pen.globalAlpha = 1;
}

function one(pen, area, row, panel, seen, asked, theme) {
  const { p, n, truth, taken } = seen,
    step = area.w / n,
    top = panel.high ?? 1,
    at = (v) => area.y + area.h * (1 - Math.min(1, v / top)),
    thin = step < 6;
  pen.font = `11px ${theme.mono}`;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const v of [0, top]) {
    pen.fillStyle = theme.line;
    pen.fillRect(area.x, at(v) - 0.5, area.w, 1);
    pen.fillStyle = theme.soft;
    pen.fillText(figure(v), area.x - 6, at(v));
  }
  pen.textBaseline = "alphabetic";
  for (let i = 0; i < n; i++) {
    const value = asked ? p[row * n + i] : 0,
      chosen = taken && taken[row] === i && row <= seen.step,
      X = area.x + i * step,
      gap = thin ? 0 : Math.max(1, step * 0.12);
    const alpha = pen.globalAlpha;
    pen.globalAlpha = alpha * (chosen || !panel.step ? 1 : 0.45);
    pen.fillStyle = theme.model;
    pen.fillRect(X + gap, at(value), step - 2 * gap, area.y + area.h - at(value));
    pen.globalAlpha = alpha;
    if (truth && panel.names) {
      pen.fillStyle = theme.truth;
      pen.fillRect(X, at(truth[row * n + i]) - 0.75, step, 1.5);
    } else if (truth) {
      pen.fillStyle = theme.truth;
      pen.fillRect(X + gap * 0.3, at(truth[row * n + i]) - 1.25, step - gap * 0.6, 2.5);
    }
    pen.fillStyle = swatch(row, i, seen, panel);
    pen.fillRect(X + gap, area.y + area.h + 3, step - 2 * gap, 9);
    if (thin) continue;
    pen.strokeStyle = chosen ? theme.model : theme.line;
    pen.lineWidth = chosen ? 2.5 : 1;
    pen.strokeRect(X + gap, area.y + area.h + 3, step - 2 * gap, 9);
  }
  pen.font = `11.5px ${theme.font}`;
  pen.fillStyle = theme.soft;
  pen.textAlign = "left";
  const after = panel.together || !row ? "" : row === 1 ? " | red" : " | red, green";
  pen.fillText(panel.names?.[row] ?? `p(${NAMES[row]}${after})`, area.x, area.y - 5);
  if (panel.names && taken) flag(pen, area, area.x + (taken[row] + 0.5) * step, theme);
  pen.textAlign = "right";
  pen.fillStyle = theme.soft;
  pen.fillText(panel.names ? "grey level" : `level of ${NAMES[row]}`, area.x + area.w, area.y + area.h + 25);
}

/** Where the pixel's own level stands: among 256 no bar is wide enough to wear a colour. */
function flag(pen, area, x, theme) {
  pen.fillStyle = theme.truth;
  pen.fillRect(x - 1, area.y, 2, area.h + 3);
  pen.beginPath();
  pen.moveTo(x - 5, area.y - 1);
  pen.lineTo(x + 5, area.y - 1);
  pen.lineTo(x, area.y + 6);
  pen.fill();
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const seen = parts(panel, frame),
    row = Math.floor((3 * (py - box.y)) / box.h);
  if (!seen || row < 0 || row > 2) return "";
  const area = layout(box, row),
    i = Math.floor(((px - area.x) / area.w) * seen.n);
  if (i < 0 || i >= seen.n) return "";
  const exact = seen.truth ? `, in the data ${figure(seen.truth[row * seen.n + i])}` : "";
  return `${(panel.names ?? NAMES)[row]}, level ${i}: probability ${figure(seen.p[row * seen.n + i])}${exact}`;
}
