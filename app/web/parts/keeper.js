// Brings pins and met challenges from this browser to the page, and back. Draws nothing.
import { keep, kept } from "./kept.js";

/** @param {{data: any, setStateValue: (name: string, value: any) => void}} component */
export default function ({ data, setStateValue }) {
  const { slug, values } = data;
  if (values === null) {
    keep(slug, "seen", true); // the map of the home page shows it
    setStateValue("kept", kept(slug));
  }
  for (const [key, value] of Object.entries(values ?? {})) keep(slug, key, value);
}
