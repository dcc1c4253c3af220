"""Figures of the VAE: clouds, what the plane draws, what a digit costs; arrays in, panels and texts out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import marks
from app.figures.captions import Caption
from app.figures.kinds import panel
from app.figures.marks import over
from app.figures.panels import Panel, Title
from app.figures.pipeline import Box
from app.figures.plot import Axis, plot
from engine.core.trace import Trace
from engine.data.black_digits import black_digits, independent
from engine.latent.vae_lab import INK, REACH, SIDE, shown

CIRCLE = float(np.sqrt(-2 * np.log(0.05)))  # holds 95 % of N(0, I) in a plane
NATS = Axis("nats a kept digit", low=0, high=45, ticks={0: "0", 15: "15", 30: "30", 45: "45"})
EQUATION = (
    r"\underbrace{\log p(x)}_{\text{evidence}} = "
    r"\underbrace{\mathbb{E}_{q}[\log p(x|z)] - \mathrm{KL}(q(z|x) \,\|\, p(z))}_{\text{bound, the ELBO}} + "
    r"\underbrace{\mathrm{KL}(q(z|x) \,\|\, p(z|x))}_{\text{gap, not below 0}}"
)
PLAIN = (
    ("A draw from the cloud: centre, plus width times chance ε. So the gradient reaches μ and σ.",
     r"z = \mu(x) + \sigma(x) \odot \varepsilon, \qquad \varepsilon \sim \mathcal{N}(0, I)"),
    ("The price of a cloud: a sum over the numbers j of z.",
     r"\mathrm{KL}(q(z|x) \,\|\, p(z)) = \frac{1}{2} \sum_j (\mu_j^2 + \sigma_j^2 - \log \sigma_j^2 - 1)"),
    ("With K draws for each picture, weighed together: the bound rises with K, on average.",
     r"\mathbb{E}\left[\log \frac{1}{K} \sum_{k=1}^{K} \frac{p(x, z_k)}{q(z_k|x)}\right] \le \log p(x)"),
    ("Coordinate ascent: the best q of one number while the q of the other stays as it is.",
     r"q_j(z_j) \propto \exp \mathbb{E}_{\text{other}}[\log p(z, x)]"),
    ("The linear VAE. At its best W spans the main directions of PCA, s² is the mean variance of "
     "the rest.",
     r"p(x|z) = \mathcal{N}(W z, s^2 I), \qquad q(z|x) = \mathcal{N}(V x, D)"),
)  # fmt: skip


def plane(noise: bool, width: float = 1.35) -> Panel:
    """The plane of z: drawn tiles, clouds of kept digits, a lens. The script is pages/elbo/plane.js."""
    title: Title = [
        ("Clouds" if noise else "Points", "model"), (" of digits over what the plane ", None),
        ("draws", "code"),
    ]  # fmt: skip
    classes = [str(black_digits().labels[i]) for i in shown()]
    return panel(
        "elbo/plane", "plane.x", title, width, mu="clouds.mu", sigma="clouds.sigma", classes=classes,
        reach=REACH[noise], tiles=SIDE, low=0, high=INK, circle=CIRCLE,
        edge=["circle: 95% of", "draws of N(0, I)"],
        what="nearest cloud" if noise else "nearest point",
    )  # fmt: skip


def costs(noise: bool) -> Panel:
    """What a kept digit costs while the net learns, and what it is made of."""
    drawn = [marks.line(over(), over("draw"), "code", label="its pixels", width=2)]
    title: Title = [("What a kept digit costs: ", None), ("its pixels", "code")]
    if noise:
        drawn += [
            marks.line(over(), over("price"), "past", label="+ its cloud (KL)", width=2),
            marks.line(over(), over("kept"), "model", label="= minus the bound", width=2.6),
        ]
        title = [
            ("Pixels", "code"),
            (" + ", None),
            ("cloud", "past"),
            (" = ", None),
            ("−bound", "model"),
        ]
    drawn += [
        marks.rules(-independent(), "soft", label="each pixel by itself", must=True, dash=(2, 3)),
        marks.rules(over(), "line", axis="x"),
    ]
    return plot(drawn, title, Axis("step"), NATS)


def tight(noise: bool) -> Panel:
    """The cost by one draw of z and by many, weighed; or, without noise, of kept and of learned digits."""
    ways = (
        {"kept": "1 draw", "ten": "10", "hundred": "100 draws"}
        if noise
        else {"kept": "kept", "learned": "learned"}
    )
    hues = ("model", "soft", "truth") if noise else ("model", "past")
    drawn = [
        marks.line(over(), over(name), hue, label=said, width=2)
        for (name, said), hue in zip(ways.items(), hues, strict=True)
    ]
    title: Title = [("More draws", "truth"), (", tighter bound", None)]
    if not noise:
        title = [("Kept", "model"), (" and ", None), ("learned", "past"), (" digits part", None)]
    low, high = (18, 26) if noise else (12, 20)
    ticks = {float(v): str(v) for v in range(low, high + 1, 2)}
    drawn.append(marks.rules(over(), "line", axis="x"))
    return plot(drawn, title, Axis("step"), Axis("nats a digit", low=low, high=high, ticks=ticks))


def hero(spec: Any) -> Sequence[Panel]:
    """The plane, what a digit costs, and how tight the bound is."""
    return [plane(spec.noise), costs(spec.noise), tight(spec.noise)]


def hero_said(spec: Any) -> Caption:
    """What the clouds and the bound have come to."""
    if not spec.noise:
        now = (
            "the picture of a kept digit costs {draw:.1f} nats when it is drawn from its point. Points lie "
            "{spread:.1f} from 0 (root mean square); nothing holds them"
        )
        return Caption(
            "Before training all points lie in a heap, and every place draws the same grey.",
            f"After {{step}} steps {now}.",
            f"At the end {now}: no cloud has to be paid, and there is no bound.",
        )
    now = (
        "a kept digit costs {kept:.1f} nats: {draw:.1f} for its pixels, {price:.1f} for its cloud (KL). "
        "Weighing 100 draws says {hundred:.1f}. "
        "Centres lie {spread:.1f} from 0 (root mean square), clouds are {sigma:.2f} wide"
    )
    return Caption(
        "Before training all clouds lie over each other, as wide as the circle, and every place draws the "
        "same grey.",
        f"After {{step}} steps {now}.",
        f"At the end {now}. Move over the plane: the lens draws what the decoder makes of the place.",
    )


NOISY = (  # what encoder, draw and bound do
    "The encoder answers with a centre and a width for each number of z: a cloud.",
    "A place is drawn from the cloud by chance.",
    "How likely the pixels are, minus the price of the cloud: learning raises this bound.",
)
PLAINLY = (
    "The encoder answers with a point.",
    "The point itself is taken: no chance.",
    "Learning makes the pixels likely, and nothing else.",
)


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From a kept digit to what is drawn of it, by the run at hand."""
    seen = 1 - black_digits().kept[shown()[20]].view(8, 8).numpy()  # a 3
    size = f"{spec.D} numbers" if spec.D > 1 else "1 number"
    mu = sigma = picture = None
    if trace.moments:
        mu, sigma = (trace.last("clouds")[name][20].astype(float) for name in ("mu", "sigma"))
        picture = 1 - tile(trace.last("plane")["x"], mu, REACH[spec.noise]) / INK
    at = "not trained yet" if mu is None else f"μ = ({mu[0]:.1f}, {mu[1]:.1f})"
    wide = "z = μ" if not spec.noise else "not trained yet"
    if sigma is not None and spec.noise:
        wide = f"σ = ({sigma[0]:.2f}, {sigma[1]:.2f})"
    end = f"{-trace.latest('kept'):.1f} nats" if "kept" in trace.scalars else "not trained yet"
    words = NOISY if spec.noise else PLAINLY
    return (
        Box("digit", "A handwritten digit goes in, each pixel black or white.", "x", "64 pixels", seen),
        Box("encoder", words[0], "q(z|x)", f"2 x {size}", text=at, hue="model"),
        Box("draw", words[1], "z", size, text=wide, hue="past"),
        Box("decoder", "The decoder draws a picture from the place: for each pixel how likely it is black.",
            "p(x|z)", "64 probabilities", picture, hue="code"),
        Box("bound" if spec.noise else "likelihood", words[2], "ELBO" if spec.noise else "", "1 number",
            text=end),
    )  # fmt: skip


