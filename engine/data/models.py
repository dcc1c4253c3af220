"""Language models from 2013 to March 2023: when, on which branch, and whether the weights were given out.

Our own transcription of the evolutionary tree of Yang et al. (2023, arXiv:2304.13712, fig. 1): its models and
branches. The month is that of the paper's first version on arXiv, whose number stands in the row and tells
it; else that of the announcement. Open: the weights were given out, to all, or to researchers on request (as
LLaMA, and OPT of 175 billion). From: the model that it was made from, or that its paper sets out to change.

Honest limits: the figure has some more models, whose date or descent we could not check; they are left out
(Claude, Bard, Cohere, Jurassic, ERNIE-Code and others). The first column is a name, the last a source.
"""

from dataclasses import dataclass

BRANCHES = ("decoder-only", "encoder-decoder", "encoder-only", "no Transformer")


@dataclass(frozen=True)
class Model:
    """year, month: first shown. open: the weights were given out. parent: a name, or "" for a root."""

    name: str
    year: int
    month: int
    branch: str
    open: bool
    org: str
    parent: str
    arxiv: str

    @property
    def when(self) -> float:
        """In years; the beginning of the month."""
        return self.year + (self.month - 1) / 12


ROWS = """
Word2Vec       | 2013-01 | n | open   | Google       |             | 1301.3781
GloVe          | 2014-10 | n | open   | Stanford     | Word2Vec    |
FastText       | 2016-07 | n | open   | Meta         | Word2Vec    | 1607.04606
Transformer    | 2017-06 | s | open   | Google       |             | 1706.03762
ULMFiT         | 2018-01 | n | open   | fast.ai      |             | 1801.06146
ELMo           | 2018-02 | n | open   | AI2          |             | 1802.05365
BERT           | 2018-10 | e | open   | Google       | Transformer | 1810.04805
ERNIE          | 2019-04 | e | open   | Baidu        | BERT        | 1904.09223
RoBERTa        | 2019-07 | e | open   | Meta         | BERT        | 1907.11692
ALBERT         | 2019-09 | e | open   | Google       | BERT        | 1909.11942
DistilBERT     | 2019-10 | e | open   | Hugging Face | BERT        | 1910.01108
ELECTRA        | 2020-03 | e | open   | Google       | BERT        | 2003.10555
DeBERTa        | 2020-06 | e | open   | Microsoft    | RoBERTa     | 2006.03654
T5             | 2019-10 | s | open   | Google       | Transformer | 1910.10683
BART           | 2019-10 | s | open   | Meta         | Transformer | 1910.13461
mT5            | 2020-10 | s | open   | Google       | T5          | 2010.11934
Switch         | 2021-01 | s | open   | Google       | T5          | 2101.03961
GLM            | 2021-03 | s | open   | Tsinghua     | Transformer | 2103.10360
T0             | 2021-10 | s | open   | BigScience   | T5          | 2110.08207
ST-MoE         | 2022-02 | s | open   | Google       | Switch      | 2202.08906
Tk-Instruct    | 2022-04 | s | open   | AI2          | T5          | 2204.07705
UL2            | 2022-05 | s | open   | Google       | T5          | 2205.05131
Flan-T5        | 2022-10 | s | open   | Google       | T5          | 2210.11416
GPT-1          | 2018-06 | d | open   | OpenAI       | Transformer |
GPT-2          | 2019-02 | d | open   | OpenAI       | GPT-1       |
XLNet          | 2019-06 | d | open   | Google       | Transformer | 1906.08237
GPT-3          | 2020-05 | d | closed | OpenAI       | GPT-2       | 2005.14165
GPT-Neo        | 2021-03 | d | open   | EleutherAI   | GPT-3       |
GPT-J          | 2021-06 | d | open   | EleutherAI   | GPT-3       |
ERNIE 3.0      | 2021-07 | d | closed | Baidu        | ERNIE       | 2107.02137
Codex          | 2021-07 | d | closed | OpenAI       | GPT-3       | 2107.03374
Anthropic LM   | 2021-12 | d | closed | Anthropic    | Transformer | 2112.00861
GLaM           | 2021-12 | d | closed | Google       | Transformer | 2112.06905
Gopher         | 2021-12 | d | closed | DeepMind     | GPT-2       | 2112.11446
LaMDA          | 2022-01 | d | closed | Google       | Transformer | 2201.08239
MT-NLG         | 2022-01 | d | closed | Microsoft    | Transformer | 2201.11990
InstructGPT    | 2022-03 | d | closed | OpenAI       | GPT-3       | 2203.02155
Chinchilla     | 2022-03 | d | closed | DeepMind     | Gopher      | 2203.15556
PaLM           | 2022-04 | d | closed | Google       | Transformer | 2204.02311
GPT-NeoX       | 2022-04 | d | open   | EleutherAI   | GPT-3       | 2204.06745
OPT            | 2022-05 | d | open   | Meta         | GPT-3       | 2205.01068
Minerva        | 2022-06 | d | closed | Google       | PaLM        | 2206.14858
Sparrow        | 2022-09 | d | closed | DeepMind     | Chinchilla  | 2209.14375
Flan-PaLM      | 2022-10 | d | closed | Google       | PaLM        | 2210.11416
BLOOMZ         | 2022-11 | d | open   | BigScience   | BLOOM       | 2211.01786
BLOOM          | 2022-11 | d | open   | BigScience   | GPT-2       | 2211.05100
Galactica      | 2022-11 | d | open   | Meta         | Transformer | 2211.09085
ChatGPT        | 2022-11 | d | closed | OpenAI       | InstructGPT |
OPT-IML        | 2022-12 | d | open   | Meta         | OPT         | 2212.12017
LLaMA          | 2023-02 | d | open   | Meta         | GPT-3       | 2302.13971
GPT-4          | 2023-03 | d | closed | OpenAI       | GPT-3       | 2303.08774
"""
LETTER = {"d": BRANCHES[0], "s": BRANCHES[1], "e": BRANCHES[2], "n": BRANCHES[3]}


def parsed(row: str) -> Model:
    """One row of the table. Raises ValueError for one with too few cells, a date that is none, or a branch or
    a word for openness that is unknown."""
    cells = [cell.strip() for cell in row.split("|")]
    if len(cells) != 7:
        raise ValueError(f"a row must have 7 cells, got {len(cells)}: {row}")
    name, date, letter, given, org, parent, arxiv = cells
    year, _, month = date.partition("-")
    if not (year.isdecimal() and month.isdecimal() and 2013 <= int(year) <= 2023 and 1 <= int(month) <= 12):
        raise ValueError(f"the date of {name} must be a month from 2013-01 to 2023-12, got {date}")
    if letter not in LETTER or given not in ("open", "closed"):
        raise ValueError(f"{name} must be of {', '.join(LETTER)} and open or closed, got {letter}, {given}")
    return Model(name, int(year), int(month), LETTER[letter], given == "open", org, parent, arxiv)


MODELS = tuple(sorted(map(parsed, ROWS.strip().splitlines()), key=lambda one: one.when))
