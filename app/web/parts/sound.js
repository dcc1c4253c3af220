/** Sounds to see, to play and to mark a stretch of. See sound.py for what comes in `data`. */

import { bytes } from "../film/blocks.js";
import { instances, make, still } from "./kit.js";
import { dress, theme } from "./palette.js";
import { play, stop } from "./sound_play.js";
import { LEFT, RIGHT, draw, painted, told } from "./sound_scene.js";

const PCM = 32767,
  DRAGGED = 4, // pixels: less is a click
  STEP_MS = 250, // with less motion the line steps
  REFUSED = "This browser does not let sound be heard. Press again.";

/** One clip: where it starts, or what is marked of it, is anchor and caret, as in a text. */
class Row {
  constructor(player, parent) {
    this.player = player;
    this.anchor = this.caret = 0;
    this.now = null;
    this.root = make("div", "row", parent);
    const head = make("div", "head", this.root);
    this.button = make("button", "act", head);
    this.button.onclick = () => this.toggle();
    this.name = make("span", "name", head);
    this.long = make("span", "quiet", head);
    this.given = make("span", "w-past", head);
    this.status = make("span", "refused", head);
    this.status.setAttribute("role", "status");
    const box = make("div", "picture", this.root);
    this.canvas = make("canvas", "", box);
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "slider");
    this.canvas.setAttribute("aria-valuemin", "0");
    this.marked = make("i", "marked", box);
    this.line = make("i", "line", box);
    this.listen(this.canvas);
  }

  listen(canvas) {
    const place = (event) => {
      const box = canvas.getBoundingClientRect(),
        { width, data } = this.player,
        across = ((event.clientX - box.left) / box.width) * width - LEFT,
        sample = Math.round((across / (width - LEFT - RIGHT)) * data.longest * this.clip.rate);
      return [this.within(sample), (event.clientY - box.top) / box.height];
    };
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.grip = { x: event.clientX, at: place(event)[0] };
    };
    canvas.onpointermove = (event) => {
      const { grip } = this;
      if (!grip) return this.player.say(told(this, ...place(event)));
      if (!grip.dragged && Math.abs(event.clientX - grip.x) < DRAGGED) return;
      if (!grip.dragged) this.move(grip.at);
      grip.dragged = true;
      this.move(place(event)[0], true);
    };
    canvas.onpointerup = () => {
      if (this.grip && !this.grip.dragged) this.move(this.grip.at);
      this.grip = null;
      this.player.report();
    };
    canvas.onpointercancel = () => (this.grip = null); // it became a scroll
    canvas.onpointerleave = canvas.onblur = () => this.player.say("");
    canvas.onkeydown = (event) => this.key(event);
    canvas.onkeyup = () => this.player.report();
    canvas.onfocus = () => canvas.matches(":focus-visible") && this.player.say(this.player.keys);
  }

  key(event) {
    const { caret } = this,
      step = Math.ceil(this.wave.length / 100),
      to = { ArrowLeft: caret - step, ArrowRight: caret + step, ArrowDown: caret - step, ArrowUp: caret + step,
        PageDown: caret - 10 * step, PageUp: caret + 10 * step, Home: 0, End: Infinity, Escape: this.from }[event.key]; // prettier-ignore
    if (event.key === " ") this.toggle();
    else if (to === undefined) return;
    else this.move(to, event.shiftKey);
    event.preventDefault();
  }

  within(sample) {
    return Math.max(0, Math.min(this.wave.length, sample));
  }

  get from() {
    return Math.min(this.anchor, this.caret);
  }

  get to() {
    return Math.max(this.anchor, this.caret);
  }

  /** The start goes there; or what is marked reaches there, in this row alone. */
  move(sample, marks = false) {
    this.caret = this.within(sample);
    if (!marks || !this.data.select) this.anchor = this.caret;
    for (const row of this.player.rows) if (row !== this) row.anchor = row.caret = row.from;
    this.player.tell();
    this.player.say(`${this.said()}.`);
  }

  said() {
    const second = (sample) => `${(sample / this.clip.rate).toFixed(2)} s`;
    return this.from < this.to ? `marked from ${second(this.from)} to ${second(this.to)}` : `starts at ${second(this.from)}`;
  }

  async toggle() {
    if (this.now !== null) return stop();
    const { wave, clip, data } = this,
      from = this.from < wave.length ? this.from : 0,
      to = this.from < this.to ? this.to : wave.length;
    this.status.textContent = "";
    try {
      const heard = play({ wave, rate: clip.rate, gain: data.gain, from, to }, () => this.follow(null));
      this.follow(() => from); // stops what sounded first: it may have been this
      this.follow(await heard);
    } catch {
      this.status.textContent = REFUSED;
    }
  }

  /** The line goes with what is heard; with less motion in steps. @param {(() => number) | null} heard */
  follow(heard) {
    clearTimeout(this.waiting);
    cancelAnimationFrame(this.frame);
    this.now = heard?.() ?? null;
    this.tell();
    if (!heard) return;
    if (still()) this.waiting = setTimeout(() => this.follow(heard), STEP_MS);
    else this.frame = requestAnimationFrame(() => this.follow(heard));
  }

  update(clip, data) {
    if (clip.pcm !== this.clip?.pcm) {
      if (this.now !== null) stop();
      this.wave = Float32Array.from(new Int16Array(bytes(clip.pcm)), (value) => value / PCM);
      this.levels = new Uint8Array(bytes(clip.mel));
    }
    this.clip = clip;
    this.data = data;
    [this.anchor, this.caret] = [this.within(this.anchor), this.within(this.caret)];
    this.name.textContent = clip.title;
    this.given.textContent = clip.prime ? `first ${(clip.prime / clip.rate).toFixed(2)} s given` : "";
    this.canvas.setAttribute("aria-label", clip.label);
    this.canvas.setAttribute("aria-valuemax", (this.wave.length / clip.rate).toFixed(2));
    this.spectrum = painted(this.levels, data.bins, this.player.theme);
  }

  close() {
    if (this.now !== null) stop();
    this.root.remove();
  }

  x(sample) {
    return LEFT + (sample / this.clip.rate / this.data.longest) * (this.player.width - LEFT - RIGHT);
  }

  /** What moves: the button, the lines over the picture, and the words about them. */
  tell() {
    const { now, clip, from, to } = this,
      length = (this.wave.length / clip.rate).toFixed(2);
    this.button.textContent = now === null ? "▶ Play" : "■ Stop";
    this.button.setAttribute("aria-label", `${now === null ? "Play" : "Stop"} ${clip.title}`);
    this.long.textContent = now === null ? `${length} s` : `${(now / clip.rate).toFixed(2)} of ${length} s`;
    this.canvas.setAttribute("aria-valuenow", (from / clip.rate).toFixed(2));
    this.canvas.setAttribute("aria-valuetext", this.said());
    this.marked.hidden = !to;
    this.line.hidden = now === null;
    Object.assign(this.marked.style, { left: `${this.x(from)}px`, width: `${this.x(to) - this.x(from)}px` });
    this.line.style.left = `${this.x(now ?? from)}px`;
  }
}

