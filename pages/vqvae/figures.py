"""Figures of the VQ-VAE's labs: arrays in, panels and sentences out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures import charts, marks
from app.figures.captions import Caption
from app.figures.charts import Axis, Chart, Series
from app.figures.films import Film, header, header_of
from app.figures.panels import Panel, Title, bars, images, lines
from app.figures.pipeline import Box
from app.figures.plot import Axis as Side
from app.figures.plot import plot
from engine.core.trace import Trace
from pages.vqvae.cells import coded, points, tiles

INK = 15  # the darkest level of the labs' pictures
BLANK = 255  # a cell without a code yet


def learning(K: int, bet: int | str | None) -> Sequence[Panel]:
    """The hero: the codebook with its usage, images as codes, and how many codes are in use."""
    rows = (("test\npicture", "past"), ("all that\nis kept", "code"), ("drawn\nfrom it", "model"))
    curves = {"score.used": ("in use", "code"), "score.perplexity": ("perplexity", "truth")}
    said = {"value": float(bet), "label": "you said"} if isinstance(bet, int) and bet <= K else None
    book: Title = [(f"{K} codes", "code"), (": hatched ones are ", None), ("dead", "blind")]
    picture: Title = [("A picture is ", None), ("16 codes", "code")]
    used: Title = [("Codes", "code"), (" in use", None)]
    return [
        tiles("codes.face", "codes.usage", book, high=INK, width=1.06),
        coded("seen.x", "seen.k", "seen.x_hat", picture, rows, high=INK, most=3, width=1.25),
        lines(curves, used, unit="codes", high=float(K), bet=said, width=0.9),
    ]


def learned(K: int) -> Caption:
    """What the training has come to, at the moment shown."""
    used = f"{{score.used}} of {K} codes stand in some cell of the test pictures"
    even = "They are used as unevenly as {score.perplexity:.1f} equally busy codes would be (the perplexity)."
    return Caption(
        f"Before training, the {K} codes stand where chance put them. {used}.".replace(
            "{score.used} of", "Only {score.used} of"
        ),
        f"After {{step}} steps, {used}; the hatched ones stand in none. {even}",
        f"At the end, {used}; hatched ones, if any, stand in none. {even}",
    )


def stage_two(trace: Trace) -> Sequence[Panel]:
    """Decoded grids of the prior, of codes by their frequency, of any codes; and what codes cost."""
    shown: dict[str, Title] = {
        "prior": [("The ", None), ("prior", "model")],
        "unigram": [("Codes by ", None), ("frequency", "past")],
        "uniform": [("Any ", None), ("codes", "code")],
    }
    pictures = [images(f"samples.{name}", one, columns=3, high=INK, width=0.9) for name, one in shown.items()]
    curves = {
        "bits.prior": ("prior", "model"),
        "bits.unigram": ("frequency", "past"),
        "bits.uniform": ("any code", "code"),
    }
    high = float(np.ceil(max(float(trace.at("bits", 0)["prior"]), 6) + 0.5)) if trace.moments else 7.0
    cost: Title = [("What a test code costs", None)]
    return [*pictures, lines(curves, cost, unit="bits a code", high=high, width=1.1)]


STAGE_TWO = Caption(
    "The prior has not learned yet: to it, each code costs {bits.prior:.2f} bits, whichever it is.",
    "After {step} steps the prior guesses a test code for {bits.prior:.2f} bits; who knows only how often "
    "each code occurs needs {bits.unigram:.2f}. Each picture is decoded from sixteen codes that were drawn.",
    "At the end a test code costs the prior {bits.prior:.2f} bits, and {bits.unigram:.2f} by frequency "
    "alone. Its pictures lie {distance.prior:.2f} from the nearest training picture, those by frequency "
    "{distance.unigram:.2f}.",
)


ROWS = {3.5: "gradient at z_q", 2.5: "its copy at z_e", 1.5: "commitment", 0.5: "the code: 0"}


def copying() -> Sequence[Panel]:
    """The gradient copied across the quantiser, drawn in its own plane and in numbers."""
    title: Title = [("The step at ", None), ("z_q", "code"), (" is ", None), ("copied", "model")]
    return [
        points(
            "copy.place", [*title, (" to ", None), ("z_e", "past")], (-0.9, 1.9), (-0.95, 0.95), cells=False,
            trail=False, labels=("z_e", "z_q"), concepts=("past", "code"), arrows="copy.arrows",
            arrow_concepts=("model", "model", "truth"), width=1.1,
        ),
        plot(
            [marks.heat("copy.rows", low=-1, high=1, scale="signed", say="{value:2}")],
            [("The same, number by number: blue below 0, orange above", None)],
            Side(low=0, high=1, ticks={}), Side(low=0, high=4, ticks=ROWS, room=118), width=1.5,
        ),
    ]  # fmt: skip


def copied(trace: Trace) -> Film:
    """Its film's header and arrays: z_e at (0, 0), z_q at (1, 0), steps down the gradient of length 0.7."""
    n = len(trace.moments)
    steps = np.stack([trace.at("copy", m)["step"] for m in range(n)]).astype(np.float32) * 0.7
    zeros, ones = np.zeros((n, 1), np.float32), np.ones((n, 1), np.float32)
    pull = np.concatenate([zeros, zeros, 0.4 * ones, zeros], 1)
    arrows = np.stack([np.hstack([ones, zeros, steps]), np.hstack([zeros, zeros, steps]), pull], 1)
    place = np.tile(np.array([[0, 0], [1, 0]], np.float32), (n, 1, 1))
    rows = np.stack([trace.at("copy", m)["rows"] for m in range(n)])
    drawn = {"copy.place": place, "copy.arrows": arrows.astype(np.float32), "copy.rows": rows}
    return header_of(trace), drawn


