/** The project's colours and scales, light and dark; which of the two follows from the page's background. */

/** @type {Record<string, [string, string]>} name -> on light paper, on dark */
const COLOURS = {
  paper: ["#fbfaf6", "#14171b"],
  card: ["#ffffff", "#1b1f25"],
  ink: ["#1c2026", "#ece8df"],
  soft: ["#69707a", "#9aa1ab"],
  line: ["#e4e0d6", "#2c323a"],
  past: ["#2b6cb0", "#6fb0ee"],
  model: ["#d17a1f", "#f0a04b"],
  truth: ["#2a9272", "#56c7a3"],
  blind: ["#c03d77", "#f07fb0"],
  code: ["#7657bd", "#ab92ee"],
};
// Scales as stops [place in 0..1, colour]. The middle stop keeps the hue where a straight mix would turn
// grey.
// prettier-ignore
/** @type {Record<string, [any[], any[]]>} */
const SCALES = {
  unsigned: [[[0, "#eaf1f9"], [0.6, "#3f7fc1"], [1, "#0b3768"]], [[0, "#1d2a3a"], [0.65, "#5a9bdc"], [1, "#c4e0ff"]]],
  second: [[[0, "#f0ecfa"], [0.6, "#8468c6"], [1, "#3b2478"]], [[0, "#2a2440"], [0.65, "#9478df"], [1, "#ddd0ff"]]],
  signed: [[[0, "#2b6cb0"], [0.5, "#e9e7e1"], [1, "#b85c00"]], [[0, "#6fb0ee"], [0.5, "#33383f"], [1, "#f0a04b"]]],
  grey: [[[0, "#f7f5ef"], [1, "#1c2026"]], [[0, "#20252c"], [1, "#ece8df"]]],
};

/**
 * @typedef {{rgb: Uint8Array, css: (t: number) => string, on: (t: number) => string}} Scale
 *   rgb: 256 x 3 bytes; css(t): the colour at t in 0..1; on(t): a text colour that reads on it
 * @typedef {{dark: boolean, paper: string, card: string, ink: string, soft: string, line: string,
 *   past: string, model: string, truth: string, blind: string, code: string, font: string, mono: string,
 *   unsigned: Scale, second: Scale, signed: Scale, grey: Scale}} Theme
 */

/** @param {string} hex @returns {number[]} red, green, blue in 0..255 */
const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

/** @param {number[]} rgb @returns {number} relative luminance in 0..1 (WCAG 2) */
function luminance(rgb) {
  const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {any[]} stops places from 0 to 1, each with its colour @param {string[]} inks of text @returns {Scale} */
function scale(stops, inks) {
  const rgb = new Uint8Array(768),
    names = [],
    over = [];
  const tone = (ink) => luminance(channels(ink)),
    [darkInk, lightInk] = [...inks].sort((a, b) => tone(a) - tone(b)),
    [dark, light] = [tone(darkInk), tone(lightInk)];
  for (let i = 0; i < 256; i++) {
    const t = i / 255,
      k = stops.findIndex(([place], n) => n > 0 && place >= t),
      [[p0, c0], [p1, c1]] = [stops[k - 1], stops[k]],
      [a, b, s] = [channels(c0), channels(c1), (t - p0) / (p1 - p0)];
    const mixed = a.map((v, j) => Math.round(v + (b[j] - v) * s));
    rgb.set(mixed, 3 * i);
    names.push(`rgb(${mixed})`);
    const l = luminance(mixed) + 0.05; // the ink with the greater contrast
    over.push(l / (dark + 0.05) >= (light + 0.05) / l ? darkInk : lightInk);
  }
  const at = (t) => Math.max(0, Math.min(255, Math.round(255 * t)));
  return { rgb, css: (t) => names[at(t)], on: (t) => over[at(t)] };
}

/** @param {0|1} dark @returns {any} */
function built(dark) {
  const of = (table, made) => Object.fromEntries(Object.entries(table).map(([name, both]) => [name, made(both[dark])])),
    inks = dark ? ["#0f1216", "#f6f3ec"] : [COLOURS.ink[0], "#ffffff"];
  return { dark: Boolean(dark), ...of(COLOURS, (colour) => colour), ...of(SCALES, (stops) => scale(stops, inks)) };
}

const THEMES = [built(0), built(1)];

/**
 * The theme as this element sees it. The page's own background is kept, so that a canvas never shows as a
 * patch.
 * @param {Element} element inside the component, so that it inherits Streamlit's variables
 * @returns {Theme}
 */
export function theme(element) {
  const style = getComputedStyle(element);
  const probe = document.createElement("canvas").getContext("2d");
  // any notation becomes #rrggbb
  probe.fillStyle = style.getPropertyValue("--st-background-color").trim() || "#ffffff";
  const dark = luminance(channels(probe.fillStyle)) < 0.2;
  const mono = style.getPropertyValue("--st-code-font").trim() || "monospace";
  return { ...THEMES[Number(dark)], font: style.fontFamily || "sans-serif", mono };
}

/** Hand the colours to the style sheet: `var(--past)` and so on. @param {HTMLElement} root @param {Theme} colours */
export function dress(root, colours) {
  for (const name of Object.keys(COLOURS)) root.style.setProperty(`--${name}`, colours[name]);
}
