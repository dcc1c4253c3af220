/**
 * A stage that fills a projector's screen exactly: the largest zoom at which all of it is on the screen.
 *
 * A stage's height at a zoom is not known before it is tried, since its words break elsewhere; so it is
 * tried, by halving.
 */

const LEAST = 0.5,
  MOST = 3,
  TRIES = 7,
  FOOT = 10;

/**
 * @param {string} stage its name
 * @param {HTMLElement} head what stands above it
 * @returns {() => void} lets it go
 */
export function fill(stage, head) {
  const sheet = document.createElement("style");
  document.head.append(sheet);
  const selector = `.st-key-stage-${stage}`;
  const zoom = (z) => (sheet.textContent = `${selector} { --zoom: ${z.toFixed(3)} !important; }`);
  let waiting = 0,
    known = "";
  const fits = (box) => {
    const { bottom, right } = box.getBoundingClientRect();
    return bottom <= innerHeight - FOOT && right <= innerWidth && box.scrollWidth <= box.clientWidth + 1;
  };
  const measure = () => {
    waiting = 0;
    const box = document.querySelector(selector);
    if (!box) return;
    const seen = `${innerWidth} ${innerHeight} ${box.scrollHeight} ${head.offsetHeight}`;
    if (seen === known) return;
    let [low, high] = [LEAST, MOST];
    for (let i = 0; i < TRIES; i++) {
      const middle = (low + high) / 2;
      zoom(middle);
      if (fits(box)) low = middle;
      else high = middle;
    }
    zoom(low);
    known = `${innerWidth} ${innerHeight} ${box.scrollHeight} ${head.offsetHeight}`;
  };
  const soon = () => (waiting ||= requestAnimationFrame(measure));
  const sizes = new ResizeObserver(soon);
  const watch = () => {
    const box = document.querySelector(selector);
    if (box) sizes.observe(box);
    soon();
  };
  const comes = new MutationObserver(watch); // Streamlit puts a stage's parts in as they come
  comes.observe(document.querySelector(".stMain") ?? document.body, { childList: true, subtree: true });
  sizes.observe(head);
  window.addEventListener("resize", soon);
  watch();
  return () => {
    cancelAnimationFrame(waiting);
    sizes.disconnect();
    comes.disconnect();
    window.removeEventListener("resize", soon);
    sheet.remove();
  };
}
