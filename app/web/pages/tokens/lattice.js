/** The lattice of a word: its gaps are nodes, each piece that fits is an arc, as thick as it is probable. */

import { figure } from "../../parts/kit.js";

export const fades = true;
export const natural = () => 250;

const LEAST = 0.004, // what is drawn at all
  NAMED = 0.06;

function layout(panel, box) {
  const n = panel.letters.length,
    pitch = (box.w - 16) / n;
  return { n, pitch, X: (gap) => box.x + 8 + gap * pitch, base: box.y + box.h - 36 };
}

/** @returns {{from: number, to: number, share: number}[]} arcs that are there, the faint ones first */
function arcs(panel, frame) {
  const block = frame.run.at(panel.array, frame.moment),
    n = panel.letters.length + 1,
    found = [];
  if (block?.values.length !== n * n) return [];
  for (let from = 0; from < n; from++)
    for (let to = from + 1; to < n; to++) {
      const share = block.values[from * n + to];
      if (share >= LEAST) found.push({ from, to, share });
    }
  return found.sort((a, b) => a.share - b.share);
}

/** The top of an arc: longer pieces higher, so that none hides another. */
function top({ from, to }, base, box, longest) {
  const beside = to - from > 1 && from % 2 ? 20 : 0; // arcs of one length overlap: every other one lower
  return base - 14 + beside - ((base - box.y - 34) * Math.min(longest, to - from)) / longest;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const { n, pitch, X, base } = layout(panel, box);
  pen.lineCap = "round";
  for (const arc of arcs(panel, frame)) {
    const Y = top(arc, base, box, panel.longest),
      [a, b] = [X(arc.from), X(arc.to)],
      bend = Math.min(pitch * 0.6, (b - a) / 2);
    pen.strokeStyle = theme.past;
    pen.globalAlpha = 0.25 + 0.75 * arc.share;
    pen.lineWidth = 0.8 + 9 * arc.share;
    pen.beginPath();
    pen.moveTo(a + 2, base);
    pen.bezierCurveTo(a + 2, Y, a + 2, Y, a + bend, Y);
    pen.lineTo(b - bend, Y);
    pen.bezierCurveTo(b - 2, Y, b - 2, Y, b - 2, base);
    pen.stroke();
    pen.globalAlpha = 1;
  }
  for (const arc of arcs(panel, frame)) if (arc.share >= NAMED) named(pen, panel, arc, X, top(arc, base, box, panel.longest), theme);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = `500 ${Math.min(20, pitch * 0.7)}px ${theme.mono}`;
  pen.fillStyle = theme.ink;
  for (let i = 0; i < n; i++) pen.fillText(panel.letters[i], X(i + 0.5), base + 20);
  for (let gap = 0; gap <= n; gap++) {
    pen.beginPath();
    pen.arc(X(gap), base, 3.2, 0, 7);
    pen.fillStyle = theme.ink;
    pen.fill();
  }
  pen.textBaseline = "alphabetic";
}

function named(pen, panel, { from, to, share }, X, Y, theme) {
  const percent = `${(100 * share).toFixed(0)}%`,
    whole = `${panel.letters.slice(from, to).join("")} ${percent}`,
    middle = (X(from) + X(to)) / 2;
  pen.font = `600 11.5px ${theme.mono}`;
  const text = pen.measureText(whole).width < X(to) - X(from) - 6 ? whole : percent; // its letters stand below
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const w = pen.measureText(text).width + 8;
  pen.fillStyle = theme.card;
  pen.beginPath();
  pen.roundRect(middle - w / 2, Y - 9, w, 18, 5);
  pen.fill();
  pen.fillStyle = share > 0.5 ? theme.past : theme.ink;
  pen.fillText(text, middle, Y + 1);
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const { X, base } = layout(panel, box);
  let best = null;
  for (const arc of arcs(panel, frame)) {
    if (px < X(arc.from) || px > X(arc.to)) continue;
    const far = Math.abs(py - top(arc, base, box, panel.longest));
    if (!best || far < best.far) best = { ...arc, far };
  }
  if (!best || best.far > 16) return "";
  return `“${panel.letters.slice(best.from, best.to).join("")}” is a piece in ${figure(100 * best.share)} % of the readings`;
}
