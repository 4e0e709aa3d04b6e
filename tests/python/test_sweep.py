"""The sweep: every wrong value in the place of every argument of every public function.

Each must give an `NNFitError` that names the argument, or be right there. Which arguments there
are is read from the functions and from the table of options, so that a new one is swept without
being named here.
"""

import datetime
import decimal
import fractions
import inspect
import warnings

import numpy as np
import pytest
import torch

import nnfit.core as core
from nnfit.core import NNFitError, files
from nnfit.core.exported import exported
from nnfit.core.ground.processes import ALONE
from nnfit.core.jobs import shared
from nnfit.core.options.rows import option_names

X = np.arange(1.0, 9.0)[:, None]
Y = np.array([1.0, 3, 2, 5, 4, 6, 8, 7])


class Graph:
    """An exported fit."""

    def SerializeToString(self):  # noqa: N802
        return b""


class Odd:
    """An object that is nothing in particular."""


def _quantized():
    with warnings.catch_warnings():  # on their way out of torch
        warnings.simplefilter("ignore")
        return torch.quantize_per_tensor(torch.ones(8), 0.1, 0, torch.qint8)


def wrong_values():
    """Give the values by name."""
    return {
        "none": None,
        "true": True,
        "false": False,
        "zero": 0,
        "one": 1,
        "three": 3,
        "minus_one": -1,
        "minus_zero": -0.0,
        "fraction": 1.5,
        "tenth": 0.1,
        "tiny": 1e-300,
        "huge": 1e300,
        "nan": float("nan"),
        "inf": float("inf"),
        "minus_inf": float("-inf"),
        "beyond_integer": 2**31,
        "beyond_double": 2**53 + 2,
        "beyond_size": 10**19,
        "beyond_float": 10**400,
        "decimal": decimal.Decimal("1.5"),
        "ratio": fractions.Fraction(1, 3),
        "complex": 1j,
        "numpy_int": np.int64(3),
        "numpy_nan": np.float64("nan"),
        "numpy_bool": np.bool_(True),
        "empty": "",
        "word": "nope",
        "digit": "3",
        "brace": "{x}",
        "percent": "%s %d",
        "newline": "a\nb",
        "nul": "a\0b",
        "surrogate": "\ud800",
        "non_ascii": "é漢",
        "long_text": "x" * 10_000,
        "bytes": b"abc",
        "no_list": [],
        "no_tuple": (),
        "no_dict": {},
        "list_none": [None],
        "list_nan": [1.0, float("nan")],
        "list_text": ["a", "b"],
        "ragged": [[1.0, 2.0], [3.0]],
        "nested": [[[1.0]]],
        "mixed": [1, "a", None],
        "dict": {"a": 1},
        "set": {1, 2},
        "range": range(3),
        "generator": (number for number in range(3)),
        "array": np.array([1.0, 2.0]),
        "no_array": np.array([]),
        "no_rows": np.empty((0, 2)),
        "no_columns": np.empty((8, 0)),
        "cube": np.ones((2, 2, 2)),
        "scalar_array": np.array(3),
        "array_nan": np.full(8, np.nan),
        "array_text": np.array(["a", "b"] * 4),
        "array_object": np.array([None, Odd()], dtype=object),
        "array_complex": np.full(8, 1j),
        "array_date": np.full(8, np.datetime64("2024-01-01")),
        "array_long": np.arange(100_000) + 0.5,
        "structured": np.zeros(8, dtype=[("a", float)]),
        "date": datetime.date(2024, 1, 1),
        "delta": datetime.timedelta(1),
        "tensor": torch.ones(2),
        "tensor_number": torch.tensor(1.5),
        "tensor_sparse": torch.eye(2).to_sparse(),
        "tensor_meta": torch.ones(8, device="meta"),
        "tensor_quantized": _quantized(),
        "layer": torch.nn.Linear(2, 1),
        "layer_class": torch.nn.ReLU,
        "dtype": torch.int64,
        "device": torch.device("cpu"),
        "module": torch,
        "function": lambda *given: None,
        "object": Odd(),
        "class": Odd,
    }


