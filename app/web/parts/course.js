/** The map of the course: each page is a link in the lane of its section, lines lead from what it stands on. */

import { instances, make } from "./kit.js";
import { kept } from "./kept.js";
import { dress, theme } from "./palette.js";

const SVG = "http://www.w3.org/2000/svg";
const REST = "Point at a page: what it stands on turns blue, what stands on it orange.";
const DONE = ["not opened yet", "opened", "a bet made"];

/** How far this reader has come with a page: a place in DONE. @param {string} slug */
function done(slug) {
  const names = Object.keys(kept(slug));
  return names.some((name) => name.startsWith("bet.")) ? 2 : names.length ? 1 : 0;
}

/** All that is reached from a page along lines. @param {string} from @param {[string, string][]} lines */
function reached(from, lines) {
  const found = new Set();
  for (let todo = [from]; todo.length; ) {
    const at = todo.pop();
    for (const [a, b] of lines) if (a === at && !found.has(b)) (found.add(b), todo.push(b));
  }
  return found;
}

class Course {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = make("nav", "gb course", parent);
    this.root.setAttribute("aria-label", "Map of the course: what builds on what");
    this.lanes = make("div", "lanes", this.root);
    this.ways = document.createElementNS(SVG, "svg");
    this.ways.setAttribute("aria-hidden", "true");
    this.said = make("p", "caption said", this.root);
    this.said.setAttribute("role", "status");
    this.legend = make("p", "caption legend", this.root);
    this.links = new Map();
    this.sizes = new ResizeObserver(() => this.lay());
    this.sizes.observe(this.root);
  }

  update({ data, setTriggerValue }) {
    this.go = setTriggerValue;
    dress(this.root, theme(this.root));
    const told = JSON.stringify(data);
    if (told === this.told) return this.mark();
    this.told = told;
    this.data = data;
    this.links.clear();
    this.lanes.replaceChildren(this.ways, ...data.sections.map(([name, pages]) => this.lane(name, pages)));
    const words = DONE.flatMap((text, i) => [make("i", `done is-${i}`), ` ${text}   `]);
    this.legend.replaceChildren(...words, "(kept in this browser alone)");
    this.rest();
    this.mark();
    this.lay();
  }

  lane(name, pages) {
    const lane = make("div", "lane");
    make("span", "name", lane, name);
    const row = make("span", "pages", lane);
    for (const page of pages) {
      const link = make("a", "page", row);
      link.href = `./${page.slug}`;
      make("i", "done", link).setAttribute("aria-hidden", "true");
      make("span", "", link, page.title);
      link.onclick = (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a window of its own
        event.preventDefault();
        this.go("go", page.slug);
      };
      link.onpointerenter = link.onfocus = () => this.point(page);
      link.onpointerleave = link.onblur = () => this.rest();
      this.links.set(page.slug, link);
    }
    return lane;
  }

  /** What was done may have changed while another page was open. */
  mark() {
    for (const [slug, link] of this.links) {
      const far = done(slug);
      link.firstElementChild.className = `done is-${far}`;
      link.title = DONE[far];
    }
  }

  /** The lines, from where the links lie now: behind them, from the foot of one to the head of the other. */
  lay() {
    if (!this.data) return;
    const origin = this.lanes.getBoundingClientRect();
    const zoom = this.root.currentCSSZoom ?? 1;
    const place = (slug) => {
      const box = this.links.get(slug).getBoundingClientRect();
      const x = (box.left + box.width / 2 - origin.left) / zoom;
      return { x, top: (box.top - origin.top) / zoom, foot: (box.bottom - origin.top) / zoom };
    };
    const lines = this.data.edges.map(([from, to]) => {
      const [a, b] = [place(from), place(to)];
      const line = document.createElementNS(SVG, "path");
      const level = b.top < a.foot; // in one lane: a sag under both
      const end = level ? b.foot : b.top;
      const bend = level ? 16 : Math.max(14, (b.top - a.foot) / 2);
      line.setAttribute("d", `M${a.x} ${a.foot} C${a.x} ${a.foot + bend} ${b.x} ${level ? end + bend : end - bend} ${b.x} ${end}`);
      line.dataset.from = from;
      line.dataset.to = to;
      return line;
    });
    this.ways.replaceChildren(...lines);
    this.light();
  }

  point(page) {
    this.at = page;
    this.light();
    const names = (set) => [...this.links].filter(([slug]) => set.has(slug)).map(([, link]) => link.textContent);
    const on = names(new Set(this.data.edges.filter(([, b]) => b === page.slug).map(([a]) => a)));
    const stands = on.length ? ` It stands on ${on.join(" and ")}.` : " It stands on nothing before it.";
    this.said.textContent = `${page.idea}${stands} ${page.minutes} minutes.`;
  }

  rest() {
    this.at = null;
    this.said.textContent = REST;
    this.light();
  }

  light() {
    const { edges } = this.data;
    const at = this.at?.slug;
    const later = at ? reached(at, edges) : new Set();
    const before = at ? reached(at, edges.map(([a, b]) => [b, a])) : new Set();
    this.root.classList.toggle("lit", Boolean(at));
    for (const [slug, link] of this.links) {
      link.classList.toggle("here", slug === at);
      link.classList.toggle("before", before.has(slug));
      link.classList.toggle("later", later.has(slug));
    }
    for (const line of this.ways.querySelectorAll("path")) {
      const { from, to } = line.dataset;
      line.classList.toggle("before", before.has(from) && (before.has(to) || to === at));
      line.classList.toggle("later", later.has(to) && (later.has(from) || from === at));
    }
  }

  close() {
    this.sizes.disconnect();
    this.root.remove();
  }
}

export default instances((parent) => new Course(parent));
