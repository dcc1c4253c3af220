"""The pages, in teaching order. Navigation, home page, search and tests all read this one tuple."""

from dataclasses import dataclass

from app.figures import colour, instructgpt, score, subwords, words
from app.figures.codebook import tiles
from app.figures.panels import Panel, attention, heat, images


@dataclass(frozen=True)
class Entry:
    """One page: where it stands, what it says, and what it is made of."""

    section: str
    slug: str  # the file in pages/ and the URL
    title: str  # short, for the navigation
    idea: str  # one sentence
    labs: tuple[str, ...]  # ids, as `autoregressive.pixelcnn`
    systems: tuple[str, ...]  # names a reader would search for
    papers: tuple[str, ...]  # keys into assets/references.bib
    minutes: int
    cover: tuple[str, Panel]  # a lab, and the panel that shows its first recorded run


CATALOGUE = (
    Entry(
        section="Predicting what comes next",
        slug="pixelcnn",
        title="PixelCNN",
        idea="Masked convolutions write a picture pixel by pixel, and never see one wedge of its past.",
        labs=("autoregressive.receptive_field", "autoregressive.pixelcnn", "autoregressive.gated_pixelcnn"),
        systems=("PixelCNN", "Gated PixelCNN", "conditional PixelCNN", "masked convolution", "blind spot"),
        papers=("oord2016pixelrnn", "oord2016gated"),
        minutes=12,
        cover=("autoregressive.pixelcnn", images("samples.x", (), columns=4)),
    ),
    Entry(
        section="Predicting what comes next",
        slug="pixelcnn-colour",
        title="Colour and bits",
        idea="A pixel is three draws, each from a softmax; side by side they make colours that never were.",
        labs=("autoregressive.colour_pixelcnn", "autoregressive.heads", "autoregressive.likelihood"),
        systems=("PixelCNN", "PixelCNN++", "RGB channel masks", "256-way softmax", "mixture of logistics"),
        papers=("oord2016pixelrnn", "salimans2017pixelcnnpp", "theis2016note", "nalisnick2019know"),
        minutes=14,
        cover=("autoregressive.colour_pixelcnn", colour.pictures("samples.x", (), 4, off="samples.off")),
    ),
    Entry(
        section="Words",
        slug="tokens",
        title="Tokens",
        idea="The commonest pairs fuse until a text is tokens; which ones depends on what was read before.",
        labs=("words.bpe", "words.unigram"),
        systems=(
            "byte pair encoding",
            "BPE",
            "byte-level BPE",
            "GPT-2 tokenizer",
            "SentencePiece",
            "unigram language model",
            "subword regularisation",
            "vocabulary",
        ),
        papers=("sennrich2016", "radford2019", "kudo2018", "kudorichardson2018"),
        minutes=13,
        cover=("words.bpe", subwords.cover()),
    ),
    Entry(
        section="Words",
        slug="word-vectors",
        title="Word vectors",
        idea="Words become points: who stands near whom in the text decides who lies near whom in space.",
        labs=(
            "words.skip_gram",
            "words.glove",
            "words.text",
            "words.shifted_pmi",
            "words.tsne",
            "words.tied_embeddings",
        ),
        systems=(
            "word2vec",
            "skip-gram",
            "CBOW",
            "negative sampling",
            "GloVe",
            "tied embeddings",
            "t-SNE",
            "PMI",
            "word embeddings",
            "analogies",
        ),
        papers=(
            "mikolov2013efficient",
            "mikolov2013distributed",
            "mikolov2013regularities",
            "levy2014",
            "pennington2014",
            "press2017",
            "maaten2008",
            "venna2001",
        ),
        minutes=15,
        cover=("words.skip_gram", words.planted_cloud(bare=True)),
    ),
    Entry(
        section="Attention",
        slug="attention",
        title="Alignment",
        idea="A decoder that may look back learns where to look, and its rows of weights can be read.",
        labs=("attention.bahdanau", "attention.luong"),
        systems=(
            "Bahdanau attention",
            "additive attention",
            "Luong attention",
            "dot, general and concat scores",
            "local attention",
            "RNN encoder-decoder",
        ),
        papers=("bahdanau2014", "luong2015", "cho2014"),
        minutes=14,
        cover=(
            "attention.bahdanau",
            attention("e0.alpha", (), list("1998-03-05"), list("March␣5,␣1998"), high=255),
        ),
    ),
    Entry(
        section="Attention",
        slug="transformer",
        title="The Transformer",
        idea="Heads that attend side by side learn to read a word backwards, and to look for what came next.",
        labs=("attention.dot_product", "attention.transformer", "attention.induction"),
        systems=(
            "Transformer",
            "multi-head attention",
            "encoder",
            "decoder",
            "causal mask",
            "induction head",
        ),
        papers=("vaswani2017", "olsson2022", "abnar2020", "jain2019"),
        minutes=15,
        cover=(
            "attention.transformer",
            attention("maps.cross", (), list("ognimalf."), list("flamingo."), head=4, high=255),
        ),
    ),
    Entry(
        section="Discrete codes",
        slug="vqvae",
        title="VQ-VAE",
        idea="A picture becomes a grid of codes; most codes die at once, and restarts bring them back.",
        labs=("codes.vqvae", "codes.prior", "codes.theatre", "codes.rate"),
        systems=("VQ-VAE", "vector quantisation", "codebook", "straight-through", "dead codes"),
        papers=("oord2017vqvae", "oord2016pixelrnn"),
        minutes=14,
        cover=("codes.vqvae", tiles("codes.face", "codes.usage", (), high=15)),
    ),
    Entry(
        section="Diffusion",
        slug="diffusion",
        title="Denoising",
        idea="A net learns which noise was added; run backwards, it makes data out of noise, guess by guess.",
        labs=("diffusion.ddpm", "diffusion.ddpm_digits", "diffusion.nonequilibrium"),
        systems=(
            "DDPM",
            "DDIM",
            "diffusion model",
            "nonequilibrium thermodynamics",
            "denoising",
            "noise schedule",
            "v-prediction",
        ),
        papers=(
            "ho2020ddpm",
            "sohldickstein2015",
            "song2020ddim",
            "nichol2021improved",
            "salimans2022progressive",
        ),
        minutes=15,
        cover=("diffusion.ddpm_digits", images("samples.x", (), columns=4)),
    ),
    Entry(
        section="Diffusion",
        slug="score",
        title="Scores",
        idea="From the same noise an SDE wanders home and an ODE flows; both follow the score.",
        labs=("diffusion.flow", "diffusion.langevin", "diffusion.score_matching", "diffusion.encoding"),
        systems=(
            "score matching",
            "denoising score matching",
            "Langevin dynamics",
            "annealed Langevin",
            "NCSN",
            "score SDE",
            "VP and VE SDE",
            "probability-flow ODE",
            "likelihood",
        ),
        papers=("song2019ncsn", "song2021sde", "vincent2011"),
        minutes=14,
        cover=("diffusion.flow", score.cover()),
    ),
    Entry(
        section="Rewards and people",
        slug="preferences",
        title="Preferences",
        idea="Which of two clips is better is all that people say, and a reward is fitted to it.",
        labs=("reward.human_preferences", "reward.bradley_terry"),
        systems=(
            "reward model",
            "RL from human preferences",
            "RLHF",
            "Bradley-Terry",
            "active queries",
            "ensemble",
            "class voting",
        ),
        papers=("christiano2017", "bradley1952"),
        minutes=15,
        cover=("reward.human_preferences", heat("map.r_hat", (), "signed", -2.5, 2.5)),
    ),
    Entry(
        section="Rewards and people",
        slug="instructgpt",
        title="InstructGPT",
        idea="People rank replies, a judge learns their taste, and a policy climbs the judge: too far.",
        labs=("reward.instructgpt", "reward.ranking", "language.sft", "language.gpt"),
        systems=(
            "InstructGPT",
            "RLHF",
            "supervised fine-tuning",
            "reward model",
            "PPO",
            "PPO-ptx",
            "KL penalty",
            "reward over-optimisation",
            "best of n",
            "win rate",
            "ChatGPT",
        ),
        papers=(
            "ouyang2022instructgpt",
            "schulman2017ppo",
            "gao2022overoptimization",
            "openai2022chatgpt",
            "radford2019gpt2",
        ),
        minutes=20,
        cover=("reward.instructgpt", instructgpt.cover()),
    ),
)


def entry(slug: str) -> Entry:
    """The page with this slug. Raises KeyError when there is none."""
    return {e.slug: e for e in CATALOGUE}[slug]


def neighbours(slug: str) -> tuple[Entry | None, Entry | None]:
    """The page before and the page after, in teaching order."""
    at = [e.slug for e in CATALOGUE].index(slug)
    before = CATALOGUE[at - 1] if at else None
    return before, CATALOGUE[at + 1] if at + 1 < len(CATALOGUE) else None


def found(query: str, authors: dict[str, str]) -> list[Entry]:
    """Pages that match every word of the query, in title, idea, section, system or author.

    authors: BibTeX key -> names and title of the paper, as one text.
    """
    words = query.lower().split()

    def text(e: Entry) -> str:
        papers = " ".join(authors.get(key, "") for key in e.papers)
        return " ".join([e.section, e.title, e.idea, *e.systems, papers]).lower()

    return [e for e in CATALOGUE if all(word in text(e) for word in words)]
