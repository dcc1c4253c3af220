"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Adversarial examples",
    idea="Every pixel a little, each in the worst direction, and the net reads another digit.",
    labs=("adversarial.fgsm", "adversarial.logistic"),
    systems=("FGSM", "fast gradient sign method", "adversarial examples", "adversarial training",
             "basic iterative method", "transfer of adversarial examples"),
    papers=("goodfellow2014fgsm", "szegedy2013", "kurakin2016"),
    minutes=12,
    cover="adversarial.fgsm",
    after=("residual",),
)  # fmt: skip
