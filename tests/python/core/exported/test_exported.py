import json
import os
import subprocess
import sys
import types

import numpy as np
import pytest
import torch
from exported_rows import DRAWN, LINE, OFFSET, OUTCOMES, N, X
from torch import nn

import nnfit
from nnfit.core import NNFitError, NNFitWarning, fit, predict
from nnfit.core.ground.errors import NNFitFileError
from nnfit.core.model.predictions import of_classes
from support import FIXTURES

onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")

NET = {"hidden_units": [5], "epochs": 20}
CLOSE = {"float32": 1e-5, "float64": 1e-12}


def scored(path, x, offset=None, kind=np.float64):
    """Score a file as another program does."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    given = {"x": np.asarray(x, kind)}
    if offset is not None:
        given["offset"] = np.asarray(offset, kind).reshape(len(given["x"]), -1)
    assert [one.name for one in session.get_inputs()] == list(given)
    return session.run(None, given)[0]


def about(path):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.get_modelmeta().custom_metadata_map


def expect_same(made, path, x=X, offset=None, kind=np.float64, close=None, model=None, dtype=None):
    """Export a fit, and compare what the file gives with what `predict()` does."""
    nnfit.export(made, path, model=model, dtype=dtype)
    expect_same_rows(made, path, x, offset, kind, close, model)


def expect_same_rows(made, path, x, offset=None, kind=np.float64, close=None, model=None):
    wanted = predict(made, x, offset=offset, model=model)
    if json.loads(about(path).get("classes", "[]")) and wanted.shape[1] == 1:
        wanted = of_classes(wanted)
    found = scored(path, x, offset, kind)
    close = close or CLOSE[made.options["dtype"]]
    assert found.dtype == kind
    np.testing.assert_allclose(found, wanted, close, close * np.abs(wanted).max())


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "model.onnx")


@pytest.mark.parametrize(
    ("outcome", "more"),
    [
        ("class", NET),
        ("binary", {"penalty": 0.01}),
        ("survival", {}),
        ("numeric", {"members": 5, **NET}),
    ],
)
def test_what_comes_out_is_what_predict_gives(outcome, more, path):
    made = fit(X, OUTCOMES[outcome], seed=1, **more)
    expect_same(made, path)
    said = about(path)
    assert json.loads(said["ignored"]) == ["x4"]
    assert json.loads(said["columns"]) == ["x1", "x2", "x3", "x4"]
    assert said["outcome"] == outcome and said["written_by"].startswith("nnfit ")
    for rows in (1, 5, 8, 2000):  # 5 members, 5 units
        expect_same_rows(made, path, np.resize(X, (rows, 4)))


def test_offsets_are_a_second_input(path):
    counts = fit(X, OUTCOMES["numeric"], loss="poisson_nll", offset=OFFSET, seed=1)
    expect_same(counts, path, offset=OFFSET)
    classes = np.column_stack([OFFSET, -OFFSET, OFFSET**2])
    made = fit(X, OUTCOMES["class"], loss="nll", offset=classes, seed=1, **NET)
    expect_same(made, path, offset=classes)


@pytest.mark.parametrize("members", [1, 3])
def test_embedded_columns_are_positions(members, path):
    frame = pytest.importorskip("pandas").DataFrame(
        {"a": X[:, 0], "g": np.array(["u", "v", "w"])[np.arange(N) % 3]}
    )
    made = fit(frame, LINE, embed={"g": 2}, members=members, seed=1, **NET)
    nnfit.export(made, path)
    x = np.column_stack([X[:, 0], np.arange(N) % 3])
    np.testing.assert_allclose(scored(path, x), predict(made, frame), 1e-5, 1e-5)
    assert json.loads(about(path)["levels"]) == {"g": ["u", "v", "w"]}
    assert json.loads(about(path)["columns"]) == ["a", "g"]
    # what is none of the levels is answered as a new level is
    new = frame[:3].assign(g="other")
    with pytest.warns(nnfit.core.NNFitWarning):
        wanted = predict(made, new)
    for code in (3, 99, -1, 0.5, 1.5, 2 - 1e-12, 1e300):
        x[:3, 1] = code
        np.testing.assert_allclose(scored(path, x[:3]), wanted, 1e-5)


def test_numbers_of_one_type_where_that_is_asked_for(path):
    made = fit(X[:, 1:], LINE, hidden_units=[6], seed=1)
    expect_same(made, path, X[:, 1:], kind=np.float32, dtype="float32")
    linear = fit(X[:, 1:], LINE, seed=1)
    expect_same(linear, path, X[:, 1:], kind=np.float32, dtype="float32", close=1e-5)
    with pytest.raises(NNFitError, match=r"^`dtype` must be .*, not 'half'\.$"):
        nnfit.export(made, path, dtype="half")


def test_beyond_float32_a_file_in_float64_gives_what_predict_does(path):
    made = fit(X[:, 1:2], LINE, hidden_units=[5], scale=False, learn_rate=0.01, seed=1)
    x = np.array([[1e40], [2.0]])
    nnfit.export(made, path)
    found = scored(path, x)
    assert not np.isfinite(found[0]) and np.isfinite(found[1])
    expect_same(made, path, x, dtype="float64", close=1e-5)


def test_a_fit_that_is_of_no_use_is_exported_with_a_warning(path):
    options = {"hidden_units": [4], "optimizer": "sgd", "epochs": 50, "seed": 1}
    made = fit(X, LINE, learn_rate=1e3, **options)
    assert made.stopped == "diverged"
    with pytest.warns(NNFitWarning, match="^`fit` diverged: its training ended at a loss that"):
        try:
            nnfit.export(made, path)
        except NNFitError as error:  # where it predicts nothing that is a number
            assert "smaller `learn_rate`" in str(error)


def test_a_model_without_columns_is_its_intercept(path):
    expect_same(fit(np.zeros((N, 0)), LINE, seed=1), path, np.zeros((3, 0)))


class Wide(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(9, 3), nn.GELU(), nn.Linear(3, 1))
        self.double()

    def forward(self, x):
        return 0.1 - self.layers(x) / 0.3


class Conv(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 2)
        self.last = nn.Linear(8, 1)

    def forward(self, x):
        return self.last(nn.functional.gelu(self.conv(x)).flatten(1))


class Branching(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(2, 1)

    def forward(self, x):
        return self.line(x) if x.mean() > 0 else -self.line(x)


class Noisy(Branching):
    def forward(self, x):
        return self.line(x) + torch.randn(1)


def test_modules_of_the_user_s_own_are_exported(path):
    images = DRAWN.normal(size=(N, 1, 3, 3)) + 5
    module = Wide()
    expect_same(fit(images, LINE, model=module, epochs=3, seed=1), path, images, model=module)
    assert json.loads(about(path)["columns"]) == []
    module = Conv()
    unscaled = fit(images, LINE, model=module, epochs=3, seed=1, scale=False)
    with pytest.raises(NNFitError, match="several dimensions, give their sizes as `shape`"):
        nnfit.export(unscaled, path, model=module)
    nnfit.export(unscaled, path, model=module, shape=(1, 3, 3))
    wanted = predict(unscaled, images, model=module)
    np.testing.assert_allclose(scored(path, images), wanted, 1e-5, 1e-5)
    for wrong in ("large", (0, 3, 3), (1.5, 3), [], True):
        with pytest.raises(NNFitError, match=r"^`shape` must be the sizes of a row, such as"):
            nnfit.export(unscaled, path, model=module, shape=wrong)
    with pytest.raises(NNFitError, match=r"^`shape` is not needed"):
        nnfit.export(fit(X, LINE, seed=1), path, shape=(4,))
    with pytest.raises(NNFitError, match="^`model` is needed"):
        nnfit.export(unscaled, path)


@pytest.mark.filterwarnings("ignore:.*learned nothing")
def test_a_module_that_can_not_be_exported_is_refused_with_torch_s_reason(path, capfd):
    module = Branching()
    made = fit(X[:, :2], LINE, model=module, epochs=3, seed=1)
    said = r"^`model` can not be exported by torch [\d.]+.*: \w+: .*[Dd]ata-dependent.* It exports"
    with pytest.raises(NNFitError, match=said):
        nnfit.export(made, path, model=module)
    noisy = Noisy()
    made = fit(X[:, :2], LINE, model=noisy, epochs=3, seed=1)
    with pytest.raises(NNFitError, match="^`model` predicts otherwise as torch exports it: by"):
        nnfit.export(made, path, model=noisy)
    double = Conv().double()  # for which onnxruntime has no code
    images = np.zeros((N, 1, 3, 3))
    made = fit(images, LINE, model=double, epochs=3, seed=1, scale=False)
    with pytest.raises(NNFitError, match="^`model` is exported by torch, but onnxruntime can not"):
        nnfit.export(made, path, model=double, shape=(1, 3, 3))
    assert not os.path.exists(path)
    assert capfd.readouterr() == ("", "")


def test_a_file_is_replaced_as_a_whole_or_not_at_all(path, tmp_path, monkeypatch):
    made = fit(X, LINE, seed=1)
    nnfit.export(made, path)
    before = (tmp_path / "model.onnx").read_bytes()

    def fails(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(NNFitError, match=r"^`path` can not be written: .*: No space left"):
        nnfit.export(made, path)
    assert (tmp_path / "model.onnx").read_bytes() == before
    assert os.listdir(tmp_path) == ["model.onnx"]
    with pytest.raises(NNFitFileError, match=r"^`path` can not be written: .*nowhere"):
        nnfit.export(made, tmp_path / "nowhere" / "a.onnx")
    for wrong in (None, 3, "a\0b"):
        with pytest.raises(NNFitError, match="^`path` must be the name of a file, not"):
            nnfit.export(made, wrong)
    with pytest.raises(NNFitError, match=r"^`path` must be the name of a file, and it is empty\.$"):
        nnfit.export(made, "")
    with pytest.raises(NNFitError, match="^`fit` must be what"):
        nnfit.export({}, path)


def test_the_same_fit_is_the_same_file_and_nothing_else_changes(path, tmp_path):
    made = fit(X, LINE, seed=1, **NET)
    torch.manual_seed(3)
    before = torch.get_rng_state()
    nnfit.export(made, path)
    nnfit.export(made, tmp_path / "again.onnx")
    assert (tmp_path / "model.onnx").read_bytes() == (tmp_path / "again.onnx").read_bytes()
    assert torch.equal(before, torch.get_rng_state())


def test_a_fit_of_r_brings_its_formula(path):
    made = nnfit.load(FIXTURES / "fit-r.safetensors")
    nnfit.export(made, path)
    said = about(path)
    assert said["formula"]
    columns = json.loads(said["columns"])
    assert len(columns) == made.options["n_features"]
    factors = json.loads(said["variables"])
    assert {"name", "levels", "terms", "contrasts"} == set(factors[0])
    assert len(factors[0]["levels"]) == len(factors[0]["contrasts"])


def test_the_file_is_scored_where_there_is_neither_torch_nor_nnfit(path):
    made = fit(X, OUTCOMES["class"], seed=1, **NET)
    nnfit.export(made, path)
    code = (
        "import sys, numpy, onnxruntime; sys.modules['torch'] = None\n"
        f"x = numpy.array({X[:2].tolist()})\n"
        f"print(onnxruntime.InferenceSession({path!r}).run(None, {{'x': x}})[0].tolist())"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    np.testing.assert_allclose(json.loads(said), predict(made, X[:2]), 1e-5)


def test_export_is_at_hand_at_the_top():
    assert nnfit.export is nnfit.core.export
    assert isinstance(nnfit.export, types.FunctionType)
