"""What the page on fewer steps says of how it works: equations, symbols, the model in a line."""

from collections.abc import Sequence
from typing import Any

from app.figures.pipeline import Box
from engine.diffusion.karras import EPS, MOST

EQUATION = (
    r"\begin{aligned} x_s = {} & \underbrace{\sqrt{\bar\alpha_s}\, \hat x_0}_{\text{guess of the data}} + "
    r"\underbrace{\sqrt{1 - \bar\alpha_s - \sigma^2}\, \hat\epsilon}_{\text{the same noise, less of it}} \\ "
    r"& + \underbrace{\sigma z}_{\text{fresh noise}} \end{aligned}"
)
PLAIN = (
    ("That is Eq. 12 of DDIM, from level t to s, for points divided by √(1 + t²); in the equations below "
     "they are as they are, x = x₀ + t ε. How much of the noise is fresh (Eq. 16); η = 0: none, and "
     "each noise has one end:",
     r"\sigma = \eta \sqrt{\frac{1 - \bar\alpha_s}{1 - \bar\alpha_t}} "
     r"\sqrt{1 - \frac{\bar\alpha_t}{\bar\alpha_s}}"),
    ("A consistency model says the end at once. At the least noise ε it says x itself, whatever its net F "
     "says, for there the first factor is 1 and the second 0:",
     r"f_\theta(x, t) = c_\text{skip}(t)\, x + c_\text{out}(t)\, F_\theta(x, t)"),
    ("It learns to say at t what it says one step of the teacher closer to the data. Its older weights θ⁻, "
     "an average, say the goal:",
     r"d\big( f_\theta(x_t, t),\; f_{\theta^-}(\hat x_s, s) \big)"),
    ("A trajectory model jumps from t to any s, towards its heading g. At s = t the jump is nothing, and g "
     "is the denoiser’s guess: (g − x) / t² is the score. With the least s it is a consistency model:",
     r"G_\theta(x, t, s) = \frac{s}{t}\, x + \Big(1 - \frac{s}{t}\Big)\, g_\theta(x, t, s)"),
)  # fmt: skip


def pipeline(spec: Any) -> Sequence[Box]:
    """The model in a line, from the run on the stage."""
    return (
        Box("noise", "A point of pure noise goes in.", "x_T", "1 number", text=f"{spec.x:g}", hue="past"),
        Box("guess", "The denoiser guesses the data behind it, and so its noise.", "x̂_0, ε̂", "2 numbers",
            text="E[x₀|x]"),
        Box("less noise", "The guess is put together again with less of the same noise.", "x_s", "1 number",
            text=f"{spec.steps} times", hue="past"),
        Box("fresh noise", "With η above 0 a part of that noise is fresh.", "σ z", "1 number",
            text=f"η = {spec.eta:g}", hue="model"),
        Box("end", "Where the path ends is data; a consistency model says it at once.", "x_0", "1 number",
            text="3 clumps", hue="truth"),
    )  # fmt: skip


def symbols(spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    return (
        (r"x, x_t, x_s", "a point; at the noise level t, and at a lower one, s", "1 or 2 numbers"),
        (r"t, s", "noise levels, as the noise’s standard deviation", f"{EPS:g} to {MOST:g}"),
        (r"\hat x_0, \hat\epsilon", "the guesses of the data and of the noise in x_t", "exact here"),
        (
            r"\bar\alpha_t, \bar\alpha_s",
            "the share of signal left in the variance at t, at s",
            "1 / (1 + t²)",
        ),
        (r"\sigma, z", "how much of the noise is fresh; fresh noise", "0 at η = 0"),
        (r"\eta", "0: no fresh noise, 1: a DDPM’s", f"{spec.eta:g}"),
        (
            r"f_\theta, F_\theta, \theta^-",
            "the consistency model, its bare net, its older weights",
            "3 layers of 64",
        ),
        (r"c_\text{skip}, c_\text{out}", "how much of x, and of the net’s word, are taken", "1 and 0 at ε"),
        (r"d, \hat x_s", "the squared distance; one step of the teacher from x_t to s", "Heun’s step"),
        (r"G_\theta, g_\theta", "a jump from t to s; where it is heading", "3 layers of 96"),
    )
