/**
 * What the drawings of attention share: the maps and their bitmaps, labels, and what is lit. Nothing here
 * knows a page.
 *
 * @typedef {{head: number, query: number|null, key: number|null}} Lit one head; a row, a column, a cell or none
 * @typedef {{maps: Maps, queries: string[], keys: string[], light: Lit, names: string[], columns: number,
 *   wrong: ArrayLike<number>|null, outline: number[][]|null, forbidden: number[][]|null, pinned: number|null,
 *   forced: {head: number, query: number, row: number[]}|null, off: Set<number>, pointedHead: number|null,
 *   queryTitle: string, keyTitle: string, wide: number|null, switches: boolean, theme: any}} View
 *   wide: letters that a query has room for where labels change, else null
 */

const SHADE = 0.7, // small weights would vanish on a straight scale; the legend is bent alike
  LEGEND_AT = [0, 0.1, 0.5, 1],
  TOLD = 4; // weights in a sentence

/** Weights of heads x queries x keys, from 0 to `high`. */
export class Maps {
  /** @param {ArrayLike<number>} values @param {number[]} shape (H, Q, K) or (Q, K) @param {number} high */
  constructor(values, shape, high = 1) {
    const [heads, queries, keys] = shape.length === 2 ? [1, ...shape] : shape;
    this.values = values;
    this.heads = heads;
    this.queries = queries;
    this.keys = keys;
    this.high = high;
    this.sheets = new Map();
  }

  at(head, query, key) {
    return this.values[(head * this.queries + query) * this.keys + key] / this.high;
  }

  /** All heads, one under the other, a pixel a weight; painted once a theme. */
  sheet(theme) {
    if (!this.sheets.has(theme.dark)) {
      const { heads, queries, keys, values, high } = this,
        canvas = new OffscreenCanvas(keys, heads * queries),
        pen = canvas.getContext("2d"),
        image = pen.createImageData(keys, heads * queries),
        { rgb } = theme.unsigned;
      for (let i = 0; i < values.length; i++) {
        const k = 3 * Math.round(255 * shade(values[i] / high));
        image.data.set([rgb[k], rgb[k + 1], rgb[k + 2], 255], 4 * i);
      }
      pen.putImageData(image, 0, 0);
      this.sheets.set(theme.dark, canvas);
    }
    return this.sheets.get(theme.dark);
  }

  /** One head as a bitmap, its cells sharp. */
  paint(pen, theme, head, x, y, width, height) {
    pen.imageSmoothingEnabled = false;
    const { queries, keys } = this;
    pen.drawImage(this.sheet(theme), 0, head * queries, keys, queries, x, y, width, height);
  }
}

/** @param {number} weight @returns {number} its place on the scale of colours, 0 to 1 */
export const shade = (weight) => Math.max(0, Math.min(1, weight)) ** SHADE || 0;

/** The weight as it is drawn: the reader's own where they forced the row; none of a head that is off. @param {View} view */
export function weight(view, query, key) {
  const { forced, maps, light } = view;
  if (view.off.has(light.head)) return 0;
  const own = forced && forced.head === light.head && forced.query === query;
  return own ? forced.row[key] : maps.at(light.head, query, key);
}

const FACES = { " ": "␣", "\n": "⏎", "\t": "⇥" };

/** @param {string} label @returns {string} what stands on a chip: blanks are seen, long words are cut */
export function face(label) {
  const shown = [...label].map((letter) => FACES[letter] ?? letter);
  return shown.length > 12 ? `${shown.slice(0, 11).join("")}…` : shown.join("");
}

/** @param {string} label @returns {number} its width in widths of a letter; the labels are set in mono */
export const letters = (label) => Math.min(12, [...label].length);

/** @param {string} title @param {number} index @param {string[]} labels @returns {string} as in: output 6 “0” */
export const named = (title, index, labels) =>
  `${title} ${index + 1}${labels[index] ? ` “${face(labels[index])}”` : ""}`;

