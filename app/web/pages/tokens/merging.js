/** Merges as a run tells them, applied to a text in the browser: so scrubbing through them asks nobody. */

const NONE = 2 ** 32 - 1,
  FAR = 2 ** 21, // above any symbol: code points, signs and merges stay below
  END = 0x110000,
  UNKNOWN = 0x110001,
  known = new WeakMap(); // run -> its merges, as far as they have come

/**
 * @typedef {{left: number, right: number, count: number}} Merge
 * @typedef {{list: Merge[], first: number, bytes: boolean, most: number, cut: Map<string, Float64Array>}} Merges
 * @param {any} run @param {string} array name of (moments, W, 3): left, right, count, filled up with NONE
 * @returns {Merges|null}
 */
export function merges(run, array) {
  const count = run.steps.length,
    old = known.get(run);
  if (old?.count === count) return old;
  const first = run.at(array.replace(/\w+$/, "first"), 0)?.values[0];
  if (first === undefined) return null;
  const list = [];
  for (let moment = 0; moment < count; moment++) {
    const rows = run.at(array, moment)?.values ?? [];
    for (let i = 0; i < rows.length && rows[i] !== NONE; i += 3)
      list.push({ left: rows[i], right: rows[i + 1], count: rows[i + 2] });
  }
  const most = Math.max(1, ...list.map((merge) => merge.count));
  const made = { count, list, first, bytes: first === 256, most, cut: new Map() };
  known.set(run, made);
  return made;
}

/**
 * For each cell, after how many merges it is one symbol with the cell before it; Infinity: never, so far.
 * Merges only ever join, so one number a boundary says all of it.
 * @param {Merges} made @param {number[]} ids symbols of the cells @param {number[]} words where parts begin
 */
export function joined(made, ids, words) {
  const name = `${ids}|${words}`;
  if (made.cut.has(name)) return made.cut.get(name);
  const at = new Float64Array(ids.length).fill(Infinity),
    ranks = new Map();
  made.list.forEach(({ left, right }, rank) => ranks.set(left * FAR + right, rank));
  words.forEach((begin, k) => {
    const end = words[k + 1] ?? ids.length;
    let chain = [];
    for (let i = begin; i < end; i++) chain.push({ id: ids[i], at: i });
    for (;;) {
      let best = Infinity;
      for (let i = 1; i < chain.length; i++)
        best = Math.min(best, ranks.get(chain[i - 1].id * FAR + chain[i].id) ?? Infinity);
      if (best === Infinity) break;
      const { left, right } = made.list[best],
        next = [];
      for (let i = 0; i < chain.length; i++) {
        if (chain[i].id === left && chain[i + 1]?.id === right) {
          at[chain[i + 1].at] = best + 1;
          next.push({ id: made.first + best, at: chain[i].at });
          i += 1;
        } else next.push(chain[i]);
      }
      chain = next;
    }
  });
  made.cut.set(name, at);
  return at;
}

/** The symbols under an id. @param {Merges} made @param {number} id @returns {number[]} */
function under(made, id) {
  if (id < made.first) return [id];
  const { left, right } = made.list[id - made.first] ?? {};
  return left === undefined ? [] : [...under(made, left), ...under(made, right)];
}

/** What an id stands for, to be read. @param {Merges} made @param {number} id @returns {string} */
export function spelled(made, id) {
  const symbols = under(made, id);
  if (!made.bytes)
    return symbols
      .map((s) => (s === END ? "·" : s === UNKNOWN ? "\ufffd" : String.fromCodePoint(s)))
      .join("");
  try {
    return seen(new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(symbols)));
  } catch {
    return symbols.map(hex).join("\u202f");
  }
}

/** @param {number} byte */
export const hex = (byte) => byte.toString(16).toUpperCase().padStart(2, "0");

/** A text with its spaces and line ends to be seen. @param {string} text */
export const seen = (text) => text.replaceAll(" ", "␣").replaceAll("\n", "↵").replaceAll("\t", "→");
