// Where a reader is led stays in view while the page around it is still drawn, however late; whoever acts goes on.

const HANDS = ["wheel", "touchmove", "pointerdown", "keydown", "click"];
let find = () => /** @type {Element | null} */ (null),
  lowest = 0,
  arrived = /** @type {((found: Element) => void) | null} */ (null);
let begun = 0;
const grows = new ResizeObserver(() => begun++ && keep()); // its first word only says that it looks

/** Bring it back where it has moved away. @param {ScrollBehavior} behavior */
function keep(behavior = "instant") {
  const found = find();
  if (!found) return;
  const { top } = found.getBoundingClientRect();
  if (!lowest || top < 40 || top > innerHeight * lowest) found.scrollIntoView({ block: "start", behavior });
  arrived?.(found);
  arrived = null;
}

const ended = () => keep();

function leave() {
  grows.disconnect();
  window.removeEventListener("scrollend", ended, { capture: true });
  for (const kind of HANDS) window.removeEventListener(kind, leave, { capture: true });
}

/**
 * Lead the reader to what `where` finds, now or once it is there.
 * @param {() => Element | null} where
 * @param {number} within how far down it may stand, in heights of the window; 0 is at the top
 * @param {((found: Element) => void) | null} met called with it once
 */
export function lead(where, within = 0, met = null) {
  leave();
  [find, lowest, arrived, begun] = [where, within, met, 0];
  keep(matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth");
  window.addEventListener("scrollend", ended, { capture: true, passive: true });
  for (const kind of HANDS) window.addEventListener(kind, leave, { capture: true, passive: true });
  grows.observe(document.querySelector(".stMainBlockContainer") ?? document.body);
}
