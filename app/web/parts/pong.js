/** Pong to watch and to play, against a net that plays here, in the browser. See pong.py for what comes in `data`. */

import { bytes } from "../film/blocks.js";
import { fit, instances, make, still } from "./kit.js";
import { dress, theme } from "./palette.js";
import { SIZE, chance, frame, serve, step } from "./pong_rules.js";

const REST_MS = 700, // between a point and the next serve
  HANDS = { ArrowUp: -1, w: -1, ArrowDown: 1, s: 1 },
  KEYS = "↑ and ↓ move the left paddle. Space stops and goes on.";

class Court {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = make("div", "gb pong", parent);
    const head = make("div", "head", this.root),
      foot = make("div", "buttons", this.root);
    this.score = make("span", "score", head);
    this.who = make("span", "quiet", head);
    this.canvas = Object.assign(make("canvas", "", this.root), { tabIndex: 0, role: "img" });
    this.root.insertBefore(this.canvas, foot);
    this.going = make("button", "act go", foot);
    this.mine = make("button", "act mine", foot);
    for (const [sign, way, said] of /** @type {[string, number, string][]} */ ([["▲", -1, "Up"], ["▼", 1, "Down"]])) {
      const button = Object.assign(make("button", "act hold", foot, sign), { ariaLabel: `${said}, left paddle` });
      button.onpointerdown = () => this.move(way);
      button.onpointerup = button.onpointerleave = button.onpointercancel = () => this.move(0);
    } // prettier-ignore
    const pace = make("label", "quiet pace", foot, "pace ");
    this.pace = Object.assign(make("input", "", pace), { type: "range", min: "3", max: "20", value: "10", ariaLabel: "Frames a second" });
    this.caption = make("p", "caption", this.root);
    this.hint = make("p", "readout quiet", this.root);
    this.points = [0, 0]; // of the left paddle, of the agent
    this.hand = null; // null: the left paddle follows the ball; else where somebody moves it
    this.runs = !still();
    this.seen = false;
    /** @type {import("./pong_rules.js").Net | null} */
    this.net = null;
    this.serve();
    this.listen();
    this.sizes = new ResizeObserver(() => this.draw(1));
    this.sizes.observe(this.root);
    this.near = new IntersectionObserver(([one]) => ((this.seen = one.isIntersecting), this.go()));
    this.near.observe(this.canvas);
  }

  listen() {
    const { canvas } = this;
    this.going.onclick = () => ((this.runs = !this.runs), this.go());
    this.mine.onclick = () => this.take(this.hand === null);
    canvas.onkeydown = (event) => {
      if (event.key === " ") this.going.click();
      else if (HANDS[event.key]) this.move(HANDS[event.key]);
      else return;
      event.preventDefault();
    };
    canvas.onkeyup = (event) => HANDS[event.key] === this.hand && this.move(0);
    canvas.onfocus = () => (this.hint.textContent = KEYS);
    canvas.onblur = () => this.hand !== null && ((this.hand = 0), (this.hint.textContent = ""));
    const to = (event) => {
      const box = canvas.getBoundingClientRect();
      this.aim = ((event.clientY - box.top) / box.height) * SIZE - 0.5;
    };
    canvas.onpointerdown = (event) => (canvas.setPointerCapture(event.pointerId), this.take(true), to(event));
    canvas.onpointermove = (event) => this.aim !== undefined && to(event);
    canvas.onpointerup = canvas.onpointercancel = () => (this.aim = undefined);
  }

  /** The left paddle becomes somebody's, or follows the ball again: then points are counted anew. */
  take(mine) {
    if (mine === (this.hand !== null)) return;
    [this.hand, this.points] = [mine ? 0 : null, [0, 0]];
    this.runs ||= mine;
    this.go();
  }

  move(way) {
    this.take(true);
    this.hand = way;
  }

  serve() {
    this.game = serve(Math.random);
    [this.last, this.before, this.point, this.since] = [{ ...this.game }, frame(this.game), 0, 0];
  }

  /** A rerun. Another agent goes on with the same rally, and points are counted anew. */
  update({ data }) {
    if (data.stamp !== this.data?.stamp) {
      const [w, b, out, c] = [data.w, data.b, data.out, data.c].map((one) => new Float32Array(bytes(one)));
      [this.net, this.points] = [{ w, b, out, c: c[0] }, [0, 0]];
    }
    this.data = data;
    this.theme = theme(this.root);
    dress(this.root, this.theme);
    this.caption.textContent = data.sentence;
    this.look();
    this.draw(1);
    this.go();
  }

  /** What the net is shown, and what it says: also had the ball vanished from this very frame. */
  look() {
    const now = frame(this.game),
      off = (seen) => seen.map((v, i) => v - this.before[i]);
    this.x = off(now);
    this.now = now;
    this.p = chance(this.net, this.x);
    this.without = chance(this.net, off(frame(this.game, false)));
  }

  tick() {
    const { game } = this,
      hand = this.aim === undefined ? this.hand : Math.max(-1, Math.min(1, this.aim - game.other));
    this.last = { ...game };
    this.root.dataset.seen = JSON.stringify({ x: [...this.x], p: this.p, without: this.without });
    this.point = step(game, Math.random() < this.p, hand);
    this.before = this.now;
    if (this.point) this.points[Number(this.point > 0)]++;
    else this.look();
  }

  /** Starts the clock, or stops it: it runs while the court is in sight. */
  go() {
    cancelAnimationFrame(this.turn);
    const on = this.runs && this.seen && this.net;
    this.clock = performance.now();
    const turn = (now) => {
      this.since += now - this.clock;
      this.clock = now;
      const each = 1000 / Number(this.pace.value);
      if (this.point && this.since > each + REST_MS) (this.serve(), this.look());
      for (let most = 4; !this.point && this.since >= each; most--) {
        this.since = most ? this.since - each : 0; // a tab that slept does not hurry
        this.tick();
      }
      this.draw(Math.min(1, this.since / each));
      this.turn = requestAnimationFrame(turn);
    };
    if (on) this.turn = requestAnimationFrame(turn);
    this.tell();
  }

  tell() {
    const [left, agent] = this.points,
      name = this.hand === null ? "follower" : "you";
    this.score.textContent = `${name} ${left} : ${agent} agent`;
    this.who.textContent = this.data?.title ?? "";
    this.going.textContent = this.runs ? "■ Stop" : "▶ Go on";
    this.mine.textContent = this.hand === null ? "Play left" : "Let it follow";
    this.canvas.ariaLabel = `Pong. ${this.score.textContent}. Right paddle: the net, ${this.who.textContent}.`;
  }

  /** @param {number} share of the way from the last frame to this one */
  draw(share) {
    const width = this.canvas.clientWidth;
    if (!width || !this.net) return;
    const { theme: look, game, last, x } = this,
      side = Math.min(236, 0.64 * width),
      s = side / SIZE,
      pen = fit(this.canvas, width, side),
      [left, small] = [side + 16, Math.min(120, width - side - 18)],
      at = (name) => last[name] + (game[name] - last[name]) * share;
    pen.clearRect(0, 0, width, side);
    pen.fillStyle = look.line;
    pen.fillRect(0, 0, side, side);
    for (let r = 0; r < SIZE; r++) pen.clearRect(side / 2 - 0.75, r * s + s / 4, 1.5, s / 2);
    const box = (colour, column, row, tall) => {
      pen.fillStyle = colour;
      pen.fillRect(column * s, (row - tall / 2 + 0.5) * s, s, tall * s);
    };
    box(look.past, 0, at("other"), 3);
    box(look.model, SIZE - 1, at("agent"), 3);
    box(look.ink, at("x"), at("y"), 1);
    const say = (words, y, colour = look.soft) => {
      pen.fillStyle = colour;
      pen.font = `12px ${look.font}`;
      pen.fillText(words, left, y);
    };
    const cell = small / SIZE,
      shades = look.signed;
    x.forEach((v, i) => {
      pen.fillStyle = shades.css((v + 1) / 2);
      pen.fillRect(left + (i % SIZE) * cell, 18 + Math.floor(i / SIZE) * cell, cell + 0.5, cell + 0.5);
    });
    say("The net sees", 12);
    [["goes up", this.p, look.model], ["without ball", this.without, look.soft]].forEach(([words, p, colour], i) => {
      const y = small + 38 + 40 * i;
      say(`${words} ${Math.round(100 * Number(p))}%`, y, look.ink);
      pen.fillStyle = look.line;
      pen.fillRect(left, y + 5, small, 9);
      pen.fillStyle = /** @type {string} */ (colour);
      pen.fillRect(left, y + 5, small * Number(p), 9);
    });
    if (this.points.join() !== this.told) ((this.told = this.points.join()), this.tell());
  }

  close() {
    cancelAnimationFrame(this.turn);
    this.sizes.disconnect();
    this.near.disconnect();
    this.root.remove();
  }
}

export default instances((parent) => new Court(parent));
