// One question about the next change. A click is a bet; it never locks and stays in this browser.
import { keep, kept } from "./kept.js";

/** @param {{parentElement: ParentNode, data: any, setStateValue: (name: string, value: any) => void}} component */
export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".predict");
  const { slug, name, question, choices, measured } = data;
  let bet = kept(slug)[`bet.${name}`] ?? data.bet ?? null;
  if (bet !== (data.bet ?? null)) setStateValue("bet", bet);

  const draw = () => {
    root.replaceChildren();
    const ask = document.createElement("span");
    ask.className = "ask";
    const lead = document.createElement("b");
    lead.textContent = "Predict ";
    ask.append(lead, question);
    root.append(ask);
    const row = document.createElement("span");
    row.className = "row";
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", question);
    for (const choice of choices) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = String(choice);
      button.setAttribute("aria-pressed", String(choice === bet));
      button.onclick = () => {
        bet = choice === bet ? null : choice;
        keep(slug, `bet.${name}`, bet);
        setStateValue("bet", bet);
        draw();
        row.parentElement?.querySelectorAll("button")[choices.indexOf(choice)]?.focus();
      };
      row.append(button);
    }
    root.append(row);
    const said = document.createElement("span");
    said.className = "said";
    said.setAttribute("role", "status");
    if (bet !== null) said.textContent = measured === null ? `You said ${bet}.` : `You said ${bet} · measured ${measured}`;
    root.append(said);
  };
  draw();
}
