/** All heads, small: the lit row in each, the enlarged head framed, heads that are off faded. */

const LABEL = 17,
  GAP = 8,
  LEVER = 20, // a switch has a line of its own where there is no room beside the name
  ROOMY = 100;

/** How large a head is: the side of a cell, and what stands over and under the cells. */
function measures(view, width, height) {
  const { heads, queries, keys } = view.maps,
    columns = Math.min(view.columns, heads),
    rows = Math.ceil(heads / columns);
  const across = (width - 4 - GAP * (columns - 1)) / columns / keys,
    under = view.switches && across * keys < ROOMY ? LEVER : 0,
    side = Math.min(across, ((height - 4) / rows - LABEL - GAP - under) / queries);
  return { columns, rows, side, under, w: side * keys, h: side * queries };
}

/** Where each head stands, and its switch. @param {import("./attention_scene.js").View} view */
export function gridPlaces(box, view) {
  const { columns, side, under, w, h } = measures(view, box.w, box.h),
    step = Math.min((box.w - 4 - w) / Math.max(1, columns - 1), w + 3 * GAP);
  return Array.from({ length: view.maps.heads }, (_, i) => {
    const x = box.x + 2 + (i % columns) * step,
      y = box.y + LABEL + Math.floor(i / columns) * (h + LABEL + GAP + under);
    const lever = under ? { x, y: y + h + 4 } : { x: x + w - 26, y: y - LABEL };
    return { x, y, w, h, side, lever, room: under || !view.switches ? w : w - 30 };
  });
}

/** @returns {number} a height that suits a width */
export function gridNatural(view, width) {
  const { rows, h, under } = measures(view, width, Infinity);
  return 4 + rows * (h + LABEL + GAP + under);
}

/** A name cut to its room; without names the number will do. */
function cut(pen, view, head, room) {
  let name = view.names[head] || `head ${head + 1}`;
  if (!view.names[head] && pen.measureText(name).width > room) name = String(head + 1);
  if (pen.measureText(name).width <= room) return name;
  while (name && pen.measureText(`${name}…`).width > room) name = name.slice(0, -1);
  return `${name.trimEnd()}…`;
}

/** @param {CanvasRenderingContext2D} pen @param {any} box @param {import("./attention_scene.js").View} view */
export function drawGrid(pen, box, view) {
  const { maps, theme, light } = view;
  gridPlaces(box, view).forEach(({ x, y, w, h, side, room }, head) => {
    const chosen = head === light.head,
      off = view.off.has(head);
    pen.save();
    if (off) pen.globalAlpha *= 0.22;
    maps.paint(pen, theme, head, x, y, w, h);
    pen.restore();
    if (light.query !== null) {
      pen.strokeStyle = theme.model;
      pen.lineWidth = 1;
      pen.strokeRect(x - 0.5, y + light.query * side - 0.5, w + 1, side + 1);
    }
    if (chosen || head === view.pointedHead) {
      pen.strokeStyle = chosen ? theme.ink : theme.soft;
      pen.lineWidth = chosen ? 2 : 1;
      pen.strokeRect(x - 1, y - 1, w + 2, h + 2);
    }
    pen.fillStyle = chosen ? theme.ink : theme.soft;
    pen.font = `${chosen ? 600 : 400} 11.5px ${theme.font}`;
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    pen.fillText(cut(pen, view, head, room), x, y - 5);
  });
}

/** @returns {{head: number, query: number|null, key: number|null}|null} */
export function hitGrid(box, view, px, py) {
  const places = gridPlaces(box, view);
  const head = places.findIndex(
    ({ x, y, w, h }) => px >= x - 3 && px <= x + w + 3 && py >= y - LABEL && py <= y + h + 3,
  );
  if (head < 0) return null;
  const { x, y, side } = places[head],
    [query, key] = [Math.floor((py - y) / side), Math.floor((px - x) / side)];
  const inside = query >= 0 && query < view.maps.queries && key >= 0 && key < view.maps.keys;
  return inside ? { head, query, key } : { head, query: null, key: null };
}
