// One question about the next change. A click is a bet: it makes the change, and it stays in this browser.
import { still } from "./kit.js";
import { keep, kept } from "./kept.js";

/** The click whose answer was brought into view. */
let brought = 0;

/** @param {{parentElement: ParentNode, data: any, setStateValue: (name: string, value: any) => void}} component */
export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".predict");
  const { slug, name, question, choices, measured, figure, why, told } = data;
  const known = kept(slug)[`bet.${name}`] ?? null; // of an earlier visit: {bet}, where bet null was "show me"
  if (!told && known && typeof known === "object") setStateValue("bet", { bet: known.bet ?? null, now: false });

  const say = (bet) => {
    keep(slug, `bet.${name}`, { bet });
    setStateValue("bet", { bet, now: true, when: Date.now() });
  };
  const button = (text, bet, row) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    if (told || bet === null) made.className = "show";
    made.onclick = () => say(bet);
    row.append(made);
  };
  root.replaceChildren();
  const ask = document.createElement("span");
  ask.className = "ask";
  const lead = document.createElement("b");
  lead.textContent = "Predict ";
  ask.append(lead, question);
  const row = document.createElement("span");
  row.className = "row";
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", question);
  if (!told) for (const choice of choices) button(String(choice), choice, row);
  button(told ? "show it again" : "show me", told ? told.bet : null, row);
  const said = document.createElement("span");
  said.className = "said";
  said.setAttribute("role", "status");
  if (told) {
    const once = told.now ? "You said" : "Last time you said"; // then the picture is not as it was after the bet
    const mine = told.bet === null ? "" : `${once} ${told.bet}. `;
    const right = told.bet === null || measured === null ? "" : told.bet === measured ? "Right. " : "";
    const then = told.now ? why : "",
      found = figure && figure !== String(measured) ? `${figure}, nearest to ${measured}` : measured;
    said.textContent = measured === null ? `${mine}Not measured yet: train it.` : `${mine}Measured: ${found}. ${right}${then}`;
  }
  root.append(ask, row, said);
  if (told?.now && told.when !== brought) {
    brought = told.when;
    bring();
  }
}

/** In a low window the answer and the whole picture under it are seen together; a high one stays where it is. */
function bring() {
  const hero = document.querySelector("[class*=st-key-stage-]");
  if (!hero || hero.getBoundingClientRect().bottom <= innerHeight) return;
  document.querySelector(".st-key-quiet-predict")?.scrollIntoView({ block: "start", behavior: still() ? "instant" : "smooth" });
}