/** Three digits, and never 0 for what is not 0. @param {number} value */
export const share = (value) => (value > 0 && value < 0.0005 ? "< 0.001" : String(+value.toFixed(3)));

/** What is lit, in words. @param {View} view @param {Lit} light @returns {string} */
export function tell(view, light = view.light) {
  const { maps, queries, keys, queryTitle, keyTitle } = view,
    { query, key, head } = light,
    which = maps.heads > 1 ? `${view.names[head] || `head ${head + 1}`}: ` : "",
    shown = { ...view, light };
  if (query === null && key === null) return "";
  if (query !== null && key !== null) {
    const masked = view.forbidden?.[query]?.[key] ? " (masked)" : "";
    const [reader, read] = [named(queryTitle, query, queries), named(keyTitle, key, keys)];
    return `${capital(which + reader)} reads ${read} with weight ${share(weight(shown, query, key))}${masked}.`;
  }
  const row = query !== null,
    [count, labels, title] = row ? [maps.keys, keys, keyTitle] : [maps.queries, queries, queryTitle];
  const all = Array.from({ length: count }, (_, i) => [row ? weight(shown, query, i) : weight(shown, i, key), i]);
  const most = all.filter(([value]) => value > 0).sort(([a], [b]) => b - a),
    told = most.filter(([value], i) => i === 0 || (i < TOLD && value >= 0.005)),
    rest = most.slice(told.length).reduce((sum, [value]) => sum + value, 0);
  const own = row && view.forced?.head === head && view.forced.query === query ? ", by you," : "",
    start = capital(which + (row ? named(queryTitle, query, queries) : named(keyTitle, key, keys)));
  if (!most.length) return `${start} ${row ? "asks nothing" : "is read by none"}.`;
  const at = (i) => (labels[i] ? `“${face(labels[i])}” (${i + 1})` : `${title} ${i + 1}`);
  const listed = told.map(([value, i]) => `${share(value)} ${row ? "on" : "by"} ${at(i)}`);
  const more = row && rest > 0 ? `, ${share(rest)} on the rest` : "";
  return `${start}${own} ${row ? "puts" : "is read with"} ${listed.join(", ")}${more}.`;
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

const hatches = new Map();

/** Thin diagonal lines, as a pattern to fill with. */
export function hatch(pen, colour) {
  if (!hatches.has(colour)) {
    const tile = new OffscreenCanvas(12, 12),
      inner = tile.getContext("2d");
    inner.strokeStyle = colour;
    inner.lineWidth = 1.6;
    for (const shift of [-12, 0, 12]) {
      inner.moveTo(shift - 2, 14);
      inner.lineTo(shift + 14, -2);
    }
    inner.stroke();
    hatches.set(colour, tile);
  }
  const pattern = pen.createPattern(hatches.get(colour), "repeat");
  pattern.setTransform(new DOMMatrix([0.5, 0, 0, 0.5, 0, 0]));
  return pattern;
}

/** The scale in numbers, bent as the colours are, and what rows and columns are where there is room. */
export function legend(pen, view, x, y, room) {
  const { theme } = view,
    width = Math.min(150, room);
  for (let i = 0; i < width; i++) {
    pen.fillStyle = theme.unsigned.css(i / (width - 1));
    pen.fillRect(x + i, y, 1.5, 6);
  }
  pen.fillStyle = theme.soft;
  pen.font = `11px ${theme.mono}`;
  pen.textBaseline = "top";
  for (const value of LEGEND_AT) {
    pen.textAlign = value === 0 ? "left" : value === 1 ? "right" : "center";
    pen.fillText(String(value), x + width * shade(value), y + 9);
  }
  pen.font = `11.5px ${theme.font}`;
  pen.textAlign = "left";
  const text = `weight (uneven: small ones stand out) · a row is one ${view.queryTitle}, a column one ${view.keyTitle}`;
  const said = [text, "weight (uneven: small ones stand out)", "weight (uneven scale)", "weight"].find((words) => pen.measureText(words).width < room - width - 14);
  if (said) pen.fillText(said, x + width + 14, y);
  pen.textBaseline = "alphabetic";
}
