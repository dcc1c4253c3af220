/** Hands on a cloud of words: point, pin, drag, zoom; the same by keyboard. */

const REACH = 14, // pixels within which a word is pointed at
  MOST = 12;

/** @param {HTMLCanvasElement} canvas @param {any} held state of the cloud @param {() => void} redraw */
export function listen(canvas, held, redraw) {
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.classList.add("picks");
  const move = canvas.onpointermove;
  canvas.onpointermove = (event) => {
    if (held.drag) drag(held, event);
    else held.hover = closest(held, event.offsetX, event.offsetY);
    move?.call(canvas, event);
    redraw();
  };
  canvas.onpointerdown = (event) => {
    if (event.pointerType !== "mouse") return;
    canvas.setPointerCapture(event.pointerId);
    held.drag = { x: event.offsetX, y: event.offsetY, dx: held.dx, dy: held.dy, far: 0 };
  };
  canvas.onpointerup = () => ([held.moved, held.drag] = [held.drag?.far > 4, null]);
  const leave = canvas.onpointerleave;
  canvas.onpointerleave = (event) => ((held.hover = null), leave?.call(canvas, event), redraw());
  canvas.onclick = (event) => {
    if (held.moved) return void (held.moved = false);
    const found = closest(held, event.offsetX, event.offsetY);
    held.pin = found === held.pin ? null : found;
    redraw();
  };
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.shiftKey && document.activeElement !== canvas) return; // the page scrolls
      event.preventDefault();
      zoom(held, event.deltaY < 0 ? 1.18 : 1 / 1.18, event.offsetX, event.offsetY);
      redraw();
    },
    { passive: false },
  );
  canvas.onkeydown = (event) => {
    if (!act(held, event.key)) return;
    event.preventDefault();
    redraw();
  };
}

function drag(held, { offsetX, offsetY }) {
  const { x, y, dx, dy } = held.drag;
  held.drag.far = Math.max(held.drag.far, Math.hypot(offsetX - x, offsetY - y));
  if (held.drag.far > 4) [held.dx, held.dy, held.hover] = [dx + offsetX - x, dy + offsetY - y, null];
}

function closest({ xy, n }, x, y) {
  let [best, far] = [null, REACH];
  for (let i = 0; i < (n ?? 0); i++) {
    const apart = Math.hypot(xy[2 * i] - x, xy[2 * i + 1] - y);
    if (apart < far) [best, far] = [i, apart];
  }
  return best;
}

/** Nearer or farther, around a place that stays where it is. */
function zoom(held, by, x, y) {
  const after = Math.min(MOST, Math.max(1, held.zoom * by)),
    k = after / held.zoom;
  const [cx, cy] = [held.box.x + held.box.w / 2, held.box.y + (held.box.h - 16) / 2];
  held.dx = after === 1 ? 0 : (held.dx + cx - x) * k + x - cx;
  held.dy = after === 1 ? 0 : (held.dy + cy - y) * k + y - cy;
  held.zoom = after;
}

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @returns {boolean} whether the key meant something */
function act(held, key) {
  const middle = [held.box.x + held.box.w / 2, held.box.y + held.box.h / 2];
  if (key === "+" || key === "=") zoom(held, 1.3, ...middle);
  else if (key === "-") zoom(held, 1 / 1.3, ...middle);
  else if (key === "Escape") Object.assign(held, { pin: null, hover: null, zoom: 1, dx: 0, dy: 0 });
  else if (WAYS[key]) held.pin = held.pin === null ? closestTo(held, ...middle) : onward(held, WAYS[key]);
  else return false;
  return true;
}

function closestTo({ xy, n }, x, y) {
  let best = 0;
  for (let i = 1; i < n; i++)
    if (Math.hypot(xy[2 * i] - x, xy[2 * i + 1] - y) < Math.hypot(xy[2 * best] - x, xy[2 * best + 1] - y)) best = i;
  return best;
}

/** The next word in a direction: near, and not far to the side. */
function onward({ xy, n, pin }, [a, b]) {
  let [best, least] = [pin, Infinity];
  for (let i = 0; i < n; i++) {
    const [x, y] = [xy[2 * i] - xy[2 * pin], xy[2 * i + 1] - xy[2 * pin + 1]],
      ahead = x * a + y * b,
      aside = Math.abs(x * b - y * a);
    if (ahead > 0.5 && ahead + 2 * aside < least) [best, least] = [i, ahead + 2 * aside];
  }
  return best;
}
