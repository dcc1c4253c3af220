// Brings pins, votes and met challenges from this browser to the page, and back. Draws nothing.
import { keep, kept } from "./kept.js";

/** What the page does not ask for: that it was opened is for the map of the home page, a bet tells itself. */
const own = (key) => key === "seen" || key.startsWith("bet.");

/** @param {{data: any, setStateValue: (name: string, value: any) => void}} component */
export default function ({ data, setStateValue }) {
  const { slug, values } = data;
  if (values === null) {
    keep(slug, "seen", true);
    const told = Object.entries(kept(slug)).filter(([key]) => !own(key));
    if (told.length) setStateValue("kept", Object.fromEntries(told)); // the page is drawn again, so not for nothing
  }
  for (const [key, value] of Object.entries(values ?? {})) keep(slug, key, value);
}
