"""Times to an event, some of which are only known to be longer: read, and made ready for training.

In the tables an outcome of this kind has the columns of `COLUMNS`: a row is at risk after its start
(minus infinity where it has none) up to and with its stop, at which it has the event or is
censored; the risks of one stratum are compared with each other alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..ground.errors import NNFitError
from .frames import is_missing
from .reading import as_array, as_floats

START, STOP, EVENT, STRATUM = range(4)
COLUMNS = ("start", "stop", "event", "stratum")
TOLERANCE = 1.5e-8  # of the mean size of times: what differs by less is rounding, as in coxph()
REMEDY = "Make it by `nnfit.core.surv(event, time)`."


def surv(event: Any, time: Any, *, start: Any = None, stratum: Any = None) -> NDArray[Any]:
    """Put together censored times, as `fit()` takes them in the place of `y`.

    With two fields it is the structured array of scikit-survival.

    Parameters
    ----------
    event : array (n,)
        Of booleans, or of 0 and 1: whether the event was seen at `time`. Else the row is censored
        then: it is known to be without event up to there, and no more.
    time : array (n,)
    start : array (n,), optional
        From when a row is at risk, before `time` (a counting process). By default from the
        beginning.
    stratum : array (n,), optional
        Numbers or labels: each stratum has a baseline hazard of its own.

    Returns
    -------
    structured array (n,)
        With the fields `event` and `time`, and `start` and `stratum` where they are given.

    Raises
    ------
    NNFitError
        Naming the argument that cannot be.
    """
    times = _numbers(time, "time", None)
    fields = {"event": _events(event, len(times)), "time": times}
    if start is not None:
        fields["start"] = _numbers(start, "start", len(times))
    if stratum is not None:
        fields["stratum"] = _labels(stratum, len(times))
    made = np.empty(len(times), dtype=[(name, each.dtype) for name, each in fields.items()])
    for name, each in fields.items():
        made[name] = each
    return made


def _numbers(values: Any, argument: str, n: int | None) -> NDArray[Any]:
    numbers = as_floats(values, argument).astype(np.float64)
    if numbers.ndim == 2 and numbers.shape[1] == 1:
        numbers = numbers[:, 0]
    if numbers.ndim != 1 or n not in (None, len(numbers)) or not numbers.size:
        raise NNFitError(
            argument,
            f"has shape {numbers.shape}" + ("." if n is None else f", and there are {n} times."),
            "Give a number for each row.",
        )
    return numbers


def _events(values: Any, n: int) -> NDArray[Any]:
    events = _numbers(values, "event", n)
    if not np.isin(events, (0.0, 1.0)).all():
        raise NNFitError("event", "must be booleans, or 0 (censored) and 1 (event).")
    return np.asarray(events == 1)


def _labels(values: Any, n: int) -> NDArray[Any]:
    labels = as_array(values, "stratum")
    if labels.shape != (n,):
        raise NNFitError("stratum", f"has shape {labels.shape}, and there are {n} times.")
    if labels.dtype.kind not in "biufUO":
        raise NNFitError("stratum", f"must be numbers or labels, not of {labels.dtype}.")
    if any(is_missing(one) for one in labels.tolist()):
        raise NNFitError("stratum", "has missing values.", "Remove those rows.")
    return labels.astype(str) if labels.dtype.kind == "O" else labels


def is_censored(y: Any) -> bool:
    """Tell whether y holds censored times: a structured array."""
    return isinstance(y, np.ndarray) and y.dtype.names is not None


def read_censored(y: NDArray[Any], argument: str) -> tuple[NDArray[Any], tuple[str, ...] | None]:
    """Read a structured array: first the event, then the time, as scikit-survival has them.

    Parameters
    ----------
    y : structured array (n,)
        Further fields are found by the names "start" and "stratum".
    argument : str

    Returns
    -------
    array (n, 4)
        The columns of `COLUMNS`, with the position of each row's stratum among the labels.
    tuple of str or None
        The labels of the strata; None: there are none.

    Raises
    ------
    NNFitError
        If these are no censored times.
    """
    names = y.dtype.names
    assert names is not None
    further = [name for name in names[2:] if name not in ("start", "stratum")]
    if y.ndim != 1 or len(names) < 2 or further or not y.size:
        raise NNFitError(
            argument,
            f"is a structured array of shape {y.shape} with the fields {', '.join(names)}, and "
            "censored times have an event, a time, and perhaps a start and a stratum.",
            REMEDY,
        )
    event, stop = y[names[0]], y[names[1]]
    if event.dtype.kind not in "biuf" or not np.isin(event, (0, 1)).all():
        raise NNFitError(argument, f'has a first field "{names[0]}" that is no event.', REMEDY)
    values = np.zeros((len(y), len(COLUMNS)))
    values[:, START] = -np.inf if "start" not in names else _numbers(y["start"], argument, None)
    values[:, STOP], values[:, EVENT] = _numbers(stop, argument, None), event
    labels = None
    if "stratum" in names:
        found, values[:, STRATUM] = np.unique(y["stratum"], return_inverse=True)
        labels = tuple(str(label) for label in found.tolist())
    _merge_times(values)
    _check(values, argument)
    return values, labels


def _check(values: NDArray[Any], argument: str) -> None:
    start, stop = values[:, START], values[:, STOP]
    if np.isinf(start).all() and (stop < 0).any():
        raise NNFitError(
            argument, "has times below 0.", "Correct those rows, or give a `start` before them."
        )
    if (start >= stop).any():
        raise NNFitError(
            argument, f"has {int((start >= stop).sum())} rows that do not start before their time."
        )
    if not values[:, EVENT].any():
        raise NNFitError(
            argument,
            "has no event: all rows are censored.",
            "There is nothing to learn from such rows alone.",
        )


def _merge_times(values: NDArray[Any]) -> None:
    """Make one of times that differ by rounding alone, as survival's `aeqSurv()` does."""
    times = values[:, [START, STOP]]
    known = np.unique(times[np.isfinite(times)])
    apart = np.diff(known) > TOLERANCE * np.abs(known).mean()
    if apart.all():
        return
    kept = known[np.append(True, apart)]
    for column in (START, STOP):
        some = np.isfinite(values[:, column])
        place = np.searchsorted(kept, values[some, column], side="right") - 1
        values[some, column] = kept[place]


def codes_of(values: NDArray[Any]) -> NDArray[Any]:
    """Put times in order: the partial likelihood follows from that alone.

    Whole numbers survive where times, in float32, would be tied or change places.

    Parameters
    ----------
    values : array (n, 4)

    Returns
    -------
    int array (n, 4)
        Times are positions among all times, from 0, and -1 is before all of them.
    """
    finite = values[:, [START, STOP]]
    known = np.unique(finite[np.isfinite(finite)])
    codes = np.empty(values.shape, dtype=np.int64)
    codes[:, START] = np.searchsorted(known, values[:, START], side="right") - 1
    codes[:, STOP] = np.searchsorted(known, values[:, STOP], side="right") - 1
    codes[:, EVENT:] = values[:, EVENT:]
    return codes


def check_events(values: NDArray[Any], weights: NDArray[Any] | None, argument: str) -> None:
    """Refuse rows among which no event counts: a part of those that were given."""
    counted = values[:, EVENT] if weights is None else values[:, EVENT] * weights
    if not counted.any():
        raise NNFitError(
            argument,
            "has no event in a part of the rows that is trained or validated on alone.",
            "Hold out another part, or make fewer folds.",
        )
