/** The panels of a film: where they stand, what they draw, what the pointer and the keyboard find in them. */

import { Pick } from "../parts/attention_pick.js";
import { fit, home, make, nearest, words } from "../parts/kit.js";

const MULTIPLES = 6,
  LEAST = 280; // pixels that a picture needs
const HOW = "Arrow keys move, Enter pins, Escape lets go.";
const WHERE = "Arrow keys move a cross, Enter chooses its place.";

export class Panes {
  /** @param {Element} root @param {any} film asked for its runs, moment, data and theme; told to draw */
  constructor(root, film) {
    this.film = film;
    this.screens = make("div", "screens", root);
    this.multiples = make("canvas", "multiples", root);
    this.panels = [];
    this.pick = new Pick();
  }

  /** @param {any[]} panels */
  mount(panels) {
    this.pointed = null;
    const { on = {}, at = null } = this.shared ?? {};
    // beside the film's time: layers that are on, an inner time, and the panel that has its slider
    this.shared = { on, at, timed: panels.find(({ inner }) => inner) };
    this.screens.replaceChildren();
    this.screens.style.setProperty("--columns", panels.map(({ width }) => `minmax(0, ${width}fr)`).join(" "));
    this.panels = panels.map((panel) => {
      const pane = make("section", "pane", this.screens);
      words(make("h4", "title", pane), panel.title);
      const canvas = make("canvas", "", pane),
        shown = { panel, canvas, kind: null };
      canvas.style.height = `${this.film.high}px`; // nothing jumps when its script has come
      canvas.setAttribute("role", "img");
      canvas.onpointermove = (event) => this.point(shown, event);
      canvas.onpointerleave = () => this.leave();
      import(home(panel.kind)).then((kind) => {
        shown.kind = kind;
        if (kind.hit) this.listen(shown);
        kind.mount?.(pane, panel, this.shared, () => this.film.request());
        if (kind.spot && panel.drops) this.places(shown);
        if (kind.seek) this.seeks(shown);
        this.film.request();
      });
      return shown;
    });
  }

  /** A picture that can be picked in answers to clicks and keys, too. */
  listen(shown) {
    const { canvas, kind, panel } = shown;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.classList.add("picks");
    this.label();
    canvas.onclick = (event) => {
      this.point(shown, event);
      const at = this.found(shown, event.offsetX, event.offsetY);
      if (at) this.pick.press(at, panel.view);
      this.film.request();
    };
    canvas.onkeydown = (event) => {
      if (!kind.press(event.key, panel, this.frame(this.film.run, this.film.moment))) return;
      event.preventDefault();
      this.pointed = { shown, keys: true };
      this.film.request();
    };
    canvas.onblur = () => this.pointed?.keys && this.leave();
  }

  /** A picture of moments: a click on one takes the film there. */
  seeks(shown) {
    shown.canvas.onclick = ({ offsetX: x, offsetY: y }) => {
      const { box, run, moment } = this.under(shown, x),
        at = shown.kind.seek(box, shown.panel, this.frame(run, moment), x, y);
      if (Number.isInteger(at)) this.film.seek(at);
    };
  }

  /** A picture that takes a place: by a click, or by the arrow keys and Enter. It is told to Python once. */
  places(shown) {
    const { canvas, kind, panel } = shown,
      tell = (at) => at && this.film.setStateValue("spot", { stamp: this.film.run.stamp, at }),
      now = () => this.frame(this.film.run, this.film.moment),
      place = ({ offsetX: x, offsetY: y }) => kind.spot(this.under(shown, x).box, panel, x, y, now());
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    if (panel.drags) this.drags(canvas, place, tell);
    else canvas.onclick = (event) => tell(place(event));
    canvas.onkeydown = (event) => {
      if (event.key === "Enter") tell(this.shared.cursor);
      else if (!(this.shared.cursor = kind.moved(panel, this.shared.cursor, event.key, now()))) return;
      event.preventDefault();
      this.film.request();
    };
    canvas.onblur = () => ((this.shared.cursor = null), this.film.request());
  }

