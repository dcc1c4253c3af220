/**
 * A text as chips, one a token: one cell a symbol, and a chip over all cells that are one token by now. Cells
 * never move; what fuses closes its gap. Where each chip ends is said by merges, or by cuts at each moment.
 */

import { hatched, still } from "../../parts/kit.js";
import { joined, merges, spelled } from "./merging.js";

export const fades = false;

const LARGEST = 34,
  SMALLEST = 7,
  TALL = 1.5, // a chip's height, of its pitch
  ROOM = 0.62, // under it, for its number
  FOOT = 34,
  SMALL = 240, // one of six, in place of motion
  CLOSING_MS = 220,
  asking = new WeakMap(), // panel -> how to ask for another frame
  moving = new WeakMap(); // panel -> run -> how far each gap is open

export function mount(pane, panel, shared, request) {
  asking.set(panel, request);
}

export const natural = (panel, width) => Math.max(150, rows(panel, width, 22).length * 22 * (TALL + ROOM) + FOOT);

/** Lines of cells: [first, last + 1]. A line breaks before a part, or inside one that is longer than it. */
function rows(panel, width, pitch) {
  const most = Math.max(1, Math.floor(width / pitch)),
    { words, breaks, ids } = panel,
    lines = [];
  let begin = 0;
  words.forEach((start, k) => {
    let end = words[k + 1] ?? ids.length;
    if (start > begin && (end - begin > most || breaks?.includes(start))) {
      lines.push([begin, start]);
      begin = start;
    }
    while (end - begin > most) {
      lines.push([begin, begin + most]);
      begin += most;
    }
  });
  return [...lines, [begin, ids.length]];
}

function layout(panel, box) {
  const foot = panel.breaks ? 0 : panel.bet ? FOOT + 20 : FOOT;
  let pitch = LARGEST;
  while (pitch > SMALLEST && rows(panel, box.w, pitch).length * pitch * (TALL + ROOM) > box.h - foot) pitch -= 0.5;
  const lines = rows(panel, box.w, pitch),
    place = [];
  lines.forEach(([begin, end], line) => {
    for (let i = begin; i < end; i++)
      place[i] = { x: box.x + (i - begin) * pitch, y: box.y + 2 + line * pitch * (TALL + ROOM), line };
  });
  return { pitch, place, height: lines.length * pitch * (TALL + ROOM) };
}

/** Where chips begin, since when each is whole, and which came with this moment. Null: nothing to say. */
function state(panel, frame, moment = frame.moment) {
  const n = panel.ids.length,
    { run } = frame;
  if (panel.cuts) {
    const now = run.at(panel.cuts, moment)?.values;
    if (now?.length !== n) return null;
    const before = run.at(panel.cuts, Math.max(0, moment - 1))?.values;
    return { begins: Array.from(now, Boolean), fresh: Array.from(now, (v, i) => v !== before[i]), since: null };
  }
  const made = merges(run, panel.array);
  if (!made || made.first !== panel.first) return null;
  const since = joined(made, panel.ids, panel.words),
    step = run.steps[moment] ?? 0,
    last = moment ? run.steps[moment - 1] : step;
  return {
    made,
    since,
    total: Math.max(2, made.list.length),
    begins: Array.from(since, (at) => at > step),
    fresh: Array.from(since, (at) => at <= step && at > last),
  };
}

/** Chips as runs of cells, none across a line. */
function chips(panel, now, place) {
  const found = [];
  for (let i = 0; i < panel.ids.length; i++) {
    const whole = i && !now.begins[i];
    if (whole && place[i].line === place[i - 1].line) found.at(-1).end = i + 1;
    else found.push({ begin: i, end: i + 1, torn: whole });
  }
  for (const chip of found) {
    const inner = Array.from({ length: chip.end - chip.begin - 1 }, (_, k) => chip.begin + 1 + k);
    chip.rank = now.since ? Math.max(0, ...inner.map((i) => now.since[i])) : 0;
    chip.fresh = inner.some((i) => now.fresh[i]);
    chip.id = chip.rank ? now.made.first + chip.rank - 1 : panel.ids[chip.begin];
  }
  return found;
}

