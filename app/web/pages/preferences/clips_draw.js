/** What the clips are drawn with: a garden, a walk in it, a map that blooms, arrows of a policy. */

import { figure, hatched } from "../../parts/kit.js";

/** Cells, water, flags and the start. `filled`: the cells' own ground too, else things alone. */
export function ground(pen, s, data, colours, filled) {
  const n = data.side;
  if (filled) {
    pen.fillStyle = colours.paper;
    pen.fillRect(0, 0, n * s, n * s);
    pen.strokeStyle = colours.line;
    pen.lineWidth = 1;
    pen.strokeRect(0.5, 0.5, n * s - 1, n * s - 1);
    pen.beginPath();
    for (let i = 1; i < n; i++) (pen.moveTo(i * s, 0), pen.lineTo(i * s, n * s), pen.moveTo(0, i * s), pen.lineTo(n * s, i * s));
    pen.stroke();
  }
  for (const [r, c] of data.water) water(pen, c * s, r * s, s, colours);
  for (const [r, c, worth] of data.flags) flag(pen, c * s, r * s, s, worth, colours);
  if (!filled) return;
  const [r, c] = data.start;
  pen.strokeStyle = colours.soft;
  pen.setLineDash([3, 3]);
  pen.strokeRect(c * s + 4, r * s + 4, s - 8, s - 8);
  pen.setLineDash([]);
}

function water(pen, x, y, s, colours) {
  pen.strokeStyle = colours.soft;
  pen.lineWidth = Math.max(1, s / 26);
  pen.beginPath();
  for (const k of [0.34, 0.54, 0.74]) {
    pen.moveTo(x + s * 0.14, y + s * k);
    pen.bezierCurveTo(x + s * 0.3, y + s * (k - 0.14), x + s * 0.38, y + s * (k - 0.14), x + s * 0.5, y + s * k);
    pen.bezierCurveTo(x + s * 0.62, y + s * (k + 0.14), x + s * 0.7, y + s * (k + 0.14), x + s * 0.86, y + s * k);
  }
  pen.stroke();
}

function flag(pen, x, y, s, worth, colours) {
  const tall = 0.42 + 0.22 * worth;
  pen.strokeStyle = colours.ink;
  pen.lineWidth = Math.max(1.5, s / 20);
  pen.beginPath();
  pen.moveTo(x + s * 0.34, y + s * 0.84);
  pen.lineTo(x + s * 0.34, y + s * (0.84 - tall));
  pen.stroke();
  pen.fillStyle = colours.truth;
  pen.beginPath();
  pen.moveTo(x + s * 0.34, y + s * (0.84 - tall));
  pen.lineTo(x + s * (0.34 + 0.46 * worth), y + s * (0.84 - tall + 0.15));
  pen.lineTo(x + s * 0.34, y + s * (0.84 - tall + 0.3));
  pen.fill();
}

