"""Pong on a court of 12 x 12 pixels, many games at once; after Deep Reinforcement Learning: Pong from Pixels.
Karpathy, 2016 (blog).

Departures from the Atari game: a game is one rally; the ball is one pixel large and may lie between pixels;
the other paddle follows the ball at half of the agent's speed. `app/web/parts/pong_rules.js` has the same
rules, in the same order, so that both give the same numbers to the last bit.
"""

from dataclasses import dataclass

import numpy as np

SIZE = 12  # pixels a side; the paddles stand in the first and the last column
MIDDLE, LOW, HIGH = 5.5, 1.0, SIZE - 2.0  # where paddles start, and how far they go
REACH = 1.5  # a paddle is three pixels tall, and meets a ball so far from its middle
FOLLOWS = 0.5  # pixels a frame of the other paddle; the agent moves 1


@dataclass
class Games:
    """B rallies: the ball's place and speed, the agent's paddle (right) and the other (left). All (B,)."""

    x: np.ndarray
    y: np.ndarray
    vx: np.ndarray
    vy: np.ndarray
    agent: np.ndarray
    other: np.ndarray

    @classmethod
    def serve(cls, B: int, rng: np.random.Generator) -> "Games":
        """The ball in the middle of a random row, to either side, at a random slope."""
        y, to, slope = rng.integers(2, SIZE - 2, B), rng.integers(0, 2, B), rng.integers(-2, 3, B)
        return cls(np.full(B, 5.0), y * 1.0, to * 2.0 - 1, slope / 2, np.full(B, MIDDLE), np.full(B, MIDDLE))

    def step(self, up: np.ndarray) -> np.ndarray:
        """One frame: the agent goes up or down. (B,) -> (B,): 1 the point is won, -1 lost, 0 play on."""
        self.agent = (self.agent + np.where(up, -1.0, 1.0)).clip(LOW, HIGH)
        self.other = (self.other + (self.y - self.other).clip(-FOLLOWS, FOLLOWS)).clip(LOW, HIGH)
        self.x, self.y = self.x + self.vx, self.y + self.vy
        above, below = self.y < 0, self.y > SIZE - 1
        self.y = np.where(above, -self.y, np.where(below, 2 * (SIZE - 1) - self.y, self.y))
        self.vy = np.where(above | below, -self.vy, self.vy)
        right, left = self.x >= SIZE - 1, self.x <= 0
        off = np.where(right, self.y - self.agent, self.y - self.other)
        met = (right | left) & (abs(off) <= REACH)
        self.x = np.where(met, np.where(right, SIZE - 2.0, 1.0), self.x)
        self.vx = np.where(met, -self.vx, self.vx)
        self.vy = np.where(met, off, self.vy)  # off its edge the ball flies steeply: too steep for half speed
        return 1.0 * (left & ~met) - 1.0 * (right & ~met)

    def only(self, these: np.ndarray) -> None:
        """Go on with these games alone."""
        for name, value in vars(self).items():
            setattr(self, name, value[these])

    def frames(self) -> np.ndarray:
        """What is seen, 0 to 1: (B, SIZE * SIZE). A thing between two pixels is in both, in part."""
        seen = covered(self.y, 0.5)[:, :, None] * covered(self.x, 0.5)[:, None, :]  # (B, SIZE, SIZE)
        seen[:, :, 0] += covered(self.other, REACH)
        seen[:, :, -1] += covered(self.agent, REACH)
        return seen.reshape(-1, SIZE * SIZE)


def covered(middle: np.ndarray, half: float) -> np.ndarray:
    """How much of each pixel in a row a thing covers that reaches `half` to both sides. (B,) -> (B, SIZE)."""
    return (half + 0.5 - abs(np.arange(SIZE) - middle[:, None])).clip(0, 1)
