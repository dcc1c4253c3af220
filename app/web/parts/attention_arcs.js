/** Attention as arcs: keys above, queries below, between them a band as wide as the weight. */

import { face, letters, shade, weight } from "./attention_scene.js";

const TITLE = 16,
  CHIP = 2, // a chip's height, a line's height and the gap between chips, in sizes of the letters
  LINE = 2.25,
  CHIP_GAP = 0.25,
  READABLE = 9,
  LEAST = 0.004, // a thinner band is not seen
  FAINT = 0.08; // when nothing is lit, only what is at least so strong

/**
 * Chips in lines of about as many, as large as fit: the fewest lines in which letters can be read.
 * @param {string[]} labels @param {number} width
 * @param {number|null} wide letters that each has room for; null: as many as it has
 */
export function flow(labels, width, wide = null) {
  const units = labels.map((label) => Math.max(1.75, 0.62 * (wide ?? letters(label)) + 1.1));
  for (let count = 1; ; count++) {
    const each = Math.ceil(units.length / count),
      lines = Array.from({ length: count }, (_, i) => units.slice(i * each, (i + 1) * each)),
      used = lines.map((line) => line.reduce((sum, unit) => sum + unit + CHIP_GAP, -CHIP_GAP)),
      size = Math.min(17, width / Math.max(...used));
    if (size < READABLE && count < 4) continue;
    const places = lines.map((line, i) => {
      let x = (width - used[i] * size) / 2;
      return line.map((unit, k) => {
        const chip = { index: i * each + k, x, w: unit * size };
        x += (unit + CHIP_GAP) * size;
        return chip;
      });
    });
    return { lines: places, size, height: count * LINE * size };
  }
}

/** @param {import("./attention_scene.js").View} view */
function layout(box, view) {
  const keys = flow(view.keys, box.w),
    queries = flow(view.queries, box.w, view.wide);
  const place = ({ lines, size }, top) =>
    lines
      .flatMap((chips, i) => chips.map((chip) => ({ ...chip, x: box.x + chip.x, y: top + i * LINE * size })))
      .map((chip) => ({ ...chip, h: CHIP * size }))
      .sort((a, b) => a.index - b.index);
  const top = box.y + TITLE,
    bottom = Math.max(top + keys.height + 40, box.y + box.h - TITLE - queries.height);
  return { keys: place(keys, top), queries: place(queries, bottom), sizes: [keys.size, queries.size], top };
}

/** @returns {number} a height that suits a width */
export function arcsNatural(view, width) {
  return 2 * TITLE + flow(view.keys, width).height + flow(view.queries, width, view.wide).height + 140;
}

