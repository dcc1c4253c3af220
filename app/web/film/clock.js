/** An inner time that the panels of one film share: a slider that can be dragged, keyed, and played. */

import { make, still } from "../parts/kit.js";

const SECONDS = 4;

/** What the panels of one film share beside the film's own time. @param {any} frame */
export const shared = (frame) => (frame.shared ??= { on: {}, at: null });

export const Clock = {
  /** The frame shown, of `count`; the last until the reader moves it. */
  at: (state, count) => Math.round((state.at ?? 1) * (count - 1)),

  /**
   * A slider with a play button, in `row`; one a film, for all its panels: `state.at` is in 0..1.
   * @param {Element} row @param {string[]} labels one a frame @param {any} state @param {() => void} redraw
   */
  join(row, labels, state, redraw) {
    const rest = `Play ${labels[0].split(/ ?=? ?[\d.]/)[0]}`; // "t = 5" is of t, "noise scale 5" of the noise scale
    const play = make("button", "act small", row),
      slider = make("input", "clock", row);
    play.textContent = rest;
    play.hidden = still() || labels.length < 2;
    Object.assign(slider, { type: "range", min: 0, max: labels.length - 1, step: 1 });
    slider.setAttribute("aria-label", "Time of the diffusion");
    const show = () => {
      slider.value = String(Clock.at(state, labels.length));
      slider.setAttribute("aria-valuetext", labels[+slider.value]);
      play.textContent = state.since ? "Pause" : rest;
      redraw();
    };
    slider.oninput = () => {
      Object.assign(state, { at: +slider.value / Math.max(1, labels.length - 1), since: null });
      show();
    };
    play.onclick = () => {
      state.since = state.since ? null : performance.now() - 1000 * SECONDS * ((state.at ?? 1) % 1);
      const tick = (now) => {
        if (!state.since || !slider.isConnected) return;
        state.at = Math.min(1, (now - state.since) / 1000 / SECONDS);
        if (state.at >= 1) state.since = null;
        show();
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
      show();
    };
    slider.value = String(Clock.at(state, labels.length));
    slider.setAttribute("aria-valuetext", labels[+slider.value]);
  },
};
