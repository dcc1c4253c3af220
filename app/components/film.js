/**
 * The film: panels that follow a training, one timeline, played without a round trip. See film.py for
 * `data`.
 */

import { Run } from "./blocks.js";
import { figure, fit, instances, make, still, words } from "./kit.js";
import { save } from "./save.js";
import { Timeline } from "./timeline.js";
import { dress, theme } from "./tokens.js";

const SECONDS = 6,
  FADE_MS = 120,
  MULTIPLES = 6,
  NARROW = 640;

class Film {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = make("div", "gb film", parent);
    this.screens = make("div", "screens", this.root);
    this.multiples = make("canvas", "multiples", this.root);
    this.bar = make("div", "bar", this.root);
    this.button = make("button", "act", this.bar);
    this.button.onclick = () => this.play();
    this.timeline = new Timeline(this.bar, {
      moment: () => this.moment,
      go: (moment) => (this.pause(), this.go(moment, true)),
      release: () => this.release(),
      play: () => this.play(),
    });
    this.figures = make("span", "figures", this.bar);
    this.saver = make("button", "act small", this.bar);
    this.saver.textContent = "Save picture";
    this.saver.onclick = () => save(this.screens, this.data, this.theme);
    this.readout = make("p", "readout quiet", this.root);
    this.caption = make("p", "caption", this.root);
    this.moment = 0;
    this.sizes = new ResizeObserver(() => this.request());
    this.sizes.observe(this.root);
    this.motion = matchMedia("(prefers-reduced-motion: reduce)");
    this.motion.onchange = () => this.request();
  }

  /** A rerun: take what is new. The canvases stay. */
  update({ data, setStateValue, setTriggerValue }) {
    Object.assign(this, { data, setStateValue, setTriggerValue, theme: theme(this.readout) });
    dress(this.root, this.theme);
    this.run = this.kept(this.run, data.source, true);
    this.pinned = data.pinned && this.kept(this.pinned, data.pinned, false);
    const panels = JSON.stringify(data.panels);
    if (panels !== this.known) {
      this.known = panels;
      this.mount(data.panels);
    }
    if (data.start !== this.start) {
      this.start = data.start;
      if (data.start !== null) [this.following, this.moment] = [false, data.start];
    }
    this.caption.textContent = data.sentence;
    for (const { canvas } of this.panels) canvas.setAttribute("aria-label", data.sentence);
    this.request();
  }

  /** The same run grows; another one (by its stamp) starts anew. */
  kept(run, source, main) {
    if (run?.stamp === source.stamp) {
      if (source.inline) run.take(source);
      return run;
    }
    run?.close();
    if (main)
      Object.assign(this, { following: true, opened: false, start: undefined, grew: false, told: null });
    return new Run(source, this.data.live, () => (main ? this.more() : this.request()));
  }

  /** There are new moments, or a new state. A viewer at the end follows; any other stays where they are. */
  more() {
    const run = this.run;
    queueMicrotask(() => {
      if (!this.run || (run && run !== this.run)) return;
      if (!this.run.ended) this.grew = true;
      else if (this.grew) {
        this.grew = false;
        this.setTriggerValue("done", true);
      }
      if (this.following && !this.playing && this.run.steps.length) this.go(this.run.steps.length - 1, false);
      this.request();
    });
  }

  mount(panels) {
    this.pointed = null;
    this.screens.replaceChildren();
    this.screens.style.setProperty("--columns", panels.map(({ width }) => `minmax(0, ${width}fr)`).join(" "));
    this.panels = panels.map((panel) => {
      const pane = make("section", "pane", this.screens);
      words(make("h4", "title", pane), panel.title);
      const canvas = make("canvas", "", pane),
        shown = { panel, canvas, kind: null };
      canvas.setAttribute("role", "img");
      canvas.onpointermove = (event) => this.point({ shown, x: event.offsetX, y: event.offsetY });
      canvas.onpointerleave = () => this.point(null);
      import(`./panels/${panel.kind}.js`).then((kind) => {
        shown.kind = kind;
        this.request();
      });
      return shown;
    });
  }

  go(moment, byHand) {
    const last = this.run.steps.length - 1,
      next = Math.max(0, Math.min(last, moment));
    if (byHand) this.following = next === last && !this.run.ended;
    if (next !== this.moment) [this.before, this.changed] = [this.moment, performance.now()];
    this.moment = next;
    this.request();
  }

  /** Tell Python, once, where the viewer let go. */
  release() {
    if (!this.run.steps.length || this.told === this.moment) return;
    this.told = this.moment;
    this.setStateValue("moment", { stamp: this.run.stamp, moment: this.moment });
  }

  play() {
    if (this.playing) {
      this.pause();
      return this.release();
    }
    if (still() || !this.run.steps.length) return;
    if (this.moment >= this.run.steps.length - 1) this.go(0, false);
    this.following = false;
    this.playing = { from: this.moment, since: performance.now() };
    this.request();
  }

  pause() {
    this.playing = null;
    this.request();
  }

  /** Where playing has come to; at the end it rests, or follows a training that goes on. */
  advance(now) {
    const count = this.run.steps.length,
      rate = Math.max(4, count / SECONDS);
    const next = this.playing.from + Math.floor(((now - this.playing.since) / 1000) * rate);
    if (next < count) return this.go(next, false);
    this.go(count - 1, false);
    this.playing = null;
    this.following = !this.run.ended;
    this.release();
  }

  /** Draw in the next animation frame, once. */
  request() {
    this.waiting ??= requestAnimationFrame((now) => {
      this.waiting = null;
      if (this.playing) this.advance(now);
      this.draw(now);
      if (this.playing || now - this.changed < FADE_MS) this.request();
    });
  }

  draw(now) {
    const count = this.run.steps.length,
      calm = still();
    if (count) this.moment = Math.min(count - 1, this.moment); // before that, a link's moment waits for its picture
    const fade = this.playing && !calm ? Math.min(1, (now - this.changed) / FADE_MS) : 1;
    this.narrow = this.root.clientWidth < NARROW;
    for (const shown of this.panels) this.panel(shown, fade);
    this.multiples.hidden = !(calm && count > 1);
    if (!this.multiples.hidden) this.six();
    this.button.hidden = calm;
    this.button.textContent = this.playing ? "Pause" : "Play";
    this.button.disabled = count < 2;
    this.timeline.draw(this.run, this.moment, this.data, this.theme);
    const step = this.run.steps[this.moment] ?? 0,
      value = this.run.figure(this.data.timeline, step);
    const unit = this.data.timelineUnit,
      live = !this.run.ended && this.following && count ? " · live" : "";
    const shown = value === null ? "" : ` · ${figure(+value.toPrecision(3))} ${unit}`;
    this.figures.textContent = `step ${step}${shown}${live}`;
    this.say();
  }

  frame(run, moment) {
    return { run, moment, pinned: this.pinned, band: this.data.band };
  }

  panel({ panel, canvas, kind }, fade) {
    if (!kind) return;
    const width = Math.max(80, canvas.clientWidth),
      height = this.height(panel, kind, width);
    const pen = fit(canvas, width, height);
    pen.clearRect(0, 0, width, height);
    for (const { box, run, moment, label } of this.boxes(kind, width, height)) {
      if (label) this.labelled(pen, box, label);
      if (fade < 1 && kind.fades && this.before !== undefined && run === this.run) {
        kind.draw(pen, box, panel, this.frame(run, this.before), this.theme);
        pen.globalAlpha = fade;
      }
      kind.draw(pen, box, panel, this.frame(run, moment), this.theme);
      pen.globalAlpha = 1;
    }
  }

  height(panel, kind, width) {
    if (!this.narrow) return this.data.height;
    const share = this.pinned && !kind.shares ? 2 : 1;
    return Math.min(460, kind.natural(panel, width / share, this.run) + (share > 1 ? 20 : 0));
  }

  /** One box, or two for a pinned run beside this one, at the moment with the nearest step. */
  boxes(kind, width, height) {
    const whole = { x: 0, y: 0, w: width, h: height };
    if (!this.pinned || kind.shares) return [{ box: whole, run: this.run, moment: this.moment }];
    const step = this.run.steps[this.moment] ?? 0,
      far = (s) => Math.abs(s - step);
    const other = this.pinned.steps.reduce((best, s, i, all) => (far(s) < far(all[best]) ? i : best), 0);
    const half = (x) => ({ x, y: 20, w: width / 2 - 8, h: height - 20 });
    return [
      { box: half(0), run: this.run, moment: this.moment, label: `A · ${this.run.label}` },
      { box: half(width / 2 + 8), run: this.pinned, moment: other, label: `B · ${this.pinned.label}` },
    ];
  }

  labelled(pen, box, label) {
    pen.fillStyle = this.theme.soft;
    pen.font = `600 11.5px ${this.theme.font}`;
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    pen.fillText(label, box.x, 12);
  }

  /** In place of motion: the first panel at six moments. */
  six() {
    const { panel, kind } = this.panels[0];
    if (!kind) return;
    const count = this.run.steps.length,
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
      pen.fillStyle = this.theme.soft;
      pen.font = `11.5px ${this.theme.mono}`;
      pen.textAlign = "left";
      pen.textBaseline = "alphabetic";
      pen.fillText(`step ${this.run.steps[moment]}`, box.x, box.y - 6);
      kind.draw(
        pen,
        box,
        { ...panel, labels: null, below: null, belowLabel: "" },
        this.frame(this.run, moment),
        this.theme,
      );
    }
  }

  /** Where the pointer rests. The number under it changes with the moment, too. */
  point(at) {
    this.pointed = at;
    this.say();
  }

  say() {
    const waiting = this.run.steps.length ? "" : "The first moment is on its way.";
    const read = this.pointed && this.reading(this.pointed);
    this.readout.textContent = read || this.run.problem || waiting || "Point at a picture for its numbers.";
    this.readout.classList.toggle("quiet", !read && !this.run.problem);
  }

  reading({ shown: { panel, canvas, kind }, x, y }) {
    if (!kind) return "";
    const boxes = this.boxes(kind, canvas.clientWidth, canvas.clientHeight);
    const found = boxes.find(({ box }) => x >= box.x && x <= box.x + box.w) ?? boxes[0];
    return kind.read(found.box, panel, this.frame(found.run, found.moment), x, y);
  }

  close() {
    cancelAnimationFrame(this.waiting);
    this.sizes.disconnect();
    this.motion.onchange = null;
    this.run.close();
    this.pinned?.close();
    this.root.remove();
  }
}

export default instances((parent) => new Film(parent));
