/** Rows of numbers as vectors: read from a run, laid on a plane, compared. */

/**
 * @typedef {{data: ArrayLike<number>, n: number, d: number}} Rows
 * @param {any} run @param {any} panel names the array and the worth of one step @param {number} moment
 * @returns {Rows|null}
 */
export function vectors(run, panel, moment) {
  const block = run.at(panel.array, moment),
    worth = run.at(panel.step, moment)?.values[0] ?? 1;
  if (!block) return null;
  const [n, d] = block.shape;
  return { data: Float32Array.from(block.values, (x) => x * worth), n, d };
}

/** Coordinates on two directions. @param {Rows} rows @param {ArrayLike<number>[]} axes @returns {Float32Array} x, y, x, y */
export function onPlane({ data, n, d }, [across, up]) {
  const spots = new Float32Array(2 * n);
  for (let i = 0; i < n; i++) {
    let [x, y] = [0, 0];
    for (let j = 0; j < d; j++) {
      x += data[i * d + j] * across[j];
      y += data[i * d + j] * up[j];
    }
    spots[2 * i] = x;
    spots[2 * i + 1] = y;
  }
  return spots;
}

/** Two directions by chance, the same for every film: orthogonal, of length one. @param {number} d */
export function chance(d) {
  let seed = 20130;
  const next = () => ((seed = (seed * 1103515245 + 12345) % 2147483648) / 1073741824 - 1);
  return orthogonal([Float64Array.from({ length: d }, next), Float64Array.from({ length: d }, next)]);
}

/** @param {Float64Array<any>[]} pair @returns {Float64Array<any>[]} */
function orthogonal([a, b]) {
  const size = (v) => Math.hypot(...v) || 1;
  const [s, one] = [size(a), a.map((x) => x / size(a))];
  const along = one.reduce((sum, x, i) => sum + x * b[i], 0),
    rest = b.map((x, i) => x - along * one[i]);
  return s && d2(rest) ? [one, rest.map((x) => x / size(rest))] : [one, one.map((_, i) => (i === 1 ? 1 : 0))];
}
const d2 = (v) => v.reduce((sum, x) => sum + x * x, 0) > 1e-18;

/** The two directions in which a cloud is widest (PCA, by repeated multiplication). @param {Rows} rows */
export function widest({ data, n, d }) {
  const mean = new Float64Array(d),
    spread = Array.from({ length: d }, () => new Float64Array(d));
  for (let i = 0; i < n * d; i++) mean[i % d] += data[i] / n;
  for (let i = 0; i < n; i++)
    for (let a = 0; a < d; a++)
      for (let b = 0; b <= a; b++)
        spread[a][b] += (data[i * d + a] - mean[a]) * (data[i * d + b] - mean[b]);
  for (let a = 0; a < d; a++) for (let b = 0; b < a; b++) spread[b][a] = spread[a][b];
  let plane = chance(Math.max(2, d)).map((row) => row.slice(0, d));
  for (let turn = 0; turn < 400; turn++)
    plane = orthogonal(plane.map((row) => Float64Array.from(spread, (line) => line.reduce((sum, x, j) => sum + x * row[j], 0))));
  return plane;
}

/** Rows of length one. @param {Rows} rows @returns {Rows} */
export function unitRows({ data, n, d }) {
  const unit = new Float32Array(n * d);
  for (let i = 0; i < n; i++) {
    let size = 0;
    for (let j = 0; j < d; j++) size += data[i * d + j] ** 2;
    for (let j = 0; j < d; j++) unit[i * d + j] = data[i * d + j] / (Math.sqrt(size) || 1);
  }
  return { data: unit, n, d };
}

/**
 * The k rows nearest to one: by their product (cosine, if they have length one), or by distance.
 * @param {Rows} rows @param {number} word @param {number} k @param {boolean} byProduct
 * @returns {{who: number[], how: number[]}} how: the cosine, or the distance
 */
export function nearest({ data, n, d }, word, k, byProduct) {
  const who = [],
    how = [];
  for (let i = 0; i < n; i++) {
    if (i === word) continue;
    let sum = 0;
    for (let j = 0; j < d; j++) {
      const [a, b] = [data[i * d + j], data[word * d + j]];
      sum += byProduct ? -a * b : (a - b) ** 2;
    }
    if (who.length === k && sum >= how[k - 1]) continue;
    let place = who.length;
    while (place > 0 && how[place - 1] > sum) place--;
    who.splice(place, 0, i);
    how.splice(place, 0, sum);
    if (who.length > k) (who.pop(), how.pop());
  }
  return { who, how: how.map((x) => (byProduct ? -x : Math.sqrt(x))) };
}
