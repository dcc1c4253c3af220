/** Attention to point at, pin, force and switch off. See attention.py for what comes in `data`. */

import { bytes } from "../film/blocks.js";
import { Force } from "./attention_force.js";
import { gridPlaces } from "./attention_grid.js";
import { Pick, VIEWS } from "./attention_pick.js";
import { Maps, tell, weight } from "./attention_scene.js";
import { fit, instances, make, words } from "./kit.js";
import { save } from "./save.js";
import { dress, theme } from "./palette.js";

const NARROW = 640,
  MEDIUM = 760;

class Attention {
  /** @param {ParentNode} parent */
  constructor(parent) {
    this.root = make("div", "gb attention", parent);
    this.box = make("div", "panes", this.root);
    const foot = make("div", "foot", this.root);
    this.readout = make("p", "readout", foot);
    this.readout.setAttribute("aria-live", "polite");
    this.resetter = make("button", "act small", foot, "Reset row");
    this.resetter.onclick = () => (this.force.reset(), this.report(), this.request());
    make("button", "act small save", foot, "Save picture").onclick = () => save(this.box, this.data, this.theme);
    this.caption = make("p", "caption", this.root);
    this.pick = new Pick();
    this.force = new Force();
    this.panes = [];
    this.off = new Set();
    this.sizes = new ResizeObserver(() => this.request());
    this.sizes.observe(this.root);
  }

  /** A rerun: take what is new; what the reader picked stays where it still fits. */
  update({ data, setStateValue }) {
    const { pick, force, data: before } = this;
    if (!before) {
      const { head, query, row, off } = data.now;
      [pick.head, pick.pinned, this.off] = [head, query, new Set(off)];
      if (row) force.own = { head, query, row };
    } else if (data.head !== before.head || data.query !== before.query)
      [pick.head, pick.pinned] = [data.head, data.query];
    const [heads, queries] = data.shape;
    if (pick.head >= heads) pick.head = data.head;
    if (pick.pinned !== null && pick.pinned >= queries) pick.pinned = data.query;
    if (before && before.stamp !== data.stamp) force.reset();
    force.keep(pick.head, pick.pinned);
    if (data.maps !== before?.maps || String(data.shape) !== String(before?.shape)) {
      this.maps = new Maps(new Float32Array(bytes(data.maps)), data.shape);
    }
    this.data = data;
    this.setStateValue = setStateValue;
    this.theme = theme(this.readout);
    dress(this.root, this.theme);
    this.mount(heads > 1 ? [...data.views, "grid"] : data.views);
    this.told ??= this.message();
    this.draw();
  }

  mount(wanted) {
    if (String(wanted) !== String(this.panes.map(({ where }) => where))) {
      this.box.replaceChildren();
      this.panes = wanted.map((where) => this.pane(where));
      this.box.dataset.count = String(wanted.length);
    }
    const { queryTitle, keyTitle, titles, sentence, force, names, switches, shape } = this.data;
    const [query, key] = [[queryTitle, "model"], [keyTitle, "past"]]; // prettier-ignore
    const usual = {
      arcs: [["What one ", null], query, [" reads", null]],
      matrix: [["Every ", null], query, [" against every ", null], key],
      grid: [["All heads; a click enlarges one", null]],
    };
    const how = force ? " or moves the weight, + and - by a tenth" : "";
    this.caption.textContent = sentence;
    this.resetter.hidden = !force;
    for (const { where, title, canvas, levers } of this.panes) {
      words(title, titles[where] ?? usual[where]);
      canvas.setAttribute("aria-label", `${sentence} Arrow keys move, Enter pins${how}, Escape lets go.`.trim());
      canvas.style.touchAction = force && where !== "grid" ? "pan-y" : "manipulation";
      const count = switches && where === "grid" ? shape[0] : 0;
      if (levers.children.length !== count)
        levers.replaceChildren(...Array.from({ length: count }, (_, head) => this.lever(head)));
      [...levers.children].forEach((lever, i) => {
        lever.setAttribute("aria-label", `${names[i] || `head ${i + 1}`} takes part`);
      });
    }
  }

  pane(where) {
    const section = make("section", `pane ${where}`, this.box),
      title = make("h4", "title", section),
      holder = make("div", "holder", section),
      canvas = make("canvas", "picks", holder),
      levers = make("div", "levers", holder),
      pane = { where, title, canvas, levers };
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.onpointerdown = (event) => this.down(pane, event);
    canvas.onpointermove = (event) => this.move(pane, event);
    canvas.onpointerup = canvas.onpointercancel = () => (this.force.end(), this.report());
    canvas.onpointerleave = () => this.point(null); // after a tap a click follows, and stays
    canvas.onclick = (event) => this.click(pane, event);
    canvas.onkeydown = (event) => this.key(pane, event);
    canvas.onkeyup = () => this.report(); // a held key is told of once
    canvas.onblur = () => (this.pick.pointed?.by === "keys" && this.point(null), this.report());
    return pane;
  }

  lever(head) {
    const button = make("button", "lever");
    button.setAttribute("role", "switch");
    button.onclick = () => {
      if (!this.off.delete(head)) this.off.add(head);
      this.setStateValue("off", [...this.off].sort((a, b) => a - b)); // prettier-ignore
      this.request();
    };
    return button;
  }

