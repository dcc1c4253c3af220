/** Attention at each moment, as arcs, a matrix or a grid of heads; the panels of a film share one pick. */

import { letters, Maps, tell } from "../parts/attention_scene.js";
import { Pick, VIEWS } from "../parts/attention_pick.js";

export const fades = true;

const FEW = 0.9, // of all labels have the room that they need
  NOBODY = new Pick(), // on a poster nothing is ever picked
  NOTHING = { forced: null, switches: false, off: new Set() }, // a film has no hand in the weights
  known = new WeakMap(); // maps, with their bitmaps, by the moment's array

/** What VIEWS draw, or null where the moment has not come yet. */
function viewed(panel, frame, theme) {
  const block = frame.run.at(panel.array, frame.moment);
  if (!block) return null;
  if (known.get(block)?.high !== panel.high)
    known.set(block, new Maps(block.values, block.shape, panel.high));
  const maps = known.get(block),
    pick = frame.pick ?? NOBODY;
  return {
    ...panel, // names, columns, outline, forbidden, titles
    ...NOTHING,
    maps,
    theme,
    light: pick.light(maps, panel),
    pinned: pick.pinned,
    pointedHead: pick.pointed?.head ?? null,
    queries: labelled(panel.queries, frame),
    keys: labelled(panel.keys, frame),
    wide: room(panel.queries, frame.run),
    wrong: (panel.wrong && frame.run.at(panel.wrong, frame.moment)?.values) || null,
  };
}

/**
 * Letters that a label has room for, where labels change: of all labels of all moments nearly none is wider,
 * and these are set smaller. So chips stay where they are. Null where each label has the room that it needs.
 */
function room({ array, alphabet }, run) {
  if (!array) return null;
  const widths = alphabet.map(letters),
    counts = [];
  let all = 0;
  for (let moment = 0; moment < run.steps.length; moment++)
    for (const code of run.at(array, moment)?.values ?? []) {
      counts[widths[code] ?? 1] = (counts[widths[code] ?? 1] ?? 0) + 1;
      all += 1;
    }
  for (let width = 1, seen = 0; width < counts.length; width++) {
    seen += counts[width] ?? 0;
    if (seen >= FEW * all) return width;
  }
  return 1;
}

function labelled({ labels, array, alphabet }, frame) {
  if (labels) return labels;
  const codes = frame.run.at(array, frame.moment)?.values ?? [];
  return Array.from(codes, (code) => alphabet[code] ?? "");
}

/** @returns {number} a height that suits a width */
export function natural(panel, width, run) {
  const view = viewed(panel, { run, moment: 0 }, null);
  return view ? VIEWS[panel.view].natural(view, width) : 240;
}

/** @param {CanvasRenderingContext2D} pen */
export function draw(pen, box, panel, frame, theme) {
  const view = viewed(panel, frame, theme);
  if (view) VIEWS[panel.view].draw(pen, box, view);
}

/** What a pointer is over, for the pick. @returns {import("../parts/attention_pick.js").At|null} */
export function hit(box, panel, frame, px, py) {
  const view = viewed(panel, frame, null);
  return view && VIEWS[panel.view].hit(box, view, px, py);
}

/** A key, for the pick. @returns {boolean} whether it meant anything */
export function press(name, panel, frame) {
  const view = viewed(panel, frame, null);
  return Boolean(view) && frame.pick.key(name, panel.view, view.maps, panel.columns, panel);
}

/** What is lit, in words; `at`: where the pointer or the keyboard is. @returns {string} */
export function say(panel, frame, at) {
  const view = viewed(panel, frame, null);
  if (!view || !at) return "";
  const { head } = view.light;
  if (panel.view === "grid" && at.query === null) return view.names[at.head] || `head ${at.head + 1}`;
  return tell(view, { query: at.query, key: at.key, head: at.head ?? head });
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  return say(panel, frame, hit(box, panel, frame, px, py));
}
