"""What a loss is: `families.csv`, a row for each.

R reads the same file. No code asks for a loss by its name: it asks for a column. In
`own_families.csv` is what a function of the user's own is as a loss: a row by the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Callable, NamedTuple

from ..ground.tables import read_table

LINKED_SOLVER = "fisher_scoring"  # of linear models whose link is not the loss's own


class Family(NamedTuple):
    """A loss, and all that follows from it. A row of the table; an empty cell is None or False.

    Attributes
    ----------
    name : str
    torch : str or None
        The class in `torch.nn`; None: the loss is a function of ours, in `model/own_losses.py`.
    outcome : str
        What y must hold, one of `data.outcome.KINDS`: "numeric"; "class"; "binary" (two classes,
        or numbers); "survival" (censored times).
    at_least, above, at_most : float or None
        Bounds of numbers in y.
    smallest, largest : float or None
        Between which the largest number in y must be, unless all are 0: beyond, what is trained
        loses the digits that tell one fit from another. None: it follows from `scale_power`.
    whole : bool
        Whether numbers in y must be whole.
    counts : bool
        Whether numbers in y are counts, or of a quasi-likelihood as scattered as they are.
    sign_coded : bool
        Whether the loss compares with -1 and 1 where y has 0 and 1.
    default : bool
        Whether it is the loss of such an outcome where the user names none.
    heads : tuple of str
        What the model's numbers for one outcome are, one of `data.scaling.HEADS` each. The
        response follows from the first.
    heads_by : str or None
        The argument that has a value for each of the model's numbers for one outcome, which are
        then all of the one kind in `heads`, and all of them responses, in ascending order.
    output : str or None
        The activation that ends a network built here.
    link : str
        What leads from the first head to the response: one of `model.loss.RESPONSES`.
    link_argument : str or None
        The torch argument that, where it is False, makes the link the identity.
    arguments : dict
        The loss's arguments, with their defaults: all of a loss of ours; of torch's those that
        another column names.
    scale_power : int or None
        Where outcome and prediction are multiplied by c, the loss is by c to this power. None:
        it does not follow the scale, and the outcome keeps its units.
    scale_log : int
        And so many times log(c) are added to the loss of each element.
    scale_width : str or None
        The argument that is in the outcome's units.
    scale_start : bool
        Whether an output that is a logarithm starts at that of the outcome's mean, although the
        outcome keeps its units: steps of the usual size would not get there.
    likelihood : str or None
        The loss is, up to constants, minus this log-likelihood: one of R's `likelihoods`.
    probabilities : bool
        Whether the response is the probability of each class (or of the second of two).
    solved_by : str or None
        The optimizer of a linear model on all rows of which no more is said, where it is not that
        of other losses.
    smooth : bool
        Whether the gradient is continuous.
    convex : bool
        Whether the loss is convex in the model's output, before `output`.
    least_squares : bool
        Whether it is the square of outcome minus output.
    fused : bool
        Whether it is in `engines.fused.kernels.LOSSES`.
    joint : bool
        Whether it is a loss of rows together, which is no sum over them: it is in
        `model.cox.JOINT_LOSSES`.
    relative : bool
        Whether outputs count relative to each other alone, so that the last layer has no bias.
    label : str
        What an axis of losses says.
    own : bool
        Whether it is a function of the user's own.
    """

    name: str
    torch: str | None
    outcome: str
    at_least: float | None
    above: float | None
    at_most: float | None
    smallest: float | None
    largest: float | None
    whole: bool
    counts: bool
    sign_coded: bool
    default: bool
    heads: tuple[str, ...]
    heads_by: str | None
    output: str | None
    link: str
    link_argument: str | None
    arguments: dict[str, Any]
    scale_power: int | None
    scale_log: int
    scale_width: str | None
    scale_start: bool
    likelihood: str | None
    probabilities: bool
    solved_by: str | None
    smooth: bool
    convex: bool
    least_squares: bool
    fused: bool
    joint: bool
    relative: bool
    label: str
    own: bool = False

    def __hash__(self) -> int:
        """By its name: a row has a dict."""
        return hash(self.name)

    @property
    def kind(self) -> str:
        """What the rows of this table are, beside those of the catalog."""
        return "loss"

    @property
    def centred(self) -> bool:
        """Whether a shifted outcome is still one: not where there are bounds."""
        return self.at_least is None and self.above is None and self.at_most is None

    def heads_under(self, args: Mapping[str, Any]) -> tuple[str, ...]:
        """List what the model's numbers for one outcome are, under a loss's arguments."""
        if self.is_linked(args):
            return (link_heads()[self.link_under(args)],)
        if self.heads_by is None:
            return self.heads
        values = args.get(self.heads_by)
        return self.heads * (1 if values is None else len(values))

    def link_under(self, args: Mapping[str, Any]) -> str:
        """Name the link under a loss's arguments, one of which may make it the identity."""
        if args.get(self.link_argument or "") is False:
            return "identity"
        link: str = args.get("link", self.link)
        return link

    def is_linked(self, args: Mapping[str, Any]) -> bool:
        """Tell whether the link is another than that which the loss is made for."""
        return self.link_under(args) != self.link

    def solver_under(self, args: Mapping[str, Any]) -> str | None:
        """Name the optimizer of linear models, where it is not that of other losses."""
        return LINKED_SOLVER if self.is_linked(args) else self.solved_by


