"""Page: encoder and decoder (Sutskever et al., 2014; Cho et al., 2014), and three decoders."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.compare import Preset
from app.page.predict import Bet
from app.page.screen import Figure
from engine.attention import seq2seq, seq2seq_lab, three_decoders, three_decoders_lab
from engine.core.params import Value
from pages.encoder_decoder import figures as fig
from pages.encoder_decoder import goals, stages

RIGHT = Figure("right", "% new letters right", "higher")


def at(length: int, **changes: Value) -> dict[str, Value]:
    """A beat: the length of the text in the picture, and what is not as by default."""
    return {"length": f"{length} letters", "ask.text": stages.START} | {
        f"seq2seq.{k}": v for k, v in changes.items()
    }


BEATS = (
    Beat("Four letters come through one vector.", "pipe", at(4),
         note="Look at the map: every row is darkest at its left. The first letter moves all of the text."),
    Beat("Of twelve, the later ones are lost.", "pipe", at(12),
         note="Choose 8, then 12, then 16 letters: where does the strong line of the chart meet chance?"),
    Beat("A pipe of eight numbers is too narrow for four letters.", "pipe", at(4, pipe=8),
         note="Compare with 32 numbers: count the dots that are left."),
    Beat("Three decoders learn the same dates.", "train", at(8),
         note="Change the decoder, and look at the map and at where mistakes are left."),
    Beat("The vector changes with each character that is read.", "read", at(8), 7,
         note="Drag from the first character to the last: when does each part of the date turn right?"),
    Beat("Learning is one pass.", "write", at(8), 0,
         note="Compare the maps: where does the middle one end, to the left? A CNN has a reach."),
    Beat("Writing is one pass a character.", "write", at(8), 6,
         note="Drag to the end and read the bars: what takes 2 layers in learning takes 22 in writing."),
)  # fmt: skip
PRESETS = (
    Preset("eight numbers", {"pipe": 8}, "A narrower pipe: look at texts of four."),
    Preset("64 numbers", {"pipe": 64}, "A wider pipe: is it the width that was missing?"),
    Preset("short texts only", {"longest": 6}, "It never learns from longer ones: look at eight."),
    Preset("twice the steps", {"steps": 2400}, "More practice with the same pipe."),
    Preset("a huge step", {"lr": 0.5}, "The loss jumps, and hardly a letter comes out.", True),
)

page = anatomy.open(
    "encoder-decoder",
    claim="The whole :blue[text] goes through one :violet[vector].",
    says=(
        "A text goes in; an encoder reads it into one vector.",
        "Out comes the same text, written from that vector alone, a letter at a time.",
        "It learns by making the right next letter likelier; the longer the text, the more is lost.",
    ),
    hero="trained, not drawn",
    beats=BEATS,
)

with page.stage("pipe"):
    run, n = stages.length(page)
    page.film(run, fig.hero(n, run.spec), RIGHT, fig.hero_said(run.trace, n), 244)
    page.strip(seq2seq_lab, ("backwards", "pipe", "longest", "steps", "seed"))
page.claims(run)
page.pipeline(*fig.pipeline(run.trace, run.spec, n))
end = live.view(seq2seq_lab, seq2seq_lab.SPEC(backwards=True))
page.predict(
    Bet(
        "end",
        "Over new texts of 2, 4, 8 and 12 letters 59% come out. Read each from its last letter to its "
        "first: how many then?",
        goals.BETS,
        goals.comes_out(end.trace),
        "The paper found it, too (section 3.3). Its guess: the first letters then have a short way from "
        "reading to writing, so that learning finds a foothold.",
        seq2seq_lab,
        {"backwards": True},
        covers=("claims-seq2seq",),
    )
)

dates = page.training(
    "train", three_decoders_lab, stages.learning, title="Another task: dates, and :orange[three decoders]",
    first=("decoder", "hidden", "kernel", "steps", "seed"),
)  # fmt: skip
with page.stage("read", "What the vector holds after each character, and what the :orange[gates] do"):
    stages.read(dates)
with page.stage("write", "Learning takes one pass, :orange[writing] one a character"):
    stages.write(dates)

page.compare(run, PRESETS)
page.challenges(
    goal("Two of three letters of eight", "65% of new texts of eight", lambda: goals.eight(run.trace, 65)),
    goal("Half of the letters through eight numbers", "50%, at most 8 numbers in the vector",
         lambda: goals.narrow(run.trace, run.spec, 8, 50)),
    goal("98 of 100 dates", "98% exact, in at most 1800 steps", lambda: goals.exact(dates.trace, 98, 1800)),
)  # fmt: skip
page.how(
    "How it works: read, squeeze, write",
    equation=fig.EQUATION,
    symbols=fig.symbols(run.trace, run.spec, n, dates.spec),
    source=[seq2seq.Seq2seq.vector, seq2seq.lstm, three_decoders.gru, three_decoders.Cone.forward],
    plain=fig.PLAIN,
)
page.close(run, RIGHT)