/** How far each gap is open, 0 to 1, on its way to where it belongs. */
function gaps(panel, run, begins) {
  const target = begins.map(Number),
    ask = asking.get(panel);
  if (!ask || still()) return target;
  if (!moving.has(panel)) moving.set(panel, new WeakMap());
  const runs = moving.get(panel),
    now = performance.now(),
    old = runs.get(run);
  if (old?.open.length !== target.length) {
    runs.set(run, { open: target, now });
    return target;
  }
  const far = Math.min(1, (now - old.now) / CLOSING_MS),
    open = old.open.map((v, i) => (v < target[i] ? Math.min(target[i], v + far) : Math.max(target[i], v - far)));
  const rests = open.every((v, i) => v === target[i]);
  runs.set(run, { open, now: rests ? Infinity : now });
  if (old.now === Infinity && !rests) runs.set(run, { open: old.open, now });
  if (!rests) queueMicrotask(ask);
  return old.now === Infinity ? old.open : open;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const now = state(panel, frame);
  if (!now) return absent(pen, box, frame, theme);
  const { pitch, place, height } = layout(panel, box),
    open = gaps(panel, frame.run, now.begins),
    all = chips(panel, now, place),
    gap = Math.max(1, pitch * 0.07),
    tall = pitch * TALL;
  for (const chip of all) {
    const { x, y } = place[chip.begin],
      left = x + gap * (open[chip.begin] || chip.torn ? Math.max(0.35, open[chip.begin]) : 0),
      right = place[chip.end - 1].x + pitch - gap * (open[chip.end] ?? 1);
    const ink = filled(pen, panel, chip, now, theme, left, y, right - left, tall);
    for (let i = chip.begin + 1; i < chip.end; i++)
      if (open[i] > 0) {
        pen.fillStyle = theme.card;
        pen.fillRect(place[i].x - gap * open[i], y, 2 * gap * open[i], tall);
      }
    lettered(pen, panel, chip, place, pitch, tall, ink, theme);
    numbered(pen, panel, chip, now, theme, left, y + tall, right - left, pitch);
  }
  if (!panel.breaks) foot(pen, box, panel, all, height, theme);
  if (panel.bet && box.w >= SMALL) bracket(pen, box, panel, all, place, pitch, height, theme);
}

function absent(pen, box, frame, theme) {
  pen.fillStyle = theme.soft;
  pen.font = `13px ${theme.font}`;
  pen.textAlign = "left";
  if (frame.run.steps.length) pen.fillText("This run has other symbols.", box.x, box.y + 24);
}

/** The chip itself: pale for one symbol, the darker the earlier it was learned. Returns the ink on it. */
function filled(pen, panel, chip, now, theme, x, y, w, h) {
  pen.beginPath();
  pen.roundRect(x, y, w, h, Math.min(7, h / 4));
  const one = chip.end - chip.begin === 1,
    lost = panel.lost?.includes(chip.begin);
  if (chip.fresh) pen.fillStyle = theme.model;
  else if (now.since)
    pen.fillStyle = one ? theme.paper : theme.unsigned.css(1 - (0.75 * Math.log(chip.rank)) / Math.log(now.total));
  else pen.fillStyle = one ? theme.paper : theme.unsigned.css(Math.min(0.85, 0.12 + 0.11 * (chip.end - chip.begin)));
  pen.fill();
  if (one) {
    pen.strokeStyle = lost ? theme.blind : theme.line;
    pen.lineWidth = 1;
    pen.stroke();
    if (lost) hatched(pen, x, y, Math.min(w, h), theme.blind);
    return theme.ink;
  }
  if (chip.fresh) return theme.dark ? "#0f1216" : "#ffffff";
  return now.since
    ? theme.unsigned.on(1 - (0.75 * Math.log(chip.rank)) / Math.log(now.total))
    : theme.unsigned.on(Math.min(0.85, 0.12 + 0.11 * (chip.end - chip.begin)));
}

