"""The receptive field of a pixel: left the stack of layers, right the field with its path counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.components.messages import cell_in, mounted, nothing

_component = mounted("pages/pixelcnn/field.js", css="pages/pixelcnn/field.css")

Offset = tuple[int, ...]  # (dr, dc), or with two stacks (reader, read, dr, dc): 0 horizontal, 1 vertical


@dataclass(frozen=True)
class FieldState:
    """The (row, column) that the viewer clicked just now; None in every other rerun."""

    cell: tuple[int, int] | None


def field(
    levels: np.ndarray,
    supports: Sequence[Sequence[Offset]],
    *,
    key: str,
    mark: tuple[int, int],
    analytic: np.ndarray,
    blind: np.ndarray,
    leak: np.ndarray,
    past: np.ndarray,
    vertical: np.ndarray | None = None,
    horizontal: np.ndarray | None = None,
    names: Sequence[str] | None = None,
    stack_title: Sequence[tuple[str, str | None]] = (),
    grid_title: Sequence[tuple[str, str | None]] = (),
    stack_caption: Sequence[tuple[str, str | None]] = (),
    grid_caption: Sequence[tuple[str, str | None]] = (),
    sentence: str = "",
    height: int = 380,
    animate: bool = True,
    on_pick: Callable[[], None] | None = None,
) -> FieldState:
    """Show through which layers each pixel of the input reaches one pixel of the output.

    levels: (L + 1, H, W) path counts from the output (level 0) to the input (level L). supports: per layer,
    from the output's layer to the input's, the offsets that it reads. mark: the output pixel. analytic,
    blind, leak, past: (H, W) of 0 and 1: what the masks let through, what they miss of the causal window,
    what is seen but not past, and what comes before the pixel. vertical, horizontal: (H, W) of 0 and 1, the
    parts of a gated net's two stacks; None for one stack. names: one a level, output first. sentence:
    alternative text. on_pick: called before the rerun that a click makes; read the cell as
    st.session_state[key].cell. Raises ValueError for shapes or a mark that do not fit.
    """
    shape = levels.shape[1:]
    if levels.ndim != 3 or len(supports) != len(levels) - 1:
        raise ValueError(f"levels must be (layers + 1, H, W) with {len(supports)} layers, got {levels.shape}")
    maps = {"analytic": analytic, "blind": blind, "leak": leak, "past": past}
    maps |= {"vertical": vertical, "horizontal": horizontal}
    for which, given in maps.items():
        if given is not None and given.shape != shape:
            raise ValueError(f"{which} must have shape {shape}, got {given.shape}")
    if cell_in(list(mark), shape) is None:
        raise ValueError(f"mark must lie in a grid of {shape}, got {mark}")
    data: dict[str, Any] = {
        name: None if m is None else np.asarray(m).astype(int).tolist() for name, m in maps.items()
    }
    data |= {
        "levels": levels.tolist(),
        "supports": [[list(map(int, offset)) for offset in layer] for layer in supports],
        "mark": [int(mark[0]), int(mark[1])],
        "names": list(names) if names else None,
        "stackTitle": [list(pair) for pair in stack_title],
        "gridTitle": [list(pair) for pair in grid_title],
        "stackCaption": [list(pair) for pair in stack_caption],
        "gridCaption": [list(pair) for pair in grid_caption],
        "sentence": sentence,
        "height": height,
        "animate": animate,
    }
    result = _component(key=key, data=data, on_cell_change=on_pick or nothing)
    return FieldState(cell_in(result.get("cell"), shape))
