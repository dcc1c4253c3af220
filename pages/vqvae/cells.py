"""Panels of a film for discrete codes: a codebook in the plane or as tiles, images beside their codes.

The codebook in the plane is a plot; the scripts of the others are panels/{tiles,coded}.js.
"""

from collections.abc import Sequence

from app.figures import marks
from app.figures.kinds import Panel, Title, checked_concept, checked_range, panel
from app.figures.marks import at
from app.figures.plot import Axis, plot


def points(
    array: str,
    title: Title,
    x: tuple[float, float],
    y: tuple[float, float],
    cloud: Sequence[Sequence[float]] = (),
    usage: str | None = None,
    cells: bool = True,
    trail: bool = True,
    jump: float | None = None,
    labels: Sequence[str] | None = None,
    concepts: Sequence[str] | None = None,
    arrows: str | None = None,
    arrow_concepts: Sequence[str] = (),
    mark: int | None = None,
    what: str = "code",
    width: float = 1,
) -> Panel:
    """Codes in the plane, with their Voronoi cells and the way they came.

    array: name of (moments, K, 2). x, y: the plane's ranges, fixed. cloud: (N, 2) points that stand still.
    usage: name of (moments, K); a code with none is grey and hollow. trail: draw where each code was before;
    a step longer than jump is not drawn. labels, concepts: one a code. arrows: name of (moments, A, 4), each
    x, y, dx, dy, coloured by arrow_concepts. mark: the code that stands out. Raises ValueError for a range or
    a concept that is none.
    """
    for concept in (*(concepts or ()), *arrow_concepts):
        checked_concept(concept)
    px, py = at(array, column=0), at(array, column=1)
    owns = {"owns": usage} if usage else None
    said = f"({{x}}, {{y}}): nearest is {what} {{name}}{', which owns {owns} points' if usage else ''}"
    drawn = []
    if cells:
        drawn.append(marks.regions(px, py, alive=usage, lit=mark, say=said, more=owns, link=what))
    if len(cloud):
        x_, y_ = zip(*cloud, strict=True)
        drawn.append(marks.dots(x_, y_, "past", size=2, alpha=0.55, say=""))
    drawn.append(
        marks.dots(
            px, py, concepts or "code", size=5.5, alpha=1, alive=usage, lit=mark,
            trail=10_000 if trail else 0, jump=jump, names=labels, written=bool(labels), ring=True,
            say="" if cells else None, link=what,
        )
    )  # fmt: skip
    if arrows:
        four = [at(arrows, column=k) for k in range(4)]
        drawn.append(marks.arrows(four[0], four[1], four[2], four[3], arrow_concepts))
    (x0, x1), (y0, y1) = checked_range(*x), checked_range(*y)
    across, up = Axis(low=x0, high=x1, ticks={}), Axis(low=y0, high=y1, ticks={})
    shape = (y1 - y0) / (x1 - x0)
    return plot(drawn, title, across, up, square=True, tall=2000, aspect=min(1, shape), width=width)


def tiles(array: str, usage: str, title: Title, high: float, columns: int = 8, width: float = 1) -> Panel:
    """A codebook: what each code stands for and how often it is taken; dead codes are hatched.

    array: name of (moments, K, h, w), ink from 0 to `high`; usage: name of (moments, K), counts. Raises
    ValueError for a range or a concept that is none.
    """
    low, high = checked_range(0, high)
    return panel("vqvae/tiles", array, title, width, usage=usage, columns=columns, low=low, high=high)


def coded(
    array: str | None,
    codes: str,
    back: str,
    title: Title,
    rows: Sequence[tuple[str, str | None]],
    high: float,
    most: int = 4,
    labels: Sequence[str] = (),
    width: float = 1,
) -> Panel:
    """Images, their grids of codes, and what is drawn from the codes, one under the other.

    array, back: names of (moments, N, H, W), ink from 0 to `high`; array None leaves the first row out.
    codes: of (moments, N, h, w), 255 for a cell without one. rows: the rows' names and concepts. most:
    columns that must be there, as far as there are images; labels: their names. Raises ValueError for a
    range, a concept that is none, or a number of rows that does not fit.
    """
    for _, concept in rows:
        checked_concept(concept)
    if len(rows) != 2 + (array is not None):
        raise ValueError(f"there must be {2 + (array is not None)} rows, got {len(rows)}")
    low, high = checked_range(0, high)
    named = [list(row) for row in rows]
    return panel(
        "vqvae/coded", array, title, width,
        codes=codes, back=back, rows=named, low=low, high=high, most=most, labels=list(labels),
    )  # fmt: skip