/** A walk: its whole way as a thin line, what is walked so far as a thick one, and the walker. */
export function walk(pen, s, data, clip, share, colours, motion) {
  const spot = (cell) => [((cell % data.side) + 0.5) * s, (Math.floor(cell / data.side) + 0.5) * s];
  const points = clip.map(spot);
  const at = Math.min(points.length - 1, share * 1.18 * (points.length - 1)); // rests at the end
  const whole = Math.floor(at);
  const line = (upto, width, alpha) => {
    pen.globalAlpha = alpha;
    pen.strokeStyle = colours.model;
    pen.lineWidth = width;
    pen.lineJoin = pen.lineCap = "round";
    pen.beginPath();
    points.slice(0, upto + 1).forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    return () => (pen.stroke(), (pen.globalAlpha = 1));
  };
  line(points.length - 1, s * 0.05, 0.45)();
  const [a, b] = [points[whole], points[Math.min(points.length - 1, whole + 1)]];
  const [x, y] = [a[0] + (b[0] - a[0]) * (at - whole), a[1] + (b[1] - a[1]) * (at - whole)];
  const thick = line(whole, s * 0.16, 0.5);
  pen.lineTo(x, y);
  thick();
  pen.strokeStyle = colours.model;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(points[0][0], points[0][1], s * 0.13, 0, 7);
  pen.fillStyle = colours.paper;
  pen.fill();
  pen.stroke();
  pen.fillStyle = colours.model;
  pen.beginPath();
  pen.arc(x, y, s * 0.24, 0, 7);
  pen.fill();
  if (motion) return;
  pen.fillStyle = colours.paper; // at rest the walker says how long it walked
  pen.font = `600 ${Math.round(s * 0.26)}px ${colours.font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(String(points.length), x, y);
}

/** Cells in signed colours; a cell that changes grows out of its middle. Hatching: predictors disagree. */
export function bloom(pen, s, values, from, grown, data, colours) {
  const n = data.side;
  const tone = (v) => colours.signed.css(0.5 + (0.5 * v) / data.high);
  for (let i = 0; i < n * n; i++) {
    const [x, y] = [(i % n) * s, Math.floor(i / n) * s];
    const old = from?.[i] ?? values[i];
    pen.fillStyle = tone(old);
    pen.fillRect(x + 0.5, y + 0.5, s - 1, s - 1);
    if (grown === 1) {
      pen.fillStyle = tone(values[i]);
      pen.fillRect(x + 0.5, y + 0.5, s - 1, s - 1);
    } else if (Math.abs(values[i] - old) > 0.02) {
      pen.fillStyle = tone(values[i]);
      pen.beginPath();
      pen.save();
      pen.rect(x + 0.5, y + 0.5, s - 1, s - 1);
      pen.clip();
      pen.beginPath();
      pen.arc(x + s / 2, y + s / 2, s * 0.72 * (1 - (1 - grown) ** 3), 0, 7);
      pen.fill();
      pen.restore();
    }
    const doubt = data.spread ? Math.min(1, Math.max(0, (data.spread[i] - 0.25) / 0.9)) : 0;
    if (doubt > 0.05) {
      pen.globalAlpha = 0.75 * doubt;
      hatched(pen, x, y, s, colours.soft);
      pen.globalAlpha = 1;
    }
  }
}

/** The move that the policy takes in each cell; none where all are alike to it. */
export function arrows(pen, s, data, colours) {
  const ways = [
    [0, -1],
    [1, 0],
    [0, 1],
    [-1, 0],
  ];
  data.best.forEach((moves, i) => {
    if (moves.every((share) => share > 0.2)) return;
    const [x, y] = [((i % data.side) + 0.5) * s, (Math.floor(i / data.side) + 0.5) * s];
    const t = 0.5 + (0.5 * data.r_hat[i]) / data.high;
    pen.strokeStyle = pen.fillStyle = colours.signed.on(Math.max(0, Math.min(1, t)));
    moves.forEach((share, a) => {
      if (share < 0.2) return;
      const [dx, dy] = ways[a];
      const l = s * 0.24;
      pen.lineWidth = Math.max(1.2, s / 28);
      pen.beginPath();
      pen.moveTo(x - dx * l * 0.7, y - dy * l * 0.7);
      pen.lineTo(x + dx * l, y + dy * l);
      pen.moveTo(x + dx * l - (dx + dy) * l * 0.45, y + dy * l - (dy + dx) * l * 0.45);
      pen.lineTo(x + dx * l, y + dy * l);
      pen.lineTo(x + dx * l - (dx - dy) * l * 0.45, y + dy * l - (dy - dx) * l * 0.45);
      pen.stroke();
    });
  });
}

/** Nothing is told yet. */
export function hidden(pen, s, data, colours) {
  const side = s * data.side;
  pen.fillStyle = colours.paper;
  pen.fillRect(0, 0, side, side);
  pen.strokeStyle = colours.line;
  pen.lineWidth = 1;
  pen.strokeRect(0.5, 0.5, side - 1, side - 1);
  pen.fillStyle = colours.line;
  pen.font = `600 ${Math.round(side / 2.6)}px ${colours.font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText("?", side / 2, side / 2);
}

/** The signed scale in numbers, under a map. */
export function legend(pen, side, high, unit, colours) {
  const width = Math.min(150, side);
  for (let i = 0; i < width; i++) {
    pen.fillStyle = colours.signed.css(i / (width - 1));
    pen.fillRect(i, side + 6, 1.5, 6);
  }
  pen.fillStyle = colours.soft;
  pen.font = `11.5px ${colours.mono}`;
  pen.textBaseline = "top";
  pen.textAlign = "left";
  pen.fillText(figure(-high), 0, side + 15);
  pen.textAlign = "right";
  pen.fillText(figure(high), width, side + 15);
  pen.font = `11.5px ${colours.font}`;
  pen.textAlign = "left";
  if (side - width > 90) pen.fillText(unit, width + 8, side + 4);
}
