"""The pages, in teaching order. Navigation, home page, search and tests all read this one tuple.

What a page says of itself stands in its own folder, pages/<page>/entry.py, and is found by its path.
"""

from dataclasses import replace
from importlib import import_module

from app.entries import Entry

ORDER = (
    (
        "Predicting what comes next",
        ("chain-rule", "causal-convolution", "pixelcnn", "pixelcnn-colour", "pixel-order"),
    ),
    ("Words", ("tokens", "word-vectors")),
    ("Attention", ("encoder-decoder", "attention", "residual", "transformer", "positions", "pretraining")),
    ("Large language models", ("prompting", "decoding", "watermark", "scaling", "llama", "memorisation")),
    ("Latent variables", ("elbo", "steering-latents", "gumbel-softmax")),
    ("Discrete codes", ("posterior-collapse", "vqvae", "vqvae2")),
    ("Adversaries", ("adversarial-examples", "gan", "dcgan")),
    ("Diffusion", ("diffusion", "score", "fewer-steps", "guidance")),
    ("Rewards and people", ("value", "policy", "preferences", "instructgpt")),
)


def _read(section: str, slug: str) -> Entry:
    module = import_module(f"pages.{slug.replace('-', '_')}.entry")
    return replace(module.ENTRY, section=section, slug=slug)


CATALOGUE = tuple(_read(section, slug) for section, slugs in ORDER for slug in slugs)
SLUGS = frozenset(one.slug for one in CATALOGUE)
LISTED = tuple(one for one in CATALOGUE if not one.hidden)


def entry(slug: str) -> Entry:
    """The page with this slug. Raises KeyError when there is none."""
    return {e.slug: e for e in CATALOGUE}[slug]


def neighbours(slug: str) -> tuple[Entry | None, Entry | None]:
    """The page before and the page after, in teaching order; none for a page that is in no list."""
    slugs = [e.slug for e in LISTED]
    if slug not in slugs:
        return None, None
    at = slugs.index(slug)
    return LISTED[at - 1] if at else None, LISTED[at + 1] if at + 1 < len(LISTED) else None


def found(query: str, authors: dict[str, str]) -> list[Entry]:
    """Pages that match every word of the query, in title, idea, section, system or author.

    authors: BibTeX key -> names and title of the paper, as one text.
    """
    words = query.lower().split()

    def text(e: Entry) -> str:
        papers = " ".join(authors.get(key, "") for key in e.papers)
        return " ".join([e.section, e.title, e.idea, *e.systems, papers]).lower()

    return [e for e in LISTED if all(word in text(e) for word in words)]
