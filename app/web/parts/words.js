/** A text on a canvas: its words in lines, at a size of letters. A word's own space stands before it. */

const SPACE = 0.28, // of the size of letters, that a leading space takes
  AS_MEASURED = 10; // pixels of the letters whose widths are given

/**
 * Each word in its place. A line breaks inside a word only if it must; the space before a line's first is outside.
 * @param {string[]} texts @param {number[]} wide of each at 10 px @param {number} tall a line, in sizes
 * @returns {{text: string, x: number, y: number, w: number, h: number, lead: number}[]} one place where no word is
 */
export function placed(texts, wide, size, width, tall) {
  const long = (i) => (wide[i] * size) / AS_MEASURED,
    begins = (i) => /^\s/.test(texts[i]),
    all = [];
  for (let i = 0, x = 0, y = 0; i < texts.length; x += long(i++)) {
    let end = x + long(i);
    for (let j = i + 1; (!i || begins(i)) && j < texts.length && !begins(j); j++) end += long(j);
    const lead = texts[i][0] === " " ? size * SPACE : 0;
    if (x > 0 && (x + long(i) > width || (end > width && end - x < width))) [x, y] = [-lead, y + size * tall];
    all.push({ text: texts[i].replaceAll("\n", "↵"), x, y, w: long(i), h: size * tall, lead });
  }
  return all.length ? all : [{ text: "", x: 0, y: 0, w: 0, h: size * tall, lead: 0 }];
}

/** Widths of texts at 10 px. @param {CanvasRenderingContext2D} pen @param {string[]} texts @returns {number[]} */
export function measured(pen, texts, theme) {
  pen.font = `${AS_MEASURED}px ${theme.font}`;
  return texts.map((text) => pen.measureText(text.replaceAll("\n", "↵")).width + 0.6);
}

/** The largest size at which everything fits, in halves of a pixel. @param {(size: number) => boolean} fits */
export function largest(fits, high, low) {
  let size = high;
  while (size > low && !fits(size)) size -= 0.5;
  return size;
}

/** The place under the pointer, or -1. */
export const under = (places, px, py) =>
  places.findIndex(({ x, y, w, h }) => px >= x && px < x + w && py >= y && py < y + h);