def writing() -> Sequence[Panel]:
    """Three grids being written, and what the prior says of its next code."""
    rows = (("codes\nso far", "code"), ("decoded", "model"))
    sixteen: Title = [("Sixteen codes, one after the other", None)]
    says: Title = [("What the ", None), ("prior", "model"), (" says of this cell", None)]
    ways = ("prior", "by frequency", "any code")
    return [
        coded(None, "write.k", "write.x", sixteen, rows, high=INK, most=3, labels=ways, width=1.2),
        bars("write.p", says, unit="probability", mark="write.taken", x="code", width=1.3),
    ]


def written(grids: np.ndarray, pictures: np.ndarray, p: np.ndarray) -> Film:
    """Its film's header and arrays. grids (3, n, n); after each cell pictures (n n, 3, S, S), p (n n, K)."""
    n = len(p)
    taken = grids[0].reshape(-1)
    k = np.full((n, *grids.shape), BLANK, np.uint8)
    for i in range(n):
        k[i].reshape(3, -1)[:, : i + 1] = grids.reshape(3, -1)[:, : i + 1]
    bits = -np.log2(np.maximum(p[np.arange(n), taken], 1e-12))
    scalars = {"bits": {"step": list(range(1, n + 1)), "value": [round(float(v), 4) for v in bits]}}
    x = (np.clip(pictures, 0, 1) * INK).round().astype(np.uint8)
    chances = {"write.p": p.astype(np.float32), "write.taken": taken.astype(np.float32)}
    return header(range(1, n + 1), scalars), {"write.k": k, "write.x": x, **chances}


def written_said(bits: Sequence[float]) -> Caption:
    """What a grid being written shows. bits: what each of the prior's codes cost."""
    same = "The three grids are drawn with the same random numbers; only the prior looks at its neighbours."
    return Caption(
        f"The first code cost the prior {{bits:.1f}} bits. Cells to come hold the commonest code. {same}",
        "Code {step} of 16 is written: it cost the prior {bits:.1f} bits. " + same,
        f"The prior's sixteen codes cost {sum(bits):.0f} bits, {sum(bits) / len(bits):.2f} a code. {same}",
    )


def rate(trace: Trace) -> str:
    """The three numbers, as a table in Markdown, of a cell and of a picture of 16 cells."""
    bits = trace.last("bits")
    rows = (
        (r"$\log_2 K$", "if every code were as likely as another", float(bits["uniform"])),
        ("frequency", "if only how often each code occurs is known", float(bits["unigram"])),
        ("prior", "if the codes before are known", float(bits["prior"])),
    )
    lines_ = "\n".join(f"| {name} | {words} | **{b:.2f}** | {16 * b:.0f} |" for name, words, b in rows)
    return f"| rate | what a code costs | bits a code | bits a picture |\n|---|---|---|---|\n{lines_}"


def curve(trace: Trace, here: tuple[int, float] | None) -> Chart:
    """What is lost against the number of codes. here: (K, error) of the run on the stage."""
    last = trace.last("curve")
    K = [2 ** round(float(v)) for v in last["most"]]
    said = [
        f"{int(u)} of {k} codes used, {b:.2f} bits"
        for u, k, b in zip(last["used"], K, last["bits"], strict=True)
    ]
    series = [Series("300 steps each", K, last["mse"], "code", said=said, dots=True)]
    if here is not None:
        at = ([here[0]], [here[1]])
        series.append(Series("the run on the stage", *at, "model", dots=True, shape="diamond", size=140))
    x = Axis("codes K", 0.8 * K[0], 1.25 * K[-1], log=True, ticks=K, format="d")
    y = Axis("mean square lost", low=0, format=".4~f")
    return charts.lines(series, x, y)


def _columns(K: int) -> int:
    return max(8, int(np.ceil(np.sqrt(K))))


