"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="Policy",
    idea="Do what went well more often: a net learns Pong from pixels, and you play against it.",
    labs=("reward.policy_gradient", "reward.bandit"),
    systems=("policy gradient", "REINFORCE", "Pong from pixels", "baseline", "return to go", "GAE",
             "generalised advantage estimation", "advantage", "PPO", "proximal policy optimization",
             "clipped objective", "bandit", "credit assignment"),
    papers=("karpathy2016pong", "williams1992", "schulman2017ppo", "schulman2015gae", "sutton2018"),
    minutes=15,
    cover="reward.policy_gradient",
    after=("value",),
)  # fmt: skip