def _flag(text: str) -> bool:
    return text == "TRUE"


def _maybe(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda text: read(text) if text else None


def _arguments(text: str) -> dict[str, Any]:
    """Read "delta=1 full=FALSE ties=efron"."""
    return {name: _value(value) for name, value in (pair.split("=") for pair in text.split())}


def _value(text: str) -> bool | float | str:
    if text in ("TRUE", "FALSE"):
        return text == "TRUE"
    try:
        return float(text)
    except ValueError:
        return text


# how to read the cells of a column; those of the others are names
READ: dict[str, Callable[[str], Any]] = {
    "at_least": _maybe(float),
    "above": _maybe(float),
    "at_most": _maybe(float),
    "smallest": _maybe(float),
    "largest": _maybe(float),
    "whole": _flag,
    "counts": _flag,
    "sign_coded": _flag,
    "default": _flag,
    "heads": lambda text: tuple(text.split()),
    "arguments": _arguments,
    "scale_power": _maybe(int),
    "scale_log": lambda text: int(text or 0),
    "scale_start": _flag,
    "probabilities": _flag,
    "smooth": _flag,
    "convex": _flag,
    "least_squares": _flag,
    "fused": _flag,
    "joint": _flag,
    "relative": _flag,
}


@cache
def link_heads() -> dict[str, str]:
    """Read `link_heads.csv`: by link what the model's one number for an outcome is, of `heads`."""
    return {row["name"]: row["head"] for row in read_table(__file__, "link_heads")}


@cache
def families() -> tuple[Family, ...]:
    """Read every row of `families.csv`: the losses that have a name."""
    return _read("families")


@cache
def own_families() -> tuple[Family, ...]:
    """Read every row of `own_families.csv`."""
    return tuple(one._replace(own=True) for one in _read("own_families"))


def _read(table: str) -> tuple[Family, ...]:
    name = _maybe(str)
    return tuple(
        Family(**{column: READ.get(column, name)(cell) for column, cell in row.items()})
        for row in read_table(__file__, table)
    )


@cache
def _by_name() -> dict[str, Family]:
    return {family.name: family for family in (*families(), *own_families())}


def family(name: str) -> Family:
    """Find a loss by its name in the table; `catalog.lookup()` knows other spellings."""
    return _by_name()[name]


def own_of(outcome: str) -> Family:
    """Find what a function of the user's own is as the loss of an outcome of this kind."""
    return next(family for family in own_families() if family.outcome == outcome)


def default_of(outcome: str) -> Family:
    """Find the loss of an outcome of this kind where the user names none."""
    return next(family for family in families() if family.default and family.outcome == outcome)
