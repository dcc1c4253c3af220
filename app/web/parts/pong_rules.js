/** Pong's rules and the net that plays, number for number as in engine/reward/pong.py and policy_gradient.py. */

export const SIZE = 12;
const [MIDDLE, LOW, HIGH, REACH, FOLLOWS] = [5.5, 1, SIZE - 2, 1.5, 0.5];
const within = (v, low, high) => Math.min(high, Math.max(low, v));

/**
 * @typedef {{x: number, y: number, vx: number, vy: number, agent: number, other: number}} Game
 * @typedef {{w: ArrayLike<number>, b: ArrayLike<number>, out: ArrayLike<number>, c: number}} Net
 *   w: the weights of the hidden units, one after the other
 * @param {() => number} random @returns {Game} the ball in the middle of a random row
 */
export const serve = (random) => ({
  x: 5, y: 2 + Math.floor(random() * (SIZE - 4)), vx: random() < 0.5 ? -1 : 1, vy: (Math.floor(random() * 5) - 2) / 2,
  agent: MIDDLE, other: MIDDLE,
}); // prettier-ignore

/**
 * One frame. @param {Game} game changed in place @param {boolean} up what the agent does
 * @param {number|null} hand where the other paddle goes, -1 to 1; null: it follows the ball at half speed
 * @returns {number} 1: the agent won the point, -1: it lost it, 0: play on
 */
export function step(game, up, hand = null) {
  game.agent = within(game.agent + (up ? -1 : 1), LOW, HIGH);
  game.other = within(game.other + (hand ?? within(game.y - game.other, -FOLLOWS, FOLLOWS)), LOW, HIGH);
  [game.x, game.y] = [game.x + game.vx, game.y + game.vy];
  if (game.y < 0 || game.y > SIZE - 1) {
    game.y = game.y < 0 ? -game.y : 2 * (SIZE - 1) - game.y;
    game.vy = -game.vy;
  }
  const right = game.x >= SIZE - 1;
  if (!right && game.x > 0) return 0;
  const off = game.y - (right ? game.agent : game.other);
  if (Math.abs(off) > REACH) return right ? -1 : 1;
  game.x = right ? SIZE - 2 : 1;
  [game.vx, game.vy] = [-game.vx, off];
  return 0;
}

/** How much of pixel i a thing covers that reaches `half` to both sides of its middle. */
const covered = (i, middle, half) => within(half + 0.5 - Math.abs(i - middle), 0, 1);

/** What is seen, row by row. @param {Game} game @param {boolean} ball whether the ball is there */
export function frame(game, ball = true) {
  const seen = new Float64Array(SIZE * SIZE);
  for (let r = 0; r < SIZE; r++) {
    for (let c = 0; ball && c < SIZE; c++) seen[r * SIZE + c] = covered(r, game.y, 0.5) * covered(c, game.x, 0.5);
    seen[r * SIZE] += covered(r, game.other, REACH);
    seen[r * SIZE + SIZE - 1] += covered(r, game.agent, REACH);
  }
  return seen;
}

/** p(up) of a difference of two frames. @param {Net} net @param {ArrayLike<number>} x */
export function chance({ w, b, out, c }, x) {
  let logit = c;
  for (let unit = 0, k = 0; unit < b.length; unit++) {
    let h = b[unit];
    for (let i = 0; i < x.length; i++, k++) h += w[k] * x[i];
    logit += out[unit] * Math.max(h, 0);
  }
  return 1 / (1 + Math.exp(-within(logit, -30, 30)));
}
