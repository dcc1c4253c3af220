"""Text to learn subwords from: prose and code that this project's own libraries bring along, and one article
in many languages.

prose: paragraphs of scikit-learn's documentation, taken from its source (BSD licence). code: the source
itself, without documentation and comments. Both are of a pinned version, so a seed gives the same text
everywhere. reference: Python's language reference, as `pydoc_data.topics` has it (PSF licence); it differs a
little from one Python to the next. Paragraphs that occur twice are kept once.

Honest limits: all of it is technical English by few hands, about machine learning or programming.

ARTICLE: article 1 of the Universal Declaration of Human Rights (1948), in the translations of the United
Nations; public domain. Equal in content, not in length.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import sklearn

CORPORA = ("prose", "code", "both", "reference")
HELD = 20_000  # characters that are never trained on, of each corpus
ARTICLE = {
    "English": "All human beings are born free and equal in dignity and rights. They are endowed with "
    "reason and conscience and should act towards one another in a spirit of brotherhood.",
    "French": "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués "
    "de raison et de conscience et doivent agir les uns envers les autres dans un esprit de "
    "fraternité.",
    "German": "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft "
    "und Gewissen begabt und sollen einander im Geist der Brüderlichkeit begegnen.",
    "Spanish": "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como "
    "están de razón y conciencia, deben comportarse fraternalmente los unos con los otros.",
    "Swahili": "Watu wote wamezaliwa huru, hadhi na haki zao ni sawa. Wote wamejaliwa akili na dhamiri, "
    "hivyo yapasa watendeane kindugu.",
    "Finnish": "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan. Heille on "
    "annettu järki ja omatunto, ja heidän on toimittava toisiaan kohtaan veljeyden hengessä.",
    "Turkish": "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana "
    "sahiptirler ve birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler.",
    "Greek": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα. "
    "Είναι προικισμένοι με λογική και συνείδηση, και οφείλουν να συμπεριφέρονται μεταξύ τους "
    "με πνεύμα αδελφοσύνης.",
    "Russian": "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены "
    "разумом и совестью и должны поступать в отношении друг друга в духе братства.",
    "Arabic": "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق. وقد وهبوا عقلاً وضميرًا وعليهم أن "
    "يعامل بعضهم بعضًا بروح الإخاء.",
    "Hindi": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और "
    "समानता प्राप्त है। उन्हें बुद्धि और अन्तरात्मा की देन प्राप्त है और "
    "परस्पर उन्हें भाईचारे के भाव से बर्ताव करना चाहिए।",
    "Chinese": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
    "Japanese": "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて"
    "平等である。人間は、理性と良心とを授けられており、互いに同胞の精神をもっ"
    "て行動しなければならない。",
    "Korean": "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 "
    "동등하다. 인간은 천부적으로 이성과 양심을 부여받았으며 서로 "
    "형제애의 정신으로 행동하여야 한다.",
}
_DOCUMENTATION = re.compile(r'"""(.*?)"""', re.S)
# a paragraph, not a list or a table
_SENTENCES = re.compile(r"(?!.*(?:>>>|---|===|::|\.\. |  ))[A-Z].{60,}\.")


@cache
def paragraphs(corpus: str) -> tuple[str, ...]:
    """All there is of prose, code or reference, in an order that is the same everywhere."""
    if corpus == "reference":
        from pydoc_data.topics import topics

        found = [part for name in sorted(topics) for part in re.split(r"\n\s*\n", topics[name])]
        return tuple(dict.fromkeys(" ".join(part.split()) for part in found if part.strip()))
    source = [_DOCUMENTATION.split(text) for text in _files()]  # code and documentation take turns
    if corpus == "prose":
        docs = (part for file in source for doc in file[1::2] for part in re.split(r"\n\s*\n", doc))
        flowing = (" ".join(part.split()) for part in docs)
        return tuple(dict.fromkeys(part for part in flowing if _SENTENCES.fullmatch(part)))
    code = (re.sub(r"[ \t]*#.*", "", part) for file in source for part in file[0::2])
    blocks = (block.strip("\n") for part in code for block in re.split(r"\n\s*\n", part))
    return tuple(dict.fromkeys(block for block in blocks if len(block) > 60))


def _files() -> list[str]:
    """The source files of scikit-learn, without its tests and what it ships of others."""
    root = Path(sklearn.__file__).parent
    files = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.py"))
    ours = [name for name in files if not {"tests", "externals"} & set(name.split("/"))]
    return [(root / name).read_text("utf-8") for name in ours]


# What is read whole, file by file: only what people read to use a library, and what is the same file in every
# build of it (NumPy's distutils is there on old Pythons alone).
READ = {
    "sklearn": (),
    "numpy": ("_core", "lib", "polynomial", "ma", "linalg", "fft", "random", "matrixlib", "typing"),
    "torch": (
        *("nn", "optim", "distributions", "autograd", "linalg", "fft", "sparse", "special", "signal"),
        *("masked", "_torch_docs.py", "_tensor_docs.py", "functional.py", "_tensor.py"),
    ),
}


@cache
def documents(corpus: str) -> Mapping[str, str]:
    """Whole files of prose, or of code: path -> its paragraphs, one below the other, none twice in all.

    prose: documentation of scikit-learn, NumPy and PyTorch, of the pinned versions (all three: BSD licence).
    code: scikit-learn's source. Raises ValueError.
    """
    if corpus not in ("prose", "code"):
        raise ValueError(f"corpus must be prose or code, got {corpus!r}")
    found, seen = {}, set[str]()
    for library, parts in READ.items() if corpus == "prose" else [("sklearn", ())]:
        for name, text in _read(library, parts):
            cut = _DOCUMENTATION.split(text)
            own = _flowing(cut[1::2]) if corpus == "prose" else _blocks(cut[0::2])
            new = [part for part in dict.fromkeys(own) if part not in seen]
            seen.update(new)
            if new:
                found[f"{library}/{name}"] = "\n".join(new)
    return found


def _flowing(docs: list[str]) -> list[str]:
    parts = (" ".join(part.split()) for doc in docs for part in re.split(r"\n\s*\n", doc))
    return [part for part in parts if _SENTENCES.fullmatch(part)]


def _blocks(code: list[str]) -> list[str]:
    bare = (re.sub(r"[ \t]*#.*", "", part) for part in code)
    blocks = (block.strip("\n") for part in bare for block in re.split(r"\n\s*\n", part))
    return [block for block in blocks if len(block) > 60]


def _read(library: str, parts: tuple[str, ...]) -> list[tuple[str, str]]:
    """Path and text of a library's files, or of those that lie in `parts` of it; no tests."""
    spec = find_spec(library)
    assert spec is not None
    assert spec.origin is not None
    root = Path(spec.origin).parent
    names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.py"))
    ours = [name for name in names if not {"tests", "externals"} & set(name.split("/"))]
    return [
        (name, (root / name).read_text("utf-8")) for name in ours if not parts or name.split("/")[0] in parts
    ]


def drawn(corpus: str, characters: int, seed: int) -> tuple[str, str]:
    """Text to train on, about so many characters, and HELD others that it does not contain: paragraphs in an
    order drawn from the seed; of "both", half and half. Less where the corpus has less. Raises ValueError.
    """
    if corpus not in CORPORA:
        raise ValueError(f"corpus must be one of {', '.join(CORPORA)}, got {corpus!r}")
    if corpus == "both":
        prose, code = (drawn(one, characters // 2, seed) for one in ("prose", "code"))
        return prose[0] + "\n" + code[0], prose[1][: HELD // 2] + "\n" + code[1][: HELD // 2]
    parts = paragraphs(corpus)
    order = [parts[i] for i in np.random.default_rng(seed).permutation(len(parts))]
    held, rest = _taken(order, HELD)
    return _taken(rest, characters)[0], held


def _taken(parts: list[str], characters: int) -> tuple[str, list[str]]:
    """The first parts, until they have so many characters, as one text; and the parts that are left."""
    size, count = 0, 0
    while count < len(parts) and size < characters:
        size += len(parts[count]) + 1
        count += 1
    return "\n".join(parts[:count]), parts[count:]
