/**
 * One prompt and what three models reply to it, word by word, with what the judge and what people give for
 * each reply. See `replies` of climbing.py.
 */

import { nearest } from "../../parts/kit.js";
import { signed } from "../../panels/plot_words.js";

export const fades = false;
export const glides = true; // a word that is new glows while the film goes on
export const shares = true; // a pinned run's policy is one reply more

export const natural = () => 290;

const HEAD = 40,
  FOOT = 22,
  POLICY = 2,
  CONCEPT = { right: "truth", wrong: "blind", polite: "code", over: "code", rude: "blind" };
const SAID = {
  right: "the right answer",
  wrong: "an answer, but to another question",
  polite: "a polite word",
  over: "one polite word too many",
  rude: "a rude word",
  end: "the end of the reply",
  plain: "a word that only fills",
};

/**
 * The words of a reply with what they are to people, up to its padding.
 * @param {any} panel @param {ArrayLike<number>} codes of all models and prompts @param {number} model
 * @returns {{word: string, kind: string}[]}
 */
export function reply(panel, codes, model) {
  const longest = codes.length / 3 / panel.prompts,
    from = (model * panel.prompts + panel.row) * longest,
    said = [];
  let polite = 0;
  for (let i = from; i < from + longest && codes[i]; i++) {
    const kind = panel.kinds[codes[i]];
    if (kind === "polite") polite += 1;
    said.push({ word: panel.words[codes[i]], kind: kind === "polite" && polite > panel.liked ? "over" : kind });
  }
  return said;
}

/** @param {string} kind @param {any} theme @returns {string} */
export const colour = (kind, theme) => (CONCEPT[kind] ? theme[CONCEPT[kind]] : theme.soft);

/** One line for each reply: three models, and the policy of a pinned run at the nearest step. */
function rows(panel, frame) {
  const line = (run, moment, model, label) => {
    const codes = run.at(panel.array, moment)?.values,
      at = model * panel.prompts + panel.row;
    if (!codes) return null;
    const [judge, people] = [panel.judge, panel.people].map((name) => run.at(name, moment)?.values[at] ?? NaN);
    return { label, model, judge, people, words: reply(panel, codes, model), fresh: [] };
  };
  const found = panel.labels.map((label, model) => line(frame.run, frame.moment, model, label)),
    before = frame.moment ? frame.run.at(panel.array, frame.moment - 1)?.values : null;
  if (found[POLICY] && before) {
    const then = reply(panel, before, POLICY);
    found[POLICY].fresh = found[POLICY].words.map(({ word }, i) => word !== then[i]?.word);
  }
  if (frame.pinned) {
    const there = nearest(frame.pinned.steps, frame.run.steps[frame.moment] ?? 0);
    found.push(line(frame.pinned, there, POLICY, `policy, ${frame.pinned.label}`));
  }
  return found.filter(Boolean);
}

const PAD = 7,
  GAP = 4;

/** Letters of one size in all replies of the run, so that nothing rescales from moment to moment. */
function size(pen, box, panel, frame, theme, high) {
  const held = (panel.fits ??= {}),
    key = `${frame.run.stamp} ${frame.run.steps.length}`;
  pen.font = `500 13px ${theme.font}`;
  if (held.key !== key) {
    const wide = (words) => words.reduce((sum, { word }) => sum + Math.max(12, pen.measureText(word).width) + 2 * PAD + GAP, -GAP);
    let widest = 1;
    for (const block of frame.run.arrays[panel.array] ?? [])
      for (let model = 0; model < 3; model++) widest = Math.max(widest, wide(reply(panel, block.values, model)));
    Object.assign(held, { key, widest });
  }
  return Math.min(1.2, box.w / held.widest, high / 24);
}

function layout(box, count) {
  const tall = (box.h - HEAD - FOOT) / count;
  return { tall, top: (i) => box.y + HEAD + i * tall, chip: Math.min(30, tall - 28) };
}

