import csv
import json
import os
import resource
import subprocess
import sys
import time
import warnings

import numpy as np
import pytest
import torch
from mutations import join, mutated, split

import nnfit
from nnfit.core import NNFitError, fit, load, predict, predict_interval, save, surv
from nnfit.core.ground.errors import NNFitFileError
from support import FIXTURES

X, Y = np.arange(1.0, 21.0)[:, None], np.sin(np.arange(20.0))
HERE = {"thermometer": np.array([35.7, 55.9, 58.2, 81.9, 56.3, 48.9, 33.9, 21.8, 48.4, 60.4, 68.4])}


def same(one, other):
    """Compare plain values, arrays with their types."""
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=True)
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other or one is other


FITS = {
    "line": lambda: fit(X, Y, seed=1),
    "network": lambda: fit(X, Y, hidden_units=[3, 2], norm="layer_norm", epochs=5, validation=0.2,
                           metrics=["rmse"], schedule="cosine", seed=1),
    "tuned": lambda: fit(X, Y, hidden_units=2, seed=1),
    "replicates": lambda: fit(X, Y, hidden_units=2, epochs=3, bootstrap=3, seed=1),
    "restarts": lambda: fit(X, Y, hidden_units=2, epochs=3, restarts=3, seed=1),
    "classes": lambda: fit(X, np.array(["$tensor", "é", "c"])[np.arange(20) % 3], seed=1,
                           class_weights={"$tensor": 1.0, "é": 2.0, "c": 1.0}),
    "times": lambda: fit(X, surv(Y > 0, np.abs(Y) + 1), seed=1),
    "quantiles": lambda: fit(X, Y, loss=("quantile", {"level": [0.1, 0.9]}), seed=1),
    "linked": lambda: fit(X, Y + 2, loss=("poisson_nll", {"link": "sqrt"}), seed=1),
    "no scale": lambda: fit(X, Y, scale=False, hidden_units=2, epochs=3, seed=None),
    "found": lambda: fit(X, Y, learn_rate="find", hidden_units=2, epochs=3, seed=1),
    "offset": lambda: fit(X, Y, offset=X[:, 0], seed=1),
}  # fmt: skip


@pytest.mark.parametrize("name", FITS)
def test_a_fit_comes_back_whole(tmp_path, name):
    path = tmp_path / "model.safetensors"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = FITS[name]()
    save(made, path)
    again = load(path)
    assert list(again) == list(made)
    for field in made:
        assert same(again[field], made[field]), field
    offset = X[:, 0] if name == "offset" else None
    expected = predict(made, X, offset=offset)
    np.testing.assert_array_equal(predict(again, X, offset=offset), expected)
    assert repr(again) == repr(made)


def test_names_of_columns_come_back(tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"b": X[:, 0], "a": Y, "g": pandas.Categorical(["u", "v"] * 10)})
    made = fit(frame, Y, hidden_units=2, epochs=3, embed=["g"], bootstrap=2, seed=1)
    nnfit.save(made, tmp_path / "a")
    again = nnfit.load(tmp_path / "a")
    rows = frame[["a", "g", "b"]]
    np.testing.assert_array_equal(predict(again, rows), predict(made, rows))
    limits = [predict_interval(one, rows)["upr"] for one in (made, again)]
    np.testing.assert_array_equal(*limits)


def test_a_module_of_the_user_s_is_given_again(tmp_path):
    module = torch.nn.Sequential(torch.nn.Linear(1, 2), torch.nn.Linear(2, 1))
    made = fit(X, Y, model=module, epochs=3, seed=1)
    save(made, tmp_path / "a")
    again = load(tmp_path / "a")
    with pytest.raises(NNFitError, match="`model` is needed"):
        predict(again, X)
    expected = predict(made, X, model=module)
    np.testing.assert_array_equal(predict(again, X, model=module), expected)


def test_a_loss_of_the_user_s_is_not_kept(tmp_path):
    made = fit(X, Y, loss=lambda prediction, truth: (prediction - truth).abs().mean(), seed=1,
               optimizer="adam", epochs=3)  # fmt: skip
    save(made, tmp_path / "a")
    np.testing.assert_array_equal(predict(load(tmp_path / "a"), X), predict(made, X))


@pytest.mark.parametrize("schema", [1, 2, 3])
@pytest.mark.parametrize("kind", ["net", "lin"])
def test_files_of_earlier_schemas_are_read(schema, kind):
    """Made by the code of their time, which also predicted."""
    made = load(FIXTURES / f"fit-schema-{schema}-{kind}.safetensors")
    assert made.schema == schema
    with open(FIXTURES / "fit-schemas.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file)
                if (row["schema"], row["fit"]) == (str(schema), kind)]  # fmt: skip
    expected = [float(row["prediction"]) for row in rows]
    x = HERE["thermometer"][:, None]
    np.testing.assert_allclose(predict(made, x)[:, 0], expected, rtol=1e-12)
    assert made.options["members"] == 1


