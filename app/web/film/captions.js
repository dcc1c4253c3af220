/** What a film says of the moment that it shows. */

import { figure, make } from "../parts/kit.js";

const FIELD = /\{(\w+(?:\.\w+)*)(?::\.(\d)f)?\}/g;

/**
 * @param {{sentence: string[], follows: boolean, training: boolean}} data one text for all moments, one a
 *   moment, or (follows) three: at the start, on the way and at the end, with `{step}` and scalars in them
 * @param {any} run
 * @param {number} moment
 */
export function caption({ sentence, follows }, run, moment) {
  const last = run.steps.length - 1;
  if (!follows) return sentence[Math.min(Math.max(moment, 0), sentence.length - 1)] ?? "";
  const text = sentence[moment <= 0 && last !== 0 ? 0 : moment < last || !run.ended ? 1 : 2] ?? "";
  const step = run.steps[moment] ?? 0;
  return text.replace(FIELD, (_, name, digits) => {
    const value = name === "step" ? step : run.figure(name, step);
    if (value === null || value === undefined) return "–";
    return digits === undefined ? figure(+value.toPrecision(3)) : value.toFixed(+digits).replace(/^-(?=[0.]+$)/, ""); // no minus before a zero
  });
}

/** A text whose terms open on hover, focus and touch. @param {Element} place @param {string} text @param {Record<string, string>} terms */
export function gloss(place, text, terms) {
  place.replaceChildren();
  let rest = text;
  while (rest) {
    const first = Object.keys(terms)
      .map((word) => ({ word, at: rest.indexOf(word) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at || b.word.length - a.word.length)[0];
    if (!first) break;
    place.append(rest.slice(0, first.at));
    const term = make("span", "gb-term", place, first.word);
    term.tabIndex = 0;
    term.dataset.says = terms[first.word];
    rest = rest.slice(first.at + first.word.length);
  }
  place.append(rest);
}
