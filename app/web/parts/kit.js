/** Small things that every component needs. */

/**
 * A new element of a class, in its parent, with a text.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {string} name class name @param {ParentNode} [parent] @param {string} [text]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, name, parent, text) {
  const element = document.createElement(tag);
  element.className = name;
  if (text) element.textContent = text;
  parent?.append(element);
  return element;
}

/**
 * Words with coloured concepts in them. Text is set as text: nothing in it is ever markup.
 * @param {Element} element @param {[string, string|null][]} pairs
 */
export function words(element, pairs) {
  element.replaceChildren(...pairs.map(([text, concept]) => make("span", concept ? `w-${concept}` : "", null, text)));
}

/**
 * A pen for a canvas of this size in CSS pixels. The canvas is emptied only when its size changes: the caller draws
 * in the same turn, so nothing flashes.
 * @param {HTMLCanvasElement} canvas @param {number} width @param {number} height @returns {CanvasRenderingContext2D}
 */
export function fit(canvas, width, height) {
  const ratio = (window.devicePixelRatio || 1) * (canvas.currentCSSZoom ?? 1); // presenter mode zooms
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.height = `${height}px`;
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return pen;
}

/** @returns {boolean} whether the viewer asked for less motion */
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @param {number|null} value @returns {string} a figure as it is read: at most four significant digits */
export function figure(value) {
  if (value === null || !Number.isFinite(value)) return "not a number";
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 0.001 ? String(+value.toPrecision(4)) : value.toExponential(1);
}

/** @param {number} low @param {number} high @returns {number[]} round values between two ends, for an axis */
export function ticks(low, high) {
  const rough = (high - low) / 4,
    size = 10 ** Math.floor(Math.log10(rough)),
    step = size * [1, 2, 2.5, 5, 10].find((k) => k * size >= rough);
  const first = Math.ceil(low / step - 1e-9),
    count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => +((first + i) * step).toPrecision(6));
}

/** The place of the step that is nearest to another run's. @param {number[]} steps @param {number} step */
export const nearest = (steps, step) =>
  steps.reduce((best, s, i) => (Math.abs(s - step) < Math.abs(steps[best] - step) ? i : best), 0);

/**
 * Words with a halo, so that they read over what runs behind them. Font and alignment are the pen's.
 * @param {CanvasRenderingContext2D} pen @param {string} text @param {number} x @param {number} y
 * @param {string} colour @param {any} theme @param {number} [wide]
 */
export function haloed(pen, text, x, y, colour, theme, wide = 4) {
  pen.strokeStyle = theme.card;
  pen.lineWidth = wide;
  pen.strokeText(text, x, y);
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
}

/**
 * The edge of a set of cells. has: whether a cell is in it; x, y: where a column and a row begin, in pixels.
 * @param {CanvasRenderingContext2D} pen @param {(r: number, c: number) => boolean} has
 * @param {number[]} shape @param {string} colour
 * @param {(c: number) => number} x @param {(r: number) => number} y
 */
export function contour(pen, has, [rows, columns], colour, x, y) {
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.lineCap = "square";
  pen.beginPath();
  for (let r = 0; r <= rows; r++)
    for (let c = 0; c <= columns; c++) {
      if (has(r, c) !== has(r - 1, c)) (pen.moveTo(x(c), y(r)), pen.lineTo(x(c + 1), y(r)));
      if (has(r, c) !== has(r, c - 1)) (pen.moveTo(x(c), y(r)), pen.lineTo(x(c), y(r + 1)));
    }
  pen.stroke();
}

/** The place that the arrow keys lead about on a plane, in pixels. */
export function cross(pen, x, y, colour) {
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const [dx, dy] of [[9, 0], [0, 9]]) (pen.moveTo(x - dx, y - dy), pen.lineTo(x + dx, y + dy)); // prettier-ignore
  pen.stroke();
}

/** Thin lines over a cell of side s. @param {CanvasRenderingContext2D} pen */
export function hatched(pen, x, y, s, colour) {
  pen.save();
  pen.beginPath();
  pen.rect(x + 1, y + 1, s - 2, s - 2);
  pen.clip();
  pen.strokeStyle = colour;
  pen.lineWidth = Math.max(1, s / 20);
  const step = Math.max(4, s / 6);
  pen.beginPath();
  for (let d = -s; d < s; d += step) {
    pen.moveTo(x + d, y + s);
    pen.lineTo(x + d + s, y);
  }
  pen.stroke();
  pen.restore();
}

/**
 * One instance for one place on the page, whatever reruns come: made at the first call, updated by each,
 * closed once.
 * @template T
 * @param {(parent: ParentNode) => T & {update: (component: any) => void, close: () => void}} create
 */
export function instances(create) {
  const kept = new WeakMap();
  return (component) => {
    const place = component.parentElement;
    if (!kept.has(place)) kept.set(place, create(place));
    kept.get(place).update(component);
    return () => {
      kept.get(place)?.close();
      kept.delete(place);
    };
  };
}

/**
 * For a component that is drawn anew by each rerun: what it left behind is closed before, since Streamlit calls
 * only the last one's end.
 * @param {(component: any) => (() => void) | void} draw
 */
export function anew(draw) {
  const open = new WeakMap();
  return (component) => {
    const place = component.parentElement;
    open.get(place)?.();
    open.set(place, draw(component));
    return () => {
      open.get(place)?.();
      open.delete(place);
    };
  };
}

/**
 * The cell that an arrow key leads to, or null for any other key.
 * @param {string} key @param {[number, number]} cell @param {number} rows @param {number} columns
 * @returns {[number, number]|null}
 */
export function stepped(key, [r, c], rows, columns) {
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  if (!moves[key]) return null;
  const clamp = (v, n) => Math.max(0, Math.min(n - 1, v));
  return [clamp(r + moves[key][0], rows), clamp(c + moves[key][1], columns)];
}

/** Where the script of a panel stands: "images" is everybody's, "vqvae/tiles" of one page. @param {string} kind */
export const home = (kind) => (kind.includes("/") ? `../pages/${kind}.js` : `../panels/${kind}.js`);

/**
 * Copy words, and say so on the button that was pressed for it.
 * @param {HTMLButtonElement} button @param {string} label what is copied, for who has to do it by hand @param {string} words
 */
export async function copy(button, label, words) {
  try {
    await navigator.clipboard.writeText(words);
    button.textContent = "Copied";
  } catch {
    window.prompt(label, words); // an address without https may not write to the clipboard
  }
}
