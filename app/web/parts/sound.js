/** Sounds to see, to play and to mark a stretch of. See sound.py for what comes in `data`. */

import { bytes } from "../film/blocks.js";
import { instances, make, still } from "./kit.js";
import { dress, theme } from "./palette.js";
import { play, stop } from "./sound_play.js";
import { LEFT, RIGHT, draw, painted, told } from "./sound_scene.js";

const PCM = 32767,
  DRAGGED = 4, // pixels: less is a click
  STEP_MS = 250, // with less motion the line steps
  REFUSED = "This browser does not let the sound be heard. Press again.";

const span = ({ anchor, caret }) => [Math.min(anchor, caret), Math.max(anchor, caret)],
  within = ({ wave }, sample) => Math.max(0, Math.min(wave.length, sample)),
  hush = (row) => row.now !== null && stop();

/** One clip. What is marked of it, or else where it starts, lies between anchor and caret, as in a text. */
class Row {
  /** @param {any} player @param {ParentNode} parent */
  constructor(player, parent) {
    this.player = player;
    this.anchor = this.caret = 0;
    this.now = null; // the sample that is heard
    this.root = make("div", "row", parent);
    const head = make("div", "head", this.root),
      box = make("div", "picture", this.root);
    this.button = make("button", "act", head);
    this.button.onclick = () => this.toggle();
    this.name = make("span", "name", head);
    this.long = make("span", "quiet", head);
    this.given = make("span", "w-past", head);
    this.refused = make("span", "refused", head);
    this.refused.role = "status";
    this.canvas = Object.assign(make("canvas", "", box), { tabIndex: 0, role: "slider", ariaValueMin: "0" });
    this.marked = make("i", "marked", box);
    this.line = make("i", "line", box);
    this.listen(this.canvas);
  }

  listen(canvas) {
    const { player } = this;
    const place = ({ clientX, clientY }) => {
      const box = canvas.getBoundingClientRect(),
        across = (((clientX - box.left) / box.width) * player.width - LEFT) / (player.width - LEFT - RIGHT);
      return [within(this, Math.round(across * this.data.longest * this.clip.rate)), (clientY - box.top) / box.height];
    };
    let grip = null, // where the pointer went down
      dragged = false; // a vertical move becomes a scroll, and changes nothing
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      [[grip], dragged] = [place(event), false];
    };
    canvas.onpointermove = (event) => {
      const [at, share] = place(event);
      if (grip === null) return player.say(told(this, at, share));
      dragged ||= Math.abs(this.x(at) - this.x(grip)) >= DRAGGED;
      if (dragged) (this.move(grip), this.move(at, true));
    };
    canvas.onpointerup = () => {
      if (grip !== null && !dragged) this.move(grip);
      canvas.onpointercancel();
    };
    canvas.onpointercancel = () => {
      grip = null;
      player.report();
    };
    canvas.onpointerleave = canvas.onblur = () => player.say("");
    canvas.onfocus = () => canvas.matches(":focus-visible") && player.say(player.keys);
    canvas.onkeyup = () => player.report();
    canvas.onkeydown = (event) => {
      const step = Math.ceil(this.wave.length / 100),
        by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key] * step,
        to = { Home: 0, End: this.wave.length, Escape: span(this)[0] }[event.key] ?? this.caret + by;
      if (event.key === " ") this.toggle();
      else if (Number.isNaN(to)) return;
      else this.move(to, event.shiftKey);
      event.preventDefault();
    };
  }

  /** The start goes there; or what is marked reaches there, in this row alone. */
  move(sample, marks = false) {
    this.caret = within(this, sample);
    if (!marks || !this.data.select) this.anchor = this.caret;
    for (const row of this.player.rows) {
      if (row !== this) row.anchor = row.caret = span(row)[0];
      row.tell();
    }
    this.player.say(this.canvas.ariaValueText);
  }

  async toggle() {
    if (this.now !== null) return stop();
    const [begin, end] = span(this),
      { wave, clip, data } = this,
      from = begin < wave.length ? begin : 0,
      to = begin < end ? end : wave.length;
    this.refused.textContent = "";
    this.follow(() => from);
    try {
      const heard = await play({ wave, rate: clip.rate, gain: data.gain, from, to }, () => this.follow(null));
      if (heard) this.follow(heard);
    } catch {
      this.refused.textContent = REFUSED;
    }
  }

  /** The line goes with what is heard. @param {(() => number) | null} heard null at its end */
  follow(heard) {
    clearTimeout(this.waiting);
    cancelAnimationFrame(this.frame);
    this.now = heard ? heard() : null;
    this.tell();
    if (heard && still()) this.waiting = setTimeout(() => this.follow(heard), STEP_MS);
    else if (heard) this.frame = requestAnimationFrame(() => this.follow(heard));
  }

  update(clip, data) {
    if (clip.pcm !== this.clip?.pcm || clip.mel !== this.clip.mel) {
      hush(this);
      this.wave = Float32Array.from(new Int16Array(bytes(clip.pcm)), (value) => value / PCM);
      this.levels = new Uint8Array(bytes(clip.mel));
    }
    this.clip = clip;
    this.data = data;
    [this.anchor, this.caret] = [within(this, this.anchor), within(this, this.caret)];
    this.name.textContent = clip.title;
    this.given.textContent = clip.prime ? `first ${(clip.prime / clip.rate).toFixed(2)} s given` : "";
    this.canvas.ariaLabel = clip.label;
    this.canvas.ariaValueMax = (this.wave.length / clip.rate).toFixed(2);
    this.spectrum = painted(this.levels, clip.hertz.length, this.player.theme);
  }

  /** The pixel of a sample: all rows have one scale. */
  x(sample) {
    return LEFT + (sample / this.clip.rate / this.data.longest) * (this.player.width - LEFT - RIGHT);
  }

  /** What moves: the button, the lines over the picture, and the words about them. */
  tell() {
    const { now, clip, canvas, button, marked, line } = this,
      [from, to] = span(this),
      [begin, end, length, at] = [from, to, this.wave.length, now ?? 0].map((one) => (one / clip.rate).toFixed(2));
    button.textContent = now === null ? "▶ Play" : "■ Stop";
    button.ariaLabel = `${now === null ? "Play" : "Stop"} ${clip.title}`;
    this.long.textContent = now === null ? `${length} s` : `${at} of ${length} s`;
    canvas.ariaValueNow = begin;
    canvas.ariaValueText = from < to ? `Marked from ${begin} to ${end} s.` : `It starts at ${begin} s.`;
    [marked.hidden, line.hidden] = [!to, now === null];
    Object.assign(marked.style, { left: `${this.x(from)}px`, width: `${this.x(to) - this.x(from)}px` });
    line.style.left = `${this.x(now ?? 0)}px`;
  }
}

