"""Data frames and columns of pandas, polars and pyarrow: what they hold, and by which names.

Nothing here imports these libraries: what comes from one was made after its import.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..ground.errors import NNFitError, listed, warn


class Column(NamedTuple):
    """One column.

    Parameters
    ----------
    kind : str
        What its library calls its type.
    values : callable
        Gives its values as a NumPy array (n,), where nothing that is missing is a number.
    classes : callable or None
        Where it is of classes: gives codes (n,), -1 for what is missing, and the labels in their
        order.
    """

    kind: str
    values: Callable[[], np.ndarray]
    classes: Callable[[], tuple[np.ndarray, list[Any]]] | None = None


class Frame(NamedTuple):
    """Columns of one length.

    Parameters
    ----------
    names : tuple of str or None
        None: those of a single column that has none.
    width : int
        How many columns there are.
    column : callable
        Gives one by its position.
    index : pandas.Index or None
        pandas' labels of the rows.
    block : array (n, width) or None
        All columns, where they are one array of floats.
    """

    names: tuple[str, ...] | None
    width: int
    column: Callable[[int], Column]
    index: Any = None
    block: np.ndarray | None = None

    @property
    def columns(self) -> list[Column]:
        """All of them."""
        return [self.column(j) for j in range(self.width)]


def frame_of(value: Any, argument: str) -> Frame | None:
    """View a frame or column of a library that is known here; None: it is neither.

    Raises
    ------
    NNFitError
        If it is a frame of another library: as an array, its names would be lost.
    """
    if isinstance(value, Frame):
        return value
    if isinstance(value, (np.ndarray, list, tuple)):
        return None
    for library, view in VIEWS.items():
        module = sys.modules.get(library)
        found = None if module is None else view(module, value)
        if found is not None:
            return found
    if hasattr(value, "__dataframe__"):
        kind = f"{type(value).__module__}.{type(value).__name__}"
        raise NNFitError(argument, f"is a {kind}, which is not known here.", "Give it as pandas'.")
    return None


def named(block: np.ndarray, names: Sequence[str]) -> Frame:
    """Make a frame of an array (n, p) of floats and the names of its columns."""
    return Frame(
        tuple(names), len(names), lambda j: Column(str(block.dtype), lambda: block[:, j]),
        block=block,
    )  # fmt: skip


def names_of(value: Any, argument: str = "x") -> tuple[str, ...] | None:
    """Name the columns of a frame; None: it is none, or its single column has no name."""
    frame = frame_of(value, argument)
    return None if frame is None else frame.names


def aligned(frame: Frame, names: Sequence[str] | None, argument: str) -> Frame:
    """Take the columns of some names in their order; what else is there is left out.

    Parameters
    ----------
    frame : Frame
    names : sequence of str or None
        None: all of the frame's.
    argument : str

    Raises
    ------
    NNFitError
        Naming columns that are missing, or of which there are several.
    """
    if frame.names is None:
        return frame
    wanted = frame.names if names is None else tuple(names)
    position = {name: j for j, name in enumerate(frame.names)}
    missing = [name for name in wanted if name not in position]
    if missing:
        raise NNFitError(argument, f"lacks columns that the fit has: {listed(missing)}.")
    if len(position) < len(frame.names):
        several = [name for name, count in Counter(frame.names).items() if count > 1]
        several = [name for name in several if name in wanted]
        if several:
            raise NNFitError(
                argument, f"has several columns of one name: {listed(several)}.", "Rename them."
            )
    if wanted == frame.names:
        return frame
    places = [position[name] for name in wanted]
    return Frame(wanted, len(wanted), lambda j: frame.column(places[j]), frame.index)


def check_named(x: Any, names: Sequence[str] | None, argument: str = "x") -> None:
    """Warn where rows have names of columns and a fit has none, or the other way round.

    They are then taken by their places, as scikit-learn's estimators do and say.
    """
    frame = frame_of(x, argument)
    named = frame is not None and frame.names is not None
    if named and names is None:
        warn(
            argument, "has names of columns, and the fit was made without.",
            "They are taken by their places: fit on a data frame to have them found by name.",
        )  # fmt: skip
    if not named and names is not None:
        warn(
            argument, "has no names of columns, and the fit was made on a data frame.",
            f"They are taken as {listed(names)}: give a data frame to have them found by name.",
        )  # fmt: skip


def check_index(x: Any, other: Any, argument: str, reference: str = "x") -> None:
    """Refuse rows that pandas labels otherwise than those of x, or in another order."""
    index, its = _index_of(x), _index_of(other)
    if index is None or its is None or index is its:
        return
    if len(index) == len(its) and not index.equals(its):
        ordered = f"{argument}.loc[{reference.split()[-1]}.index]"
        raise NNFitError(
            argument,
            f"has other row labels (its index) than {reference}.",
            f"Order it by them, as in {ordered}, or give {argument}.to_numpy().",
        )


def _index_of(value: Any) -> Any:
    labelled = _is(value, sys.modules.get("pandas"), "DataFrame", "Series")
    return value.index if labelled else None


def is_missing(value: Any) -> bool:
    """Tell whether a value stands for a missing one: None, NaN, pandas' NA or NaT."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, (float, np.floating)) and bool(value != value)


