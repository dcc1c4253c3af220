// A voter's phone: two pictures, one thumb. A vote that was not acknowledged is sent again; it counts once.
const code = location.pathname.split("/")[2];
const at = (id) => document.getElementById(id);
const sides = [at("first"), at("second")];
/** @type {any[]} */
const buttons = [...sides, at("equal"), at("pass")];
let shown = null;

/** @param {string} text set as text, never as markup */
const say = (text) => {
  at("said").textContent = text;
};

function show(told) {
  shown = told.pair ? told : null;
  at("question").textContent = shown ? told.question : "You have judged every pair. Thank you.";
  for (const button of buttons) {
    button.disabled = !shown;
    button.classList.remove("chosen");
  }
  if (!shown) return say(`${told.done} votes of yours.`);
  told.sides.forEach(({ image, said }, n) => {
    const picture = sides[n].querySelector("img");
    picture.src = image;
    picture.alt = `${n ? "Second" : "First"}: ${said}`;
  });
  say(told.done ? `${told.done} ${told.done === 1 ? "vote" : "votes"} of yours. Look at the wall.` : "Touch the one you prefer.");
}

const rest = (ms) => new Promise((ready) => setTimeout(ready, ms));

async function ask(path, body) {
  for (let tries = 0; ; tries++) {
    try {
      const options = body ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {};
      const answer = await fetch(`/room/${encodeURIComponent(code)}/${path}`, options);
      const told = await answer.json();
      if (answer.ok) return told;
      if (answer.status < 500 && answer.status !== 429) return void say(told.error);
      say(told.error);
    } catch {
      say("Waiting for the room …"); // no network, or the server restarts: try again
    }
    await rest(Math.min(8000, 500 * 2 ** tries) * (0.5 + Math.random()));
  }
}

async function vote(choice) {
  if (!shown) return;
  const { pair } = shown;
  shown = null;
  for (const button of buttons) button.disabled = true;
  const told = await ask("vote", { pair, choice });
  if (told) show(told);
}

sides.forEach((button, n) => {
  button.onclick = () => {
    if (!shown) return;
    button.classList.add("chosen");
    vote(shown.pair[n]);
  };
});
at("equal").onclick = () => vote(-1);
at("pass").onclick = () => vote(-2);
ask("pair").then((told) => told && show(told));
