"""Page: skip and modulate. Residual blocks (He et al., 2015), FiLM (Perez et al., 2018)."""

import streamlit as st

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from engine.core.params import Value
from engine.plumbing import film, film_lab, resnet, resnet_lab
from engine.plumbing.film_scenes import QUESTIONS
from pages.residual import figures as fig
from pages.residual import goals, modulation, stages


def net(kind: str, blocks: int, **more: Value) -> dict[str, Value]:
    """A beat: the net on the stage."""
    return stages.START | {"resnet.kind": kind, "resnet.blocks": blocks} | more


def asked(**more: Value) -> dict[str, Value]:
    """A beat of a net that is asked questions: what is not as by default, by its name there."""
    named = {f"{'ask' if f'ask.{k}' in stages.START else 'film'}.{k}": v for k, v in more.items()}
    return stages.START | named


BEATS = (
    Beat("A plain net of 30 layers learns little.", "train", net("plain", 15),
         note="Drag the timeline: the loss leaves the line of guessing slowly."),
    Beat("A plain net of 6 layers learns more in as many steps.", "train", net("plain", 3),
         note="Drag both steps to their left ends: there the gradient of 30 layers is the longer one."),
    Beat("With depth, plain and residual nets part.", "depth", net("plain", 15), 0,
         note="Bet first. Then press Play, and drag the timeline back: when do the two lines part?"),
    Beat("Take a block out of the residual net.", "delete", net("residual", 15),
         note="Click block 9, then others: how many can you take before one digit in two is lost?"),
    Beat("Another plug: a question turns maps up and down.", "ask", asked(),
         note="Drag to the left end: there it cannot know the question. Click bars: which maps are missed?"),
    Beat("The same picture, another question, another answer.", "ask", asked(question=QUESTIONS[1]),
         note="Then set γ of every map to its mean, and after it β: which costs more right answers?"),
    Beat("Shifted alone, nothing behind it: half is right.", "film", asked(way="shift alone", relu=False),
         note="Press Play: it stays at one of two. It adds the same to the answers for every picture."),
    Beat("With a ReLU behind it, a shift is a gate.", "film", asked(way="shift alone"),
         note="A map that is shifted far below 0 is shut. Compare the curve with the step before."),
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
        "A picture goes in: a digit or, further down, two objects with a question about them.",
        "Out comes a probability for each answer, after blocks that may add their input.",
        "It learns by making the right answer likelier.",
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

with page.stage("depth", "Does depth cost a :blue[plain] and a :orange[residual] net the same?"):
    stages.depth(run)
with page.stage("delete", "Take out a block: how much does the net :red[lose]?"):
    found, off = stages.delete(page, run)

filmed = page.training(
    "film", film_lab, stages.modulated, title="FiLM: a question :orange[scales] and shifts each map",
    first=("way", "relu", "kept", "steps", "seed"),
)  # fmt: skip


@page.part
def ask() -> None:
    """A question about a picture."""
    with page.stage("ask", "One picture, two questions, :orange[two answers]"):
        stages.ask_it(filmed)


page.compare(run, PRESETS)
page.challenges(
    goal("A plain net of 30 layers below a loss of 0.3", "0.30 at most, plain, 15 blocks or more",
         lambda: goals.plain_learns(run.trace, run.spec, 0.3)),
    goal("Take out three blocks and still read half", "50% without three blocks or more",
         lambda: goals.still_reads(found, off, 50)),
    goal("Leave sixteen maps as they are and still answer nine of ten", "90% of questions, 16 maps or more",
         lambda: goals.few_maps(st.session_state.get(stages.ASKED), 16, 90)),
)  # fmt: skip
page.how(
    "How it works: add the input; let a question scale the maps",
    equation=fig.EQUATION,
    symbols=(*fig.symbols(run.trace, run.spec), *modulation.symbols(filmed.spec)),
    source=[resnet.Block.F, resnet.Block.forward, film.film, film.FiLMed.told],
    plain=fig.PLAIN + modulation.PLAIN,
)
page.close(run, stages.LOSS)