  /** A place that follows the hand while it is held down, and is told when the hand lets go. */
  drags(canvas, place, tell) {
    canvas.style.touchAction = "none";
    const to = (event) => ((this.shared.cursor = place(event) ?? this.shared.cursor), this.film.request());
    canvas.onpointerdown = (event) => (canvas.setPointerCapture(event.pointerId), (this.held = true), to(event));
    canvas.addEventListener("pointermove", (event) => this.held && to(event));
    canvas.onpointerup = () => (this.held && tell(this.shared.cursor), (this.held = false));
  }

  /** Each picture is named by its own title; what the moment shows is told of all of them. */
  label(text = this.film.telling ?? "") {
    for (const { canvas, kind, panel } of this.panels) {
      const keys = kind?.hit ? HOW : kind?.spot ? WHERE : "";
      canvas.dataset.keys = keys;
      const parts = [panel.title.map(([word]) => word).join(""), text, keys].filter(Boolean);
      canvas.setAttribute("aria-label", parts.join(". ").replace(/([.?!])\./g, "$1"));
    }
  }

  /** Where the pointer rests. The number under it changes with the moment, too. */
  point(shown, { offsetX: x, offsetY: y }) {
    this.pointed = { shown, x, y };
    if (shown.kind?.hit) {
      this.pick.point(this.found(shown, x, y));
      this.film.request();
    } else this.lit(shown.kind?.row && this.row(shown, x, y));
  }

  /** The row that the pointer rests on is lit in all panels that show it. */
  row(shown, x, y) {
    const { box, run, moment } = this.under(shown, x);
    return shown.kind.row(box, shown.panel, this.frame(run, moment), x, y);
  }

  lit(row) {
    const before = this.shared.row;
    this.shared.row = row ?? null;
    if (before?.i !== row?.i || before?.link !== row?.link) this.film.request();
    else this.film.say();
  }

  leave() {
    this.pointed = this.shared.row = null;
    this.pick.point(null);
    this.film.request();
  }

  found(shown, x, y) {
    const { box, run, moment } = this.under(shown, x),
      { panel, kind } = shown;
    return kind.hit(box, panel, this.frame(run, moment), x, y);
  }

  under({ panel, kind, canvas }, x) {
    const boxes = this.boxes(panel, kind, canvas.clientWidth, canvas.clientHeight);
    return boxes.find(({ box }) => x >= box.x && x <= box.x + box.w) ?? boxes[0];
  }

  /** What is pointed at, in words. @returns {string} */
  reading() {
    if (!this.pointed?.shown.kind) return this.resting();
    const { shown, keys, x, y } = this.pointed,
      { panel, kind } = shown;
    if (keys) return kind.say(panel, this.frame(this.film.run, this.film.moment), this.pick.pointed);
    const { box, run, moment } = this.under(shown, x);
    return kind.read(box, panel, this.frame(run, moment), x, y);
  }

  /** What a picture still says when nothing is pointed at, as of something pinned by keyboard. */
  resting() {
    const { run, moment } = this.film;
    for (const { panel, kind } of this.panels) {
      const said = kind?.resting?.(panel, this.frame(run, moment));
      if (said) return said;
    }
    return "";
  }

  frame(run, moment) {
    const { pinned, data } = this.film;
    return { run, moment, pinned, band: data.band, pick: this.pick, shared: this.shared };
  }

  /** On opening a recorded run, once: the lit row runs through all queries. Of a live one nothing moves. */
  open(calm) {
    const { run } = this.film;
    if (this.opened || !run.steps.length || !this.panels.every(({ kind }) => kind)) return;
    this.opened = true;
    if (run.ended && !calm && this.panels.some(({ kind }) => kind.hit)) this.pick.sweep();
  }

  /** fade: how far a picture has given way to the next; glide: how far on its way what moves has come. */
  draw(fade, glide) {
    this.narrow = this.film.narrow;
    for (const shown of this.panels) this.panel(shown, fade, glide);
  }

