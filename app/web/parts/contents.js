// The chapters of a page, beside its picture; the one in view is marked. On a phone they lie along the foot.

import { anew } from "./kit.js";

const SETTLES = 3000; // milliseconds in which a chapter that was drawn late may still move

/** @param {{parentElement: ParentNode, data: any}} component */
function draw({ parentElement, data }) {
  const root = parentElement.querySelector(".contents");
  root.setAttribute("aria-label", "Chapters of this page");
  let led = null; // the chapter that a click leads to, for as long as what is drawn on the way moves it
  const go = (name, behavior) => document.getElementById(name)?.scrollIntoView({ block: "start", behavior });
  const links = Object.entries(data.chapters).map(([name, label]) => {
    const link = document.createElement("a");
    link.href = `#${name}`;
    link.textContent = String(label);
    link.onclick = (event) => {
      event.preventDefault(); // the address carries the page's state, no hash
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      led = { name, until: performance.now() + SETTLES };
      go(name, calm ? "instant" : "smooth");
      document.getElementById(name)?.focus?.({ preventScroll: true });
    };
    return { name, link };
  });
  root.replaceChildren(...links.map(({ link }) => link));

  let waiting = 0;
  const look = () => {
    waiting = 0;
    const passed = links.filter(({ name }) => {
      const place = document.getElementById(name);
      return place && place.getBoundingClientRect().top < innerHeight * 0.45;
    });
    const now = passed.at(-1) ?? links[0];
    for (const { link } of links)
      if (link === now.link) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
  };
  const soon = () => (waiting ||= requestAnimationFrame(look));
  window.addEventListener("scroll", soon, { capture: true, passive: true });
  const own = () => (led = null); // whoever scrolls goes where they like
  for (const kind of ["wheel", "touchmove", "keydown"]) window.addEventListener(kind, own, { passive: true });
  const grows = new ResizeObserver(() => {
    if (led && performance.now() < led.until) go(led.name, "instant");
    soon(); // chapters move while the page is being drawn
  });
  grows.observe(document.querySelector(".stMainBlockContainer") ?? document.body);
  soon();
  return () => {
    cancelAnimationFrame(waiting);
    grows.disconnect();
    window.removeEventListener("scroll", soon, { capture: true });
    for (const kind of ["wheel", "touchmove", "keydown"]) window.removeEventListener(kind, own);
  };
}

export default anew(draw);