  view() {
    const { data, maps, theme: colours, pick, force, off } = this,
      light = pick.light(maps, { head: data.head, query: null }),
      state = { pinned: pick.pinned, pointedHead: pick.pointed?.head ?? null, forced: force.own, off };
    return { ...data, maps, theme: colours, light, ...state, wide: null, wrong: null };
  }

  hit(pane, x, y) {
    const at = VIEWS[pane.where].hit(this.sized(pane), this.view(), x, y);
    return at && this.aimed(pane, at);
  }

  /** Over the arcs of a row that can be forced, a key is a key of that row. */
  aimed({ where }, at) {
    const { pinned } = this.pick,
      mine = this.data.force && where === "arcs" && pinned !== null && at.query === null;
    return mine ? { ...at, query: pinned } : at;
  }

  /** Whether the weight of the pinned row can be put there. */
  forces({ where }, at) {
    const { pinned } = this.pick;
    return this.data.force && where !== "grid" && pinned !== null && at?.query === pinned && at.key !== null;
  }

  /** The row that can be forced. */
  place() {
    return { head: this.view().light.head, query: this.pick.pinned };
  }

  paint(key) {
    const place = this.place();
    this.pick.head = place.head;
    this.force.paint(place, key, this.maps.keys, this.data.forbidden?.[place.query]);
  }

  down(pane, { offsetX: x, offsetY: y, pointerId }) {
    const at = this.hit(pane, x, y);
    this.forcing = this.forces(pane, at); // then the click that follows has been dealt with
    if (!this.forcing) return;
    pane.canvas.setPointerCapture(pointerId);
    this.force.begin(y);
    this.paint(at.key);
    this.request();
  }

  move(pane, { offsetX: x, offsetY: y }) {
    const { stroke } = this.force;
    let at = this.hit(pane, x, y);
    if (stroke) {
      if (!this.forces(pane, at)) at = this.hit(pane, x, stroke.y);
      if (this.forces(pane, at)) this.paint(at.key);
    }
    this.point(at);
  }

  click(pane, { offsetX: x, offsetY: y }) {
    const at = this.hit(pane, x, y);
    this.point(at);
    if (!at || this.forcing) return;
    this.pick.press(at, pane.where);
    this.force.keep(this.view().light.head, this.pick.pinned); // a forced row was of the one before
    this.report();
  }

  key(pane, event) {
    const { pick, force, maps, data } = this,
      view = this.view(),
      { light } = view,
      aimed = this.forces(pane, light) && !event.repeat;
    const row = aimed ? Array.from({ length: maps.keys }, (_, k) => weight(view, light.query, k)) : [];
    const barred = data.forbidden?.[light.query];
    if (aimed && force.press(event.key, this.place(), light.key, row, barred)) pick.head = light.head;
    else if (event.key === "Escape" && force.own) force.reset();
    else {
      const rest = { head: data.head, query: null };
      if (!pick.key(event.key, pane.where, maps, data.columns, rest)) return;
      if (pick.pointed) this.point({ ...this.aimed(pane, pick.pointed), by: "keys" });
      force.keep(this.view().light.head, pick.pinned);
    }
    event.preventDefault();
    this.request();
  }

  point(at) {
    this.pick.point(at);
    this.request();
  }

  message() {
    const { pick, force, data } = this,
      picked = { head: this.view().light.head, query: pick.pinned, row: force.own?.row ?? null };
    return JSON.stringify({ ...picked, stamp: data.stamp, given: [data.head, data.query] });
  }

  /** Tell Python, once, when the reader lets go. */
  report() {
    const message = this.message();
    if (message === this.told || this.force.stroke) return;
    this.told = message;
    this.setStateValue("picked", JSON.parse(message));
  }

  sized({ where, canvas }) {
    const width = Math.max(120, canvas.clientWidth),
      room = this.root.clientWidth,
      below = room < NARROW || (room < MEDIUM && where === "grid" && this.panes.length > 2);
    const h = below ? Math.min(460, VIEWS[where].natural(this.view(), width)) : this.data.height;
    return { x: 0, y: 0, w: width, h };
  }

  request() {
    this.waiting ??= requestAnimationFrame(() => this.data && this.draw());
  }

  draw() {
    cancelAnimationFrame(this.waiting);
    this.waiting = null;
    const view = this.view(),
      { pointed } = this.pick;
    for (const pane of this.panes) {
      const box = this.sized(pane),
        pen = fit(pane.canvas, box.w, box.h);
      pen.clearRect(0, 0, box.w, box.h);
      VIEWS[pane.where].draw(pen, box, view);
      const places = pane.levers.children.length ? gridPlaces(box, view) : [];
      places.forEach(({ lever }, i) => {
        const button = pane.levers.children[i];
        button.style.transform = `translate(${lever.x}px, ${lever.y}px)`;
        button.setAttribute("aria-checked", String(!this.off.has(i)));
      });
    }
    this.resetter.disabled = !this.force.own;
    const light = pointed?.head === undefined ? view.light : { ...view.light, ...pointed };
    this.say(tell(view, light), this.data.force);
  }

  say(said, force) {
    const drag = force ? " In the pinned row, drag to move the weight." : "",
      text = said || `Point anywhere for the weights; a click pins a row.${drag}`;
    if (this.readout.textContent !== text) this.readout.textContent = text;
    this.readout.classList.toggle("quiet", !said);
  }

  close() {
    cancelAnimationFrame(this.waiting);
    this.sizes.disconnect();
    this.root.remove();
  }
}

export default instances((parent) => new Attention(parent));
