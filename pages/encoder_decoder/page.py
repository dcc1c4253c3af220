"""Page: Encoder decoder. A template: an exact lab, one claim, one stage. Replace all of it."""

from app.page import anatomy, live
from app.page.beats import Beat
from app.page.challenges import goal
from app.page.predict import Bet
from app.page.screen import Figure
from app.page.verbs import film_of
from engine.attention import encoder_decoder, encoder_decoder_lab
from pages.encoder_decoder import figures, goals

SURPRISE = Figure("surprise", "bits a toss")
BEATS = (
    Beat(
        "A coin that is nearly fair surprises at every toss.",
        "coin",
        {"encoder_decoder.p": 0.4},
        note="Move p.",
    ),
    Beat(
        "A fair coin surprises most.", "coin", {"encoder_decoder.p": 0.5}, note="Find the top of the curve."
    ),
    Beat("A bent coin bores.", "coin", {"encoder_decoder.p": 0.1}, note="Guess the next toss."),
    Beat(
        "It bores the same whichever way it is bent.",
        "coin",
        {"encoder_decoder.p": 0.9},
        note="Compare with 0.1.",
    ),
)

page = anatomy.open(
    "encoder-decoder",
    claim="A coin surprises most when it is :orange[fair].",
    says=(
        "A coin goes in: how often it lands on heads.",
        "Out comes a number: how many bits a toss of it tells.",
        "Nothing is learned here; the number follows from the coin.",
    ),
    hero="exact",
    beats=BEATS,
)
coin = page.shown(encoder_decoder_lab)
page.pipeline(*figures.pipeline(coin.trace))
bent = encoder_decoder_lab.SPEC(p=0.1)
page.predict(
    Bet("bent", "Bend the coin until it lands on heads once in ten. How many bits does a toss tell then?",
        ("0.1", "0.5", "0.9"), goals.bits(live.exact_trace("attention.encoder_decoder", bent.key(), bent)), "A toss that is nearly sure tells little.",
        encoder_decoder_lab, {"p": 0.1}, covers=("claims-encoder_decoder",))
)  # fmt: skip

with page.stage("coin"):
    film_of(
        coin,
        figures.curve(),
        figures.said(coin.trace),
        key="encoder_decoder.film",
        timeline="surprise",
        unit="bits",
    )
    page.strip(encoder_decoder_lab)
page.claims(coin)
page.challenges(goal("A coin of half a bit", "0.45 to 0.55 bits", lambda: goals.half_a_bit(coin.trace)))
page.how(
    "How it works: surprise, on average",
    equation=r"H(p) = -p \log_2 p - (1 - p) \log_2 (1 - p)",
    symbols=figures.symbols(coin.trace),
    source=[encoder_decoder.surprise],
)
page.close(coin, SURPRISE)
