"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Two ways to pretrain",
    idea="Guess hidden words from both sides, or the next one from the left: learning without labels.",
    labs=("language.bert", "language.fine_tuning", "language.base"),
    systems=("BERT", "GPT-2", "masked language model", "fine-tuning", "logit lens", "key-value cache"),
    papers=("devlin2019", "radford2019", "chen1998smoothing", "jordan2024muon"),
    minutes=15,
    cover="language.bert",
    after=("tokens", "transformer"),
)
