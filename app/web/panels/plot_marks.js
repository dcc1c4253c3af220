/** The marks of a plot that are rows of a moment: dots, bars, arrows, heat, regions, swatches, words. See marks.py. */

import { array } from "../film/blocks.js";
import { cells, numbers, one, rows } from "./plot_rows.js";
import { filled } from "./plot_words.js";

const ARROW = [[0, 0], [10, 2.7], [10, -2.7]]; // prettier-ignore

const colourOf = (mark, theme, i) => theme[mark.concept[i] ?? mark.concept[0]];
const isDead = (mark, frame) => {
  const alive = mark.alive && numbers(mark.alive, frame, false);
  return (i) => Boolean(alive) && !alive[i];
};
const isLinked = (mark, frame, i) => mark.link && frame.shared?.row?.link === mark.link && frame.shared.row.i === i;

/** Where each dot was at the moments before. */
function trails(pen, at, mark, n, frame, theme, dead) {
  const past = [];
  for (let m = Math.max(0, frame.moment - mark.trail); m < frame.moment; m++)
    past.push(rows(mark, { run: frame.run, moment: m }));
  past.push(rows(mark, frame));
  pen.lineWidth = 1.3;
  pen.globalAlpha = 0.55;
  for (let i = 0; i < n; i++) {
    pen.strokeStyle = dead(i) ? theme.soft : colourOf(mark, theme, i);
    pen.beginPath();
    let before = null;
    for (const then of past) {
      if (!then) continue;
      const here = [then.x(i), then.y(i)],
        jumped = before && mark.jump && Math.hypot(here[0] - before[0], here[1] - before[1]) > mark.jump;
      pen[before && !jumped ? "lineTo" : "moveTo"](at.X(here[0]), at.Y(here[1]));
      before = here;
    }
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

/** The rows of dots; one that is being dragged is where the hand is, and one that jumped does not fly. */
export function dotsOf(mark, frame) {
  const seen = rows(mark, frame);
  if (!seen || !(mark.jump && frame.fade < 1)) return seen;
  const [then, now] = [rows(mark, { run: frame.run, moment: frame.before }), rows(mark, { run: frame.run, moment: frame.moment })],
    jumped = (i) => Math.hypot(now.x(i) - then.x(i), now.y(i) - then.y(i)) > mark.jump;
  return { n: seen.n, x: (i) => (jumped(i) ? now : seen).x(i), y: (i) => (jumped(i) ? now : seen).y(i) };
}

function dots(pen, at, mark, frame, theme) {
  const seen = dotsOf(mark, frame);
  if (!seen) return;
  const dead = isDead(mark, frame),
    lit = one(mark.lit, frame),
    r = at.small ? Math.max(1.5, 0.7 * mark.size) : mark.size;
  if (mark.trail && !at.small) trails(pen, at, mark, seen.n, frame, theme, dead);
  const plain = !mark.alive && lit === null && !mark.ring;
  for (let i = 0; i < seen.n; i++) {
    const [x, y] = [at.X(seen.x(i)), at.Y(seen.y(i))],
      colour = dead(i) ? theme.soft : colourOf(mark, theme, i),
      big = i === lit ? r + 2 : r;
    if (mark.shape === "dash") {
      const wide = at.area.w / Math.max(1, seen.n);
      pen.fillStyle = colour;
      pen.fillRect(x - wide / 2, y - 1, wide, 2);
    } else if (plain) {
      pen.globalAlpha = mark.alpha;
      pen.beginPath(); // one by one: measured quicker than all in one path, and than a picture of a dot
      pen.arc(x, y, r, 0, 7);
      pen.fillStyle = colour;
      pen.fill();
    } else {
      pen.globalAlpha = mark.alpha;
      pen.beginPath();
      pen.arc(x, y, big, 0, 7);
      pen.fillStyle = dead(i) ? theme.card : colour;
      pen.fill();
      pen.strokeStyle = i === lit ? theme.model : dead(i) ? theme.soft : theme.card;
      pen.lineWidth = i === lit ? 2.5 : 1.5;
      pen.stroke();
    }
    pen.globalAlpha = 1;
    if (isLinked(mark, frame, i)) ring(pen, x, y, big + 3, theme);
  }
}

function ring(pen, x, y, r, theme) {
  pen.strokeStyle = theme.ink;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.arc(x, y, r, 0, 7);
  pen.stroke();
}

function bars(pen, at, mark, frame, theme) {
  const seen = rows(mark, frame, ["value"]);
  if (!seen || at.pale) return;
  const { area, X, Y } = at,
    lit = one(mark.lit, frame),
    step = mark.sideways ? Math.abs(Y(1) - Y(0)) : X(1) - X(0),
    gap = mark.sideways ? 3 : step < 6 ? 0 : Math.max(1, step * mark.gap);
  const held = mark.sideways ? (v) => Math.max(area.x, Math.min(area.x + area.w, X(v))) : (v) => Math.max(area.y, Math.min(area.y + area.h, Y(v)));
  for (let i = 0; i < seen.n; i++) {
    const [tip, foot] = [held(seen.value(i)), held(0)];
    pen.fillStyle = i === lit ? theme.model : colourOf(mark, theme, i);
    pen.globalAlpha = pen.globalAlpha * mark.alpha * (lit !== null && i !== lit ? mark.dim : 1);
    pen.beginPath();
    if (mark.sideways) pen.roundRect(foot, Y(i) - step / 2 + gap, Math.max(2, tip - foot), step - 2 * gap, 4);
    else pen.rect(X(i) - step / 2 + gap, Math.min(tip, foot), step - 2 * gap, Math.abs(foot - tip));
    pen.fill();
    pen.globalAlpha = at.pale ? 0.25 : 1;
    if (!isLinked(mark, frame, i)) continue;
    pen.strokeStyle = theme.ink;
    pen.lineWidth = 1.5;
    pen.stroke();
  }
}

function arrows(pen, at, mark, frame, theme) {
  const seen = rows(mark, frame, ["x", "y", "dx", "dy"]);
  for (let i = 0; i < (seen?.n ?? 0); i++) {
    const [a, b] = [at.X(seen.x(i)), at.Y(seen.y(i))],
      [c, d] = [at.X(seen.x(i) + seen.dx(i)), at.Y(seen.y(i) + seen.dy(i))],
      turn = Math.atan2(d - b, c - a);
    pen.strokeStyle = pen.fillStyle = colourOf(mark, theme, i);
    pen.lineWidth = mark.width;
    pen.beginPath();
    pen.moveTo(a, b);
    pen.lineTo(c - 6 * Math.cos(turn), d - 6 * Math.sin(turn));
    pen.stroke();
    pen.beginPath();
    for (const [r, t] of ARROW) pen.lineTo(c + r * Math.cos(turn + t), d + r * Math.sin(turn + t));
    pen.fill();
  }
}

const sheet = new OffscreenCanvas(1, 1);

/** Numbers as shades over a part of the plane; the first row of the array is the upper one. */
function heat(pen, at, mark, frame, theme) {
  const block = array(mark.value.array, frame.run, frame.moment);
  if (!block) return;
  const [h, w] = block.shape,
    image = new ImageData(w, h),
    ink = theme.dark ? [236, 232, 223] : [28, 32, 38],
    { rgb } = theme[mark.scale] ?? {};
  for (let i = 0; i < h * w; i++) {
    const t = Math.max(0, Math.min(1, (block.values[i] * mark.value.scale - mark.low) / (mark.high - mark.low))),
      k = 3 * Math.round(255 * t);
    image.data.set(rgb ? rgb.subarray(k, k + 3) : ink, 4 * i);
    image.data[4 * i + 3] = rgb ? 255 : 120 * t; // a density is a shadow on the paper
  }
  Object.assign(sheet, { width: w, height: h });
  sheet.getContext("2d").putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = mark.smooth;
  const [[x0, x1], [y0, y1]] = [mark.across ?? at.across, mark.up ?? at.up];
  pen.drawImage(sheet, at.X(x0), at.Y(y1), at.X(x1) - at.X(x0), at.Y(y0) - at.Y(y1));
}

function regions(pen, at, mark, frame, theme) {
  const seen = rows(mark, frame);
  if (!seen) return;
  const dead = isDead(mark, frame),
    lit = one(mark.lit, frame),
    all = Array.from({ length: seen.n }, (_, i) => [seen.x(i), seen.y(i)]);
  pen.lineWidth = 1;
  pen.strokeStyle = theme.line;
  cells(all, at.across, at.up).forEach((cell, i) => {
    pen.beginPath();
    cell.forEach(([x, y], k) => pen[k ? "lineTo" : "moveTo"](at.X(x), at.Y(y)));
    pen.closePath();
    pen.globalAlpha = i === lit ? 0.22 : isLinked(mark, frame, i) ? 0.16 : dead(i) ? 0 : 0.07;
    pen.fillStyle = colourOf(mark, theme, i);
    pen.fill();
    pen.globalAlpha = 1;
    pen.stroke();
  });
}

/** A strip under the plane: the colour that each place of the axis stands for. */
function swatches(pen, at, mark, frame, theme) {
  const { area, across, X } = at,
    n = Math.round(across[1] - across[0]),
    step = area.w / n,
    gap = step < 6 ? 0 : Math.max(1, step * 0.12),
    lit = one(mark.lit, frame),
    parts = mark.rgb.map((channel) => (channel ? numbers(channel, frame, false) : null)),
    of = (list, i) => Math.round((255 * Math.max(0, list ? (list.length === 1 ? list[0] : list[i]) : i)) / (n - 1));
  for (let i = 0; i < n; i++) {
    pen.fillStyle = `rgb(${parts.map((list) => of(list, i))})`;
    pen.fillRect(X(i) - step / 2 + gap, area.y + area.h + 3, step - 2 * gap, 9);
    if (step < 6) continue;
    pen.strokeStyle = i === lit ? theme.model : theme.line;
    pen.lineWidth = i === lit ? 2.5 : 1;
    pen.strokeRect(X(i) - step / 2 + gap, area.y + area.h + 3, step - 2 * gap, 9);
  }
}

export const drawn = { dots, bars, arrows, heat, regions, swatches };

/** Room along arrows that no name may take. */
export function keepArrows(at, mark, frame, writer) {
  const seen = rows(mark, frame, ["x", "y", "dx", "dy"]);
  for (let i = 0; i < (seen?.n ?? 0); i++)
    for (let t = 0; t <= 1; t += 0.05) {
      const [x, y] = [at.X(seen.x(i) + t * seen.dx(i)), at.Y(seen.y(i) + t * seen.dy(i))];
      writer.keep({ x: x - 3, y: y - 3, w: 6, h: 6 });
    }
}

/** Names beside dots, as far as there is room. */
export function dotNames(at, mark, frame, theme, writer) {
  const seen = mark.written && mark.names && !at.small && dotsOf(mark, frame);
  for (let i = 0; i < (seen?.n ?? 0); i++) {
    const [x, y] = [at.X(seen.x(i)), at.Y(seen.y(i))],
      d = mark.size + 4,
      right = [[x + d, y], [x + d, y - 11], [x + d, y + 13]], // prettier-ignore
      left = right.map(([, down]) => [x - d, down, true]),
      spots = x > at.area.x + at.area.w * 0.8 ? [...left, ...right] : [...right, ...left];
    writer.write(mark.names[i] ?? "", theme.ink, [...spots, [x + d, y + 26]], { must: mark.written !== "room", size: 11.5 });
  }
}

/** Words at places of the plane, or in a column: where x is none, `edge` pixels from the right edge of the box. */
export function words(pen, at, mark, frame, theme) {
  const { box, area, X, Y } = at,
    figures = mark.value && numbers(mark.value, frame, false),
    n = figures?.length ?? mark.text.length,
    seen = mark.x || mark.y ? rows(mark, frame) : { x: (i) => i, y: (i) => i };
  if (!seen) return;
  const row = Math.abs(Y(1) - Y(0)),
    size = mark.column ? Math.min(mark.size, row * 0.6) : mark.size;
  pen.textBaseline = "middle";
  if (mark.head) {
    pen.font = `11px ${theme.font}`;
    pen.fillStyle = theme.soft;
    pen.textAlign = "right";
    pen.fillText(mark.head, box.x + box.w + mark.shift, box.y + 8);
  }
  pen.font = `${size}px ${mark.mono ? theme.mono : theme.font}`;
  pen.textAlign = mark.align;
  for (let i = 0; i < n; i++) {
    let x = mark.column ? (mark.align === "right" ? box.x + box.w : area.x) + mark.shift : X(seen.x(i)) + mark.shift;
    const parts = figures ? [[filled(mark.form, { value: figures[i] }), null]] : mark.text[i];
    for (const [text, concept] of parts) {
      pen.fillStyle = theme[concept ?? mark.concept[0]];
      pen.fillText(text, x, Y(mark.column ? i : seen.y(i)));
      x += pen.measureText(text).width;
    }
  }
  pen.textBaseline = "alphabetic";
}
