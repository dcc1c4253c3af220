// Tells once when the reader has come within a screen and a half of here, or prints the page. Draws nothing.
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
    rootMargin: "150% 0px",
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