/** Where the chips of a reply stand. */
function places(pen, words, scale, x, theme) {
  pen.font = `500 ${13 * scale}px ${theme.font}`;
  return words.map(({ word }) => {
    const w = Math.max(12 * scale, pen.measureText(word).width) + 2 * PAD * scale,
      place = { x, w };
    x += w + GAP * scale;
    return place;
  });
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const shown = rows(panel, frame),
    at = layout(box, shown.length || 3);
  if (!shown.length) return;
  const scale = size(pen, box, panel, frame, theme, at.chip),
    glow = frame.fade < 1 ? 1 - frame.fade : 0;
  head(pen, box, panel, theme);
  panel.places = shown.map((row, i) => {
    const y = at.top(i),
      moves = row.model === POLICY;
    pen.strokeStyle = theme.line;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(box.x, y - 0.5);
    pen.lineTo(box.x + box.w, y - 0.5);
    pen.stroke();
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    pen.font = `${moves ? 600 : 400} 12px ${theme.font}`;
    pen.fillStyle = moves ? theme.ink : theme.soft;
    pen.fillText(row.label, box.x, y + 13);
    number(pen, row.judge, box.x + box.w - 62, y + 13, theme.model, theme);
    number(pen, row.people, box.x + box.w, y + 13, theme.truth, theme);
    const found = places(pen, row.words, scale, box.x, theme),
      top = y + 25;
    row.words.forEach((word, j) => chip(pen, word, { ...found[j], y: top, h: 24 * Math.max(scale, 0.85) }, scale, row.fresh[j], glow, theme));
    if (!row.words.length) quiet(pen, box.x, top + 12, theme);
    return { y: top, h: 26 * scale, found, row, band: [y, y + at.tall] };
  });
  foot(pen, box, panel, theme);
}

function quiet(pen, x, y, theme) {
  pen.font = `italic 12px ${theme.font}`;
  pen.textAlign = "left";
  pen.fillStyle = theme.soft;
  pen.fillText("says nothing", x, y);
}

function number(pen, value, x, y, ink, theme) {
  pen.font = `600 13px ${theme.mono}`;
  pen.textAlign = "right";
  pen.fillStyle = ink;
  pen.fillText(Number.isFinite(value) ? signed(value) : "–", x, y);
}

/** The prompt, and over the two columns of numbers who gives them. */
function head(pen, box, panel, theme) {
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  pen.font = `600 14px ${theme.mono}`;
  pen.fillStyle = theme.past;
  pen.fillText(panel.prompt.join(" "), box.x, box.y + 16);
  pen.font = `11.5px ${theme.font}`;
  pen.textAlign = "right";
  pen.fillStyle = theme.model;
  pen.fillText("judge", box.x + box.w - 62, box.y + 28);
  pen.fillStyle = theme.truth;
  pen.fillText("people", box.x + box.w, box.y + 28);
}

