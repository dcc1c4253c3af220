/** Where a policy stands in the plane of climb.js: along its training, and best-of-n beside it. */

import { array } from "../film/blocks.js";

/** A training's places in the plane, one for each step at which all three figures are numbers. */
export function path(panel, line) {
  const across = line(panel.d),
    up = panel.curves.map(({ name }) => {
      const { step, value } = line(name) ?? { step: [], value: [] };
      return new Map(step.map((s, i) => [s, value[i]]));
    });
  const found = [];
  across?.step.forEach((step, i) => {
    const y = up.map((values) => values.get(step) ?? null);
    if (across.value[i] !== null && !y.includes(null)) found.push({ step, x: across.value[i], y });
  });
  return found;
}

/** A run's lines by name. */
export const of = (run) => (name) => run.line(name);

/** How many places lie at or before a moment, less one. */
const upTo = (places, run, moment) => places.findLastIndex(({ step }) => step <= (run.steps[moment] ?? 0));

/** The places up to now; the last of them on its way from one to the next while it plays. */
export function walked(places, frame) {
  const now = upTo(places, frame.run, frame.moment),
    then = frame.fade < 1 ? upTo(places, frame.run, frame.before) : now,
    from = then < 0 || then > now ? now : then, // a film that starts anew jumps
    at = from + (now - from) * Math.max(0, frame.fade ?? 1),
    whole = Math.floor(at),
    share = at - whole;
  if (now < 0) return [];
  const seen = places.slice(0, whole + 1);
  if (share && places[whole + 1]) {
    const [a, b] = [places[whole], places[whole + 1]],
      mix = (u, v) => u + (v - u) * share;
    seen.push({ step: b.step, x: mix(a.x, b.x), y: a.y.map((v, i) => mix(v, b.y[i])) });
  }
  return seen;
}

/** Where best-of-n stands, for each n whose figures are numbers. */
export function bests(panel, frame) {
  const [d, ...up] = [panel.bestD, ...panel.curves.map(({ best }) => best)].map((name) => array(name, frame.run, frame.moment));
  if (!panel.best.length || !d || up.some((one) => !one)) return [];
  return panel.best
    .map((n, i) => ({ n, x: d.values[i], y: up.map(({ values }) => values[i]) }))
    .filter(({ x, y }) => [x, ...y].every(Number.isFinite));
}