/** Its letters, each in its cell; a character of several bytes once all of them are here, until then hexadecimal. */
function lettered(pen, panel, chip, place, pitch, tall, ink, theme) {
  pen.fillStyle = ink;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (let i = chip.begin; i < chip.end; ) {
    const [from, to] = panel.span[i],
      whole = from >= chip.begin && to <= chip.end,
      cells = whole ? to - from : 1,
      middle = (place[i].x + place[i + cells - 1].x + pitch) / 2,
      space = whole && "␣↵→·".includes(panel.signs[i]);
    pen.globalAlpha = space ? 0.4 : 1;
    pen.font = `500 ${whole ? pitch * 0.86 : pitch * 0.5}px ${theme.mono}`;
    pen.fillText(whole ? panel.signs[i] : panel.raw[i], middle, place[i].y + tall / 2 + 1, pitch * cells * 1.05);
    pen.globalAlpha = 1;
    i += cells;
  }
  pen.textBaseline = "alphabetic";
}

/** Its number in the vocabulary, as the model gets it. */
function numbered(pen, panel, chip, now, theme, x, y, w, pitch) {
  const text = String(chip.id),
    size = Math.min(10.5, pitch * 0.42);
  if (!now.since || !now.made.bytes || size < 6.5 || w < text.length * size * 0.6) return;
  pen.fillStyle = theme.soft;
  pen.font = `${size}px ${theme.mono}`;
  pen.textAlign = "center";
  pen.fillText(text, x + w / 2, y + size + 1);
}

function foot(pen, box, panel, all, height, theme) {
  const count = all.filter((chip) => !chip.torn).length,
    small = box.w < SMALL,
    Y = Math.min(box.y + box.h - (panel.bet ? 28 : 8), box.y + height + (small ? 16 : 26));
  pen.textAlign = "left";
  pen.fillStyle = theme.ink;
  pen.font = `600 ${small ? 12.5 : 20}px ${theme.font}`;
  const large = `${count} token${count === 1 ? "" : "s"}`;
  pen.fillText(large, box.x + 2, Y);
  if (small) return;
  const wide = pen.measureText(large).width;
  pen.fillStyle = theme.soft;
  pen.font = `12.5px ${theme.font}`;
  pen.fillText(
    `for ${panel.bytes} bytes: ${(panel.bytes / Math.max(1, count)).toFixed(2)} bytes a token`,
    box.x + wide + 12,
    Y,
    Math.max(60, box.w - wide - 14),
  );
}

/** The part that the reader bet on: a line under it; at the foot the bet, and what it is now. */
function bracket(pen, box, panel, all, place, pitch, height, theme) {
  const { begin, end, said, name } = panel.bet,
    inside = all.filter((chip) => chip.begin >= begin && chip.end <= end && !chip.torn).length;
  pen.strokeStyle = pen.fillStyle = theme.model;
  pen.lineWidth = 2;
  for (let i = begin; i < end; i++) {
    const { x, y } = place[i],
      Y = y + pitch * (TALL + 0.54);
    pen.beginPath();
    pen.moveTo(x + (i === begin ? 2 : 0), Y);
    pen.lineTo(x + pitch - (i === end - 1 ? 2 : 0), Y);
    pen.stroke();
  }
  pen.font = `600 12.5px ${theme.font}`;
  pen.textAlign = "left";
  const words = `${name}: you said ${said}, now it is ${inside}`;
  pen.fillText(words, box.x + 2, Math.min(box.y + box.h - 4, box.y + height + 46));
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const now = state(panel, frame);
  if (!now) return "";
  const { pitch, place } = layout(panel, box);
  const i = place.findIndex(({ x, y }) => px >= x && px < x + pitch && py >= y && py < y + pitch * (TALL + ROOM));
  if (i < 0) return "";
  const chip = chips(panel, now, place).find(({ begin, end }) => i >= begin && i < end);
  const text = panel.signs.slice(chip.begin, chip.end).join("");
  if (!now.since) return `“${text}”: a piece of ${chip.end - chip.begin} characters`;
  if (!chip.rank) return `“${text}”, number ${chip.id}: a symbol that was there from the start`;
  const { left, right, count } = now.made.list[chip.rank - 1],
    parts = [left, right].map((id) => `“${spelled(now.made, id)}”`).join(" + ");
  return `“${spelled(now.made, chip.id)}”, number ${chip.id}: merge ${chip.rank}, ${parts}, seen ${count} times`;
}
