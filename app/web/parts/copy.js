// A button that takes a link along.
import { copy } from "./kit.js";

/** @param {{parentElement: ParentNode, data: {link: string}}} component */
export default function ({ parentElement, data }) {
  const button = parentElement.querySelector("button");
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy the link");
  button.onclick = () => copy(button, "Copy the link", data.link);
}