def tile(tiles: np.ndarray, mu: np.ndarray, reach: float) -> np.ndarray:
    """The tile nearest to a place of the plane: what is drawn about there."""
    column, row = (
        int(np.clip(round((v + reach) / (2 * reach) * (SIDE - 1)), 0, SIDE - 1)) for v in (mu[0], -mu[1])
    )
    return tiles[row * SIDE + column]


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the equations, with their values here."""
    kept = f"{-trace.latest('kept'):.2f} nats" if "kept" in trace.scalars else "none without noise"
    price = f"{trace.latest('price'):.2f} nats" if "price" in trace.scalars else "not paid"
    return (
        ("x", "a picture: 64 pixels, black or white", "64 numbers"),
        ("z, z_k, z_j", "the hidden numbers; the draw k of them; number j of them", f"{spec.D} numbers"),
        ("p(x)", "how likely the model finds the picture, whatever z: the evidence", f"bound {kept}"),
        ("p(z)", "where z lies before anything is seen", "N(0, I)"),
        ("p(x|z)", "the decoder", "64 probabilities"),
        ("q(z|x), q", "the encoder's cloud", f"{2 * spec.D} numbers"),
        (r"\mathrm{KL}", "how far q lies from the other: from p(z), the price of a cloud", price),
        (r"\mathbb{E}", "the mean over draws of z", "100 draws"),
        (r"\mu, \sigma", "centre and width of a cloud", f"{spec.D} numbers each"),
        (r"\varepsilon", "chance from outside", f"{spec.D} numbers"),
        (r"\mathcal{N}, I", "the Gaussian; all widths 1, no slant", "-"),
        ("K, k", "how many draws, and which", "1, 10, 100"),
        ("j", "which number of z", f"1 to {spec.D}"),
        ("W, V, D, s", "of the linear VAE: weights of its decoder and encoder, variances of q, noise",
         "5 numbers in z"),
    )  # fmt: skip


def cover() -> Panel:
    """For the page's card."""
    return costs(True) | {"title": []}
