// The chapters of a page, beside its picture; the one in view is marked. On a phone they lie along the foot.

import { anew } from "./kit.js";
import { lead } from "./lead.js";

/** @param {{parentElement: ParentNode, data: any}} component */
function draw({ parentElement, data }) {
  const root = parentElement.querySelector(".contents");
  root.setAttribute("aria-label", "Chapters of this page");
  const links = Object.entries(data.chapters).map(([name, label]) => {
    const link = document.createElement("a");
    link.href = `#${name}`;
    link.textContent = String(label);
    link.onclick = (event) => {
      event.preventDefault(); // the address carries the page's state, no hash
      lead(() => document.getElementById(name));
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
  const grows = new ResizeObserver(soon); // chapters move while the page is being drawn
  grows.observe(document.querySelector(".stMainBlockContainer") ?? document.body);
  soon();
  return () => {
    cancelAnimationFrame(waiting);
    grows.disconnect();
    window.removeEventListener("scroll", soon, { capture: true });
  };
}

export default anew(draw);
