"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Prompting",
    idea="Examples in the prompt teach a net without touching it, and steps that it writes let it think.",
    labs=("language.in_context", "language.chain_of_thought"),
    systems=("GPT-3", "few-shot learning", "in-context learning", "chain of thought", "induction head"),
    papers=("brown2020gpt3", "wei2022chain", "radford2019", "olsson2022", "min2022demonstrations"),
    minutes=12,
    cover="language.in_context",
    after=("pretraining",),
)
