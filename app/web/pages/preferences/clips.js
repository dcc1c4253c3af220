/**
 * Two clips that loop, four answers, and what the machine has made of all answers so far. See clips.py for
 * what comes in `data`. An answer is reported once, with the number of answers given before it.
 */

import { figure, fit, instances, make, still, stepped, words } from "../../parts/kit.js";
import { arrows, bloom, ground, hidden, legend, walk } from "./clips_draw.js";
import { dress, theme } from "../../parts/palette.js";

const LOOP_MS = 3200;
const BLOOM_MS = 650;
const CHOICES = [
  ["left", "Left is better"],
  ["equal", "Equal"],
  ["pass", "Can't tell"],
  ["right", "Right is better"],
];

class Clips {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = make("div", "gb clips", parent);
    const panes = make("div", "panes", this.root);
    const asked = make("div", "asked", panes);
    const pair = make("div", "pair", asked);
    this.left = this.pane(pair, "left");
    this.right = this.pane(pair, "right");
    this.buttons(make("div", "answers", asked));
    this.belief = this.pane(panes, "belief");
    this.truth = this.pane(panes, "truth");
    this.foot = make("div", "foot", this.root);
    this.caption = make("p", "caption", this.foot);
    this.reveal = make("button", "act", this.foot);
    this.reveal.type = "button";
    this.reveal.onclick = () => {
      this.shown = !this.shown;
      this.draw();
    };
    this.readout = make("p", "readout", this.root);
    this.readout.setAttribute("aria-live", "polite");
    for (const pane of [this.belief, this.truth]) this.listen(pane);
    this.shown = false;
    this.from = null;
    this.began = 0;
    this.sizes = new ResizeObserver(() => this.data && this.draw());
    this.sizes.observe(this.root);
    this.tick = () => {
      if (!this.root.isConnected) return;
      if (this.data && !still()) this.draw();
      this.frame = requestAnimationFrame(this.tick);
    };
    this.frame = requestAnimationFrame(this.tick);
  }

  pane(parent, name) {
    const box = make("div", `pane ${name}`, parent);
    const title = make("p", "title", box);
    const canvas = make("canvas", "", box);
    canvas.setAttribute("role", "img");
    return { box, title, canvas };
  }

  buttons(row) {
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", "Which clip is better?");
    this.choices = CHOICES.map(([choice, label]) => {
      const button = make("button", `act ${choice}`, row);
      button.type = "button";
      button.textContent = label;
      button.onclick = () => this.answer(choice);
      return button;
    });
  }

  answer(choice) {
    if (this.given === this.data.turn) return; // said already; the next pair is on its way
    this.given = this.data.turn;
    for (const button of this.choices) button.setAttribute("aria-disabled", "true");
    this.setStateValue("answer", { turn: this.data.turn, stamp: this.data.stamp, choice });
  }

  listen(pane) {
    const { canvas } = pane;
    canvas.tabIndex = 0;
    const say = (cell) => {
      this.focus = cell;
      const { data } = this;
      if (!cell) return void (this.readout.textContent = "");
      const at = cell[0] * data.side + cell[1];
      const real = this.shown ? ` · wanted ${figure(data.truth[at])}` : "";
      this.readout.textContent = `row ${cell[0] + 1}, column ${cell[1] + 1}: predicted ${figure(data.r_hat[at])}, spread ${figure(data.spread[at])}${real}`;
    };
    canvas.onpointermove = (event) => {
      const s = canvas.clientWidth / this.data.side;
      const cell = [Math.floor(event.offsetY / s), Math.floor(event.offsetX / s)];
      say(cell[0] < this.data.side && cell[1] < this.data.side ? cell : null);
    };
    canvas.onpointerleave = () => say(null);
    canvas.onblur = () => say(null);
    canvas.onkeydown = (event) => {
      const next = stepped(event.key, this.focus ?? [0, 0], this.data.side, this.data.side);
      if (!next) return;
      event.preventDefault();
      event.stopPropagation();
      say(next);
      this.draw();
    };
  }

  /** @param {{data: any, setStateValue: (name: string, value: any) => void}} component */
  update({ data, setStateValue }) {
    this.setStateValue = setStateValue;
    const fresh = !this.data || data.stamp !== this.data.stamp || data.turn !== this.data.turn;
    if (fresh) {
      this.from = this.data ? [...this.data.r_hat] : null;
      this.began = performance.now();
      this.given = null;
      for (const button of this.choices) button.removeAttribute("aria-disabled");
    }
    this.data = data;
    this.colours = theme(this.root);
    dress(this.root, this.colours);
    words(this.left.title, [["Is the ", null], ["left", "model"], [" walk better", null]]);
    words(this.right.title, [["or the ", null], ["right", "model"], [" one?", null]]);
    words(this.belief.title, data.beliefTitle);
    this.caption.textContent = data.sentence;
    this.belief.canvas.setAttribute("aria-label", `Predicted reward of each cell. ${data.sentence}`);
    this.left.canvas.setAttribute("aria-label", `Left clip: ${data.left.length} steps, ${data.leftSaid}`);
    this.right.canvas.setAttribute("aria-label", `Right clip: ${data.right.length} steps, ${data.rightSaid}`);
    this.draw();
  }

  draw() {
    const { data, colours, shown } = this;
    const now = performance.now();
    const motion = !still();
    const at = motion ? ((now - this.began) % LOOP_MS) / LOOP_MS : 1;
    for (const [pane, clip] of [
      [this.left, data.left],
      [this.right, data.right],
    ]) {
      const { pen, s } = this.pen(pane);
      ground(pen, s, data, colours, true);
      walk(pen, s, data, clip, at, colours, motion);
    }
    const grown = motion && this.from ? Math.min(1, (now - this.began) / BLOOM_MS) : 1;
    const belief = this.pen(this.belief, 30);
    bloom(belief.pen, belief.s, data.r_hat, this.from, grown, data, colours);
    arrows(belief.pen, belief.s, data, colours);
    this.ring(belief);
    legend(belief.pen, belief.s * data.side, data.high, "predicted reward", colours);
    const truth = this.pen(this.truth, 30);
    words(this.truth.title, shown ? data.truthTitle : [["What the labeller wants: hidden", "truth"]]);
    if (shown) {
      bloom(truth.pen, truth.s, data.truth, null, 1, { ...data, spread: null, high: 1 }, colours);
      ground(truth.pen, truth.s, data, colours, false);
      legend(truth.pen, truth.s * data.side, 1, "true reward", colours);
      this.ring(truth);
    } else hidden(truth.pen, truth.s, data, colours);
    const said = shown ? "Hide the true reward" : "Reveal the true reward";
    if (this.reveal.textContent !== said) this.reveal.textContent = said;
    this.truth.canvas.setAttribute("aria-label", shown ? "The true reward of each cell." : "Hidden until you reveal it.");
  }

  ring({ pen, s }) {
    if (!this.focus) return;
    pen.strokeStyle = this.colours.ink;
    pen.lineWidth = 2;
    pen.strokeRect(this.focus[1] * s + 1, this.focus[0] * s + 1, s - 2, s - 2);
  }

  pen({ canvas, box }, below = 0) {
    const side = Math.max(80, Math.min(box.clientWidth, 330));
    canvas.style.width = `${side}px`;
    const pen = fit(canvas, side, side + below);
    pen.clearRect(0, 0, side, side + below);
    return { pen, s: side / this.data.side };
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.sizes.disconnect();
    this.root.remove();
  }
}

export default instances((parent) => new Clips(parent));
