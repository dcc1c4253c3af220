"""Page: discrete codes. VQ-VAE (van den Oord, Vinyals & Kavukcuoglu, 2017)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.live import View
from app.page.predict import Bet
from app.page.screen import Figure, Scene
from engine.codes import prior_lab, rate_lab, theatre_lab, vqvae, vqvae_lab
from pages.vqvae import codebook, figures, goals, stages


def one(**changes: bool | str | int) -> dict[str, bool | str | int]:
    """Parameters of a beat on stage one."""
    seen = {"restart": True, "init": "random", "K": 64, "codebook": "EMA", "beta": 0.25, "data": "sprites"}
    return {"lab": ONE, **{f"vqvae.{name}": value for name, value in {**seen, **changes}.items()}}


ONE, TWO = "Stage one: codes", "Stage two: a prior"
USED = Figure("perplexity", "perplexity on test pictures", "higher", unlike=("K",))
BITS = Figure("test", "bits a test code", "lower")
PLANE = {"theatre.points": "islands", "theatre.init": "random", "theatre.restart": False}
BEATS = (
    Beat("Two of 64 random codes win every cell; the rest die.", "train", one(restart=False),
         note="Drag the timeline: from the first step on, one or two codes win everything."),
    Beat("Dead codes come back when they are moved onto the data.", "train", one(),
         note="Drag the timeline: the curve jumps near step 70, when the first restarts come."),
    Beat("A picture is sixteen codes.", "grid", one(),
         note="Click a cell, then a code of the book on the right, then Put it; framed pixels have changed."),
    Beat("Unrestarted, codes that start on data mostly live.", "train", one(restart=False, init="on data"),
         note="Dozens live, but not all of them: go two steps back to compare."),
    Beat("In the plane: a code that wins no point never moves.", "plane", {**one(), **PLANE},
         note="Press Play, then follow code 1, a grey one: it wins no point and stays where it is."),
    Beat("The gradient crosses the codebook as a copy.", "copy", one(),
         note="Compare the rows on the right: the first two are alike, the last one is empty."),
    Beat("Beside its neighbours a code costs two bits less.", "train", {**one(), "lab": TWO},
         note="Compare the three curves at the end: knowing the neighbours makes a code cheaper."),
    Beat("A prior writes a grid, and it decodes to a picture.", "write", {**one(), "lab": TWO},
         note="Press Play. The other two columns had the same random numbers, and no neighbours."),
)  # fmt: skip
PRESETS = {
    vqvae_lab.SPEC: (
        Preset("no restarts", {"restart": False}, "Most codes never win a cell; the picture blurs."),
        Preset(
            "codes start on data",
            {"restart": False, "init": "on data"},
            "Codes that begin where the encoder speaks have cells to win.",
        ),
        Preset("a loss for the codes", {"codebook": "loss"}, "As in the paper's main text."),
        Preset("factor images", {"data": "factors"}, "Angles and scales: harder to code."),
        Preset(
            "no commitment",
            {"beta": 0.0, "codebook": "loss"},
            "Nothing holds the encoder: its outputs run away from their codes, and pictures are a blur.",
            True,
        ),
        Preset("two codes", {"K": 2}, "One bit a cell: sixteen bits for a picture.", True),
        Preset("a huge step", {"lr": 1.0}, "The loss jumps, or the run is stopped as diverged.", True),
    ),
    prior_lab.SPEC: (
        Preset("one layer", {"layers": 1}, "It reads its near neighbours only."),
        Preset("no time to learn", {"steps": 20}, "Hardly better than each code's frequency.", True),
    ),
}

page = anatomy.open(
    "vqvae",
    claim="Most random :violet[codes] die at once; :orange[restarting] them brings them back.",
    says=(
        "A small grey picture goes in.",
        "Out comes the same picture, redrawn from sixteen codes, each picked from one list of 64.",
        "It learns to redraw with little error, and to keep codes near what the encoder puts in their place.",
    ),
    hero="test pictures",
    beats=BEATS,
)
base = page.view(vqvae_lab)
page.pipeline(*figures.pipeline(base.trace, base.spec))
without = live.view(vqvae_lab, vqvae_lab.SPEC(restart=False))
bet = page.predict(
    Bet(
        "alive",
        "All 64 codes are in use here. Switch restarts off: how many will be in use at the end?",
        (2, 16, 32, 64),
        goals.alive(without.trace),
        "A code moves only if it wins a cell, and the few nearest to the encoder's outputs win them all.",
        vqvae_lab,
        {"restart": False},
        covers=("claims-vqvae",),
    )
)


def scene(run: View) -> Scene:
    """Codes coming and going, or the prior's grids."""
    if run.lab is prior_lab:
        return Scene(figures.stage_two(run.trace), figures.STAGE_TWO, BITS)
    panels, first = figures.learning(run.spec.K, bet), ("K", "init", "restart", "codebook", "data")
    return Scene(panels, figures.learned(run.spec.K), USED, height=242, first=first)


run = page.training("train", {ONE: vqvae_lab, TWO: prior_lab}, scene, label="Stage")


@page.part
def grid() -> None:
    """An image as codes, and the codebook behind it."""
    with page.stage("grid", "All that is kept of a picture is :violet[sixteen codes]: change one"):
        codebook.draw(base)


@page.part
def plane() -> None:
    """The codebook in two dimensions."""
    with page.stage("plane", "In the plane: a :violet[code] moves only if it wins a :blue[point]"):
        stages.plane(page.shown(theatre_lab))
        page.strip(theatre_lab, ("K", "gamma", "points", "init", "restart"), ("plane", "end"))
    page.claims(page.shown(theatre_lab))


with page.stage("copy", "The :orange[gradient] is copied across; no :violet[code] gets any of it"):
    stages.copying(base)

with page.stage("write", "A :orange[prior] writes the grid, code by code; without it codes are debris"):
    stages.writing(page.view(prior_lab), vqvae_lab)


page.section("How many codes: more lose less", stages.curve, page.view(rate_lab), base)
page.compare(run, PRESETS[run.lab.SPEC])


@page.part
def end() -> None:
    """The challenges, the equations, prose, and what can be taken along."""
    page.challenges(
        goal("All codes of 64 or more in use by step 60", "all of at least 64 codes within 60 steps",
             lambda: goals.all_used(base.trace, 64, 60)),
        goal("Lose less than 0.004 with 32 codes", "error below 0.004 with 32 codes or fewer",
             lambda: goals.small_loss(base.trace, 0.004, 32)),
        goal("In the plane: no code dead at the end, restarts off", "0 dead, restarts off",
             lambda: goals.none_dead(page.shown(theatre_lab).trace)),
    )  # fmt: skip
    page.how(
        "How it works: three terms, each for another part",
        equation=r"\begin{aligned} L = \; & \|x - \hat x\|^2 + \|\mathrm{sg}[z_e(x)] - e\|^2 \\ "
        r"& + \beta \|z_e(x) - \mathrm{sg}[e]\|^2 \end{aligned}",
        symbols=figures.symbols(base.trace, base.spec),
        source=[vqvae.straight_through, vqvae.Codebook.follow, vqvae.Codebook.restart],
        plain=[r"k = \arg\min_j \|z_e(x) - e_j\|", r"N_k \leftarrow \gamma N_k + (1 - \gamma)\, n_k",
               r"m_k \leftarrow \gamma m_k + (1 - \gamma) \textstyle\sum z_e", r"e_k = m_k / N_k"],
    )  # fmt: skip
    page.close(run, BITS if run.lab is prior_lab else USED)
