/** A grid of grey images, ink on paper; a second array small under each. */

export const fades = true;

/** @returns {number} a height that suits a width */
export function natural(panel, width, run) {
  const [n, h, w] = run.at(panel.array, 0)?.shape ?? [1, 1, 1];
  const columns = Math.min(panel.columns, n),
    tall = (width / columns) * (h / w) * (panel.below ? 1.5 : 1) + (panel.labels ? 16 : 0);
  return Math.ceil(n / columns) * tall;
}

function layout(panel, box, shape) {
  const [n, h, w] = shape;
  const columns = Math.min(panel.columns, n),
    rows = Math.ceil(n / columns);
  const foot = panel.belowLabel ? 18 : 0,
    label = panel.labels ? 15 : 0,
    extra = panel.below ? 0.5 : 0;
  const s = Math.min(box.w / columns / w, ((box.h - foot) / rows - label) / (h * (1 + extra)));
  const gap = Math.max(3, s * w * 0.08),
    x = box.x - gap / 2; // flush with the title
  return { columns, gap, cellW: s * w, cellH: s * h * (1 + extra) + label, x, y: box.y, h, w };
}

/** @param {CanvasRenderingContext2D} pen */
export function draw(pen, box, panel, frame, theme) {
  const block = frame.run.at(panel.array, frame.moment);
  if (!block) return;
  const place = layout(panel, box, block.shape),
    { columns, gap, cellW, cellH, x, y, h, w } = place;
  const below = panel.below && frame.run.at(panel.below, frame.moment);
  for (let i = 0; i < block.shape[0]; i++) {
    const [X, Y] = [x + (i % columns) * cellW, y + Math.floor(i / columns) * cellH];
    const [wide, tall] = [cellW - gap, ((cellW - gap) / w) * h],
      [left, under] = [X + gap / 2 + wide * 0.29, Y + tall + 3];
    picture(pen, block, i, h, w, panel, theme, X + gap / 2, Y, wide, tall);
    if (below) picture(pen, below, i, h, w, panel, theme, left, under, wide * 0.42, tall * 0.42);
    if (!panel.labels) continue;
    pen.fillStyle = theme.soft;
    pen.font = `11.5px ${theme.font}`;
    pen.textAlign = "center";
    pen.fillText(panel.labels[i] ?? "", X + cellW / 2, Y + cellH - 4);
  }
  if (!panel.belowLabel) return;
  pen.fillStyle = theme.soft;
  pen.font = `12px ${theme.font}`;
  pen.textAlign = "left";
  const foot = y + Math.ceil(block.shape[0] / columns) * cellH + 12;
  pen.fillText(panel.belowLabel, x + gap / 2, Math.min(box.y + box.h - 4, foot));
}

const tiles = new Map(); // one small canvas a size, used again for every image

/** Values as pixels, then enlarged without smoothing. */
export function picture(pen, block, i, h, w, { low, high, scale = "grey" }, theme, X, Y, width, height) {
  const size = `${w}x${h}`;
  if (!tiles.has(size)) {
    const tile = new OffscreenCanvas(w, h),
      inner = tile.getContext("2d");
    tiles.set(size, { tile, inner, data: inner.createImageData(w, h) });
  }
  const { tile, inner, data } = tiles.get(size),
    { rgb } = theme[scale];
  for (let j = 0, from = i * h * w; j < h * w; j++) {
    const t = (block.values[from + j] - low) / (high - low),
      k = 3 * Math.max(0, Math.min(255, Math.round(255 * t)));
    for (let c = 0; c < 3; c++) data.data[4 * j + c] = rgb[k + c];
    data.data[4 * j + 3] = 255;
  }
  inner.putImageData(data, 0, 0);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(tile, X, Y, width, height);
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const block = frame.run.at(panel.array, frame.moment);
  if (!block) return "";
  const { columns, gap, cellW, cellH, x, y, h, w } = layout(panel, box, block.shape);
  const [c, r] = [Math.floor((px - x) / cellW), Math.floor((py - y) / cellH)];
  const i = r * columns + c,
    k = (cellW - gap) / w;
  const [col, row] = [Math.floor((px - x - c * cellW - gap / 2) / k), Math.floor((py - y - r * cellH) / k)];
  if (c < 0 || c >= columns || r < 0 || i >= block.shape[0] || col < 0 || col >= w || row < 0 || row >= h)
    return "";
  const level = block.values[(i * h + row) * w + col];
  return `image ${i + 1}, pixel (${row}, ${col}): level ${level} of ${panel.high}`;
}
