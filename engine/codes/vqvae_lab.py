"""Lab: a VQ-VAE learns codes for small pictures; most die at once, and can be brought back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.codes import measures, probes
from engine.codes.images import DEFAULT, SETS, images
from engine.codes.vqvae import VQVAE
from engine.core.claims import Claim, Verdict, check, peak
from engine.core.params import Spec, param
from engine.core.trace import Arrays, Event, Moments, State, Step, Trace, restored, shots

PAPERS = ("oord2017vqvae",)
BATCH = 64
DEAD = 0.5  # a code whose running count falls below this is restarted
SHOWN = 6  # test images
CELL = (2, 1)  # whose gradient is shown
INK = 15  # levels of the pictures in the film
FACE = 7  # and of the codes' faces: fewer, for a smaller film


@dataclass(frozen=True)
class VQVAESpec(Spec):
    K: int = param(64, "Codes K", "How many codes there are to choose from.", low=2, high=256)
    init: str = param(
        "random",
        "Codes start",
        "As N(0, 1), or each on an output of the encoder. The paper does not say.",
        choices=("random", "on data"),
    )
    restart: bool = param(
        True, "Restart dead codes", "Not in the paper: an unused code moves onto an encoder's output."
    )
    codebook: str = param(
        "EMA", "Codebook", "Codes follow running averages, or their own loss.", choices=("EMA", "loss")
    )
    data: str = param(DEFAULT, "Pictures", "16 x 16: sprites, factor images, or digits.", choices=SETS)
    beta: float = param(
        0.25, "Commitment beta", "How strongly outputs are pulled to their code.", low=0.0, high=4.0
    )
    gamma: float = param(
        0.99, "Memory gamma", "Of the running averages: near 1 is slow.", low=0.5, high=0.999
    )
    D: int = param(16, "Numbers in a code", "Dimension of the space where codes live.", low=2, high=32)
    smoothing: bool = param(
        False, "Laplace smoothing", "Of the counts, as in the authors' code; not in the paper."
    )
    lr: float = param(3e-3, "Learning rate", "Step size of Adam.", low=1e-5, high=1.0, log=True)
    steps: int = param(800, "Training steps", "Batches of 64 pictures.", low=10, high=4000)
    seed: int = param(0, "Seed", "Same seed, same run.", low=0, high=9999)


def restore(spec: VQVAESpec, weights: State | None) -> VQVAE:
    """The net with these weights, or as it starts from the seed (codes on data: before they go there)."""
    return restored(spec.seed, weights, lambda: VQVAE(spec.K, spec.D, channels=16))


def run(spec: VQVAESpec, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]:
    """Trains; at each moment shows codes and their usage, six images, the copied gradient, the score.

    `given["start"]` makes a fork.
    """
    rng = torch.Generator().manual_seed(spec.seed)
    train, test = (part.to(device) for part in images(spec.data))
    net = restore(spec, given.get("start")).to(device)
    if spec.init == "on data" and "start" not in given:
        with torch.no_grad():
            net.codebook.start_from(net.encode(train[:BATCH]).flatten(0, 2), rng)
    adam = torch.optim.Adam(net.parameters(), lr=spec.lr)
    eps, moments = (1e-5 if spec.smoothing else 0.0), Moments(spec.steps)

    yield from shots(0, 0, look(net, test, spec.beta), net)
    for step in range(1, spec.steps + 1):
        p = net(train[torch.randint(len(train), (BATCH,), generator=rng)])
        reconstruction = p.reconstruction()
        loss = reconstruction + spec.beta * p.commitment()
        if spec.codebook == "loss":
            loss = loss + p.codebook()
        adam.zero_grad()
        loss.backward()
        adam.step()
        z_e = p.z_e.detach().flatten(0, 2)
        if spec.codebook == "EMA":
            net.codebook.follow(z_e, p.k, spec.gamma, eps)
        else:
            net.codebook.count(z_e, p.k, spec.gamma)
        revived = net.codebook.restart(z_e, DEAD, rng) if spec.restart else 0
        scalars = {"loss": reconstruction.item(), "restarted": float(revived)}
        if (moment := moments.at(step)) is None:
            yield Step(step, spec.steps, scalars)
        else:
            seen = look(net, test, spec.beta)
            yield Step(step, spec.steps, scalars | {name: float(v) for name, v in seen["score"].items()})
            yield from shots(moment, step, seen, net)


def split(spec: VQVAESpec) -> tuple[Tensor, Tensor]:
    """The pictures that it learns from, and those that it is scored on."""
    return images(spec.data)


def look(net: VQVAE, test: Tensor, beta: float) -> dict[str, Arrays]:
    """All that is shown of a net at one moment. test (M, 16, 16)."""
    K = len(net.codebook.e)
    with torch.no_grad():
        k = net.indices(test)
        x_hat = net.decode_indices(k)
        counts = measures.usage(k, K)
        face = measures.faces(test, k, K)
    seen = measures.copied(net, test[0], CELL, beta)
    rows = torch.stack([seen[name] for name in ("at_z_q", "at_z_e", "commitment", "at_e")])
    rows = rows / rows.abs().max().clamp(min=1e-20)
    return {
        "codes": {
            "face": _ink((face * FACE).round() / FACE),
            "usage": counts.cpu().numpy().astype(np.uint16),
        },
        "seen": {
            "x": _ink(test[:SHOWN]),
            "k": k[:SHOWN].cpu().numpy().astype(np.uint8),
            "x_hat": _ink(x_hat[:SHOWN]),
        },
        "score": {
            "mse": _figure(float((x_hat - test).square().mean())),
            "used": _figure(float((counts > 0).sum())),
            "perplexity": _figure(measures.perplexity(counts)),
        },
        "copy": {
            "rows": rows.cpu().numpy().round(2).astype(np.float16),
            "step": measures.plane(seen).detach().cpu().numpy().round(2).astype(np.float16),
            "difference": _figure(float(seen["difference"])),
            "code": _figure(float(seen["code"])),
        },
    }


def _ink(x: Tensor) -> np.ndarray:
    return (x.clamp(0, 1) * INK).round().cpu().numpy().astype(np.uint8)


def _figure(value: float) -> np.ndarray:
    return np.asarray(value, np.float32)


def _used(trace: Trace) -> int:
    return int(trace.last("score")["used"])


def _dead_stay_dead(traces: Mapping[str, Trace]) -> Verdict:
    trace = traces["EMA alone"]
    early = next(m for m, step in enumerate(trace.moments) if step >= trace.moments[-1] / 4)
    dead = trace.at("codes", early)["usage"] == 0
    back = int((dead & (trace.last("codes")["usage"] > 0)).sum())
    return Verdict(
        bool(dead.sum() >= len(dead) / 2 and back <= 0.05 * dead.sum()),
        f"{int(dead.sum())} of {len(dead)} dead after a quarter; {back} of them used at the end",
        "at least half dead, at most 5% of them back",
    )


def _restart_pays(traces: Mapping[str, Trace]) -> Verdict:
    with_, without = traces["restart"], traces["EMA alone"]
    used, mse = (_used(with_), _used(without)), tuple(float(t.last("score")["mse"]) for t in (with_, without))
    return Verdict(
        used[0] >= 3 * used[1] and mse[0] < mse[1],
        f"{used[0]} against {used[1]} codes; error {mse[0]:.4f} against {mse[1]:.4f}",
        "at least 3 times as many, and a lower error",
    )


def _start_matters(traces: Mapping[str, Trace]) -> Verdict:
    used = _used(traces["on data"]), _used(traces["EMA alone"])
    return Verdict(
        used[0] >= 3 * used[1], f"{used[0]} against {used[1]} codes", "at least 3 times as many, no restart"
    )


SPEC = VQVAESpec
PROBES: dict[str, Callable[[VQVAE, probes.Inputs], probes.Answer]] = {
    "encode": probes.encode,
    "decode": probes.decode,
    "owned": probes.owned,
    "without": probes.without,
}
ALONE = {"codebook": "EMA", "init": "random", "restart": False}
CLAIMS = (
    Claim(
        "No gradient of the reconstruction reaches a code; the encoder gets the decoder's, copied.",
        check(
            lambda at_code, apart: apart == 0 and at_code == 0,
            "at a code {:g}; between output and code {:g}",
            "0 and 0, to the bit, at every moment",
            peak("copy", "code", "difference"),
        ),
        "One code with a gradient other than zero, or one bit of difference at the encoder's output.",
    ),
    Claim(
        "Averages alone revive hardly a dead code.",
        _dead_stay_dead,
        "Codes, dead after a quarter of the training, of which more than one in twenty is used at its end.",
        {"EMA alone": ALONE},
    ),
    Claim(
        "Restarting dead codes puts at least three times as many to use, and loses less.",
        _restart_pays,
        "A codebook without restarts that uses a third as many or more, or reconstructs as well.",
        {"restart": ALONE | {"restart": True}, "EMA alone": ALONE},
    ),
    Claim(
        "Much hangs on the start: codes that begin on the data live without any restart.",
        _start_matters,
        "Random codes of which a third as many survive.",
        {"on data": ALONE | {"init": "on data"}, "EMA alone": ALONE},
    ),
)
RECORDED = (VQVAESpec(), VQVAESpec(restart=False), VQVAESpec(init="on data", restart=False))
