// A page's beats: the guided tour, and the lecturer's arrow keys. B blacks the
// screen out, N shows the speaker's notes, Q a QR code.
/** @param {{parentElement: ParentNode, data: any, setStateValue: (name: string, value: any) => void}} component */
export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".beats");
  const { beats, at, present } = data;
  const go = (next) => {
    // A state, not a trigger: what is triggered is lost where another part asks for a rerun in the same moment.
    if (next >= 0 && next < beats.length && next !== at) setStateValue("go", { beat: next, when: Date.now() });
  };
  const button = (text, label, next) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.disabled = next < 0 || next >= beats.length;
    made.onclick = () => go(next);
    return made;
  };
  root.replaceChildren();
  root.classList.toggle("present", present);
  root.classList.toggle("started", at >= 0 && !present);
  const sentence = document.createElement("p");
  sentence.setAttribute("role", "status");
  const started = at >= 0;
  sentence.textContent = started ? beats[at].sentence : `Tour in ${beats.length} steps`;
  const place = document.createElement("span");
  place.className = "place";
  place.textContent = started ? `${at + 1} / ${beats.length}` : "";
  root.append(button("‹", "Previous step", at - 1), button("›", "Next step", at + 1), sentence, place);
  const note = document.createElement("p");
  note.className = "note";
  note.textContent = started ? beats[at].note : "";
  note.hidden = true;
  root.append(note);
  if (!present) return;

  const over = (name) => {
    const made = document.createElement("div");
    made.className = name;
    made.hidden = true;
    root.append(made);
    return made;
  };
  const dark = over("blackout"), code = over("code");
  if (data.code) {
    const picture = document.createElement("img");
    picture.src = data.code; // a data: URL made by our own server
    picture.alt = "QR code of this page as it stands";
    code.append(picture);
  } else code.textContent = "A phone cannot reach this address. Set GLASSBOX_PUBLIC_URL to show a QR code.";
  const press = (event) => {
    const on = event.composedPath()[0];
    if (on instanceof Element && on.closest("input, textarea, select, [role=slider], [contenteditable]")) return;
    if (event.key === "ArrowRight" || event.key === "PageDown") go(at + 1);
    else if (event.key === "ArrowLeft" || event.key === "PageUp") go(at - 1);
    else if (event.key.toLowerCase() === "b") dark.hidden = !dark.hidden;
    else if (event.key.toLowerCase() === "n") note.hidden = !note.hidden;
    else if (event.key.toLowerCase() === "q") code.hidden = !code.hidden;
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}
