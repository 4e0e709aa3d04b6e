"""Weights of classes or outcomes: one number for each, in the order of the levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..ground.errors import NNFitError, listed
from .arguments import arguments
from .catalog import Named
from .families import family


def in_order(
    loss: Named, levels: Sequence[str] | None, names: Sequence[str] | None, n_outputs: int
) -> Named:
    """Put a loss's numbers that are given by label into order, and count those that are not.

    Parameters
    ----------
    loss : Named
    levels : sequence of str or None
        The labels of the classes.
    names : sequence of str or None
        Of numeric outcomes.
    n_outputs : int
        Columns of the model's output.

    Raises
    ------
    NNFitError
        Naming the labels that are missing or unknown.
    """
    known = arguments("loss", loss.name)
    args = dict(loss.args)
    for argument, value in args.items():
        named = known.get(argument)  # a function of the user's own is none
        if value is not None and named is not None and named.row.type == "class_numbers":
            said = f'"{loss.name}" takes a `{argument}`'
            if isinstance(value, Mapping):
                labels = _labels(loss, argument, levels, names)
                args[argument] = _by_label(value, labels, said)
            else:
                _check_number(len(value), n_outputs, family(loss.name).outcome == "class", said)
    return Named(loss.name, args)


def _labels(
    loss: Named, argument: str, levels: Sequence[str] | None, names: Sequence[str] | None
) -> Sequence[str]:
    if family(loss.name).outcome == "class":
        return levels or ()
    if levels is not None and argument == "pos_weight":
        return levels[1:]  # one output, which is for the second of two classes
    if levels is not None:
        raise NNFitError(
            "loss",
            f'"{loss.name}" has a single output: its `{argument}` can not tell classes apart.',
            'Give it to "cross_entropy", or the second class\'s share as `pos_weight` to '
            '"bce_with_logits".',
        )
    if names is None:
        raise NNFitError(
            "loss",
            f'"{loss.name}" has a `{argument}` by name, and the outcomes have no such names.',
            "Give it in the order of the outcomes.",
        )
    return names


def _by_label(value: Mapping[str, float], labels: Sequence[str], said: str) -> list[float]:
    missing = [label for label in labels if label not in value]
    unknown = [label for label in value if label not in labels]
    if missing or unknown:
        parts = [
            f"{word} {listed(which)}"
            for word, which in (("lacks", missing), ("has the unknown", unknown))
            if which
        ]
        raise NNFitError(
            "loss",
            f"{said} with a number for each of {listed(labels)}: this one {', '.join(parts)}.",
        )
    return [value[label] for label in labels]


def _check_number(given: int, n_outputs: int, classes: bool, said: str) -> None:
    if given != n_outputs and (classes or given != 1):
        what = "class" if classes else "outcome"
        raise NNFitError(
            "loss", f"{said} with a number for each {what}, {n_outputs} of them, not {given}."
        )