def mosaic(face: np.ndarray, usage: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The codebook as one picture to be clicked: ink, a text for each pixel, and which are of dead codes.

    face (K, h, w), usage (K,) -> three arrays of rows (h + 1) x columns (w + 1) pixels, a blank line between.
    """
    K, h, w = face.shape
    columns = _columns(K)
    rows = -(-K // columns)
    shape = rows * (h + 1), columns * (w + 1)
    ink, text, dead = (np.zeros(shape, kind) for kind in (float, object, np.uint8))
    text[:] = ""
    for k in range(K):
        r, c = (k // columns) * (h + 1), (k % columns) * (w + 1)
        ink[r : r + h, c : c + w] = face[k]
        text[r : r + h, c : c + w] = f"code {k}, {int(usage[k])} cells" if usage[k] else f"code {k}, dead"
        dead[r : r + h, c : c + w] = not usage[k]
    return ink, text, dead


def picked(cell: tuple[int, int], K: int, wide: int) -> int | None:
    """The code under a pixel of `mosaic`, whose rows are `wide` pixels; None beside the codes."""
    columns = _columns(K)
    side = wide // columns
    k = (cell[0] // side) * columns + cell[1] // side
    return k if k < K else None


def tile(code: int, K: int, shape: tuple[int, ...]) -> np.ndarray:
    """The pixels of one code in a `mosaic` of this shape, as ones."""
    columns = _columns(K)
    side = shape[1] // columns
    ones = np.zeros(shape, np.uint8)
    r, c = (code // columns) * side, (code % columns) * side
    ones[r : r + side - 1, c : c + side - 1] = 1
    return ones


def ink(rgb: np.ndarray) -> np.ndarray:
    """Pictures (n, H, W, 3) of bytes as ink (n, H, W) in [0, 1]: dark is ink."""
    return (1 - rgb @ (0.299, 0.587, 0.114) / 255).astype(np.float32)


FOLLOWS = {
    "EMA": "A code moves to the running average (EMA) of the vectors that it replaced.",
    "loss": "A term of the loss draws a code to the vectors that it replaced.",
}


def pipeline(trace: Trace, spec: Any) -> tuple[Box, ...]:
    """From a test picture to the same, redrawn; of the run at hand."""
    done = bool(trace.moments)
    x, x_hat = (1 - trace.last("seen")[n][0] / INK if done else None for n in ("x", "x_hat"))
    codes = " ".join(map(str, trace.last("seen")["k"][0].ravel()[:4])) + " …" if done else "16 numbers"
    return (
        Box("picture", "A picture goes in.", "x", "16 × 16 grey pixels", x, hue="past"),
        Box("encoder", "The encoder, three convolutions, turns each of its sixteen cells into a vector.",
            "z_e(x)", f"4 × 4 cells × {spec.D} numbers"),
        Box("nearest code", f"In each cell, the nearest of {spec.K} learned vectors, the codes, takes the "
            f"vector's place; its number is all that is kept. {FOLLOWS[spec.codebook]}", "k, then z_q(x)",
            "4 × 4 whole numbers", text=codes, hue="code"),
        Box("decoder", "The decoder draws a picture from the sixteen codes.", "",
            f"4 × 4 × {spec.D} → 16 × 16"),
        Box("redrawn", "Training makes it like the one that went in. The gradient skips the choice of the "
            "code: it is copied from the decoder's side to the encoder's.", "x̂", "16 × 16", x_hat,
            hue="model"),
    )  # fmt: skip


def symbols(trace: Trace, spec: Any) -> Sequence[tuple[str, str, str]]:
    """The symbols of the page's equations, with their values here."""
    mse = f"{float(trace.last('score')['mse']):.4f}" if trace.moments else "not trained yet"
    return (
        ("L", "what training makes small; the first term is the error on a test picture, a pixel", mse),
        ("x", "a picture, ink in [0, 1]", "16 x 16"),
        (r"\hat x", "the picture that the decoder draws", "16 x 16"),
        (r"z_e(x), z_e", "what the encoder puts out, a vector for each cell", f"4 x 4 x {spec.D}"),
        (r"e, e_j, e_k", "the codes: the nearest to an output, any, and number k", f"{spec.K} x {spec.D}"),
        ("k, j", "numbers of codes; k is the nearest, and all that is kept of a cell", f"0 to {spec.K - 1}"),
        (
            r"\|\mathrm{sg}[z_e(x)] - e\|^2",
            "draws a code to the outputs that it won; averages do that instead, with N, m and e below",
            "in the loss" if spec.codebook == "loss" else "left out: averages (EMA)",
        ),
        (r"\mathrm{sg}", "stop gradient: the value counts, but nothing is learned through it", "no gradient"),
        (r"\beta", "how strongly outputs are held to their code", f"{spec.beta:g}"),
        (r"n_k", "how many cells of the batch code k has won", "a count"),
        (r"N_k, m_k", "running averages of that count, and of the outputs it won", f"{spec.K} x {spec.D}"),
        (r"\gamma", "how much of an average stays at each step", f"{spec.gamma:g}"),
    )


def cover() -> Panel:
    """For the page's card."""
    return tiles("codes.face", "codes.usage", (), high=15)
