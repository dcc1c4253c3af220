/** Pictures in their own colours; colours that never occur are dotted, the pixel being written is framed. */

export const fades = false;

const grid = (panel, n) => Math.min(panel.columns, n);

/** The height that suits a width. @param {any} panel @param {number} width @param {any} run */
export function natural(panel, width, run) {
  const [n, h, w] = run.at(panel.array, 0)?.shape ?? [1, 1, 1],
    columns = grid(panel, n);
  return Math.ceil(n / columns) * (width / columns) * (h / w);
}

function layout(panel, box, [n, h, w]) {
  const columns = grid(panel, n),
    rows = Math.ceil(n / columns);
  const cell = Math.min(box.w / columns, (box.h / rows) * (w / h)),
    gap = n > 1 ? Math.max(3, cell * 0.07) : 0;
  return { columns, cell, tall: cell * (h / w), gap, s: (cell - gap) / w, x: box.x, y: box.y, h, w };
}

/** Levels of a pixel as a colour; a level below 0 is not there yet. @returns {string|null} */
function colour(values, at, levels) {
  const of = (c) => Math.max(0, Math.round((values[at + c] * 255) / (levels - 1)));
  return values[at] < 0 ? null : `rgb(${of(0)},${of(1)},${of(2)})`;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const block = frame.run.at(panel.array, frame.moment);
  if (!block) return;
  const off = panel.off && frame.run.at(panel.off, frame.moment),
    now = panel.now && frame.run.at(panel.now, frame.moment),
    place = layout(panel, box, block.shape),
    { columns, cell, tall, s, x, y, h, w } = place;
  for (let i = 0; i < block.shape[0]; i++) {
    const [X, Y] = [x + (i % columns) * cell, y + Math.floor(i / columns) * tall];
    for (let j = 0; j < h * w; j++) {
      const [px, py] = [X + (j % w) * s, Y + Math.floor(j / w) * s],
        at = i * h * w + j,
        fill = colour(block.values, 3 * at, panel.levels);
      pen.fillStyle = fill ?? theme.line;
      if (fill) pen.fillRect(px, py, s + 0.4, s + 0.4);
      else pen.fillRect(px + s / 2 - 0.5, py + s / 2 - 0.5, 1.5, 1.5);
      if (fill && off?.values[at]) dot(pen, px + s / 2, py + s / 2, s, theme);
    }
    pen.strokeStyle = theme.line;
    pen.lineWidth = 1;
    pen.strokeRect(X - 0.5, Y - 0.5, w * s + 1, h * s + 1);
    if (now && now.values[0] >= 0) {
      pen.strokeStyle = theme.model;
      pen.lineWidth = Math.max(2, s * 0.12);
      pen.strokeRect(X + now.values[1] * s, Y + now.values[0] * s, s, s);
    }
  }
}

/** A mark that reads on every colour. */
function dot(pen, x, y, s, theme) {
  pen.beginPath();
  pen.arc(x, y, Math.max(1.2, s * 0.2), 0, 7);
  pen.fillStyle = theme.blind;
  pen.fill();
  pen.strokeStyle = "#ffffff";
  pen.lineWidth = Math.max(0.6, s * 0.06);
  pen.stroke();
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const block = frame.run.at(panel.array, frame.moment);
  if (!block) return "";
  const { columns, cell, tall, s, x, y, h, w } = layout(panel, box, block.shape),
    [c, r] = [Math.floor((px - x) / cell), Math.floor((py - y) / tall)],
    i = r * columns + c;
  const [col, row] = [Math.floor((px - x - c * cell) / s), Math.floor((py - y - r * tall) / s)];
  if (c < 0 || c >= columns || r < 0 || i >= block.shape[0] || col < 0 || col >= w || row < 0 || row >= h)
    return "";
  const at = (i * h + row) * w + col,
    off = panel.off && frame.run.at(panel.off, frame.moment)?.values[at];
  const levels = ["R", "G", "B"].map((name, k) => `${name} ${Math.max(-1, block.values[3 * at + k])}`);
  const said = levels.filter((text) => !text.endsWith("-1")).join(", ") || "not written yet";
  return `picture ${i + 1}, pixel (${row}, ${col}): ${said}${off ? "; a colour that never occurs" : ""}`;
}
