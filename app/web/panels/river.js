/**
 * Time against position: paths in one dimension over the density that they share, from noise (left) to data (right).
 * See `river` of panels.py.
 */

import { array } from "../film/blocks.js";
import { Clock, shared } from "../film/clock.js";
import { figure } from "../parts/kit.js";

const FOOT = 18,
  canvas = new OffscreenCanvas(1, 1);

export const natural = (panel, width) => width * 0.62 + FOOT;

export function mount(pane, panel, state, redraw) {
  if (panel.inner) Clock.join(Object.assign(pane.appendChild(document.createElement("div")), { className: "layers" }), panel.inner, state, redraw);
}

/** How far in time, 0 (noise) to 1 (data). */
function far(panel, frame) {
  if (panel.inner) return shared(frame).at ?? 1;
  return frame.run.steps.length > 1 ? frame.moment / (frame.run.steps.length - 1) : 1;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {any} box
 * @param {any} panel
 * @param {any} frame
 * @param {any} theme
 */
export function draw(pen, box, panel, frame, theme) {
  const h = box.h - FOOT,
    x = (t) => box.x + t * box.w,
    y = (v) => box.y + h / 2 - (v / panel.reach) * (h / 2);
  const block = array(panel.density, frame.run, 0);
  if (block) {
    const [rows, columns] = block.shape,
      image = new ImageData(columns, rows),
      ink = theme.dark ? [236, 232, 223] : [28, 32, 38];
    for (let i = 0; i < rows * columns; i++) {
      image.data.set(ink, 4 * i);
      image.data[4 * i + 3] = (block.values[i] / 255) * 120;
    }
    Object.assign(canvas, { width: columns, height: rows });
    canvas.getContext("2d").putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = true;
    pen.drawImage(canvas, box.x, box.y, box.w, h);
  }
  const until = far(panel, frame);
  pen.save();
  pen.beginPath();
  pen.rect(box.x, box.y, box.w, h);
  pen.clip();
  for (const { array: given, concept, width } of panel.paths) {
    const paths = array(given, frame.run, 0);
    if (!paths) continue;
    const [n, steps] = paths.shape;
    pen.strokeStyle = theme[concept] ?? theme.ink;
    for (const [alpha, end] of [
      [0.22, 1],
      [0.95, until],
    ]) {
      pen.globalAlpha = alpha;
      pen.lineWidth = width;
      pen.beginPath();
      for (let p = 0; p < n; p++)
        for (let i = 0; i < steps && i <= end * (steps - 1) + 1e-9; i++)
          pen[i ? "lineTo" : "moveTo"](x(i / (steps - 1)), y(paths.values[p * steps + i]));
      pen.stroke();
    }
  }
  pen.globalAlpha = 1;
  pen.fillStyle = theme.ink;
  for (const { array: given } of panel.paths.slice(0, 1)) {
    const paths = array(given, frame.run, 0),
      [n, steps] = paths?.shape ?? [0, 0];
    for (let p = 0; p < n; p++) {
      pen.beginPath();
      pen.arc(x(0) + 4, y(paths.values[p * steps]), 3, 0, 7);
      pen.fill();
    }
  }
  pen.restore();
  pen.strokeStyle = theme.soft;
  pen.lineWidth = 1;
  pen.setLineDash([4, 4]);
  pen.beginPath();
  pen.moveTo(x(until), box.y);
  pen.lineTo(x(until), box.y + h);
  pen.stroke();
  pen.setLineDash([]);
  pen.fillStyle = theme.soft;
  pen.font = `11.5px ${theme.font}`;
  pen.textBaseline = "top";
  for (const [label, at, align] of [
    ["noise", 0, "left"],
    ["time →", 0.5, "center"],
    ["data", 1, "right"],
  ]) {
    pen.textAlign = align;
    pen.fillText(label, x(at), box.y + h + 4);
  }
}

/** What is under the pointer, in words. @returns {string} */
export function read(box, panel, frame, px, py) {
  const h = box.h - FOOT,
    t = (px - box.x) / box.w,
    v = ((box.y + h / 2 - py) / (h / 2)) * panel.reach;
  if (t < 0 || t > 1 || Math.abs(v) > panel.reach) return "";
  return `${figure(+(100 * t).toFixed(0))} % of the way from noise to data, position ${figure(+v.toFixed(2))}`;
}