def test_what_r_keeps_beside_a_fit_is_kept(tmp_path):
    made = load(FIXTURES / "fit-r.safetensors")
    save(made, tmp_path / "a")
    again = load(tmp_path / "a")
    assert same(again.beside, made.beside)
    assert set(made.beside) == {"formula", "r"}
    assert "columns by ~poly(Sepal.Width, 2) * Species" in repr(again)


def test_top_level_names_load_torch_only_when_they_are_used():
    code = (
        "import sys, nnfit; assert 'torch' not in sys.modules; nnfit.load; "
        "assert 'torch' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ,
                   "PYTHONPATH": os.pathsep.join(sys.path)})  # fmt: skip
    with pytest.raises(AttributeError, match="has no attribute 'lode'"):
        nnfit.lode  # noqa: B018


def test_errors_name_the_argument_and_the_file(tmp_path):
    made = fit(X, Y, seed=1)
    with pytest.raises(NNFitError, match="`fit` must be what `fit"):
        save({"a": 1}, tmp_path / "a")
    with pytest.raises(NNFitFileError, match="`path` can not be written: .*No such file"):
        save(made, tmp_path / "no" / "a")
    with pytest.raises(NNFitError, match="`path` must be the name of a file, not a int"):
        load(1)
    for act in (load, lambda path: save(made, path)):
        with pytest.raises(NNFitError, match="^`path` must be the name of a file, and it is empty"):
            act("")
    with pytest.raises(NNFitError, match="`path` can not be read: .*none.*No such file"):
        load(tmp_path / "none")
    (tmp_path / "text").write_text("a text that is no fit")
    with pytest.raises(NNFitError, match="can not be read: .*text.*no safetensors file"):
        load(tmp_path / "text")


def texts(tmp_path, **changes):
    """Give a file of which some texts are others."""
    path = tmp_path / "a"
    save(fit(X, Y, seed=1), path)
    header, rest = split(path.read_bytes())
    header["__metadata__"].update(changes)
    for name, value in changes.items():
        if value is None:
            del header["__metadata__"][name]
    path.write_bytes(join(header, rest))
    return path


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": None}, "not of a fit of nnfit"),
        ({"format": "pt"}, "not of a fit of nnfit"),
        ({"version": "2"}, "another version than 1: update"),
        ({"fit": None}, "lacks the field `fit`"),
        ({"fit": []}, "no fields of a fit"),
        ({"formula": []}, "a formula that is none"),
        ({"formula": {"text": None, "variables": [1]}}, "a formula that is none"),
    ],
)
def test_a_file_of_something_else_is_told(tmp_path, changes, message):
    with pytest.raises(NNFitError, match=message):
        load(texts(tmp_path, **changes))


def test_no_pickle_and_nothing_run(tmp_path):
    """The bytes of a file are JSON and numbers."""
    path = tmp_path / "a"
    save(fit(X, Y, seed=1), path)
    header, rest = split(path.read_bytes())
    assert all(one["dtype"] in ("F64", "F32", "I64", "I32", "U8", "BOOL")
               for name, one in header.items() if name != "__metadata__")  # fmt: skip
    assert len(rest) == max(one["data_offsets"][1] for name, one in header.items()
                            if name != "__metadata__")  # fmt: skip
    assert json.loads(json.dumps(header)) == header


@pytest.mark.filterwarnings("ignore:`x` has no names of columns")
@pytest.mark.parametrize("name", ["fit-r", "fit-python", "fit-schema-3-net"])
def test_changed_files_are_read_or_refused_by_name(tmp_path, rng, name):
    """Some hundreds; `make fuzz` does 10,000."""
    data = (FIXTURES / f"{name}.safetensors").read_bytes()
    path = tmp_path / "changed.safetensors"
    read, slowest = 0, 0.0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(int(os.environ.get("NNFIT_FUZZ", 200))):
        path.write_bytes(mutated(data, rng))
        began = time.perf_counter()
        try:
            made = load(path)
            read += 1
            predict(made, np.ones((2, made.options["n_features"])))
            repr(made)
        except NNFitError as error:
            assert error.argument in ("path", "x", "offset", "model")
        slowest = max(slowest, time.perf_counter() - began)
    assert read
    assert slowest < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes
    assert not (tmp_path / "hacked").exists()