  panel({ panel, canvas, kind }, fade, glide) {
    if (!kind) return;
    const { theme, run, before } = this.film;
    const width = Math.max(80, canvas.clientWidth),
      height = this.height(panel, kind, width);
    const pen = fit(canvas, width, height);
    pen.clearRect(0, 0, width, height);
    for (const { box, run: shown, moment, label } of this.boxes(panel, kind, width, height)) {
      if (label) this.labelled(pen, box, label);
      if (fade < 1 && kind.fades && before !== undefined && shown === run) {
        kind.draw(pen, box, panel, this.frame(run, before), theme);
        pen.globalAlpha = fade;
      }
      const frame = { ...this.frame(shown, moment), titled: Boolean(label) };
      if (kind.glides && glide < 1 && before !== undefined && shown === run) Object.assign(frame, { before, fade: glide });
      kind.draw(pen, box, panel, frame, theme);
      pen.globalAlpha = 1;
    }
  }

  height(panel, kind, width) {
    const { run } = this.film;
    if (!this.narrow) return this.film.high * (this.two(panel, kind) && width / 2 < LEAST ? 1.7 : 1);
    if (!this.two(panel, kind)) return Math.min(460, kind.natural(panel, width, run));
    const stacked = width / 2 < LEAST;
    return (Math.min(460, kind.natural(panel, stacked ? width : width / 2, run)) + 20) * (stacked ? 2 : 1);
  }

  /** Whether a pinned run has a box of its own in this panel. */
  two(panel, kind) {
    return this.film.pinned && !(kind.shares || panel.shares);
  }

  /** One box, or two for a pinned run: beside this one, or under it where they would be too narrow. It is
   * shown at the same share of its training. */
  boxes(panel, kind, width, height) {
    const { run, pinned, moment } = this.film;
    if (!this.two(panel, kind)) return [{ box: { x: 0, y: 0, w: width, h: height }, run, moment }];
    const share = (run.steps[moment] ?? 0) / Math.max(1, run.total);
    const other = nearest(pinned.steps, share * pinned.total);
    const stacked = width / 2 < LEAST,
      w = stacked ? width : width / 2 - 8,
      h = (stacked ? height / 2 : height) - 20;
    const far = stacked ? { x: 0, y: height / 2 + 20, w, h } : { x: width / 2 + 8, y: 20, w, h };
    return [
      { box: { x: 0, y: 20, w, h }, run, moment, label: run.label },
      { box: far, run: pinned, moment: other, label: pinned.label },
    ];
  }

  labelled(pen, box, label) {
    const { theme } = this.film;
    pen.fillStyle = theme.soft;
    pen.font = `600 11.5px ${theme.font}`;
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    pen.fillText(label, box.x, box.y - 8, box.w);
  }

  /** In place of motion: the first panel at six moments. */
  six() {
    const { panel, kind } = this.panels[0];
    if (!kind) return;
    const { theme, run } = this.film;
    const count = run.steps.length,
      n = Math.min(MULTIPLES, count),
      columns = this.narrow ? 2 : n;
    const width = Math.max(80, this.multiples.clientWidth),
      w = width / columns,
      h = this.narrow ? 170 : 150;
    const pen = fit(this.multiples, width, h * Math.ceil(n / columns));
    pen.clearRect(0, 0, width, h * Math.ceil(n / columns));
    for (let i = 0; i < n; i++) {
      const moment = Math.round((i * (count - 1)) / Math.max(1, n - 1));
      const box = { x: (i % columns) * w + 4, y: Math.floor(i / columns) * h + 18, w: w - 10, h: h - 26 };
      pen.fillStyle = theme.soft;
      pen.font = `11.5px ${theme.mono}`;
      pen.textAlign = "left";
      pen.textBaseline = "alphabetic";
      pen.fillText(`step ${run.steps[moment]}`, box.x, box.y - 6);
      const plain = { ...panel, labels: null, below: null, belowLabel: "" };
      kind.draw(pen, box, plain, { ...this.frame(run, moment), small: true }, theme);
    }
  }
}