/** @param {CanvasRenderingContext2D} pen @param {any} box @param {import("./attention_scene.js").View} view */
export function drawArcs(pen, box, view) {
  const { theme, light } = view,
    place = layout(box, view);
  pen.save();
  pen.lineCap = "round";
  pen.strokeStyle = theme.past;
  const thick = Math.min(18, 0.62 * place.keys[0].w);
  for (const [query, key, w] of bands(view)) {
    const from = place.queries[query],
      to = place.keys[key],
      lit = light.query !== null || light.key !== null;
    const [x0, y0, x1, y1] = [from.x + from.w / 2, from.y + 4, to.x + to.w / 2, to.y + to.h - 1];
    const bend = 0.46 * (y0 - y1);
    pen.save();
    pen.globalAlpha *= lit ? 0.22 + 0.72 * Math.sqrt(Math.min(1, w)) : 0.3 * w;
    pen.lineWidth = Math.max(lit ? 0.8 : 0.5, thick * w * (lit ? 1 : 0.5));
    pen.beginPath();
    pen.moveTo(x0, y0);
    pen.bezierCurveTo(x0, y0 - bend, x1, y1 + bend, x1, y1);
    pen.stroke();
    pen.restore();
  }
  pen.restore();
  const { query, key } = light;
  for (const chip of place.keys) {
    const strength = query !== null ? weight(view, query, chip.index) : chip.index === key ? 1 : 0;
    tile(pen, theme, chip, view.keys[chip.index], place.sizes[0], ...shaded(theme, strength));
    if (query !== null && chip.index === key) frame(pen, chip, theme.past);
    if (query !== null && view.forbidden?.[query]?.[chip.index]) cross(pen, chip, theme.soft);
    if (query !== null && view.outline?.[query]?.[chip.index]) underline(pen, chip, theme.truth);
  }
  for (const chip of place.queries) {
    const bad = view.wrong?.[chip.index] > 0,
      lit = chip.index === query,
      strength = query === null && key !== null ? weight(view, chip.index, key) : 0;
    const strong = bad ? theme.blind : theme.model,
      pale = strength ? shaded(theme, strength) : [theme.paper, bad ? theme.blind : theme.ink],
      [fill, text] = lit ? [strong, theme.card] : pale;
    if (!view.queries[chip.index] && !lit) continue; // a place where nothing was written
    tile(pen, theme, chip, view.queries[chip.index], place.sizes[1], fill, text);
    if (bad && !lit) underline(pen, chip, theme.blind);
    if (chip.index === view.pinned && !lit) frame(pen, chip, strong);
  }
  pen.fillStyle = theme.soft;
  pen.font = `11.5px ${theme.font}`;
  pen.textAlign = "left";
  pen.textBaseline = "alphabetic";
  pen.fillText(view.keyTitle, place.keys[0].x, place.top - 5);
  pen.fillText(view.queryTitle, place.queries[0].x, place.queries.at(-1).y + place.queries.at(-1).h + 14);
}

/** The bands to draw, as [query, key, weight]: of the lit row or column, or all strong ones. */
function bands(view) {
  const { maps, light } = view,
    found = [];
  const add = (q, k, least) => {
    const w = weight(view, q, k);
    if (w >= least) found.push([q, k, w]);
  };
  if (light.query !== null) for (let k = 0; k < maps.keys; k++) add(light.query, k, LEAST);
  else if (light.key !== null) for (let q = 0; q < maps.queries; q++) add(q, light.key, LEAST);
  else for (let q = 0; q < maps.queries; q++) for (let k = 0; k < maps.keys; k++) add(q, k, FAINT);
  return found.sort(([, , a], [, , b]) => a - b); // the strong ones on top
}

/** The colour of a weight, and of words on it. */
const shaded = ({ unsigned }, weight) => [unsigned.css(shade(weight)), unsigned.on(shade(weight))];

function tile(pen, theme, { x, y, w, h }, label, size, fill, ink) {
  pen.fillStyle = fill;
  pen.beginPath();
  pen.roundRect(x, y, w, h, 0.28 * size);
  pen.fill();
  if (size < 7) return;
  pen.fillStyle = ink;
  const fits = (w - 3) / (0.62 * Math.max(1, letters(label))); // a label that is wider than its room
  pen.font = `600 ${Math.min(size, fits)}px ${theme.mono}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(face(label), x + w / 2, y + h / 2 + 1);
}

function frame(pen, { x, y, w, h }, colour) {
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.roundRect(x - 1, y - 1, w + 2, h + 2, 6);
  pen.stroke();
}

function underline(pen, { x, y, w, h }, colour) {
  pen.fillStyle = colour;
  pen.fillRect(x + 2, y + h - 3, w - 4, 3);
}

function cross(pen, { x, y, w, h }, colour) {
  pen.strokeStyle = colour;
  pen.lineWidth = 1.2;
  pen.beginPath();
  pen.moveTo(x + 2, y + h - 2);
  pen.lineTo(x + w - 2, y + 2);
  pen.stroke();
}

/** @returns {{query: number|null, key: number|null}|null} the chip under a point; the room around one counts */
export function hitArcs(box, view, px, py) {
  const place = layout(box, view);
  const near = ({ x, y, w, h }) => px >= x - 3 && px <= x + w + 3 && py >= y - 3 && py <= y + h + 3,
    [query, key] = [place.queries.find(near)?.index, place.keys.find(near)?.index];
  if (query !== undefined) return { query, key: null };
  return key === undefined ? null : { query: null, key };
}