# -- the calls that work, by function: its arguments --


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    """Give for each public function the arguments of a call that works, or of several."""
    linear = core.fit(X, Y, seed=1)
    replicated = core.fit(X, Y, seed=1, bootstrap=5)
    few = {"epochs": 3, "hidden_units": [2], "seed": 1}
    rows = np.arange(20.0).reshape(-1, 1)
    tuned = core.fit(rows, rows[:, 0] + 3, hidden_units=2, seed=1)
    times = {"event": np.arange(8) % 3 > 0, "time": Y}
    survived = core.fit(X, core.surv(**times), seed=1)
    classes = core.fit(rows, np.arange(20) % 3 > 0, hidden_units=2, seed=1)
    found = {
        "fit": [{"x": X, "y": Y, **few}, {"x": X, "y": Y, "epochs": 3, "seed": 1}],
        "predict": [{"fit": linear, "x": X}],
        "predict_interval": [{"fit": replicated, "x": X}],
        "predict_conformal": [{"fit": tuned, "x": X}],
        "predict_jackknife": [{"fit": tuned, "x": X}],
        "coefficients": [{"fit": linear}],
        "predict_sets": [{"fit": classes, "x": X}],
        "diagnose": [{"fit": linear, "x": X, "y": Y}],
        "importance": [
            {"fit": linear, "x": X, "y": Y},
            {"fit": core.fit(X, np.c_[Y, -Y], seed=1), "x": X, "y": np.c_[Y, -Y]},
        ],
        "shapley": [{"fit": linear, "x": X, "background": X}],
        "effects": [
            {"fit": linear, "x": X},
            {"fit": linear, "x": X, "type": "ice", "variables": 0},
        ],
        "surv": [times],
        "predict_survival": [{"fit": survived, "x": X}],
        "cross_validate": [{"x": X, "y": Y, "folds": 2, **few}],
        "tune": [
            {
                "x": X,
                "y": Y,
                "candidates": 2,
                "penalty": core.Range(),
                "learn_rate": core.Choice(0.01, 0.02),
                **few,
            }
        ],
        "activation_curves": [{"activations": ["relu"], "x": [-1.0, 1.0]}],
        "save": [{"fit": linear, "path": tmp_path_factory.mktemp("sweep") / "a.safetensors"}],
        "module": [{"fit": linear}],
        "export": [{"fit": linear, "path": tmp_path_factory.mktemp("sweep") / "a.onnx"}],
        "load": [{"path": str(tmp_path_factory.mktemp("sweep") / "b.safetensors")}],
    }
    core.save(linear, found["load"][0]["path"])
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    new = tmp_path_factory.mktemp("sweep")
    path = str(new / "rows.parquet")
    parquet.write_table(pyarrow.table({"x": X[:, 0], "y": Y}), path)
    on_files = core.fit_parquet(path, "y", epochs=3)
    design = on_files["design"]
    found.update(
        fit_parquet=[{"path": path, "outcome": "y", "columns": ["x"], **few}],
        fit_design=[{"path": path, "design": design, **few}],
        predict_parquet=[{"fit": on_files, "path": path}],
        scan_parquet=[{"path": path, "columns": ["x"]}],
        job=[
            {
                "path": path,
                "outcome": "y",
                "file": str(tmp_path_factory.mktemp("sweep") / "a.json"),
                **few,
            }
        ],
    )
    return found


def arguments(function):
    """List what a function can be given: by its signature, and by the table of options."""
    named = inspect.signature(function).parameters.values()
    names = [one.name for one in named if one.kind is not one.VAR_KEYWORD]
    if any(one.kind is one.VAR_KEYWORD for one in named):
        names += option_names("training")
        if function in (core.fit_parquet, core.job):
            names += ["validation", "shuffle", "shuffle_buffer", "fully_shard", "model"]
        if function is core.fit_parquet:
            names += ["progress", "processes"]
    return list(dict.fromkeys(names))


# what a function may name in the place of an argument: `x` and `y` must go together
ALSO = {
    "x": {"y", "weights", "hidden_units"},
    "columns": {"hidden_units"},
    "y": {"x", "loss", "levels"},
    "levels": {"y", "loss"},
    "model": {"hidden_units"},
    "activations": {"activation"},
    "time": {"event"},
}


