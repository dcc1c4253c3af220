/** Blocks of moments: `unpack` reads what `pack` of blocks.py wrote, a Run gathers them. */

// prettier-ignore
const ARRAYS = {
  "|u1": Uint8Array, "<u2": Uint16Array, "<u4": Uint32Array, "<f4": Float32Array,
  "|i1": Int8Array, "<i2": Int16Array, "<i4": Int32Array, "<f8": Float64Array,
};
const FINAL = new Set(["done", "stopped", "failed", "interrupted"]);
const MOMENTS = 64; // asked for at once

/**
 * @typedef {{shape: number[], values: ArrayLike<number>}} Block one array at one moment
 * @param {ArrayBuffer} buffer
 * @returns {{header: any, arrays: Record<string, Block[]>}} per name one entry a moment
 */
export function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const start = Math.ceil((4 + length) / 8) * 8;
  const arrays = {};
  for (const [name, { dtype, shape, offset }] of Object.entries(header.arrays)) {
    const [moments, ...inner] = shape;
    const size = inner.reduce((a, b) => a * b, 1);
    const all = new ARRAYS[dtype](buffer, start + offset, moments * size);
    const at = (i) => all.subarray(i * size, (i + 1) * size);
    arrays[name] = Array.from({ length: moments }, (_, i) => ({ shape: inner, values: at(i) }));
  }
  return { header, arrays };
}

/** @param {string} text in base 64 */
export const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;

const decoded = new WeakMap(); // arrays that came in a panel, by the object that they came as

/**
 * An array of a panel: a run's, by its name, at a moment; or one that the panel itself brought, the same at all.
 * @param {string|{dtype: string, shape: number[], data: string}|null} given @param {Run} run @param {number} moment
 * @returns {Block|null}
 */
export function array(given, run, moment) {
  if (!given) return null;
  if (typeof given === "string") return run.at(given, moment) ?? null;
  if (!decoded.has(given)) {
    decoded.set(given, { shape: given.shape, values: new ARRAYS[given.dtype](bytes(given.data)) });
  }
  return decoded.get(given);
}

/** All that is known of one run; it grows while the training goes on. */
export class Run {
  /** @param {any} source see film.py @param {boolean} live @param {() => void} changed called when there is more */
  constructor(source, live, changed) {
    this.source = source;
    this.live = live;
    this.changed = changed;
    this.stamp = source.stamp;
    this.label = source.label;
    this.empty();
    if (source.inline) this.take(source);
    else this.ask();
  }

  empty() {
    this.steps = [];
    this.arrays = {};
    this.scalars = {};
    this.total = 0;
    this.state = "queued";
    this.problem = "";
  }

  get ended() {
    return FINAL.has(this.state);
  }

  /** A block that came in the page's own message, whole each time. */
  take(source) {
    if (source.inline === this.inline) return;
    this.inline = source.inline;
    this.empty();
    this.add(unpack(bytes(source.inline)));
  }

  add({ header, arrays }) {
    if (header.from !== this.steps.length) return; // a block twice, or out of turn
    this.steps.push(...header.moments);
    for (const [name, moments] of Object.entries(arrays)) (this.arrays[name] ??= []).push(...moments);
    for (const [name, { step, value }] of Object.entries(header.scalars ?? {})) {
      const line = (this.scalars[name] ??= { step: [], value: [] });
      line.step.push(...step);
      line.value.push(...value);
    }
    this.total = header.total;
    this.state = header.state;
    this.count = header.count;
    this.problem = "";
    this.changed();
  }

  /** Fetch the next block, then again, until the run has ended and all of it is here. */
  async ask() {
    this.stop = new AbortController();
    let pause = 150;
    while (!this.closed) {
      const from = this.steps.length,
        asked = `${this.source.url}?from=${from}&to=${from + MOMENTS}&stamp=${this.stamp}`;
      try {
        const answer = await fetch(asked, { signal: this.stop.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        this.add(unpack(await answer.arrayBuffer()));
      } catch (error) {
        if (this.closed) return;
        if (!this.live) return this.failed(`The moments of this run could not be read (${error.message}).`);
      }
      const more = this.steps.length > from;
      if (this.ended && (!more || this.steps.length >= this.count)) return;
      pause = more && !document.hidden ? 150 : Math.min(1000, pause * 1.4); // slower when nothing comes
      if (!more || this.steps.length >= this.count) await new Promise((wake) => setTimeout(wake, pause));
    }
  }

  failed(problem) {
    this.problem = problem;
    this.changed();
  }

  /** The array at a moment, or undefined. @param {string} name @param {number} moment @returns {Block|undefined} */
  at(name, moment) {
    return this.arrays[name]?.[moment];
  }

  /** A figure as a line: a scalar, or an array of one number a moment. @param {string} name */
  line(name) {
    if (!this.arrays[name]) return this.scalars[name] ?? { step: [], value: [] };
    return { step: this.steps, value: this.arrays[name].map(({ values }) => values[0]) };
  }

  /** The newest value of a line at or before a step, or null. @param {string} name @param {number} step */
  figure(name, step) {
    const { step: steps, value } = this.line(name);
    let found = null;
    for (let i = 0; i < steps.length && steps[i] <= step; i++) found = value[i];
    return found ?? (steps.length ? value[0] : null);
  }

  close() {
    this.closed = true;
    this.stop?.abort();
  }
}
