/** What a plot tells under the pointer, and which of its rows that is. */

import { array } from "../film/blocks.js";
import { figure } from "../parts/kit.js";
import { stepAt } from "./plot_axes.js";
import { dotsOf } from "./plot_marks.js";
import { isWay, numbers, places, rows } from "./plot_rows.js";
import { bandOf } from "./plot_ways.js";
import { filled } from "./plot_words.js";

const NEAR = 24; // pixels

const fieldsOf = (mark, frame, i) => {
  const more = Object.entries(mark.more ?? {}).map(([name, channel]) => {
    const list = numbers(channel, frame, false);
    return [name, list?.[list.length === 1 ? 0 : i]];
  });
  return { row: i, name: mark.names?.[i] ?? String(i), ...Object.fromEntries(more) };
};

/** What a mark has at places of the plane: [x, y] in pixels, and what is said of it. */
function spots(mark, at, frame) {
  const { X, Y } = at,
    placed = (spot) => ({ ...spot, px: X(spot.x), py: [Y(spot.y)] }),
    each = (seen) => Array.from({ length: seen?.n ?? 0 }, (_, i) => placed({ i, x: seen.x(i), y: seen.y(i) }));
  if (mark.mark === "dots" && mark.shape !== "dash") return each(dotsOf(mark, frame));
  if (mark.mark === "line" && mark.x?.over !== "step") {
    if (!isWay(mark)) return each(rows(mark, frame));
    return places(mark, frame.run).filter(({ gap }) => !gap).map(placed);
  }
  if (mark.mark !== "band") return [];
  return bandOf(mark, frame, true).map((p) => ({ ...p, gap: Math.abs(p.high - p.low), px: X(p.x), py: [Y(p.low), Y(p.high)] }));
}

/** The nearest thing that has something to say: its mark, row and sentence. */
function nearest(plane, at, frame, px, py) {
  let best = null;
  for (const mark of plane.marks) {
    if (!mark.say) continue;
    for (const spot of spots(mark, at, frame)) {
      const far = Math.min(...spot.py.map((y) => Math.hypot(spot.px - px, y - py)));
      if (far < (best?.far ?? NEAR)) best = { far, mark, i: spot.i, spot };
    }
  }
  return best && { ...best, said: filled(best.mark.say, { ...fieldsOf(best.mark, frame, best.i), ...best.spot }) };
}

/** What covers the place: a bar, a region, a shade. */
function under(plane, at, frame, px, py) {
  const { area } = at,
    [x, y] = [at.x(px), at.y(py)],
    inside = px >= area.x && px <= area.x + area.w && py >= area.y && py <= area.y + area.h;
  for (const mark of [...plane.marks].reverse()) {
    if (!mark.say) continue;
    const own = (i, value) => ({ mark, i, said: filled(mark.say, { ...fieldsOf(mark, frame, i), x, y, value }) });
    if (mark.mark === "bars") {
      const seen = rows(mark, frame, ["value"]),
        i = Math.round(mark.sideways ? y : x),
        there = mark.sideways ? py >= area.y && py <= area.y + area.h : px >= area.x && px <= area.x + area.w;
      if (seen && there && i >= 0 && i < seen.n) return own(i, seen.value(i));
    }
    if (mark.mark === "regions" && inside) {
      const seen = rows(mark, frame),
        far = Array.from({ length: seen?.n ?? 0 }, (_, i) => Math.hypot(seen.x(i) - x, seen.y(i) - y));
      if (far.length) return own(far.indexOf(Math.min(...far)));
    }
    if (mark.mark === "heat" && inside) {
      const block = array(mark.value.array, frame.run, frame.moment),
        [[x0, x1], [y0, y1]] = [mark.across ?? at.across, mark.up ?? at.up];
      if (!block || x < x0 || x > x1 || y < y0 || y > y1) continue;
      const [h, w] = block.shape,
        cell = (v, n) => Math.max(0, Math.min(n - 1, Math.floor(v * n))),
        [r, c] = [cell((y1 - y) / (y1 - y0), h), cell((x - x0) / (x1 - x0), w)];
      return own(r * w + c, block.values[r * w + c] * mark.value.scale);
    }
  }
  return null;
}

/** All figures over the training at the step under the pointer. */
function atStep(plane, at, frame, px) {
  const step = stepAt(plane, at, px),
    lines = plane.marks.filter(({ mark, x }) => mark === "line" && x?.over === "step");
  if (step === null || !lines.length) return "";
  const say = (run, { y }) => figure(run.figure(y.over, step));
  const each = lines.map((mark) => {
    const other = frame.pinned ? ` (${frame.pinned.label}: ${say(frame.pinned, mark)})` : "";
    return `${mark.label} ${say(frame.run, mark)}${other}`;
  });
  return `${plane.x.name} ${step}: ${each.join(", ")} ${plane.y.unit}`.trimEnd();
}

/** @returns {{said: string, row: {link: string, i: number}|null}} */
export function told(plane, at, frame, px, py) {
  const found = nearest(plane, at, frame, px, py) ?? under(plane, at, frame, px, py);
  if (!found) return { said: atStep(plane, at, frame, px), row: null };
  return { said: found.said, row: found.mark.link && found.i !== undefined ? { link: found.mark.link, i: found.i } : null };
}
