"""Page: LLaMA's block (Touvron et al., 2023), plug by plug, and the tree of its kin (Yang et al., 2023)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.core.params import Value
from engine.language import family_tree_lab, llama, llama_lab
from pages.llama import figures as fig
from pages.llama import goals, stages


def at(**changes: Value) -> dict[str, Value]:
    """A beat: the leaf that is chosen, and what is not as by default."""
    leaf = changes.pop("leaf", stages.HERE)
    tree = {k: changes.pop(k) for k in ("branch", "weights", "since") if k in changes}
    return {stages.MODEL: leaf} | {f"family_tree.{k}": v for k, v in tree.items()} | {
        f"llama.{k}": v for k, v in changes.items()
    }  # fmt: skip


BEATS = (
    Beat("LLaMA's block: twelve of them learn.", "train", at(),
         note="Drag the timeline: vectors first grow alike, then apart again, as the loss falls."),
    Beat("Three plugs back, it is GPT-2's block, and ends higher.", "train", at(**llama_lab.OLDER),
         note="Set one plug at a time to LLaMA's choice, and train: which one counts most?"),
    Beat("Learned positions alone make up most of that.", "train", at(positions="learned"),
         note="One plug differs from LLaMA's block: compare the ends of this and the step before."),
    Beat("The norm after each sum, in four blocks: it learns.", "train", at(place="after", depth=4),
         note="Compare the cosine behind block 4 with that of the dashed line."),
    Beat("A gate multiplies two things that the net has made.", "gates", at(), 11,
         note="Drag from block to block: where do the dots lie, and where is the surface flat?"),
    Beat("In 2019 all gave their weights out.", "tree", at(leaf="BERT"), 30,
         note="Press Play from here, and watch which branch grows, and which leaves are hollow."),
    Beat("Sixteen of fifty-one withheld their weights.", "tree", at(weights="closed", leaf="GPT-3"),
         note="All of them hang on one branch. Set Weights to open, and look for LLaMA."),
)  # fmt: skip
PRESETS = (
    Preset("GPT-2's block", llama_lab.OLDER, "Three plugs at once: LayerNorm, GELU, learned positions."),
    Preset("learned positions", {"positions": "learned"}, "A vector for each place, added once."),
    Preset("GELU", {"mlp": "GELU"}, "Two matrices, four times as wide: as many weights. Does the gate help?"),
    Preset("LayerNorm", {"norm": "LayerNorm"}, "The mean is taken away, too: is that worth anything here?"),
    Preset("a huge step", {"lr": 0.5}, "Too large for any norm.", True),
)

page = anatomy.open(
    "llama",
    claim="Where the :orange[norm] stands decides whether these twelve blocks learn.",
    says=(
        "32 characters of technical English go in.",
        "Out come, at each place, probabilities of the next one.",
        "It learns to make the right one likelier; its blocks have four plugs to change.",
    ),
    hero="trained, not drawn",
    beats=BEATS,
)

run = page.training("train", llama_lab, stages.learning,
                    first=("place", "norm", "mlp", "positions", "depth"))  # fmt: skip
page.pipeline(*fig.pipeline(run.trace, run.spec))
after = live.view(llama_lab, llama_lab.SPEC(place="after"))
page.predict(
    Bet(
        stages.BET,
        "LLaMA's norm stands before each part; kept text ends near 2.5 nats a character. Put it after each "
        "sum, as in 2017: where does it end?",
        tuple(f"{one:g}" for one in goals.BETS),
        goals.ends(after.trace),
        "By the end all characters of a text have become one vector behind the twelfth block: nothing is "
        "left that tells them apart, so the net can only learn how often each comes.",
        llama_lab,
        {"place": "after"},
        covers=("claims-llama",),
    )
)

with page.stage("gates", "SwiGLU: a gate times a :orange[value], and how a trained net uses it"):
    stages.gates(run)


@page.part
def kin() -> None:
    """The tree."""
    view = page.shown(family_tree_lab)
    with page.stage("tree", "Its kin: fifty-one models, month by month"):
        stages.family(view)
        page.strip(family_tree_lab, ("branch", "weights", "since"), ("kin", "end"))
    page.claims(view)


page.compare(run, PRESETS)


@page.part
def end() -> None:
    """The challenges, the equations, prose, and what can be taken along."""
    page.challenges(
        goal("The norm after each sum, twelve blocks, and yet it learns", "3.0 nats at most",
             lambda: goals.rescued(run.trace, run.spec, 3.0)),
        goal("Lower than 2.35 nats in 240 steps", "2.35 nats, 240 steps at most",
             lambda: goals.low(run.trace, run.spec, 2.35, 240)),
    )  # fmt: skip
    page.how(
        "How it works: make equally long, look back, gate, add",
        equation=fig.EQUATION,
        symbols=fig.symbols(run.trace, run.spec),
        source=[llama.RMSNorm.forward, llama.gated, llama.SwiGLU, llama.Block.forward],
        plain=fig.PLAIN,
    )
    page.close(run, stages.HELD)
