/** Figures over the steps of the training, with a mark that moves; a pinned run dashed, other seeds thin. */

import { figure, haloed } from "../parts/kit.js";

export const fades = false;
export const shares = true; // two runs in one box

export const natural = () => 200;

/** A round number at or above a value: a short factor times a power of ten. */
function nice(value) {
  const size = 10 ** Math.floor(Math.log10(value));
  return size * [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((k) => k * size >= value * 0.999);
}

/** Fixed for the whole film: from the first values seen, and never smaller again. */
function range(panel, frame) {
  if (panel.high !== null) return panel.high;
  let top = 0;
  for (const run of [frame.run, frame.pinned]) {
    for (const { name } of run ? panel.series : [])
      for (const v of run.line(name).value) if (v > top) top = v;
  }
  for (const level of [panel.baseline, panel.bet]) top = Math.max(top, level?.value ?? 0);
  return (panel.reached = Math.max(panel.reached ?? 0, nice(Math.max(top, panel.low + 1e-6))));
}

function layout(panel, box, frame) {
  const high = range(panel, frame),
    total = Math.max(1, frame.run.total, frame.pinned?.total ?? 0);
  const lines = Math.max(1, keys(panel, frame, box.w).at(-1)?.line ?? 1);
  const area = { x: box.x + 40, y: box.y + 20, w: box.w - 50, h: box.h - 40 - 16 * lines };
  return {
    area,
    high,
    total,
    X: (step) => area.x + (area.w * step) / total,
    Y: (v) => area.y + area.h * (1 - (v - panel.low) / (high - panel.low)),
  };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const { area, high, total, X, Y } = layout(panel, box, frame);
  axes(pen, panel, theme, area, high, total, X, Y);
  pen.save();
  pen.beginPath();
  pen.rect(area.x, area.y - 4, area.w + 6, area.h + 8);
  pen.clip();
  const step = frame.run.steps[frame.moment] ?? 0;
  for (const seed of frame.band)
    for (const { name, concept } of panel.series)
      curve(pen, seed.scalars[name], X, Y, theme[concept ?? "past"], {
        width: 0.8,
        alpha: 0.45,
        until: total,
      });
  panel.series.forEach(({ name, concept }) => {
    const colour = theme[concept ?? "past"];
    if (frame.pinned)
      curve(pen, frame.pinned.line(name), X, Y, colour, { dash: [5, 4], alpha: 0.85, until: total });
    curve(pen, frame.run.line(name), X, Y, colour, { alpha: 0.28, until: total });
    curve(pen, frame.run.line(name), X, Y, colour, { width: 1.8, until: step });
  });
  pen.restore();
  if (panel.baseline) leveled(pen, panel.baseline, area, Y, theme.truth, theme, [2, 3], -5);
  // below: curves come from above
  if (panel.bet) leveled(pen, panel.bet, area, Y, theme.model, theme, [6, 3], 13);
  pen.strokeStyle = theme.line;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(X(step), area.y);
  pen.lineTo(X(step), area.y + area.h);
  pen.stroke();
  for (const { name, concept } of panel.series) {
    const value = frame.run.figure(name, step);
    if (value === null) continue;
    pen.fillStyle = theme[concept ?? "past"];
    pen.beginPath();
    pen.arc(X(step), Math.max(area.y, Y(value)), 4, 0, 7);
    pen.fill();
  }
  key(pen, keys(panel, frame, box.w), box, theme, area);
}

function curve(pen, line, X, Y, colour, { width = 1.3, alpha = 1, dash = [], until }) {
  if (!line) return;
  pen.beginPath();
  let up = true;
  for (let i = 0; i < line.step.length && line.step[i] <= until; i++) {
    if (line.value[i] === null)
      up = true; // a value that was no number: the line breaks
    else (pen[up ? "moveTo" : "lineTo"](X(line.step[i]), Y(line.value[i])), (up = false));
  }
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.globalAlpha = alpha;
  pen.setLineDash(dash);
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

function axes(pen, panel, theme, area, high, total, X, Y) {
  pen.strokeStyle = theme.line;
  pen.lineWidth = 1;
  pen.fillStyle = theme.soft;
  pen.font = `11px ${theme.mono}`;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (let i = 0; i <= 2; i++) {
    const v = panel.low + ((high - panel.low) * i) / 2;
    pen.beginPath();
    pen.moveTo(area.x, Y(v));
    pen.lineTo(area.x + area.w, Y(v));
    pen.stroke();
    pen.fillText(figure(v), area.x - 6, Y(v));
  }
  pen.textBaseline = "alphabetic";
  pen.textAlign = "center";
  for (const step of [0, Math.round(total / 2), total]) {
    pen.textAlign = step === total ? "right" : step ? "center" : "left";
    pen.fillText(step ? String(step) : `${panel.x} 0`, X(step) - (step ? 0 : 4), area.y + area.h + 15);
  }
  pen.font = `11.5px ${theme.font}`;
  pen.textAlign = "left";
  pen.fillText(panel.unit, area.x - 34, area.y - 9);
}

function leveled(pen, { value, label }, area, Y, colour, theme, dash, shift) {
  pen.strokeStyle = pen.fillStyle = colour;
  pen.setLineDash(dash);
  pen.lineWidth = 1.4;
  pen.beginPath();
  pen.moveTo(area.x, Y(value));
  pen.lineTo(area.x + area.w, Y(value));
  pen.stroke();
  pen.setLineDash([]);
  pen.font = `11.5px ${theme.font}`;
  pen.textAlign = "right";
  haloed(pen, `${label} ${figure(value)}`, area.x + area.w, Y(value) + shift, colour, theme);
}

/** The legend's entries, each with its place; a line that is full goes on in the next one. */
function keys(panel, frame, width) {
  const rows = panel.series.map(({ label, concept }) => ({ label, concept: concept ?? "past", dash: [] }));
  if (frame.pinned)
    rows.push(
      { label: frame.run.label, concept: "soft", dash: [] },
      { label: frame.pinned.label, concept: "soft", dash: [5, 4] },
    );
  if (rows.length < 2) return [];
  let [x, line] = [0, 1];
  for (const row of rows) {
    const wide = 34 + 6.2 * row.label.length; // about what the words take in 11.5 px
    if (x && x + wide - 14 > width) [x, line] = [0, line + 1];
    Object.assign(row, { x, line });
    x += wide;
  }
  return rows;
}

function key(pen, rows, box, theme, area) {
  pen.font = `11.5px ${theme.font}`;
  pen.textAlign = "left";
  const left = rows.at(-1)?.line > 1 ? box.x : Math.min(area.x, box.x + box.w - (rows.at(-1)?.x ?? 0) - 80);
  for (const { label, concept, dash, x, line } of rows) {
    const [X, Y] = [Math.max(box.x, left) + x, area.y + area.h + 15 + 16 * line];
    pen.strokeStyle = theme[concept];
    pen.lineWidth = 1.8;
    pen.setLineDash(dash);
    pen.beginPath();
    pen.moveTo(X, Y - 4);
    pen.lineTo(X + 16, Y - 4);
    pen.stroke();
    pen.setLineDash([]);
    pen.fillStyle = theme.soft;
    pen.fillText(label, X + 20, Y);
  }
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px) {
  const { area, total } = layout(panel, box, frame);
  if (px < area.x || px > area.x + area.w) return "";
  const step = Math.round(((px - area.x) / area.w) * total);
  const say = (run, name) => figure(run.figure(name, step));
  const each = panel.series.map(({ name, label }) => {
    const other = frame.pinned ? ` (${frame.pinned.label}: ${say(frame.pinned, name)})` : "";
    return `${label} ${say(frame.run, name)}${other}`;
  });
  return `${panel.x} ${step}: ${each.join(", ")} ${panel.unit}`;
}