# -- the libraries --


def _is(value: Any, module: Any, *names: str) -> bool:
    """Tell whether a value is of one of a module's classes; a module may still be loading."""
    classes = (getattr(module, name, None) for name in names)
    return any(one is not None and isinstance(value, one) for one in classes)


def _pandas(pandas: Any, value: Any) -> Frame | None:
    if _is(value, pandas, "DataFrame"):
        names, block = tuple(map(str, value.columns)), _pandas_block(value)
        return Frame(names, len(names), lambda j: _pandas_column(pandas, value.iloc[:, j]),
                     value.index, block)  # fmt: skip
    if _is(value, pandas, "Series"):
        name = None if value.name is None else (str(value.name),)
        return Frame(name, 1, lambda j: _pandas_column(pandas, value), value.index)
    if _is(value, pandas, "Index") or _is(value, pandas.api.extensions, "ExtensionArray"):
        return Frame(None, 1, lambda j: _pandas_column(pandas, pandas.Series(value)))
    return None


def _pandas_block(frame: Any) -> np.ndarray | None:
    dtypes = set(frame.dtypes)
    floats = len(dtypes) == 1 and dtypes <= {np.dtype(np.float32), np.dtype(np.float64)}
    return frame.to_numpy() if floats else None


def _pandas_column(pandas: Any, column: Any) -> Column:
    kind, dtype = str(column.dtype), column.dtype
    if isinstance(dtype, pandas.CategoricalDtype):
        return Column(kind, column.to_numpy, lambda: _pandas_classes(column))
    if isinstance(dtype, np.dtype):
        return Column(kind, column.to_numpy)
    whole = {"i": np.int64, "u": np.uint64, "b": np.bool_}.get(dtype.kind)
    if whole is not None and not column.isna().any():
        return Column(kind, lambda: column.to_numpy(dtype=whole))
    if whole is not None or dtype.kind == "f":
        return Column(kind, lambda: column.to_numpy(dtype=np.float64, na_value=np.nan))
    return Column(kind, lambda: column.to_numpy(dtype=object))


def _pandas_classes(column: Any) -> tuple[np.ndarray, list[Any]]:
    return column.cat.codes.to_numpy(), list(column.cat.categories)


def _polars(polars: Any, value: Any) -> Frame | None:
    if _is(value, polars, "DataFrame"):
        columns = value.get_columns()
        return Frame(
            tuple(value.columns), len(columns), lambda j: _polars_column(polars, columns[j])
        )
    if _is(value, polars, "Series"):
        names = (value.name,) if value.name else None
        return Frame(names, 1, lambda j: _polars_column(polars, value))
    return None


def _polars_column(polars: Any, column: Any) -> Column:
    if column.dtype in (polars.Categorical, polars.Enum):
        return Column(str(column.dtype), column.to_numpy, lambda: _polars_classes(polars, column))
    return Column(str(column.dtype), column.to_numpy)


def _polars_classes(polars: Any, column: Any) -> tuple[np.ndarray, list[Any]]:
    if column.dtype == polars.Enum:  # with an order of its own
        labels = column.dtype.categories.to_list()
    else:
        labels = sorted(column.cast(polars.String).drop_nulls().unique().to_list())
    return _codes(column.cast(polars.String).to_list(), labels), labels


def _pyarrow(pyarrow: Any, value: Any) -> Frame | None:
    if _is(value, pyarrow, "Table", "RecordBatch"):
        columns = value.columns
        return Frame(
            tuple(value.schema.names), len(columns), lambda j: _pyarrow_column(pyarrow, columns[j])
        )
    if _is(value, pyarrow, "Array", "ChunkedArray"):
        return Frame(None, 1, lambda j: _pyarrow_column(pyarrow, value))
    return None


def _pyarrow_column(pyarrow: Any, column: Any) -> Column:
    kind, types = str(column.type), pyarrow.types
    if types.is_dictionary(column.type):
        return Column(kind, lambda: _objects(column), lambda: _pyarrow_classes(pyarrow, column))
    simple = types.is_integer(column.type) or types.is_floating(column.type)
    if simple and isinstance(column, pyarrow.ChunkedArray):
        return Column(kind, column.to_numpy)
    if simple:
        return Column(kind, lambda: column.to_numpy(zero_copy_only=False))
    return Column(kind, lambda: _objects(column))


def _pyarrow_classes(pyarrow: Any, column: Any) -> tuple[np.ndarray, list[Any]]:
    if isinstance(column, pyarrow.ChunkedArray):  # of which each has a dictionary of its own
        chunks = column.unify_dictionaries().chunks
        labels = chunks[0].dictionary.to_pylist() if chunks else []
    else:
        labels = column.dictionary.to_pylist()
    return _codes(column.to_pylist(), labels), labels


def _objects(column: Any) -> np.ndarray:
    values = column.to_pylist()
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def _codes(values: Sequence[Any], labels: Sequence[Any]) -> np.ndarray:
    position = {label: code for code, label in enumerate(labels)}
    return np.array([-1 if one is None else position[one] for one in values], dtype=np.int64)


VIEWS: dict[str, Callable[[Any, Any], Frame | None]] = {
    "pandas": _pandas,
    "polars": _polars,
    "pyarrow": _pyarrow,
}
