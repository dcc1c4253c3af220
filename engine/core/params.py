"""Parameters of a lab, declared once: widgets, link, command line, key and refusals all come from here."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from typing import Any, Self, TypeVar, cast

Value = bool | int | float | str


class Refusal(ValueError):
    """A value that a Spec does not take, named with its bound.

    `field` is the parameter's name, `value` what was given, `bound` what would have been taken, in words.
    """

    def __init__(self, field: str, value: object, bound: str):
        shown = repr(value) if len(repr(value)) <= 60 else repr(value)[:57] + "..."
        super().__init__(f"{field} must {bound}, got {shown}")
        self.field, self.value, self.bound = field, value, bound


@dataclass(frozen=True)
class Param:
    """What a person needs to know of one parameter: its label, its help, and what it takes."""

    label: str
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] = ()
    log: bool = False
    pattern: str = ""  # texts: a regular expression that the whole value matches
    described: str = ""  # the pattern in words, for the refusal


def param(default: Any, label: str, help: str, **bounds: Any) -> Any:
    """One field of a Spec. `bounds` are the other fields of `Param`."""
    return field(default=default, metadata={"param": Param(label, help, **bounds)})


@dataclass(frozen=True)
class Spec:
    """Base of every lab's frozen dataclass of parameters. Raises Refusal for a value outside its bounds."""

    def __post_init__(self) -> None:
        for f, p in params_of(type(self)):
            object.__setattr__(self, f.name, _checked(f, p, getattr(self, f.name)))

    def key(self) -> str:
        """Twelve hexadecimal digits, stable across processes and machines, unlike `hash`."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def but(self, **changes: Value) -> Self:
        """The same spec with some fields changed. Raises Refusal, also for a field that does not exist."""
        known = {f.name for f, _ in params_of(type(self))}
        for name, value in changes.items():
            if name not in known:
                raise Refusal(name, value, f"be one of the parameters {sorted(known)}")
        return type(self)(**{**asdict(self), **changes})


S = TypeVar("S", bound=Spec)


def params_of(spec: type[Spec]) -> Iterator[tuple[Field, Param]]:
    """The fields of a Spec with what is declared of each, in order."""
    return ((f, f.metadata["param"]) for f in fields(spec) if "param" in f.metadata)


def read(spec: type[S], texts: Mapping[str, str]) -> tuple[S, list[Refusal]]:
    """A Spec from texts (a link, a command line): good values taken, each bad one refused by name."""
    taken, refusals = {}, []
    for f, p in params_of(spec):
        if f.name not in texts:
            continue
        try:
            taken[f.name] = _checked(f, p, _from_text(f, p, texts[f.name]))
        except Refusal as refusal:
            refusals.append(refusal)
    known = {f.name for f, _ in params_of(spec)}
    refusals += [Refusal(name, text, f"be one of the parameters {sorted(known)}")
                 for name, text in texts.items() if name not in known]  # fmt: skip
    return spec(**taken), refusals


def _from_text(f: Field, p: Param, text: str) -> Value:
    kind = type(f.default)
    try:
        if kind is bool:
            return {"true": True, "false": False}[text.strip().lower()]
        return cast(Value, kind(text) if len(text) <= 4096 else text)
    except (ValueError, KeyError):
        raise Refusal(f.name, text, _bound(f, p)) from None


def _checked(f: Field, p: Param, value: Any) -> Value:
    kind = type(f.default)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        try:
            value = float(value)
        except OverflowError:
            raise Refusal(f.name, value, _bound(f, p)) from None
    good = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
    if good and p.choices:
        good = value in p.choices
    if good and p.low is not None and p.high is not None:
        good = p.low <= value <= p.high  # also false for nan
    if good and p.pattern:
        good = re.fullmatch(p.pattern, str(value)) is not None
    if not good:
        raise Refusal(f.name, value, _bound(f, p))
    return float(f"{value:.6g}") if kind is float else value  # six digits: the link and the key agree


def _bound(f: Field, p: Param) -> str:
    kind = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}[type(f.default)]
    if p.choices:
        return f"be one of {', '.join(map(str, p.choices))}"
    if p.low is not None and p.high is not None:
        return f"be {kind} in [{p.low:g}, {p.high:g}]"
    return f"be {p.described or kind}"
