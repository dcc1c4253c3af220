/**
 * The film: panels that follow a training, one timeline, played without a round trip. See film.py for
 * `data`.
 */

import { Run } from "./blocks.js";
import { caption, gloss } from "./captions.js";
import { Panes } from "./panes.js";
import { figure, instances, make, still } from "../parts/kit.js";
import { save } from "../parts/save.js";
import { KEYS as TIMELINE, Timeline } from "./timeline.js";
import { dress, theme } from "../parts/palette.js";

const SECONDS = 6,
  FADE_MS = 120,
  NARROW = 640;

class Film {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = make("div", "gb film", parent);
    this.panes = new Panes(this.root, this);
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
    this.saver = make("button", "act small save", this.bar, "Save picture");
    this.saver.onclick = () => save(this.panes.screens, this.data, this.theme);
    this.old = make("p", "outdated", this.root);
    const told = make("div", "told", this.root); // what is pointed at is read in the caption's place
    this.caption = make("p", "caption", told);
    this.readout = make("p", "readout quiet", told);
    this.moment = 0;
    this.keys = ""; // what the keys do where the focus is
    for (const kind of ["focusin", "focusout"]) this.root.addEventListener(kind, () => this.focused());
    this.awaited = null; // the moment that a link asks for, until its picture is here
    this.sizes = new ResizeObserver(() => this.request());
    for (const one of [this.root, this.timeline.root]) this.sizes.observe(one); // long figures narrow the line alone
    this.motion = matchMedia("(prefers-reduced-motion: reduce)");
    this.motion.onchange = () => this.request();
  }

  /** A rerun: take what is new. The canvases stay. */
  update({ data, setStateValue, setTriggerValue }) {
    this.data = data;
    this.setStateValue = setStateValue;
    this.setTriggerValue = setTriggerValue;
    this.theme = theme(this.readout);
    dress(this.root, this.theme);
    this.run = this.kept(this.run, data.source, true);
    this.pinned = data.pinned && this.kept(this.pinned, data.pinned, false);
    const panels = JSON.stringify(data.panels);
    if (panels !== this.known) {
      this.known = panels;
      this.panes.mount(data.panels);
    }
    if (data.asked !== this.asked || data.start !== this.start) this.called();
    this.once();
    this.old.textContent = data.old;
    this.root.classList.toggle("old", data.old !== "");
    this.request();
  }

  /** A picture's height. Where the window is low, a training's controls have to stand in it, too. */
  get high() {
    const { height, training } = this.data;
    return training && this.root.currentCSSZoom === 1 ? Math.min(height, Math.max(190, 0.28 * innerHeight)) : height;
  }

  /** Somebody asks for a moment: the film goes there, wherever it was let go before. */
  called() {
    const { start, asked } = this.data,
      first = this.start === undefined && (this.earlier ?? asked) === asked; // nobody asked anew: it stays, or follows
    [this.start, this.asked] = [start, asked];
    if (start !== null) [this.playing, this.following, this.awaited] = [null, false, start];
    else if (!first) {
      this.playing = this.awaited = null;
      this.following = !this.run.ended;
      if (this.run.steps.length) this.go(this.run.steps.length - 1, false);
    }
    this.told = null;
  }

  /** The same run grows; another one (by its stamp) starts anew. */
  kept(run, source, main) {
    if (run?.stamp === source.stamp) {
      if (source.inline) run.take(source);
      return run;
    }
    run?.close();
    if (main) {
      this.following = true;
      this.opened = false;
      this.earlier = this.asked; // of the run that stood here
      this.start = this.asked = undefined;
      this.grew = false;
      this.told = null;
    }
    return new Run(source, this.data.live, () => (main ? this.more() : this.request()));
  }

  /** A film that plays by itself does so once, as soon as all of it is here; not where motion is unwanted. */
  once() {
    const { steps, count, ended } = this.run;
    if (!this.data.plays || this.played || still() || !ended || !steps.length || steps.length < count) return;
    this.played = true;
    this.moment = 0;
    this.told = steps.length - 1; // nobody let go anywhere: nothing is told
    this.play();
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
      this.once();
      this.request();
    });
  }

  go(moment, byHand) {
    this.awaited = null;
    const last = this.run.steps.length - 1,
      next = Math.max(0, Math.min(last, moment));
    if (byHand) this.following = next === last && !this.run.ended;
    if (next !== this.moment) {
      this.before = this.moment;
      this.changed = performance.now();
    }
    this.moment = next;
    this.request();
  }

  /** To a moment that was clicked at. @param {number} moment */
  seek(moment) {
    this.pause();
    this.go(moment, true);
    this.release();
  }

  /** Tell Python, once, where the viewer let go. */
  release() {
    if (!this.run.steps.length || this.told === this.moment) return;
    this.told = this.moment;
    this.setStateValue("moment", {
      stamp: this.run.stamp,
      moment: this.moment,
      asked: this.data.asked,
    });
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
      this.panes.open(still());
      const sweeping = this.panes.pick.advance(now);
      this.draw(now);
      if (this.playing || sweeping || now - this.changed < FADE_MS) this.request();
    });
  }

  draw(now) {
    const count = this.run.steps.length,
      calm = still();
    if (count) this.moment = Math.min(count - 1, this.awaited ?? this.moment); // moments come in blocks
    if (this.moment === this.awaited || (count && count >= this.run.count)) this.awaited = null;
    const fade = this.playing && !calm ? Math.min(1, (now - this.changed) / FADE_MS) : 1;
    this.narrow = this.root.clientWidth < NARROW;
    const pace = 1000 / Math.max(4, count / SECONDS); // of one moment, while it plays
    const glide = this.playing && !calm ? Math.min(1, (now - this.changed) / pace) : 1;
    this.panes.draw(fade, glide);
    this.panes.multiples.hidden = !(calm && count > 1);
    if (!this.panes.multiples.hidden) this.panes.six();
    this.button.hidden = calm;
    this.button.textContent = this.playing ? "Pause" : "Play";
    this.button.title = this.data.training ? "Play the training" : "";
    this.button.disabled = count < 2;
    this.timeline.draw(this.run, this.moment, this.data, this.theme);
    this.tell();
    const step = this.run.steps[this.moment] ?? 0,
      told = this.run.line(this.data.timeline).step[0] <= step, // before its first step a training has no figure
      value = told ? this.run.figure(this.data.timeline, step) : null;
    const unit = this.data.timelineUnit,
      live = !this.run.ended && this.following && count ? " · live" : "";
    const shown = value === null ? "" : ` · ${figure(+value.toPrecision(3))} ${unit}`;
    this.figures.textContent = `${this.data.time} ${step}${shown}${live}`;
    this.say();
  }

  /** The caption of this moment, which is every picture's description, too. */
  tell() {
    const text = caption(this.data, this.run, this.moment);
    if (text === this.telling) return;
    this.telling = text;
    gloss(this.caption, text, this.data.terms);
    this.panes.label(text);
  }

  /** What has the keyboard's focus says what its keys do. */
  focused() {
    const on = this.root.querySelector(":focus-visible");
    this.keys = on === this.timeline.root ? TIMELINE : on instanceof HTMLElement ? (on.dataset.keys ?? "") : "";
    this.say();
  }

  say() {
    const waiting = this.run.steps.length ? "" : "The first moment is on its way.";
    const read = this.panes.reading();
    const hand = matchMedia("(pointer: coarse)").matches ? "Tap" : "Point at";
    this.readout.textContent = read || this.run.problem || waiting || this.keys || `${hand} a picture for its numbers.`;
    this.readout.classList.toggle("quiet", !read && !this.run.problem && !waiting && !this.keys);
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
