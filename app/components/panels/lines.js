/** Figures over the steps of the training, with a mark that moves; a pinned run dashed, other seeds thin. */

import { figure } from "../kit.js";

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
  const area = { x: box.x + 40, y: box.y + 20, w: box.w - 50, h: box.h - 56 };
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
  if (panel.series.length > 1 || frame.pinned) key(pen, panel, frame, theme, area);
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
    pen.fillText(String(step), X(step), area.y + area.h + 15);
  }
  pen.font = `11.5px ${theme.font}`;
  pen.textAlign = "left";
  pen.fillText(panel.unit, area.x - 34, area.y - 9);
  pen.textAlign = "right";
  pen.fillText(panel.x, area.x + area.w, area.y + area.h + 30);
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
  pen.strokeStyle = theme.card;
  pen.lineWidth = 4;
  const text = [`${label} ${figure(value)}`, area.x + area.w, Y(value) + shift];
  pen.strokeText(...text); // a halo, where a curve runs behind the words
  pen.fillText(...text);
}

function key(pen, panel, frame, theme, area) {
  const rows = panel.series.map(({ label, concept }) => [label, theme[concept ?? "past"], []]);
  if (frame.pinned) rows.push([frame.run.label, theme.soft, []], [frame.pinned.label, theme.soft, [5, 4]]);
  pen.font = `11.5px ${theme.font}`;
  pen.textAlign = "left";
  let x = area.x;
  for (const [label, colour, dash] of rows) {
    pen.strokeStyle = colour;
    pen.lineWidth = 1.8;
    pen.setLineDash(dash);
    pen.beginPath();
    pen.moveTo(x, area.y + area.h + 26);
    pen.lineTo(x + 16, area.y + area.h + 26);
    pen.stroke();
    pen.setLineDash([]);
    pen.fillStyle = theme.soft;
    pen.fillText(label, x + 20, area.y + area.h + 30);
    x += 32 + pen.measureText(label).width;
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
