/** The field of a pixel, in two linked drawings. See field.py for what comes in `data`. */

import { drawGrid, drawLegend, gridHit } from "./field_grid.js";
import { through } from "./field_paths.js";
import { blend, growing, sceneOf } from "./field_scene.js";
import { drawStack, stackHit } from "./field_stack.js";
import { fit, instances, make, still, stepped, words } from "../../parts/kit.js";
import { save } from "../../parts/save.js";
import { dress, theme } from "../../parts/palette.js";

const LAYER_MS = 300,
  GROW_MS = 2000,
  CHANGE_MS = 280,
  LEGEND = 26;
const HINT = "Point at a cell for its paths. Click one to make it the output pixel.";

class Field {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = make("div", "gb field", parent);
    const panes = make("div", "panes", this.root);
    const pane = (name) => {
      const box = make("section", `pane ${name}`, panes);
      const title = make("h4", "title", box);
      return { title, canvas: make("canvas", "", box), caption: make("p", "caption", box) };
    };
    this.stack = pane("structure");
    this.grid = pane("result");
    const foot = make("div", "foot", this.root);
    this.readout = make("p", "readout", foot);
    const saver = make("button", "act small save", foot, "Save picture");
    saver.onclick = () => save(panes, { sentence: this.data.sentence, name: "glassbox-field" }, this.theme);
    this.readout.setAttribute("aria-live", "polite");
    this.stack.canvas.setAttribute("role", "img");
    this.grid.canvas.setAttribute("role", "application");
    this.grid.canvas.tabIndex = 0;
    this.listen();
    this.sizes = new ResizeObserver(() => this.data && this.draw());
    this.sizes.observe(this.root);
  }

  listen() {
    const [grid, stack] = [this.grid.canvas, this.stack.canvas];
    grid.onpointermove = (event) => {
      const cell = gridHit(this.scene, ...this.gridSize(), event.offsetX, event.offsetY);
      this.point(cell && { level: this.data.levels.length - 1, cell });
    };
    stack.onpointermove = (event) =>
      this.point(stackHit(this.scene, ...this.stackSize(), event.offsetX, event.offsetY));
    grid.onpointerleave = stack.onpointerleave = () => this.point(null);
    grid.onclick = (event) => {
      const cell = gridHit(this.scene, ...this.gridSize(), event.offsetX, event.offsetY);
      if (cell) this.pick(cell);
    };
    grid.onkeydown = (event) => this.key(event);
    grid.onfocus = () => this.focusOn(grid.matches(":focus-visible") ? (this.focus ?? this.data.mark) : null);
    grid.onblur = () => this.focusOn(null);
  }

  /** A rerun: take what is new, and move there. */
  update({ data, setTriggerValue }) {
    this.report = (cell) => setTriggerValue("cell", cell);
    const known = JSON.stringify(data);
    this.theme = theme(this.readout);
    dress(this.root, this.theme);
    if (known !== this.known) {
      const before = this.target;
      this.known = known;
      this.data = data;
      const { scene, paths, most } = sceneOf(data);
      this.scene = scene;
      this.paths = paths;
      this.most = most;
      this.pointed = null;
      this.hover = null;
      this.target = this.scene;
      this.names = data.names ?? data.levels.map((_, l) => nameOf(l, data.levels.length - 1));
      this.label();
      this.move(before);
      return;
    }
    this.draw();
  }

  label() {
    const { data } = this;
    words(this.stack.title, data.stackTitle);
    words(this.grid.title, data.gridTitle);
    words(this.stack.caption, data.stackCaption);
    words(this.grid.caption, data.gridCaption);
    this.grid.canvas.setAttribute("aria-label", `${data.sentence} ${HINT}`);
    this.stack.canvas.setAttribute("aria-label", data.sentence);
    this.say();
  }

  /**
   * From what was shown to the new scene; at the first one the field grows layer by layer from the output.
   */
  move(before) {
    cancelAnimationFrame(this.request);
    const shown = this.current ?? before,
      target = this.target,
      began = performance.now();
    const last = this.data.levels.length - 1;
    const span =
      !this.data.animate || still() ? 0 : shown ? CHANGE_MS : Math.min(GROW_MS, LAYER_MS * (last + 1));
    const frame = (now) => {
      const part = span ? Math.min(1, Math.max(0, (now - began) / span)) : 1;
      const eased = 1 - (1 - part) ** 3;
      this.settled = part === 1;
      if (this.settled) this.scene = target;
      else this.scene = shown ? blend(shown, target, eased) : growing(target, part * (last + 1));
      this.current = this.scene;
      this.draw();
      if (!this.settled) this.request = requestAnimationFrame(frame);
    };
    frame(began);
  }

  gridSize() {
    const { width, narrow } = this.measured(this.grid.canvas);
    const [r0, r1, c0, c1] = this.target.win;
    return [width, narrow ? Math.min(430, (width / (c1 - c0)) * (r1 - r0)) : this.tall()];
  }

  stackSize() {
    const { width, narrow } = this.measured(this.stack.canvas);
    return [width, narrow ? 230 : this.tall() + LEGEND];
  }

  measured(canvas) {
    return { width: Math.max(120, canvas.clientWidth), narrow: this.root.clientWidth < 640 };
  }

  tall() {
    return Math.max(160, this.data.height - 86 - LEGEND);
  }

  draw() {
    const view = { ...this, focus: this.focusShown };
    const [w, h] = this.gridSize();
    const pen = fit(this.grid.canvas, w, h + LEGEND);
    pen.clearRect(0, 0, w, h + LEGEND);
    drawGrid(pen, view, w, h);
    drawLegend(pen, view, w, h + LEGEND - 9);
    const [v, k] = this.stackSize();
    drawStack(fit(this.stack.canvas, v, k), view, v, k);
  }

  /** Light all paths through a cell. @param {{level: number, cell: [number, number]}|null} at */
  point(at) {
    if (JSON.stringify(at) === JSON.stringify(this.pointed)) return;
    if (!this.settled) return;
    this.pointed = at;
    this.hover = at && through(this.paths, at.level, at.cell);
    this.say();
    this.draw();
  }

  say() {
    this.readout.textContent = this.pointed ? this.sentenceOf(this.pointed) : HINT;
    this.readout.classList.toggle("quiet", !this.pointed);
  }

  sentenceOf({ level, cell: [r, c] }) {
    const { data } = this,
      last = data.levels.length - 1,
      k = data.levels[level][r][c];
    const where = level === last ? `Pixel (${r}, ${c})` : `${capital(this.names[level])}, (${r}, ${c})`;
    const many = (n, one) => `${n.toLocaleString("en")} ${one}${n === 1 ? "" : "s"}`;
    if (level < last) {
      const inputs = new Set([...this.hover.levels[last]].map((node) => node % this.scene.blind.length)).size;
      if (!k) return `${where}: the output pixel does not read it.`;
      return `${where}: ${many(k, "path")} up to the output; it reads ${many(inputs, "pixel")} of the input.`;
    }
    const name = r === data.mark[0] && c === data.mark[1] ? `${where}, the output pixel itself` : where;
    if (data.leak[r][c])
      return `${name}: ${many(k, "path")} to the output, though it is not past. The mask leaks.`;
    if (k) return `${name}: ${many(k, "path")} to the output.`;
    if (data.blind[r][c])
      return `${name}: blind. It is past and in reach, and no path leads from it to the output.`;
    if (name !== where) return `${name}: hidden from itself.`;
    return data.past[r][c]
      ? `${name}: past, but out of reach of these layers.`
      : `${name}: future. It must not be seen.`;
  }

  pick(cell) {
    this.focus = cell;
    if (cell[0] !== this.data.mark[0] || cell[1] !== this.data.mark[1]) this.report(cell);
  }

  key(event) {
    const next = stepped(event.key, this.focus ?? this.data.mark, this.data.past.length, this.scene.columns);
    if (next) {
      const [r0, r1, c0, c1] = this.scene.win; // the ring stays on what is drawn
      this.focusOn([Math.max(r0, Math.min(r1 - 1, next[0])), Math.max(c0, Math.min(c1 - 1, next[1]))]);
    } else if ((event.key === "Enter" || event.key === " ") && this.focus) this.pick(this.focus);
    else return;
    event.preventDefault();
  }

  focusOn(cell) {
    this.focusShown = cell;
    if (cell) this.focus = cell;
    this.point(cell && { level: this.data.levels.length - 1, cell });
    this.draw();
  }

  close() {
    cancelAnimationFrame(this.request);
    this.sizes.disconnect();
    this.root.remove();
  }
}

const nameOf = (l, last) => (l === 0 ? "output" : l === last ? "input" : `layer ${last - l}`);
const capital = (text) => text[0].toUpperCase() + text.slice(1);

export default instances((parent) => new Field(parent));