def judge(function, given, argument, value):
    """Say what became of a call: "refused", "taken", or what is wrong."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            function(**{**given, argument: value})
        except NNFitError as error:
            said = "refused"
            if error.argument not in {argument, *ALSO.get(argument, ())}:
                said = f"names another argument: {error}"
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        else:
            said = "taken"
    return f"warns: {caught[0].message}" if caught else said


# Where a value is right: by argument, the names of values. All others have to be refused.
NUMBERS = {"zero", "minus_zero", "one", "three", "numpy_int", "scalar_array"}
POSITIVE = {"one", "three", "numpy_int", "scalar_array"}
ANY_SIZE = {"beyond_integer", "beyond_double", "beyond_size", "fraction", "tenth", "decimal",
            "ratio", "tensor_number"}  # fmt: skip
EMPTY = {"no_list", "no_tuple", "no_array", "no_rows"}
FLAGS = {"true", "false", "numpy_bool"}
ROW_OF_NUMBERS = NUMBERS | ANY_SIZE | FLAGS | {"minus_one", "tiny", "huge", "range", "array",
                                               "array_long", "tensor"}  # fmt: skip
RIGHT = {
    "effects.variables": {"none", "zero"},
    "grid": {"none", "three", "numpy_int", "scalar_array"},
    "values": {"none", "range", "array", "array_long", "tensor"},
    "center": FLAGS,
    "curves": POSITIVE,
    "activations": {"layer_class"},  # torch's own
    # none for no hidden layer; torch's own class in the place of its name
    "activation": EMPTY | {"none", "layer_class"},
    "activation_curves.x": ROW_OF_NUMBERS,
    "background": {"range", "array", "array_long", "tensor"},
    "batch_size": {"none", "beyond_integer"} | POSITIVE,
    "bias": FLAGS,
    "candidates": {"none"} | POSITIVE,
    "factor": {"three", "numpy_int", "scalar_array"},
    "metric": {"none"},
    "min_epochs": {"none"} | POSITIVE,
    "tune.folds": {"none", "three", "numpy_int", "scalar_array", "array_text"},
    "tune.validation": {"none", "ratio"},
    "tune.mixture": {"zero", "minus_zero", "one", "tenth", "tiny", "ratio"},
    "bootstrap": {"zero", "minus_zero", "three", "numpy_int", "scalar_array"},
    # the other columns of the files; none for the intercept alone
    "columns": {"none"} | EMPTY,
    "class_weights": {"none"},
    "clip_norm": {"none"} | ANY_SIZE | POSITIVE,
    "clip_value": {"none"} | ANY_SIZE | POSITIVE,
    "checkpoint": {"none", "word", "digit", "brace", "percent", "newline", "non_ascii"},
    "callback": {"none", "function", "layer_class"},  # ReLU(state) gives a layer
    "device": {"device"},
    "dropout": {"zero", "minus_zero", "tenth", "tiny", "ratio"},
    "dtype": {"none"},
    "embed": {"none", "false", "no_dict", "no_list", "no_tuple"},
    "fit_parquet.embed": {"none", "true", "numpy_bool", "false", "no_dict", "no_list", "no_tuple"},
    "job.embed": {"none", "true", "numpy_bool", "false", "no_dict", "no_list", "no_tuple"},
    "epochs": {"none"} | POSITIVE,
    "folds": {"three", "numpy_int", "scalar_array", "array_text"},
    "freeze": EMPTY | {"none", "one", "tensor"},  # of one hidden layer and the output
    "groups": {"none"},
    "hidden_units": {"none", "no_list", "no_tuple", "no_array", "no_rows", "array", "tensor"}
    | POSITIVE,
    "init": {"none"},
    "interactions": FLAGS | EMPTY | {"no_dict"},
    "learn_rate": {"none"} | ANY_SIZE | POSITIVE,
    "level": {"tenth", "tiny", "ratio"},
    "levels": {"none", "array_long"},  # for 8 rows of positions among them
    "loss": {"none"},
    "max_norm": {"none"} | ANY_SIZE | POSITIVE,
    "members": {"none"} | POSITIVE,
    "metrics": {"none"} | EMPTY,
    "mixture": {"zero", "minus_zero"},  # of a penalty that is not there
    "model": {"none"},
    "monitor": {"none"},
    "momentum": {"zero", "minus_zero"},  # for an optimizer that has none
    "norm": EMPTY | {"none"},
    "offset": {"none"} | EMPTY,
    "optimizer": {"none"},
    "importance.outcome": {"none", "zero", "one"},  # a position
    "penalty": {"none", "zero", "minus_zero", "tiny"} | ANY_SIZE | POSITIVE,
    "job.file": {"word", "digit", "brace", "percent", "newline", "non_ascii"},
    # which rows are held out is drawn where it is trained
    "job.validation": {"zero", "minus_zero", "ratio", "tenth", "tiny"},
    "job.callback": {"none"},  # other processes do not have it
    "processes": {"one", "three", "numpy_int", "scalar_array"},
    "progress": {"none", "function", "layer", "layer_class", "class"},  # what can be called
    "repeats": POSITIVE,
    "residual": FLAGS,
    "restarts": POSITIVE,
    "scale": FLAGS,
    "schedule": {"none"},
    "seed": {"none", "beyond_integer"} | NUMBERS,
    "shape": {"none"},
    "export.path": {"word", "digit", "brace", "percent", "newline", "non_ascii"},
    "save.path": {"word", "digit", "brace", "percent", "newline", "non_ascii"},
    "measure": FLAGS,
    "fully_shard": FLAGS,
    "shuffle": FLAGS,
    "shuffle_buffer": {"none", "inf", "beyond_integer"} | POSITIVE,
    "skip": FLAGS,
    "start": {"none"},
    "stratum": {"none"},
    "surv.stratum": {"none", "array_text"},
    "times": {"none"} | ROW_OF_NUMBERS,
    "stop_iter": {"inf", "beyond_integer"} | POSITIVE,
    "validation": {"zero", "minus_zero", "ratio", "tenth"},
    "weights": {"none"},
    "x": {"range", "array", "array_long", "tensor", "no_columns"},
    "y": {"array_text"},
}

# `argument` of `scan_parquet()` is what an error names, for R; `deliver` of `fit_design()` is for
# `train_job()`.
EXCUSED = {("scan_parquet", "argument"), ("fit_design", "deliver")}
FUNCTIONS = [name for name in core.__all__ if inspect.isfunction(getattr(core, name))]


def test_every_public_function_is_swept(calls):
    assert len(FUNCTIONS) > 8
    assert set(calls) == set(FUNCTIONS)
    swept = {name for one in FUNCTIONS for name in arguments(getattr(core, one))}
    assert set(option_names("training")) <= swept
    assert {label.split(".")[-1] for label in RIGHT} <= swept
    assert {value for right in RIGHT.values() for value in right} <= set(wrong_values())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_wrong_value_is_refused_by_its_argument(calls, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where files and folders may be made
    # which would take seconds for each value that is right
    monkeypatch.setattr(files, "train_in_processes", lambda *given: None)
    monkeypatch.setattr(shared._Call, "shared", lambda call, number: (dict(call(ALONE)), False))
    for step in ("check_packages", "_graph_of", "check_graph"):  # a second each time
        monkeypatch.setattr(exported, step, lambda *given: Graph())
    function = getattr(core, name)
    wrong = []
    for given in calls[name]:
        for argument in arguments(function):
            if (name, argument) in EXCUSED:
                continue
            for label, value in wrong_values().items():
                said = judge(function, given, argument, value)
                right = RIGHT.get(f"{name}.{argument}", RIGHT.get(argument, ()))
                if said != "refused" and not (said == "taken" and label in right):
                    wrong.append(f"{argument} = {label}: {said}")
    assert not wrong, "\n".join(wrong)


def test_an_argument_that_there_is_not_is_refused_by_name(calls):
    for name in FUNCTIONS:
        with pytest.raises((NNFitError, TypeError), match="epohcs"):
            getattr(core, name)(**calls[name][0], epohcs=3)
