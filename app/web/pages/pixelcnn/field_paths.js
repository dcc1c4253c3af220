/**
 * Which cells of each layer lie on a path between the output pixel and an input pixel: sets, from the mask
 * supports.
 */

/**
 * @typedef {{rows: number, columns: number, down: Set<number>[], reads: number[][][]}} Paths
 *   down: per level, the nodes that the output pixel reads; a node is (stack * rows + r) * columns + c
 */

/** @param {number[][][]} supports per layer: [dr, dc] or [reader, read, dr, dc] @param {number[]} mark
 *  @param {number} rows @param {number} columns @returns {Paths} */
export function pathsOf(supports, mark, rows, columns) {
  const reads = supports.map((layer) => layer.map((o) => (o.length === 2 ? [0, 0, o[0], o[1]] : o)));
  const paths = { rows, columns, reads, down: [new Set([mark[0] * columns + mark[1]])] };
  for (let l = 0; l < reads.length; l++) paths.down.push(below(paths, l, paths.down[l]));
  return paths;
}

/**
 * The nodes of level l + 1 that these nodes of level l read.
 * @param {Paths} p
 * @param {number} l
 * @param {Set<number>} set
 */
function below(p, l, set) {
  const found = new Set();
  for (const node of set) for (const next of readBy(p, l, node)) found.add(next);
  return found;
}

/** @param {Paths} p @param {number} l @param {number} node @returns {number[]} */
function readBy(p, l, node) {
  const [stack, r, c] = place(p, node);
  const found = [];
  for (const [reader, read, dr, dc] of p.reads[l]) {
    const [y, x] = [r + dr, c + dc];
    if (reader === stack && y >= 0 && y < p.rows && x >= 0 && x < p.columns)
      found.push((read * p.rows + y) * p.columns + x);
  }
  return found;
}

/** @param {Paths} p @param {number} node @returns {[number, number, number]} stack, row, column */
export function place(p, node) {
  const row = Math.floor(node / p.columns);
  return [Math.floor(row / p.rows), row % p.rows, node % p.columns];
}

/**
 * All that is on a path through one cell: up to the output, down to the input.
 * @param {Paths} p @param {number} level @param {[number, number]} cell
 * @returns {{levels: Set<number>[], edges: [number, number, number][]}} nodes per level; edges as [level,
 *   node, node below]
 */
export function through(p, level, [r, c]) {
  const levels = p.down.map(() => new Set());
  for (const stack of [0, 1]) {
    const node = (stack * p.rows + r) * p.columns + c;
    if (p.down[level].has(node)) levels[level].add(node);
  }
  const edges = [];
  for (let l = level - 1; l >= 0; l--)
    for (const node of p.down[l])
      for (const next of readBy(p, l, node))
        if (levels[l + 1].has(next)) {
          levels[l].add(node);
          edges.push([l, node, next]);
        }
  for (let l = level; l < p.reads.length; l++)
    for (const node of levels[l])
      for (const next of readBy(p, l, node)) {
        levels[l + 1].add(next);
        edges.push([l, node, next]);
      }
  return { levels, edges };
}
