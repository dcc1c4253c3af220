/**
 * What each word of the policy's reply costs, and the judge's score on its last: the reward that PPO sees,
 * token by token. See `ledger` of climbing.py.
 */

import { figure, haloed } from "../../parts/kit.js";
import { signed } from "../../panels/plot_words.js";
import { colour, reply } from "./replies.js";

export const fades = false;
export const glides = true;

export const natural = () => 250;

const POLICY = 2;

/** Letters of one size for all words; where they would be too small, the words stand upright. */
function layout(panel, box, pen, theme) {
  const pitch = (box.w - 40) / panel.longest;
  if (pen && !panel.widest) {
    pen.font = `600 12px ${theme.font}`;
    panel.widest = Math.max(...panel.words.map((word) => pen.measureText(word).width));
  }
  const size = Math.min(12, (12 * (pitch - 4)) / panel.widest),
    turned = size < 9.5;
  const area = { x: box.x + 36, y: box.y + 38, w: box.w - 40, h: box.h - (turned ? 96 : 88) };
  return {
    area,
    turned,
    size: turned ? 12 : size,
    pitch,
    Y: (v) => area.y + area.h * (1 - (Math.max(panel.low, Math.min(panel.high, v)) - panel.low) / (panel.high - panel.low)),
  };
}

/** The reply and its entries at a moment: of each word the log ratio and its cost; the judge's score. */
function entries(panel, frame) {
  const at = (moment) => {
    const codes = frame.run.at(panel.array, moment)?.values,
      ratio = frame.run.at(panel.ratio, moment)?.values,
      judge = frame.run.at(panel.judge, moment)?.values;
    if (!codes || !ratio || !judge) return null;
    const words = reply(panel, codes, POLICY);
    return {
      words,
      ratio: words.map((_, i) => ratio[panel.row * panel.longest + i]),
      r: judge[POLICY * panel.prompts + panel.row],
    };
  };
  const now = at(frame.moment);
  if (!now) return null;
  const then = frame.fade < 1 ? at(frame.before) : null,
    mix = (a, b) => (then && Number.isFinite(a) && Number.isFinite(b) ? a + (b - a) * frame.fade : b);
  const spent = now.ratio.reduce((a, b) => a + b, 0);
  return {
    ...now,
    spent,
    costs: now.ratio.map((v, i) => -panel.beta * mix(then?.ratio[i] ?? 0, v) || 0),
    height: mix(then?.r, now.r),
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
  const at = layout(panel, box, pen, theme),
    seen = entries(panel, frame);
  axes(pen, at, panel, box, theme);
  if (!seen) return;
  const { area, pitch, Y } = at,
    last = seen.words.length - 1;
  seen.costs.forEach((cost, i) => {
    const x = area.x + i * pitch + pitch * 0.14,
      w = pitch * 0.72;
    bar(pen, x, w, Y(0), Y(cost), cost < 0 ? theme.blind : theme.past);
    if (Math.abs(cost) >= 0.005 && pitch > 35) tip(pen, signed(cost), x + w / 2, Y(cost), cost, theme);
    if (i === last && Number.isFinite(seen.height)) {
      const from = cost * seen.height > 0 ? cost : 0; // on the same side of zero it stands on the cost
      bar(pen, x, w, Y(from), Y(from + seen.height), theme.model);
      if (pitch > 35) tip(pen, `r ${signed(seen.r)}`, x + w / 2, Y(from + seen.height), seen.height, theme);
    }
    written(pen, at, seen, i, theme);
  });
  total(pen, box, panel, seen, theme);
}

function bar(pen, x, w, from, to, hue) {
  pen.fillStyle = hue;
  pen.beginPath();
  pen.roundRect(x, Math.min(from, to), w, Math.max(1.5, Math.abs(to - from)), 3);
  pen.fill();
}

function tip(pen, text, x, y, value, theme) {
  pen.font = `11px ${theme.mono}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  haloed(pen, text, x, y + (value < 0 ? 9 : -8), theme.ink, theme, 3);
  pen.textBaseline = "alphabetic";
}

/** A word under its bar, and how much likelier than after SFT it has become. */
function written(pen, { area, pitch, size, turned }, { words, ratio }, i, theme) {
  const { word, kind } = words[i],
    x = area.x + (i + 0.5) * pitch,
    y = area.y + area.h + 8;
  pen.textBaseline = "middle";
  pen.fillStyle = kind === "plain" || kind === "end" ? theme.ink : colour(kind, theme);
  pen.font = `600 ${size}px ${theme.font}`;
  if (turned) {
    pen.save();
    pen.translate(x, y);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = "right";
    pen.fillText(word, 0, 0);
    pen.restore();
  } else {
    pen.textAlign = "center";
    pen.fillText(word, x, y + 3);
    pen.font = `10.5px ${theme.mono}`;
    pen.fillStyle = theme.soft;
    pen.fillText(signed(ratio[i]), x, y + 18);
  }
  pen.textBaseline = "alphabetic";
}

function axes(pen, { area, turned, Y }, panel, box, theme) {
  pen.lineWidth = 1;
  pen.font = `11px ${theme.mono}`;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const v of [panel.low, 0, panel.high]) {
    pen.strokeStyle = v ? theme.line : theme.soft;
    pen.beginPath();
    pen.moveTo(area.x, Y(v));
    pen.lineTo(area.x + area.w, Y(v));
    pen.stroke();
    pen.fillStyle = theme.soft;
    pen.fillText(figure(v), area.x - 6, Y(v));
  }
  pen.textBaseline = "alphabetic";
  pen.font = `11.5px ${theme.font}`;
  pen.textAlign = "left";
  pen.fillText(panel.unit, box.x, box.y + 28);
  if (turned) return;
  pen.textAlign = "right";
  pen.fillText("under each word: log π / π_SFT, nats", area.x + area.w, box.y + box.h - 3);
}

/** The sum, in the colours of its parts. */
function total(pen, box, panel, { r, spent }, theme) {
  const cost = panel.beta * spent,
    wide = box.w > 330,
    parts = [
      [`${wide ? "r " : ""}${r.toFixed(2)}`, theme.model],
      [` ${cost < 0 ? "+" : "−"} ${wide ? "β Σ log ratio " : ""}${Math.abs(cost).toFixed(2)}`, cost < 0 ? theme.past : theme.blind],
      [` = ${(r - cost).toFixed(2)}`, theme.ink],
    ];
  pen.font = `600 13px ${theme.mono}`;
  pen.textBaseline = "alphabetic";
  pen.textAlign = "left";
  let x = box.x + box.w - parts.reduce((sum, [text]) => sum + pen.measureText(text).width, 0);
  for (const [text, hue] of parts) {
    pen.fillStyle = hue;
    pen.fillText(text, x, box.y + 11);
    x += pen.measureText(text).width;
  }
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px) {
  const { area, pitch } = layout(panel, box),
    seen = entries(panel, frame),
    i = Math.floor((px - area.x) / pitch);
  if (!seen || i < 0 || i >= seen.words.length) return "";
  const times = figure(+Math.exp(seen.ratio[i]).toPrecision(3)),
    cost = signed(-panel.beta * seen.ratio[i]),
    end = i === seen.words.length - 1 ? `, and the judge gives ${signed(seen.r)}` : "";
  return `“${seen.words[i].word}”: ${times} times as likely as after SFT, so ${cost}${end}`;
}
