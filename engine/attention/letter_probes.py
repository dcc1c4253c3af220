"""What a page may ask of a trained Transformer that writes letters. Each answer takes less than 50 ms.

Inputs come from outside: every one is checked, and refused with ValueError by name, bound and value.
"""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from engine.attention.dot_product import journey as way
from engine.attention.letter_watch import BLANK, reading
from engine.attention.maps import Head, OneEach, Seen, rollout
from engine.attention.transformer import KINDS, Transformer, smoothed
from engine.core.inputs import Answer, Inputs, whole
from engine.data.letters import LETTERS, PAD, TASKS, prepared, token, words

LONGEST = 16  # letters of a text of one's own
CHANGES = ("flat", "mirrored")


def parsed(text: object) -> Tensor:
    """A word of one's own -> tokens (1, n). Raises ValueError: what, the bound, the value, where."""
    if not isinstance(text, str) or not 1 <= len(text) <= LONGEST:
        size = f"{len(text)} letters" if isinstance(text, str) else str(text)[:60]
        raise ValueError(f"the word must have 1 to {LONGEST} letters, got {size if text else 'none'}")
    for place, letter in enumerate(text, start=1):
        if letter not in LETTERS:
            raise ValueError(f"letter {place} must be one of {LETTERS[0]} to {LETTERS[-1]}, got {letter!r}")
    return torch.tensor([[token(letter) for letter in text]])


def heads_of(net: Transformer) -> list[Head]:
    """Every head of the net, in the order in which maps come: kind by kind, layer by layer."""
    return [(kind, n, h) for kind in KINDS for n in range(len(net.encoder)) for h in range(net.h)]


def _off(net: Transformer, inputs: Inputs) -> list[Head]:
    every, off = heads_of(net), [tuple(one) for one in inputs.get("off", ())]
    for one in off:
        if one not in every:
            raise ValueError(f"off must hold heads of this net, as {every[0]}, got {str(one)[:60]}")
    return off  # type: ignore[return-value]


def _prepared(inputs: Inputs) -> tuple[Tensor, Tensor]:
    if inputs.get("task") not in TASKS:
        raise ValueError(f"task must be one of {', '.join(TASKS)}, got {str(inputs.get('task'))[:60]}")
    source, _, answer = prepared(parsed(inputs.get("text")), inputs["task"])
    return source, answer


@lru_cache(maxsize=4)
def _held_out(task: str) -> tuple[Tensor, Tensor, Tensor]:
    return words(64, 3, 8, task, torch.Generator().manual_seed(20_000))  # the training draws from another


@torch.no_grad()
def read(net: Transformer, inputs: Inputs) -> Answer:
    """{"text", "task", "off": heads to switch off} -> encoder, decoder, cross (N h, S, S) maps; the encoder's
    rollout (S, S); written, read, wrong, chance (S,) as `reading` gives them; loss, whole (): nats a letter
    on 64 held-out words, with those heads off and with all.
    """
    source, answer = _prepared(inputs)
    seen, off = Seen(_off(net, inputs)), _off(net, inputs)
    text = reading(net, source, answer, seen)
    layers = [seen.maps["encoder", n][0] for n in range(len(net.encoder))]
    x, y, target = _held_out(inputs["task"])
    losses = {
        name: smoothed(net(x, y, Seen(heads)), target, 0.0, PAD).numpy()
        for name, heads in (("loss", off), ("whole", []))
    }
    maps = {kind: seen.of(kind).numpy() for kind in KINDS}
    return {**maps, "rollout": rollout(layers).numpy(), **text, **losses}


@torch.no_grad()
def twins(net: Transformer, inputs: Inputs) -> Answer:
    """{"text", "task"}: each head in turn looks otherwise, the answer as the net wrote it is read again.

    For each of `heads_of` (M) and of CHANGES (2): moved (M, 2), the mean mass moved; output (M, 2), the
    largest total variation between the letters' distributions before and after; same (M, 2), whether each
    letter stays; maps, changed (M, S, S) and (M, 2, S, S).
    """
    source, answer = _prepared(inputs)
    seen = Seen()
    text = reading(net, source, answer, seen)
    y = torch.from_numpy(np.where(text["read"] == BLANK, PAD, text["read"]).astype(np.int64))[None]
    asked = text["written"] != BLANK
    heads = heads_of(net)
    before = net(source, y, seen).softmax(-1)[0, asked]  # (T, V)
    rows = {"encoder": source[0].numpy() != PAD, "decoder": asked, "cross": asked}
    maps = torch.stack([seen.maps[kind, n][0, h] for kind, n, h in heads])
    found: dict[str, list[np.ndarray]] = {"moved": [], "output": [], "same": [], "changed": []}
    for change in CHANGES:
        each = OneEach(heads, change)
        after = net(source.expand(len(heads), -1), y.expand(len(heads), -1), each).softmax(-1)[:, asked]
        found["moved"].append(np.array([each.moved[one].numpy()[rows[one[0]]].mean() for one in heads]))
        found["output"].append((after - before).abs().sum(-1).amax(1).numpy() / 2)
        found["same"].append((after.argmax(-1) == before.argmax(-1)).all(1).numpy())
        found["changed"].append(np.stack([each.maps[one].numpy() for one in heads]))
    return {"maps": maps.numpy(), **{name: np.stack(parts, 1) for name, parts in found.items()}}


@torch.no_grad()
def journey(net: Transformer, inputs: Inputs) -> Answer:
    """{"text", "task", "head": (kind, layer, head), "query": row}: its way through eq. 1, at 41 divisors.

    -> as `dot_product.Journey`, over the keys that the query may look at.
    """
    source, answer = _prepared(inputs)
    head, query = tuple(inputs.get("head", ())), whole(inputs, "query", 0, source.shape[1] - 1)
    if head not in heads_of(net):
        raise ValueError(f"head must be one of this net, as {heads_of(net)[0]}, got {str(head)[:60]}")
    seen = Seen()
    reading(net, source, answer, seen)
    kind, n, h = head
    q, k, v = (part[0, h] for part in seen.vectors[kind, n])
    may = seen.maps[kind, n][0, h, query] > 0  # masked keys have no mass at all
    return {name: part.numpy() for name, part in way(q[query], k[may], v[may])._asdict().items()}
