"""The page's card: what the navigation, the home page, the search and the tests know of it."""

from app.entries import Entry

ENTRY = Entry(
    title="InstructGPT",
    idea="People rank replies, a judge learns their taste, and a policy climbs the judge: too far.",
    labs=("reward.instructgpt", "reward.ranking", "language.sft", "language.gpt"),
    systems=(
        "InstructGPT", "RLHF", "supervised fine-tuning", "reward model", "PPO", "PPO-ptx", "KL penalty",
        "reward over-optimisation", "best of n", "win rate", "ChatGPT",
    ),
    papers=(
        "ouyang2022instructgpt", "schulman2017ppo", "gao2022overoptimization", "openai2022chatgpt",
        "radford2019",
    ),
    minutes=20,
    cover="reward.instructgpt",
    after=("pretraining", "preferences"),
    starred=True,
)  # fmt: skip
