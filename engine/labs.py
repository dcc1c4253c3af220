"""Find labs by id: `autoregressive.pixelcnn` is the module `engine.autoregressive.pixelcnn_lab`."""

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, cast

import torch

from engine.core.claims import Claim
from engine.core.params import Spec, Value
from engine.core.trace import Event, State

# a lab's id, for the run that its page opens on; or with what is changed there: ("reward.ranking", {"K": 9})
Need = str | tuple[str, Mapping[str, Value]]


class Lab(Protocol):
    """The names that a lab module has (there is no base class: any module with these is a lab).

    It may have NEEDS and PROBES, too: see `Loaded`.
    """

    @property
    def __name__(self) -> str: ...

    @property
    def SPEC(self) -> type[Spec]: ...

    @property
    def PAPERS(self) -> tuple[str, ...]:
        """Keys into assets/references.bib."""
        ...

    @property
    def CLAIMS(self) -> tuple[Claim, ...]: ...

    @property
    def split(self) -> Callable[[Any], tuple[Any, Any]] | None:
        """split(spec) -> rows that it learns from, rows that it is scored on; None: nothing is held back."""
        ...

    @property
    def RECORDED(self) -> tuple[Any, ...]:
        """The specs whose runs are shipped; a page opens on the first."""
        ...

    def run(self, spec: Any, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]: ...

    def restore(self, spec: Any, weights: State | None) -> Any: ...


class Loaded(Lab, Protocol):
    """A lab as `load` gives it: what it leaves out is there, and empty."""

    @property
    def NEEDS(self) -> Mapping[str, Need]:
        """What `given` must hold: name -> the run whose weights it is; read them by `runs.store.needed`."""
        ...

    @property
    def PROBES(self) -> Mapping[str, Callable[..., Any]]:
        """What a page may ask of a trained model: name -> function(model, inputs) -> arrays."""
        ...


def lab_id(lab: Lab) -> str:
    """`engine.autoregressive.pixelcnn_lab` -> `autoregressive.pixelcnn`."""
    return lab.__name__.removeprefix("engine.").removesuffix("_lab")


def all_ids() -> list[str]:
    """The id of every lab there is, in alphabetical order."""
    files = Path(__file__).parent.glob("*/*_lab.py")
    return sorted(f"{file.parent.name}.{file.stem.removesuffix('_lab')}" for file in files)


def load(id: str) -> Loaded:
    """The lab with this id. Raises ValueError, naming the labs there are."""
    name = f"engine.{id}_lab"
    if name not in sys.modules and id not in all_ids():  # never imported by a name that someone typed
        raise ValueError(f"no lab is called {id!r}; there are: {', '.join(all_ids())}")
    module = importlib.import_module(name)  # waits where another thread is still at it
    for left_out in ("NEEDS", "PROBES"):
        vars(module).setdefault(left_out, {})
    return cast(Loaded, module)
