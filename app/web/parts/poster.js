/** A poster: one panel of a recorded training at its end. It plays once when it is seen, and under pointer or focus. */

import { Run } from "../film/blocks.js";
import { fit, home, instances, make, still } from "./kit.js";
import { dress, theme } from "./palette.js";

const SECONDS = 2.6,
  REST_MS = 350; // the untrained picture stands for a moment before it starts to learn

export class Poster {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = make("div", "gb poster", parent);
    this.canvas = make("canvas", "", this.root);
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "img");
    this.canvas.onpointerenter = () => this.play();
    this.canvas.onfocus = () => this.canvas.matches(":focus-visible") && this.play();
    this.sizes = new ResizeObserver(() => this.request());
    this.sizes.observe(this.root);
    this.sight = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && this.seen(), {
      threshold: 0.6,
    });
    this.sight.observe(this.canvas);
    const ahead = { rootMargin: "50%", scrollMargin: "50%" }; // what is further down is not fetched yet
    this.near = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && this.fetch(), ahead);
    this.near.observe(this.canvas);
  }

  /** A rerun. The picture moves only when there is another run. */
  update({ data }) {
    this.data = data;
    this.theme = theme(this.canvas);
    dress(this.root, this.theme);
    this.canvas.setAttribute("aria-label", data.sentence);
    this.canvas.style.height = `${data.height}px`; // nothing jumps when the picture comes
    if (this.run && this.run.stamp !== data.source.stamp) this.fetch();
    this.request();
  }

  /** The card is near: get the script of its panel and the moments of its run. */
  async fetch() {
    this.near.disconnect();
    this.run?.close();
    this.run = new Run(this.data.source, false, () => this.came());
    this.kind = await import(home(this.data.panel.kind));
    this.came();
  }

  /** There is something to draw, or more of it. */
  came() {
    if (this.wanted) this.play();
    this.request();
  }

  seen() {
    this.sight.disconnect();
    this.wanted = true; // where it has not been fetched yet, it plays when it comes
    this.play();
  }

  play() {
    if (still() || this.since || !this.run?.steps.length) return;
    this.wanted = false;
    this.since = performance.now();
    this.request();
  }

  request() {
    this.waiting ??= requestAnimationFrame((now) => {
      this.waiting = null;
      this.advance(now);
      this.draw();
      if (this.since) this.request();
    });
  }

  advance(now) {
    const last = (this.run?.steps.length ?? 0) - 1;
    if (this.since) {
      const share = Math.max(0, now - this.since - REST_MS) / (1000 * SECONDS);
      this.moment = Math.min(last, Math.floor(share * last));
      if (share >= 1) this.since = null;
    }
    if (!this.since) this.moment = last;
    this.canvas.dataset.moment = String(this.moment);
  }

  draw() {
    if (!this.kind || !this.run.steps.length) return;
    const width = Math.max(80, this.canvas.clientWidth),
      height = this.data.height;
    const pen = fit(this.canvas, width, height);
    pen.clearRect(0, 0, width, height);
    const frame = { run: this.run, moment: this.moment, pinned: null, band: [], small: true };
    this.kind.draw(pen, this.box(width, height), this.data.panel, frame, this.theme);
  }

  /** As wide as the panel can be without growing taller than the poster, in its middle. */
  box(width, height) {
    let w = width;
    while (w > 80 && this.kind.natural(this.data.panel, w, this.run) > height) w -= 4;
    const h = Math.min(height, this.kind.natural(this.data.panel, w, this.run));
    return { x: (width - w) / 2, y: (height - h) / 2, w, h };
  }

  close() {
    cancelAnimationFrame(this.waiting);
    this.sizes.disconnect();
    this.sight.disconnect();
    this.near.disconnect();
    this.run?.close();
    this.root.remove();
  }
}

export default instances((parent) => new Poster(parent));