class Player {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = make("div", "gb sound", parent);
    this.list = make("div", "rows", this.root);
    const foot = make("div", "foot", this.root);
    this.readout = make("p", "readout", foot);
    this.readout.setAttribute("aria-live", "polite");
    this.legend = make("p", "legend", foot);
    this.caption = make("p", "caption", this.root);
    this.rows = [];
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.list);
  }

  /** A rerun: what sounds goes on and what is marked stays, where the clip is the same. */
  update({ data, setStateValue }) {
    const first = !this.data;
    this.data = data;
    this.setStateValue = setStateValue;
    this.theme = theme(this.readout);
    dress(this.root, this.theme);
    while (this.rows.length > data.clips.length) this.rows.pop().close();
    while (this.rows.length < data.clips.length) this.rows.push(new Row(this, this.list));
    this.rows.forEach((row, i) => row.update(data.clips[i], data));
    if (first && data.now) [this.rows[data.now[0]].anchor, this.rows[data.now[0]].caret] = data.now.slice(1);
    this.caption.textContent = data.sentence;
    const [low, high] = data.decibels;
    this.legend.replaceChildren("Above the wave; beneath it, how loud each frequency is: ", `${low}`, make("i", "scale"), `${high} dB`);
    const stops = [0, 0.25, 0.5, 0.75, 1].map(this.theme.grey.css);
    this.root.style.setProperty("--loudness", `linear-gradient(to right, ${stops})`);
    this.keys = `Space plays. The arrows move the start${data.select ? "; with Shift they mark a stretch" : ""}.`;
    this.told ??= JSON.stringify(data.now);
    this.draw();
    this.report();
  }

  draw() {
    this.width = this.list.clientWidth;
    if (!this.data || !this.width) return;
    for (const row of this.rows) draw(row, this.width, this.theme);
    this.tell();
  }

  tell() {
    for (const row of this.rows) row.tell();
  }

  say(words) {
    this.readout.textContent = words;
  }

  /** Tell Python what is marked, if that has changed. */
  report() {
    const index = this.rows.findIndex((row) => row.from < row.to),
      range = index < 0 ? null : [index, this.rows[index].from, this.rows[index].to];
    if (!this.data.select || JSON.stringify(range) === this.told) return;
    this.told = JSON.stringify(range);
    this.setStateValue("range", range);
  }

  close() {
    this.sizes.disconnect();
    for (const row of this.rows) row.close();
    this.root.remove();
  }
}

export default instances((parent) => new Player(parent));