function chip(pen, { word, kind }, { x, y, w, h }, scale, fresh, glow, theme) {
  const hue = colour(kind, theme),
    round = () => (pen.beginPath(), pen.roundRect(x + 0.5, y + 0.5, w - 1, h - 1, 6 * scale));
  pen.save();
  if (fresh && glow) Object.assign(pen, { shadowColor: theme.model, shadowBlur: 16 * glow });
  round();
  pen.fillStyle = theme.card;
  pen.fill();
  pen.shadowBlur = 0;
  const plain = !CONCEPT[kind];
  pen.fillStyle = plain ? theme.line : hue;
  pen.globalAlpha = kind === "rude" ? 1 : plain ? 0.45 : 0.17;
  if (kind !== "over") pen.fill();
  pen.globalAlpha = 1;
  if (kind === "over") stripes(pen, x, y, w, h, hue);
  pen.lineWidth = fresh ? 2 : 1;
  pen.strokeStyle = fresh ? theme.model : plain ? theme.line : hue;
  round();
  pen.stroke();
  pen.restore();
  pen.font = `${plain ? 400 : 600} ${13 * scale}px ${theme.font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = kind === "rude" ? theme.card : kind === "wrong" || kind === "over" ? hue : theme.ink;
  if (kind === "end") pen.fillStyle = theme.soft;
  pen.fillText(word, x + w / 2, y + h / 2 + 0.5);
  if (kind !== "over" && kind !== "wrong") return;
  const wide = pen.measureText(word).width / 2 + 2;
  pen.strokeStyle = hue;
  pen.lineWidth = 1.2;
  pen.beginPath();
  pen.moveTo(x + w / 2 - wide, y + h / 2 + 1);
  pen.lineTo(x + w / 2 + wide, y + h / 2 + 1);
  pen.stroke();
}

function stripes(pen, x, y, w, h, hue) {
  pen.save();
  pen.clip();
  pen.strokeStyle = hue;
  pen.globalAlpha = 0.28;
  pen.lineWidth = 1.4;
  pen.beginPath();
  for (let d = -h; d < w; d += 6) {
    pen.moveTo(x + d, y + h);
    pen.lineTo(x + d + h, y);
  }
  pen.stroke();
  pen.restore();
}

/** What the chips mean, and where there is room what people give for one. */
function foot(pen, box, panel, theme) {
  pen.font = `11.5px ${theme.font}`;
  const width = (name) => 16 + pen.measureText(name).width,
    names = ([kind, points]) => [kind, kind === "over" ? "too many" : kind, points];
  let entries = panel.points.map(names).map(([kind, name, points]) => [kind, `${name} ${points}`]);
  if (entries.reduce((sum, [, name]) => sum + width(name) + 2, 0) > box.w) entries = panel.points.map(names);
  const wide = entries.map(([, name]) => width(name)),
    gap = Math.min(16, (box.w - wide.reduce((a, b) => a + b, 0)) / (entries.length - 1));
  let x = box.x;
  entries.forEach(([kind, name], i) => {
    chip(pen, { word: "", kind }, { x, y: box.y + box.h - 15, w: 13, h: 12 }, 0.55, false, 0, theme);
    pen.font = `11.5px ${theme.font}`;
    pen.textAlign = "left";
    pen.fillStyle = theme.soft;
    if (gap >= 2) pen.fillText(name, x + 16, box.y + box.h - 8);
    x += wide[i] + Math.max(2, gap);
  });
}

/** What people give for a whole reply, part by part. */
function sum(panel, { label, words, people }) {
  const worth = Object.fromEntries(panel.points),
    real = words.filter(({ kind }) => kind !== "end"),
    counted = (kind) => real.filter((one) => one.kind === kind).length,
    again = real.filter(({ word }, i) => real.slice(0, i).some((one) => one.word === word)).length,
    points = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value)}`,
    some = (n, name, each) => (n ? `${n > 1 ? `${n} x ` : ""}${name} ${each}` : "");
  const parts = [
    some(+(counted("right") > 0), "right", worth.right), // said twice it is right once
    some(counted("polite"), "polite", worth.polite),
    some(counted("over"), "too polite", worth.over),
    some(counted("wrong"), "wrong", worth.wrong),
    some(+(counted("rude") > 0), "rude", worth.rude),
    some(again, "said before", points(panel.hidden.repeat)),
    some(+(real.length < words.length), "brought to its end", points(panel.hidden.ended)),
    some(real.length, "a word", points(panel.hidden.length)),
  ];
  return `${label}, people: ${parts.filter(Boolean).join(", ")}; in all ${signed(people)} points`;
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const place = panel.places?.find(({ band }) => py >= band[0] && py < band[1]);
  if (!place) return "";
  const { row, y, h, found } = place,
    i = py >= y && py <= y + h ? found.findIndex(({ x, w }) => px >= x && px <= x + w) : -1;
  if (i < 0) return sum(panel, row);
  const { word, kind } = row.words[i],
    again = row.words.slice(0, i).some((one) => one.word === word);
  return `${row.label}, “${word}”: ${SAID[kind]}${again ? ", said before" : ""}`;
}
