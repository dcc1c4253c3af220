"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Value",
    idea="A place is worth what can still be earned from it: backed up cell by cell, or learned by walking.",
    labs=("reward.bellman", "reward.temporal_difference", "reward.double_q", "reward.dqn"),
    systems=("Bellman equation", "value iteration", "dynamic programming", "temporal difference", "TD",
             "Sarsa", "expected Sarsa", "Q-learning", "double Q-learning", "maximisation bias", "DQN",
             "experience replay", "target network", "cliff walking"),
    papers=("sutton2018", "bellman1957", "watkins1992", "rummery1994", "hasselt2010", "mnih2013",
            "mnih2015"),
    minutes=15,
    cover="reward.temporal_difference",
)  # fmt: skip
