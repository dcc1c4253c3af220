"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Preferences",
    idea="Which of two clips is better is all that people say, and a reward is fitted to it.",
    labs=("reward.human_preferences", "reward.bradley_terry"),
    systems=(
        "reward model", "RL from human preferences", "RLHF", "Bradley-Terry", "active queries",
        "ensemble", "class voting",
    ),
    papers=("christiano2017", "bradley1952"),
    minutes=15,
    cover="reward.human_preferences",
    starred=True,
)  # fmt: skip