class Player {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = make("div", "gb sound", parent);
    this.list = make("div", "rows", this.root);
    const foot = make("div", "foot", this.root);
    this.readout = make("p", "readout", foot);
    this.legend = make("p", "legend", foot);
    this.readout.ariaLive = "polite";
    this.caption = make("p", "caption", this.root);
    this.say = (words) => (this.readout.textContent = words);
    this.rows = [];
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.list);
  }

  /** A rerun: what sounds goes on and what is marked stays, where the clip is the same. */
  update({ data, setStateValue }) {
    const fresh = !this.data;
    this.data = data;
    this.setStateValue = setStateValue;
    this.theme = theme(this.readout);
    dress(this.root, this.theme);
    for (const row of this.rows.splice(data.clips.length)) (hush(row), row.root.remove());
    data.clips.forEach((clip, i) => (this.rows[i] ??= new Row(this, this.list)).update(clip, data));
    if (fresh && data.now) [this.rows[data.now[0]].anchor, this.rows[data.now[0]].caret] = data.now.slice(1);
    this.told ??= JSON.stringify(data.now);
    const [[low, high], shades] = [data.decibels, [0, 0.25, 0.5, 0.75, 1].map(this.theme.grey.css)];
    this.legend.textContent = `Above the wave; beneath it, how loud each frequency is: ${low} `;
    make("i", "scale", this.legend).style.background = `linear-gradient(to right, ${shades})`;
    this.legend.append(` ${high} dB`);
    this.caption.textContent = data.sentence;
    this.keys = `Space plays. The arrows move the start${data.select ? "; with Shift they mark a stretch" : ""}.`;
    this.draw();
    this.report();
  }

  draw() {
    this.width = this.list.clientWidth;
    for (const row of this.width ? this.rows : []) (draw(row, this.width, this.theme), row.tell());
  }

  /** Tell Python what is marked, if that has changed. */
  report() {
    const index = this.rows.findIndex((row) => row.anchor !== row.caret),
      range = index < 0 ? null : [index, ...span(this.rows[index])];
    if (!this.data.select || JSON.stringify(range) === this.told) return;
    this.told = JSON.stringify(range);
    this.setStateValue("range", range);
  }

  close() {
    this.sizes.disconnect();
    this.rows.forEach(hush);
    this.root.remove();
  }
}

export default instances((parent) => new Player(parent));
