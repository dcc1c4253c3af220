// Tells once when the reader has come within a screen and a half of here, or beyond it, or prints the page.
import { anew } from "./kit.js";

/** @param {{parentElement: ParentNode, setStateValue: (name: string, value: any) => void}} component */
function draw({ parentElement, setStateValue }) {
  const tell = () => {
    stop();
    setStateValue("near", true);
  };
  const root = document.querySelector("[data-testid=stMain]"); // what scrolls: a margin counts from its edges alone
  const watch = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && tell(), {
    root,
    rootMargin: "1000000px 0px 150%", // who was led to a chapter further down has passed this without scrolling
  });
  const stop = () => {
    watch.disconnect();
    window.removeEventListener("beforeprint", tell);
  };
  watch.observe(/** @type {Element} */ (parentElement.querySelector(".near")));
  window.addEventListener("beforeprint", tell);
  return stop;
}

export default anew(draw);
