"""Find labs by id: `autoregressive.pixelcnn` is the module `engine.autoregressive.pixelcnn_lab`."""

import importlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, cast

import torch

from engine.core.claims import Claim
from engine.core.params import Spec
from engine.core.trace import Event, State


class Lab(Protocol):
    """The names that a lab module has (there is no base class: any module with these is a lab)."""

    @property
    def __name__(self) -> str: ...

    @property
    def SPEC(self) -> type[Spec]: ...

    @property
    def PAPERS(self) -> tuple[str, ...]:
        """Keys into assets/references.bib."""
        ...

    @property
    def NEEDS(self) -> Mapping[str, str]:
        """What `given` must hold: name -> id of the lab whose weights it is."""
        ...

    @property
    def CLAIMS(self) -> tuple[Claim, ...]: ...

    @property
    def PROBES(self) -> Mapping[str, Callable[..., Any]]: ...

    @property
    def RECORDED(self) -> tuple[Any, ...]:
        """The specs whose runs are shipped; a page opens on the first."""
        ...

    def run(self, spec: Any, device: torch.device, given: Mapping[str, State]) -> Iterator[Event]: ...

    def restore(self, spec: Any, weights: State | None) -> Any: ...


def lab_id(lab: Lab) -> str:
    """`engine.autoregressive.pixelcnn_lab` -> `autoregressive.pixelcnn`."""
    return lab.__name__.removeprefix("engine.").removesuffix("_lab")


def all_ids() -> list[str]:
    """The id of every lab there is, in alphabetical order."""
    files = Path(__file__).parent.glob("*/*_lab.py")
    return sorted(f"{file.parent.name}.{file.stem.removesuffix('_lab')}" for file in files)


def load(id: str) -> Lab:
    """The lab with this id. Raises ValueError, naming the labs there are."""
    if id not in all_ids():  # looked up, never imported by a name that someone typed
        raise ValueError(f"no lab is called {id!r}; there are: {', '.join(all_ids())}")
    return cast(Lab, importlib.import_module(f"engine.{id}_lab"))
