/** The desk of a lecture: its stops with their pictures, in order; others that are shipped to begin with. */

import { copy, instances, make } from "./kit.js";
import { dress, theme } from "./palette.js";
import { Poster } from "./poster.js";
import { mine, own, stops, text } from "./stops.js";

/** @param {import("./stops.js").Stop[]} list */
const counted = (list) => {
  const minutes = list.reduce((sum, stop) => sum + stop.minutes, 0);
  return `${list.length} ${list.length === 1 ? "step" : "steps"}, ${minutes} minutes.`;
};

class Desk {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = make("div", "gb desk", parent);
    this.posters = [];
  }

  update({ data }) {
    this.data = data;
    dress(this.root, theme(this.root));
    this.told ??= data.told;
    this.draw();
  }

  /** What is on the desk: the lecture of a link until it is kept, else this browser's own. */
  lecture() {
    const { name, text: written } = this.told ?? mine();
    const list = stops(written, this.data.bounds.minutes);
    return { name, list: list.filter(({ slug, beat }) => this.data.pages[slug]?.beats[beat - 1]) };
  }

  change(list, name = this.lecture().name) {
    this.told = null;
    own({ name, text: text(list, this.data.bounds.minutes) });
    this.draw();
  }

  draw() {
    for (const poster of this.posters) poster.close();
    this.posters = [];
    const { name, list } = this.lecture();
    const label = make("label", "named");
    label.append("Name ");
    const input = make("input", "", label);
    Object.assign(input, { value: name, maxLength: 80, placeholder: "My lecture" });
    input.onchange = () => this.change(list, input.value);
    const rows = make("ol", "stops");
    list.forEach((stop, at) => this.row(rows, stop, at, list));
    const told = list.length ? counted(list) : "Nothing here yet. Begin with one of these.";
    const sum = make("p", "caption sum", null, told);
    sum.setAttribute("role", "status");
    this.root.replaceChildren(label, rows, sum, this.acts(name, list), this.shipped());
  }

  row(rows, stop, at, list) {
    const page = this.data.pages[stop.slug];
    const row = make("li", "", rows);
    const picture = make("div", "picture", row);
    const poster = new Poster(picture);
    poster.update({ data: { ...page, height: 84, sentence: `${page.title}, in small` } });
    this.posters.push(poster);
    const words = make("div", "words", row);
    const link = make("a", "", words, page.title);
    link.href = `./${stop.slug}?beat=${stop.beat - 1}`;
    make("span", "", words, page.beats[stop.beat - 1]);
    const time = make("label", "time", row);
    const field = make("input", "", time);
    const { longest } = this.data.bounds;
    Object.assign(field, { type: "number", min: 1, max: longest, value: stop.minutes });
    field.setAttribute("aria-label", `Minutes of step ${at + 1}`);
    field.onchange = () => {
      const minutes = Math.max(1, Math.min(longest, Math.round(+field.value) || this.data.bounds.minutes));
      this.change(list.with(at, { ...stop, minutes }));
    };
    time.append(" min");
    const moved = (to) => {
      const others = list.toSpliced(at, 1);
      this.change(to === null ? others : others.toSpliced(to, 0, stop));
      if (to !== null) this.root.querySelectorAll(".stops li")[to].querySelector("button").focus();
    };
    this.button(row, "↑", `Move step ${at + 1} up`, () => moved(at - 1)).disabled = at === 0;
    this.button(row, "↓", `Move step ${at + 1} down`, () => moved(at + 1)).disabled = at === list.length - 1;
    this.button(row, "×", `Take step ${at + 1} out`, () => moved(null));
  }

  acts(name, list) {
    const acts = make("p", "acts");
    if (!list.length) return acts;
    const { minutes } = this.data.bounds;
    const present = make("a", "present", acts, "Present it");
    const query = new URLSearchParams({ present: "1", beat: String(list[0].beat - 1), lecture: text(list, minutes), place: "0" });
    present.href = `./${list[0].slug}?${query}`;
    const whole = `${this.data.base}/lecture?${new URLSearchParams({ stops: text(list, minutes), name })}`;
    const lines = list.map(({ slug, beat, minutes: m }) => {
      const page = this.data.pages[slug];
      return `1. [${page.title}: ${page.beats[beat - 1]}](${this.data.base}/${slug}?beat=${beat - 1}) (${m} min)`;
    });
    this.copying(acts, "Copy the link", whole);
    this.copying(acts, "Copy as Markdown", [`# ${name || "My lecture"}`, "", ...lines, ""].join("\n"));
    if (this.told) this.button(acts, "Keep it as mine", "", () => this.change(list));
    else this.button(acts, "Empty it", "", () => this.change([], ""));
    return acts;
  }

  copying(acts, label, words) {
    const one = this.button(acts, label, "", () => copy(one, label, words));
    one.dataset.words = words;
  }

  shipped() {
    const others = make("div", "shipped");
    make("h2", "", others, "Lectures to begin with");
    for (const one of this.data.shipped) {
      const list = stops(one.text, this.data.bounds.minutes);
      const box = make("div", "one", others);
      make("b", "", box, one.name);
      make("span", "", box, ` ${one.says} ${counted(list)} `);
      this.button(box, "Put it on the desk", `Put “${one.name}” on the desk`, () => {
        this.told = { name: one.name, text: one.text };
        this.draw();
        scrollTo({ top: 0 });
      });
    }
    return others;
  }

  button(parent, words, label, act) {
    const one = make("button", "", parent, words);
    one.type = "button";
    if (label) one.setAttribute("aria-label", label);
    one.onclick = act;
    return one;
  }

  close() {
    for (const poster of this.posters) poster.close();
    this.root.remove();
  }
}

export default instances((parent) => new Desk(parent));
