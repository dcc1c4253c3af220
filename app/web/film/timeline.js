/** The timeline of a film: its sparkline is the slider. It knows moments and pixels; what one shows is film.js's. */

import { figure, fit, make } from "../parts/kit.js";

const HEIGHT = 52,
  TRACK = 32,
  PAD = 8,
  ALL = 1e9; // moments
export const KEYS =
  "Left and right step through the moments, Page Up and Page Down ten at a time, Home and End go to its ends, space plays.";
const MOVES = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 10, PageDown: -10, Home: -ALL, End: ALL };

export class Timeline {
  /** @param {Element} parent @param {any} film moment(), go(moment), release(), play() */
  constructor(parent, film) {
    this.root = make("div", "time", parent);
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "slider");
    this.root.setAttribute("aria-label", "Moment of the training");
    this.canvas = make("canvas", "", this.root);
    this.film = film;
    const to = (event) => film.go(this.nearest(event.clientX - this.canvas.getBoundingClientRect().left));
    this.root.onpointerdown = (event) => {
      this.root.setPointerCapture(event.pointerId);
      this.held = true;
      to(event);
    };
    this.root.onpointermove = (event) => this.held && to(event);
    this.root.onpointerup = this.root.onpointercancel = () => {
      if (this.held) film.release();
      this.held = false;
    };
    this.root.onkeydown = (event) => this.key(event);
    this.root.onkeyup = (event) => event.key in MOVES && film.release();
  }

  key(event) {
    if (event.key === " ") this.film.play();
    else if (event.key in MOVES && this.run?.steps.length) {
      const last = this.run.steps.length - 1;
      const now = this.film.moment(); // where the film is, not what was drawn last
      this.film.go(Math.max(0, Math.min(last, now + MOVES[event.key])));
    } else return;
    event.preventDefault();
  }

  /**
   * Moments are dense at the start, so long trainings get a square-root axis: then moments lie about
   * evenly. Where every step is a moment, or every second one, they do so anyway.
   */
  get bent() {
    const { steps, total, ended } = this.run,
      even = ended && steps[steps.length >> 1] > 0.4 * total;
    return total > 64 && steps.length <= total && !even;
  }

  /** Where time begins: a training's at 0, any other row's at its first moment. */
  get from() {
    return this.counts ? 0 : (this.run.steps[0] ?? 0);
  }

  x(step) {
    const share = (step - this.from) / Math.max(this.counts ? 1 : 1e-9, this.run.total - this.from);
    return PAD + (this.width - 2 * PAD) * (this.bent ? Math.sqrt(share) : share);
  }

  nearest(px) {
    let best = 0;
    this.run?.steps.forEach((step, i) => {
      if (Math.abs(this.x(step) - px) < Math.abs(this.x(this.run.steps[best]) - px)) best = i;
    });
    return best;
  }

  /** data: timeline, timelineUnit, time, training. */
  draw(run, moment, data, theme) {
    this.run = run;
    this.counts = data.training || data.time === "step";
    this.width = Math.max(80, this.root.clientWidth);
    const pen = fit(this.canvas, this.width, HEIGHT),
      step = run.steps[moment] ?? 0;
    pen.clearRect(0, 0, this.width, HEIGHT);
    this.spark(pen, run.line(data.timeline), step, theme);
    pen.fillStyle = theme.line;
    pen.fillRect(PAD, TRACK - 1, this.width - 2 * PAD, 2);
    pen.fillStyle = theme.past;
    pen.fillRect(PAD, TRACK - 1.5, this.x(step) - PAD, 3);
    if (!run.ended && run.steps.length) {
      pen.fillStyle = theme.soft; // how far a live training is
      pen.fillRect(this.x(run.steps.at(-1)) - 1, TRACK - 4, 2, 8);
    }
    pen.beginPath();
    pen.arc(this.x(step), TRACK, 6, 0, 7);
    pen.fillStyle = theme.past;
    pen.fill();
    pen.fillStyle = theme.soft;
    pen.font = `10.5px ${theme.mono}`;
    this.marks(pen, run, data);
    this.tell(run, moment, step, data);
  }

  /** Figures along it: of all moments where they are few, else of five; one that would touch another is left out. */
  marks(pen, run, data) {
    const { steps, total } = run,
      whole = (part) => this.from + (total - this.from) * (this.bent ? part ** 2 : part),
      near = (time) => steps.reduce((a, b) => (Math.abs(b - time) < Math.abs(a - time) ? b : a)),
      there = !this.counts && run.ended && steps.length > 1,
      all = there && steps.length <= 8 ? [steps[0], steps.at(-1), ...steps] : [0, 1, 0.5, 0.25, 0.75].map(whole),
      taken = [];
    all.forEach((time, i) => {
      const one = there ? near(time) : time,
        at = total < 4 ? +one.toFixed(1) : Math.round(one), // a short time has no whole numbers
        text = i ? String(at) : `${data.time} ${at}`,
        wide = pen.measureText(text).width,
        left = i === 0 ? 0 : i === 1 ? this.x(at) + PAD - wide : this.x(at) - wide / 2;
      if (taken.some(([from, to]) => left < to + 6 && from < left + wide + 6)) return;
      taken.push([left, left + wide]);
      pen.fillText(text, left, HEIGHT - 4);
    });
  }

  /** The figure over time; its range is chosen once, so that nothing rescales during a run. */
  spark(pen, { step: steps, value }, step, theme) {
    const known = value.filter((v) => v !== null);
    if (!known.length) return;
    const seen = this.run.ended ? `${this.run.stamp} ${this.run.steps.length}` : this.run.stamp; // it comes in blocks
    if (this.scaled !== seen) {
      this.low = this.run.ended ? Math.min(...known) : 0;
      this.high = Math.max(...known.slice(0, this.run.ended ? undefined : 5));
      this.scaled = seen;
    }
    const y = (v) => 4 + 22 * (1 - Math.max(0, Math.min(1, (v - this.low) / (this.high - this.low || 1))));
    for (const [until, colour, width] of [[Infinity, theme.line, 1.3], [step, theme.soft, 1.5]]) { // prettier-ignore
      pen.beginPath();
      let up = true;
      for (let i = 0; i < steps.length && steps[i] <= until; i++) {
        if (value[i] === null) up = true;
        else (pen[up ? "moveTo" : "lineTo"](this.x(steps[i]), y(value[i])), (up = false));
      }
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke();
    }
  }

  tell(run, moment, step, { timeline, timelineUnit, time, training }) {
    const value = run.figure(timeline, step);
    const shown = value === null ? "" : `, ${figure(+value.toPrecision(3))} ${timelineUnit}`.trimEnd();
    const text = `moment ${moment + 1} of ${run.steps.length}, ${time} ${step}${shown}`;
    const set = (name, to) => this.root.setAttribute(`aria-${name}`, String(to));
    const label = training || time === "step" ? "Moment of the training" : "Moment";
    set("label", time === "step" ? label : `${label}, in ${time}`);
    set("valuemin", 0);
    set("valuemax", Math.max(0, run.steps.length - 1));
    set("valuenow", moment);
    set("valuetext", text);
  }
}
