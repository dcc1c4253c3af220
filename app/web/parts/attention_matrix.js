/** Attention as a matrix: a row is one query, a column one key. */

import { face, hatch, legend, letters, shade, weight } from "./attention_scene.js";
import { contour } from "./kit.js";

const LEGEND = 32,
  FRAME = 2;

/** @param {import("./attention_scene.js").View} view */
function layout(box, view) {
  const { queries, keys } = view.maps,
    small = box.h < 145; // one of six small multiples: the cells alone
  const widest = (labels) => Math.max(1, ...labels.map(letters));
  const font = small ? 0 : 13,
    left = small ? 0 : 0.62 * font * (view.wide ?? widest(view.queries)) + 14,
    foot = small ? 0 : LEGEND;
  const room = (box.w - left - FRAME) / keys,
    flat = 0.62 * font * widest(view.keys) <= Math.max(room - 3, 11),
    top = small ? 0 : flat ? font + 9 : 0.62 * font * widest(view.keys) + 10;
  let w = Math.min(46, room),
    h = Math.min(46, (box.h - top - foot - 2 * FRAME) / queries);
  w = Math.min(w, 1.6 * h);
  h = Math.min(h, 1.25 * w);
  return { x: box.x + left, y: box.y + top, w, h, font, flat, small, top };
}

/** @returns {number} a height that suits a width */
export function matrixNatural(view, width) {
  const { w, top } = layout({ x: 0, y: 0, w: width, h: 1e4 }, view);
  return top + Math.min(34, w) * view.maps.queries + LEGEND + 2 * FRAME;
}

/** @param {CanvasRenderingContext2D} pen @param {any} box @param {import("./attention_scene.js").View} view */
export function drawMatrix(pen, box, view) {
  const { maps, theme, light } = view,
    place = layout(box, view),
    { x, y, w, h } = place,
    [width, height] = [w * maps.keys, h * maps.queries];
  maps.paint(pen, theme, light.head, x, y, width, height);
  if (view.forced?.head === light.head)
    view.forced.row.forEach((own, k) => {
      pen.fillStyle = theme.unsigned.css(shade(own));
      pen.fillRect(x + k * w, y + view.forced.query * h, w, h);
    });
  if (view.forbidden) masked(pen, view, place);
  if (Math.min(w, h) > 5) lines(pen, view, place);
  const inside = (r, c) => Boolean(view.outline[r]?.[c]);
  if (view.outline) contour(pen, inside, [maps.queries, maps.keys], theme.truth, (c) => x + c * w, (r) => y + r * h);
  if (view.off.has(light.head)) {
    pen.fillStyle = `${theme.card}b3`;
    pen.fillRect(x, y, width, height);
  }
  const { query, key } = light;
  if (key !== null) framed(pen, x + key * w, y, w, height, theme.past, 1.5);
  if (query !== null) framed(pen, x, y + query * h, width, h, theme.model, FRAME);
  if (view.forced?.head === light.head) {
    pen.setLineDash([4, 3]); // the reader's own weights
    framed(pen, x, y + view.forced.query * h, width, h, theme.ink, FRAME);
    pen.setLineDash([]);
  }
  if (query !== null && key !== null) framed(pen, x + key * w, y + query * h, w, h, theme.ink, FRAME);
  if (place.small) return;
  labels(pen, view, place);
  legend(pen, view, x, y + height + 10, box.x + box.w - x);
}

function lines(pen, { maps, theme }, { x, y, w, h }) {
  pen.strokeStyle = theme.card;
  pen.lineWidth = Math.min(w, h) > 12 ? 1.5 : 0.6;
  pen.beginPath();
  for (let r = 1; r < maps.queries; r++) (pen.moveTo(x, y + r * h), pen.lineTo(x + w * maps.keys, y + r * h));
  for (let c = 1; c < maps.keys; c++) (pen.moveTo(x + c * w, y), pen.lineTo(x + c * w, y + h * maps.queries));
  pen.stroke();
}

/** Cells that cannot be read, hatched in one go; a mask is no error, so it is grey. */
function masked(pen, { theme, forbidden }, { x, y, w, h }) {
  pen.fillStyle = hatch(pen, theme.soft);
  pen.beginPath();
  forbidden.forEach((row, r) => {
    for (let c = 0; c < row.length; c++) {
      const from = c;
      while (row[c]) c++;
      if (c > from) pen.rect(x + from * w, y + r * h, (c - from) * w, h);
    }
  });
  pen.save();
  pen.globalAlpha *= 0.55;
  pen.fill();
  pen.restore();
}

function framed(pen, x, y, w, h, colour, line) {
  pen.strokeStyle = colour;
  pen.lineWidth = line;
  pen.strokeRect(x - line / 2, y - line / 2, w + line, h + line);
}

/** Labels of rows and columns; of narrow cells every second, third ... but always the lit one. */
function labels(pen, view, { x, y, w, h, font, flat }) {
  const { theme, light, maps } = view;
  pen.textBaseline = "middle";
  const size = (room, least) => Math.max(least, Math.min(font, 0.86 * room));
  const shows = (room, lit, count) => {
    const every = Math.max(1, Math.ceil(10.5 / room));
    const near = (i) => lit !== null && i !== lit && Math.abs(i - lit) * room < 10.5;
    return (i) => i < count && (i === lit || (i % every === 0 && !near(i)));
  };
  const rows = shows(h, light.query, maps.queries),
    columns = shows(w, light.key, maps.keys);
  const bold = (lit, room, least = 9.5) => `${lit ? 700 : 500} ${size(room, least)}px ${theme.mono}`;
  pen.textAlign = "right";
  view.queries.forEach((label, r) => {
    if (!rows(r)) return;
    pen.fillStyle = view.wrong?.[r] > 0 ? theme.blind : theme.model;
    const fits = (font * (view.wide ?? Infinity)) / letters(label || " ");
    pen.font = bold(r === light.query, Math.min(h, fits / 0.86), Math.min(9.5, fits));
    pen.fillText(face(label), x - 9, y + (r + 0.5) * h + 0.5);
    if (r === view.pinned) pen.fillRect(x - 5, y + r * h + 1, 2.5, h - 2);
  });
  pen.fillStyle = theme.past;
  view.keys.forEach((label, c) => {
    if (!columns(c)) return;
    const strong = light.query !== null && weight(view, light.query, c) > 0.1;
    pen.font = bold(c === light.key || strong, flat ? Math.max(w, 9) : w);
    pen.save();
    pen.translate(x + (c + 0.5) * w, y - 6);
    if (!flat) pen.rotate(-Math.PI / 2);
    pen.textAlign = flat ? "center" : "left";
    pen.textBaseline = flat ? "alphabetic" : "middle";
    pen.fillText(face(label), 0, 0);
    pen.restore();
  });
  pen.textBaseline = "alphabetic";
}

/** @returns {{query: number|null, key: number|null}|null} the cell under a point, or the row or column of a label */
export function hitMatrix(box, view, px, py) {
  const { x, y, w, h } = layout(box, view),
    { queries, keys } = view.maps;
  const [query, key] = [Math.floor((py - y) / h), Math.floor((px - x) / w)];
  const [inRows, inColumns] = [query >= 0 && query < queries, key >= 0 && key < keys];
  if (inRows && inColumns) return { query, key };
  if (inRows && key < 0 && px >= box.x) return { query, key: null };
  if (inColumns && query < 0 && py >= box.y) return { query: null, key };
  return null;
}
