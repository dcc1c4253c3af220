/** The reader's own weights for one row of attention. They always sum to one. */

const NUDGE = 0.1; // of all weight, for one press of + or -
const KEYS = { Enter: null, " ": null, "+": NUDGE, "=": NUDGE, "-": -NUDGE };

export class Force {
  constructor() {
    /** @type {{head: number, query: number, row: number[]}|null} */
    this.own = null;
    this.stroke = null;
  }

  /** A stroke begins in a row. @param {number} y where the hand was: it need not stay level */
  begin(y) {
    this.stroke = { y, cells: new Set() };
  }

  end() {
    this.stroke = null;
  }

  /**
   * A stroke shares the weight evenly among the keys that it touched.
   * @param {{head: number, query: number}} place @param {number} key @param {number} keys
   * @param {number[]|undefined} barred 1 for a key that this row cannot read
   */
  paint(place, key, keys, barred) {
    const { cells } = this.stroke;
    if (barred?.[key] || cells.has(key)) return;
    cells.add(key);
    this.own = { ...place, row: Array.from({ length: keys }, (_, k) => (cells.has(k) ? 1 / cells.size : 0)) };
  }

  /**
   * Enter gives a key all the weight, + and - give or take a tenth; what remains keeps its proportions.
   * @param {string} name of the pressed key @param {number[]} row the weights as they are
   * @returns {boolean} whether it was one of these keys
   */
  press(name, place, key, row, barred) {
    const by = KEYS[name];
    if (by === undefined) return false;
    const now = row[key],
      rest = row.reduce((sum, w) => sum + w, 0) - now,
      then = by === null ? 1 : Math.max(0, Math.min(1, now + by));
    if (barred?.[key] || (rest <= 0 && then < 1)) return true; // nowhere to put it, or to take it from
    const own = row.map((w, k) => (k === key ? then : rest > 0 ? (w / rest) * (1 - then) : 0));
    this.own = { ...place, row: own };
    return true;
  }

  reset() {
    this.own = null;
  }

  /** The row of another head or query is no longer the reader's. */
  keep(head, query) {
    if (this.own && (this.own.head !== head || this.own.query !== query)) this.own = null;
  }
}
