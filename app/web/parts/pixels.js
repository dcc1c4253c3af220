/** A grid to look at, pick from or paint on, by mouse, touch and keyboard. See pixels.py for what comes in `data`. */

import { contour, figure, fit, hatched, instances, make, stepped } from "./kit.js";
import { dress, theme } from "./palette.js";

const REMEMBERED = 8; // reports that may still come back as an earlier rerun's values

class Pixels {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = make("div", "gb pixels", parent);
    this.canvas = make("canvas", "", this.root);
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.levels = make("div", "levels", this.root);
    this.readout = make("p", "readout", this.root);
    this.readout.setAttribute("aria-live", "polite");
    this.caption = make("p", "caption", this.root);
    this.reported = [];
    this.listen();
    this.sizes = new ResizeObserver(() => this.data && this.draw());
    this.sizes.observe(this.root);
  }

  listen() {
    const canvas = this.canvas;
    const at = (event) => this.hit(event.offsetX, event.offsetY);
    canvas.onpointerdown = (event) => {
      const cell = at(event);
      if (!cell || this.data.mode === "show") return;
      if (this.data.mode === "pick") return this.pick(cell);
      canvas.setPointerCapture(event.pointerId);
      this.stroke = this.next(cell); // a whole stroke paints the level that its first touch made
      this.paint(cell, this.stroke);
    };
    canvas.onpointermove = (event) => {
      const cell = at(event);
      if (cell && this.stroke !== undefined) this.paint(cell, this.stroke);
      this.point(cell);
    };
    canvas.onpointerup = canvas.onpointercancel = () => {
      if (this.stroke !== undefined) this.report();
      this.stroke = undefined;
    };
    canvas.onpointerleave = () => this.point(null);
    canvas.onkeydown = (event) => this.key(event);
    canvas.onfocus = () =>
      this.focusOn(canvas.matches(":focus-visible") ? (this.focus ?? this.data.mark ?? [0, 0]) : null);
    canvas.onblur = () => this.focusOn(null);
  }

  /** A rerun. Values that this grid reported itself are old news: what was painted since stays. */
  update({ data, setStateValue }) {
    this.data = data;
    this.setStateValue = setStateValue;
    this.theme = theme(this.readout);
    dress(this.root, this.theme);
    const given = JSON.stringify(data.values),
      anew = data.version !== this.version;
    if (anew || (given !== this.given && !this.reported.includes(given))) {
      this.values = data.values.map((row) => [...row]);
      this.reported = [];
    }
    if (anew) this.brush = data.brush.at(-1);
    this.given = given;
    this.version = data.version;
    this.canvas.setAttribute("aria-label", `${data.label}. ${data.sentence}`);
    this.canvas.style.maxWidth = `${data.size}px`;
    this.root.dataset.mode = data.mode;
    this.caption.textContent = data.sentence;
    this.palette();
    this.draw();
  }

  /** Where more than two levels can be painted, a row of them to choose from. */
  palette() {
    const { data } = this,
      several = data.mode === "paint" && data.brush.length > 2;
    this.levels.hidden = !several;
    const shown = several ? data.brush : [];
    if (this.levels.children.length !== shown.length)
      this.levels.replaceChildren(...shown.map(() => make("button", "level")));
    shown.forEach((level, i) => {
      const button = /** @type {HTMLButtonElement} */ (this.levels.children[i]);
      button.style.background = this.colour(level);
      button.setAttribute("aria-label", `Paint level ${level}`);
      button.setAttribute("aria-pressed", String(level === this.brush));
      button.onclick = () => ((this.brush = level), this.palette());
    });
  }

  get rows() {
    return this.values.length;
  }

  get columns() {
    return this.values[0].length;
  }

  side() {
    return Math.min(this.data.size, Math.max(60, this.canvas.clientWidth)) / this.columns;
  }

  /** The cell under a place of the canvas. @returns {[number, number]|null} */
  hit(x, y) {
    const s = this.side(),
      [r, c] = [Math.floor(y / s), Math.floor(x / s)];
    return r >= 0 && r < this.rows && c >= 0 && c < this.columns ? [r, c] : null;
  }

  /** With two levels a touch toggles; with more it paints the chosen one. */
  next([r, c]) {
    const { brush } = this.data;
    return brush.length === 2 ? (this.values[r][c] === brush[1] ? brush[0] : brush[1]) : this.brush;
  }

  paint([r, c], level) {
    if (this.values[r][c] === level) return;
    this.values[r][c] = level;
    this.draw();
  }

  report() {
    const values = this.values.map((row) => [...row]),
      text = JSON.stringify(values);
    if (text === this.reported.at(-1) || (!this.reported.length && text === this.given)) return;
    this.reported = [...this.reported, text].slice(-REMEMBERED);
    this.setStateValue("painted", { version: this.version, values });
  }

  pick(cell) {
    this.focus = cell;
    this.chosen = cell;
    this.draw();
    this.setStateValue("cell", cell);
  }

  key(event) {
    const next = stepped(event.key, this.focus ?? [0, 0], this.rows, this.columns);
    if (next) this.focusOn(next);
    else if ((event.key === "Enter" || event.key === " ") && this.focus && this.data.mode !== "show") {
      if (this.data.mode === "pick") this.pick(this.focus);
      else {
        this.paint(this.focus, this.next(this.focus));
        this.report();
      }
    } else return;
    event.preventDefault();
  }

  focusOn(cell) {
    this.focusShown = cell;
    if (cell) this.focus = cell;
    this.point(cell);
    this.draw();
  }

  point(cell) {
    const { text, unit } = this.data;
    const said = cell && (text?.[cell[0]][cell[1]] || figure(this.values[cell[0]][cell[1]]));
    this.readout.textContent = cell ? `(${cell[0]}, ${cell[1]}): ${said} ${unit}`.trimEnd() : "";
  }

  colour(value) {
    const { palette, low, high } = this.data,
      { theme: colours } = this;
    if (palette === "binary") return value > (low + high) / 2 ? colours.past : colours.paper;
    return colours[palette].css((value - low) / (high - low));
  }

  draw() {
    const s = this.side(),
      { data, theme: colours } = this;
    const pen = fit(this.canvas, s * this.columns, s * this.rows);
    pen.clearRect(0, 0, s * this.columns, s * this.rows);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.font = `${Math.min(13, s * 0.36)}px ${colours.mono}`;
    this.values.forEach((row, r) =>
      row.forEach((value, c) => {
        const [x, y] = [c * s, r * s],
          marked = data.mark && data.mark[0] === r && data.mark[1] === c;
        pen.fillStyle = this.colour(value);
        pen.fillRect(x + 0.5, y + 0.5, s - 1, s - 1);
        if (s >= 18) this.frame(pen, r, c, colours.line, 1); // a grid finer than that is noise
        if (data.hatch?.[r][c]) hatched(pen, x, y, s, colours.blind);
        const text = data.text?.[r][c];
        if (text && s >= 18 && pen.measureText(text).width < s - 2) {
          const t = (value - data.low) / (data.high - data.low);
          pen.fillStyle =
            data.palette === "binary" ? (t > 0.5 ? colours.card : colours.ink) : colours[data.palette].on(t);
          pen.fillText(text, x + s / 2, y + s / 2 + 1);
        }
        if (marked) this.frame(pen, r, c, colours.model, Math.max(2.5, s / 11));
      }),
    );
    const within = (v, count) => Math.max(1, Math.min(count * s - 1, v * s)), // the outer edge is seen, too
      [x, y] = [(c) => within(c, this.columns), (r) => within(r, this.rows)];
    const has = (r, c) => Boolean(data.outline[r]?.[c]);
    if (data.outline) contour(pen, has, [this.rows, this.columns], colours.truth, x, y);
    if (data.mode === "pick" && this.chosen) this.frame(pen, ...this.chosen, colours.model, 2);
    if (this.focusShown) this.frame(pen, ...this.focusShown, colours.ink, 2);
  }

  frame(pen, r, c, colour, width) {
    const s = this.side();
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.strokeRect(c * s + width / 2, r * s + width / 2, s - width, s - width);
  }

  close() {
    this.sizes.disconnect();
    this.root.remove();
  }
}

export default instances((parent) => new Pixels(parent));
