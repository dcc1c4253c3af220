"""Page: residual blocks (He et al., 2015)."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.core.params import Value
from engine.plumbing import resnet, resnet_lab
from pages.residual import figures as fig
from pages.residual import goals, stages


def net(kind: str, blocks: int, **more: Value) -> dict[str, Value]:
    """A beat: the net on the stage."""
    return {"resnet.kind": kind, "resnet.blocks": blocks} | more


BEATS = (
    Beat("A plain net of 30 layers learns little.", "train", net("plain", 15),
         note="Drag the timeline: the loss leaves the line of guessing slowly."),
    Beat("A plain net of 6 layers learns more in as many steps.", "train", net("plain", 3),
         note="Compare the right panel with the step before: of 30 layers the gradient was the longer one."),
    Beat("Add each block's input to its output, and 30 layers learn.", "train", net("residual", 15),
         note="Find the step at which the loss falls below 1."),
    Beat("Press Play: with depth, plain and residual nets part.", "depth", net("residual", 15), 0,
         note="Play it, then drag the timeline back: when do the two lines part?"),
    Beat("Take a block out of the residual net.", "delete", net("residual", 15),
         note="Click block 9, then others: how many can you take before one digit in two is lost?"),
    Beat("Take a block out of the plain net.", "delete", net("plain", 15),
         note="Each bar is the net without that one block: compare them with the dashed line."),
)  # fmt: skip
PRESETS = (
    Preset("residual", {"kind": "residual"}, "Each block's input is added to its output; nothing else."),
    Preset("plain, 7 blocks", {"kind": "plain", "blocks": 7}, "Half as deep: does it learn more?"),
    Preset("24 blocks", {"kind": "residual", "blocks": 24}, "48 layers: does adding still suffice?"),
    Preset("more steps", {"steps": 400}, "Is the plain net only slow?"),
    Preset("a huge step", {"lr": 1.0}, "The loss jumps.", True),
)

page = anatomy.open(
    "residual",
    claim="Thirty :blue[plain] layers learn little; :orange[add] each block's input, and they learn.",
    says=(
        "A small handwritten digit goes in.",
        "Out comes a probability for each of the ten digits, after many blocks of two layers.",
        "It learns by making the right digit likelier; blocks that add their input learn it in fewer steps.",
    ),
    hero="trained, not drawn",
    beats=BEATS,
)
base = page.view(resnet_lab)
page.pipeline(*fig.pipeline(base.trace, base.spec))
end = live.view(resnet_lab, resnet_lab.SPEC(kind="residual"))
page.predict(
    Bet(
        "added",
        "With 30 plain layers the training loss ends near 1.5 (guessing: 2.3). Add each block's input to "
        "its output: where does it end then?",
        tuple(f"{one:g}" for one in goals.BETS),
        goals.added(end.trace),
        "A block that makes nothing of use yet no longer stands in the way: its input passes it unchanged.",
        resnet_lab,
        {"kind": "residual", "blocks": 15},
        covers=("claims-resnet",),
    )
)
run = page.training("train", resnet_lab, stages.scene, first=("kind", "blocks", "steps", "seed"))

with page.stage("depth", "Depth costs the :blue[plain] net, not the :orange[residual] one"):
    stages.depth(run)
with page.stage("delete", "Take out a block: how much does the net :red[lose]?"):
    found, off = stages.delete(page, run)

page.compare(run, PRESETS)
page.challenges(
    goal("A plain net of 30 layers below a loss of 0.3", "0.30 at most, plain, 15 blocks or more",
         lambda: goals.plain_learns(run.trace, run.spec, 0.3)),
    goal("Read nine of ten with 48 layers", "90% of new digits, 24 blocks",
         lambda: goals.deep(run.trace, run.spec, 24, 90)),
    goal("Take out three blocks and still read half", "50% without three blocks or more",
         lambda: goals.still_reads(found, off, 50)),
)  # fmt: skip
page.how(
    "How it works: what a block makes is added to what it was given",
    equation=fig.EQUATION,
    symbols=fig.symbols(run.trace, run.spec),
    source=[resnet.Block.F, resnet.Block.forward],
    plain=fig.PLAIN,
)
page.close(run, stages.LOSS)
