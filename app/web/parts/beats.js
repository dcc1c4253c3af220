// A page's beats: the guided tour, and a lecturer's screen. There the arrow keys and the space bar move, B
// blacks the screen out, N opens the notes in a window of their own, Q shows a QR code, O all beats, Escape leaves.
import { fill } from "./fill.js";
import { anew } from "./kit.js";
import { lead } from "./lead.js";
import { Notes } from "./notes.js";
import { mine, own } from "./stops.js";

/** Where the page was last brought to, by its own count of beats that were asked for. */
let brought = 0;
const notes = new Notes();

/** @param {{parentElement: ParentNode, data: any, setStateValue: (name: string, value: any) => void}} component */
function draw({ parentElement, data, setStateValue }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".beats"));
  const { beats, at, present, title, show } = data;
  const started = at >= 0;
  const go = (next) => {
    // A state, not a trigger: what is triggered is lost where another part asks for a rerun in the same moment.
    if (next >= -1 && next < beats.length && next !== at) setStateValue("go", { beat: next, when: Date.now() });
  };
  const made = (tag, name, text = "") => {
    const one = document.createElement(tag);
    one.className = name;
    one.textContent = text;
    return one;
  };
  const button = (text, label, act) => {
    const one = /** @type {HTMLButtonElement} */ (made("button", "", text));
    one.type = "button";
    one.setAttribute("aria-label", label);
    one.onclick = act;
    return one;
  };
  root.replaceChildren();
  root.classList.toggle("present", present);
  root.classList.toggle("started", started && !present);
  root.dataset.stage = started ? beats[at].stage : "";
  const back = button("‹", "Previous step", () => go(at - 1)),
    on = button("›", "Next step", () => go(at + 1));
  back.disabled = at < 1;
  on.disabled = at >= beats.length - 1;
  const status = made("p", "", started ? beats[at].sentence : present ? title : `Tour in ${beats.length} steps`);
  status.setAttribute("role", "status");
  root.append(back, on, status, made("span", "place", started || present ? `${at + 1} / ${beats.length}` : ""));
  if (!present) {
    if (started) {
      const adds = button("+ lecture", "Add this step to my lecture", () => add(adds, `${data.slug}.${at + 1}`));
      adds.className = "adds";
      root.append(adds, button("×", "End the tour", () => go(-1)), made("p", "note", beats[at].note));
    }
    if (!started) root.append(link("Present", "Put this page on a projector", `?present=1`));
    if (started && show !== brought) bring(beats[at].stage);
    brought = show;
    return;
  }

  const over = (name) => {
    const one = made("div", name);
    one.hidden = true;
    root.append(one);
    return one;
  };
  const dark = over("blackout"),
    code = over("code"),
    all = over("all"),
    covers = [dark, code, all];
  if (data.code) {
    const picture = document.createElement("img");
    picture.src = data.code; // a data: URL made by our own server
    picture.alt = "QR code of this page as it stands";
    code.append(picture);
  } else code.textContent = "A phone cannot reach this address. Set GLASSBOX_PUBLIC_URL to show a QR code.";
  notes.tell(started ? beats[at] : { sentence: title, note: "" }, beats[at + 1], `${at + 1} / ${beats.length}`);

  const list = () =>
    beats.map((beat, i) => {
      const one = button(`${i + 1}  ${beat.sentence}`, beat.sentence, () => (go(i), turn(null)));
      one.setAttribute("aria-current", String(i === at));
      return one;
    });
  const turn = (cover) => {
    all.replaceChildren(...(cover === all && all.hidden ? list() : []));
    for (const one of covers) one.hidden = one !== cover || !one.hidden;
  };
  const leave = () => {
    if (covers.some((one) => !one.hidden)) return turn(null);
    const url = new URL(location.href);
    url.searchParams.delete("present");
    location.assign(url);
  };
  const MOVES = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
  const ACTS = { b: () => turn(dark), q: () => turn(code), o: () => turn(all), n: () => notes.open(), " ": () => go(at + 1) };
  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.composedPath()[0];
    const types = field instanceof Element && field.matches("input:not([type=radio], [type=checkbox], [type=range]), textarea");
    if (event.key in MOVES) go(at + MOVES[event.key]);
    else if (event.key === "Escape") leave();
    else if (!types && event.key.toLowerCase() in ACTS) ACTS[event.key.toLowerCase()]();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation(); // whatever has the focus: the lecturer's keys are the lecturer's
  };
  // A slider that has the focus would tell its place when the key is let go, and cut off what was just asked for.
  const lift = (event) => event.key in MOVES && event.stopImmediatePropagation();
  window.addEventListener("keydown", press, true);
  window.addEventListener("keyup", lift, true);
  const filled = fill(beats[Math.max(at, 0)].stage, root);
  return () => {
    window.removeEventListener("keydown", press, true);
    window.removeEventListener("keyup", lift, true);
    filled();
  };
}

export default anew(draw);

function link(text, label, to) {
  const made = document.createElement("a");
  made.textContent = text;
  made.href = to;
  made.setAttribute("aria-label", label);
  return made;
}

/** Put a step at the end of the reader's lecture. @param {HTMLElement} said what tells it @param {string} stop */
function add(said, stop) {
  const list = mine().text.split(",").filter(Boolean);
  own({ text: [...list, stop].join(",") });
  said.textContent = `in my lecture · ${list.length + 1}`;
}

/** Lead the reader to a stage, and mark it for a moment. */
function bring(stage) {
  const mark = (found) => {
    found.classList.add("gb-here");
    setTimeout(() => found.classList.remove("gb-here"), 4000);
  };
  requestAnimationFrame(() => lead(() => document.querySelector(`.st-key-stage-${stage}`), 0.4, mark));
}
