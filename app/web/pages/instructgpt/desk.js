/**
 * The ranking desk: click replies best first, or drag them up; every pair that this decides lights up in the
 * matrix with its loss. See desk.py for what comes in `data`. Placed replies stand on top in their order. A
 * whole order is reported once, one that is taken apart as null.
 */

import { instances, make } from "../../parts/kit.js";
import { dress, theme } from "../../parts/palette.js";

const LETTERS = "ABCDEFGHI",
  DARKEST = 2.5, // nats: a loss that is drawn darkest
  COIN = Math.log(2),
  STILL = 6; // px that a pointer may move in a click

/** -log sigma(gap), without overflow. @param {number} gap @returns {number} */
export const loss = (gap) => Math.log1p(Math.exp(-Math.abs(gap))) + Math.max(0, -gap);

const decimals = (v) => v.toFixed(2);
const signed = (v) => `${v < 0 ? "−" : "+"}${decimals(Math.abs(v))}`;

class Desk {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = make("div", "gb desk", parent);
    const panes = make("div", "panes", this.root),
      left = make("div", "left", panes),
      right = make("div", "right", panes);
    const head = make("div", "head", left);
    this.prompt = make("p", "prompt", head);
    this.over = make("button", "act small", head);
    this.over.type = "button";
    this.over.textContent = "Start over";
    this.over.onclick = () => {
      this.rank([]);
      this.buttons[0].focus();
    };
    this.how = make("p", "how", left);
    this.how.textContent = "Click the best reply first, then the next best; or drag, best on top. Click one again to take it back.";
    this.cards = make("ol", "cards", left);
    this.axis = make("p", "axis", right);
    this.axis.textContent = "Row better than column, in your order: loss −log σ(r row − r column), nats";
    this.table = make("table", "matrix", right);
    this.scale = make("p", "scale", right);
    this.counter = make("p", "counter", this.root);
    this.mean = make("p", "mean", this.root);
    this.mean.setAttribute("role", "status");
    this.caption = make("p", "caption", this.root);
    this.ranking = [];
  }

  /** @param {{data: any, setStateValue: (name: string, value: any) => void}} component */
  update({ data, setStateValue }) {
    const fresh = data.stamp !== this.data?.stamp,
      colours = theme(this.root),
      repaint = colours.dark !== this.colours?.dark;
    this.data = data;
    this.setStateValue = setStateValue;
    this.colours = colours;
    dress(this.root, colours);
    this.prompt.textContent = data.prompt;
    this.caption.textContent = data.sentence;
    if (fresh) {
      this.ranking = [...(data.order ?? [])];
      this.told = this.ranking.length > 0;
      this.mount();
    }
    if (fresh || repaint) this.draw();
  }

  mount() {
    this.cards.replaceChildren();
    this.rest = this.data.replies.map((_, i) => i);
    this.buttons = this.data.replies.map((reply, i) => {
      const card = make("button", "card", make("li", "", this.cards));
      card.type = "button";
      make("span", "letter", card).textContent = LETTERS[i];
      const words = make("span", "words", card);
      for (const [word, kind] of reply) make("span", `word ${kind}`, words).textContent = word;
      if (!reply.length) make("span", "none", words).textContent = "says nothing";
      make("span", "score", card);
      make("span", "rank", card);
      card.onclick = () => this.press(i);
      card.onkeydown = (event) => this.key(event, i);
      card.onpointerdown = (event) => this.lift(event, i);
      card.onpointermove = (event) => this.carry(event);
      card.onpointerup = () => this.drop();
      card.onpointercancel = () => this.drop(false);
      return card;
    });
  }

  press(i) {
    if (this.moved) return void (this.moved = false); // the end of a drag is no click
    const others = this.ranking.filter((one) => one !== i);
    this.rank(others.length < this.ranking.length ? others : [...others, i]);
    this.buttons[i].focus();
  }

  /** Arrows move a placed reply; what lies under it moves up. */
  key(event, i) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key],
      at = this.ranking.indexOf(i);
    if (!by || at < 0) return;
    event.preventDefault();
    const others = this.ranking.filter((one) => one !== i);
    others.splice(Math.max(0, Math.min(others.length, at + by)), 0, i);
    this.rank(others);
    this.buttons[i].focus();
  }

  lift(event, i) {
    this.moved = false;
    const finger = event.pointerType !== "mouse" && !event.target.classList.contains("rank");
    if (event.button || finger) return; // elsewhere a finger scrolls
    const card = this.buttons[i];
    card.setPointerCapture(event.pointerId);
    this.held = { i, card, from: event.clientY, top: card.parentNode.offsetTop, to: this.order.indexOf(i) };
  }

  /** The others make room for what is carried: they move, since a node that moves lets the pointer go. */
  carry(event) {
    const { held } = this;
    if (!held || (!this.moved && Math.abs(event.clientY - held.from) < STILL)) return;
    this.moved = true;
    held.card.classList.add("lifted");
    const others = this.order.filter((one) => one !== held.i),
      middle = (one) => {
        const { top, height } = this.buttons[one].getBoundingClientRect();
        return top + height / 2;
      };
    held.to = others.filter((one) => middle(one) < event.clientY).length;
    this.stand([...others.slice(0, held.to), held.i, ...others.slice(held.to)], held.i);
    held.card.style.translate = `0 ${event.clientY - held.from + held.top - held.card.parentNode.offsetTop}px`;
  }

  drop(good = true) {
    const { held } = this;
    this.held = null;
    if (!held || !this.moved) return;
    held.card.classList.remove("lifted");
    held.card.style.translate = "";
    const others = this.ranking.filter((one) => one !== held.i);
    if (!good) return this.draw();
    if (held.to > others.length) {
      const last = this.rest.filter((one) => one !== held.i && !others.includes(one));
      last.splice(held.to - others.length, 0, held.i); // it has no place, and stays where it was put
      this.rest = [...others, ...last];
      this.rank(others);
    } else this.rank([...others.slice(0, held.to), held.i, ...others.slice(held.to)]);
    held.card.focus();
  }

  rank(order) {
    this.ranking = order;
    this.tell();
    this.draw();
  }

  /** Put the cards in this order without moving `still`. */
  stand(order, still) {
    const items = order.map((i) => this.buttons[i].parentNode),
      at = order.indexOf(still);
    if (items.every((item, place) => item === this.cards.children[place])) return;
    items.slice(0, Math.max(0, at)).forEach((item) => this.cards.insertBefore(item, items[at]));
    items.slice(at + 1).forEach((item) => this.cards.append(item));
  }

  tell() {
    const whole = this.ranking.length === this.data.replies.length;
    if (!whole && !this.told) return;
    this.told = whole;
    this.setStateValue("order", { stamp: this.data.stamp, order: whole ? [...this.ranking] : null });
  }

  /** Placed replies in their order, then the others. */
  get order() {
    return [...this.ranking, ...this.rest.filter((i) => !this.ranking.includes(i))];
  }

  draw() {
    const { replies, scores } = this.data,
      k = replies.length,
      placed = this.ranking.length;
    this.buttons.forEach((card, i) => {
      const at = this.ranking.indexOf(i),
        [score, rank] = card.querySelectorAll(".score, .rank");
      card.classList.toggle("placed", at >= 0);
      card.setAttribute("aria-pressed", String(at >= 0));
      rank.textContent = at < 0 ? "" : String(at + 1);
      score.textContent = at < 0 ? "" : `r ${signed(scores[i])}`;
      const said = replies[i].map(([word]) => word).join(" ") || "nothing",
        state = at < 0 ? "not placed" : `place ${at + 1}, the judge gives ${signed(scores[i])}`;
      card.setAttribute("aria-label", `Reply ${LETTERS[i]}: ${said}; ${state}`);
    });
    this.stand(this.order);
    this.over.disabled = !placed;
    this.matrix(k, placed);
    this.count(k);
  }

  matrix(k, placed) {
    const { order, colours } = this,
      { scores } = this.data;
    this.lit = [];
    this.table.replaceChildren();
    this.table.setAttribute("aria-label", "Comparisons: row better than column");
    const top = make("tr", "", make("thead", "", this.table));
    make("td", "corner", top);
    for (const i of order) this.named(top, i, "col");
    const body = make("tbody", "", this.table);
    order.forEach((better, row) => {
      const line = make("tr", "", body);
      this.named(line, better, "row");
      order.forEach((worse, column) => {
        const cell = make("td", row === column ? "same" : row > column ? "mirror" : "pair", line);
        if (row >= column || row >= placed) return;
        const value = loss(scores[better] - scores[worse]),
          t = Math.min(1, value / DARKEST);
        this.lit.push({ better, worse, value });
        cell.classList.add("lit");
        if (row === placed - 1 && placed < k) cell.classList.add("new");
        cell.textContent = decimals(value).replace(/^0/, "");
        Object.assign(cell.style, { background: colours.unsigned.css(t), color: colours.unsigned.on(t) });
        cell.title = `${LETTERS[better]} over ${LETTERS[worse]}: the judge's gap is ${signed(scores[better] - scores[worse])}, loss ${decimals(value)} nats`;
      });
    });
    this.legend();
  }

  named(line, i, scope) {
    const cell = make("th", this.ranking.includes(i) ? "placed" : "", line);
    cell.scope = scope;
    cell.textContent = LETTERS[i];
  }

  /** The shade's legend in numbers; between its ends what a coin would pay. */
  legend() {
    const { unsigned } = this.colours;
    this.scale.replaceChildren();
    for (const value of [0, COIN, 1.5, DARKEST]) {
      const box = make("span", "step", this.scale);
      const t = value / DARKEST;
      make("span", "swatch", box).style.background = unsigned.css(t);
      box.append(value === COIN ? "0.69, undecided" : value === DARKEST ? `${DARKEST} and more` : String(value));
    }
  }

  count(k) {
    const pairs = (k * (k - 1)) / 2;
    this.counter.replaceChildren();
    const bold = (text) => (make("b", "", this.counter).textContent = text);
    bold(`${k} forward passes`);
    this.counter.append(" serve ");
    bold(`${pairs} comparison${pairs > 1 ? "s" : ""}`);
    this.counter.append(`; pair by pair it would be ${2 * pairs}.`);
    const { lit } = this;
    if (!lit.length) return void (this.mean.textContent = `No pair decided yet, of ${pairs}.`);
    const mean = lit.reduce((sum, { value }) => sum + value, 0) / lit.length,
      agreed = lit.filter(({ better, worse }) => this.data.scores[better] > this.data.scores[worse]).length;
    this.mean.textContent = `${lit.length} of ${pairs} decided · mean loss ${decimals(mean)} nats (a coin pays ${decimals(COIN)}) · the judge agrees with ${agreed} of ${lit.length}`;
  }

  close() {
    this.root.remove();
  }
}

export default instances((parent) => new Desk(parent));
