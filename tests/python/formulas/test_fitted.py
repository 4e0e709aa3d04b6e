import pickle

import numpy as np
import pytest

pytest.importorskip("formulaic", reason="needs formulaic")

import nnfit
from nnfit import core
from nnfit.core import NNFitError
from nnfit.core.formula.formula import Formula
from nnfit.formulas import fit_formula


def test_a_linear_fit_is_least_squares(frame):
    made = fit_formula("y ~ x + C(g)", frame)
    design = np.column_stack([np.ones(60), frame["x"], frame["g"] == "b", frame["g"] == "c"])
    wanted = np.linalg.lstsq(design, frame["y"], rcond=None)[0]
    found = core.coefficients(made)
    assert found.term == ("(Intercept)", "x", "C(g)[T.b]", "C(g)[T.c]")
    np.testing.assert_allclose(found.estimate, wanted, rtol=1e-8)
    assert "columns by y ~ x + C(g)" in repr(made)


def test_data_frames_are_predicted_for_without_formulaic(frame, monkeypatch):
    made = pickle.loads(pickle.dumps(fit_formula("y ~ poly(x, 2) * g", frame)))
    monkeypatch.setitem(__import__("sys").modules, "formulaic", None)
    np.testing.assert_allclose(core.predict(made, frame), made.fitted)
    one = {"x": [2.0], "g": ["b"]}
    np.testing.assert_allclose(
        core.predict(made, one), core.predict(made, frame.assign(x=2.0, g="b"))[:1]
    )


def test_a_file_keeps_the_formula(frame, tmp_path):
    made = fit_formula("y ~ np.log(x) + g:h", frame, hidden_units=3, epochs=5, penalty=0, seed=1)
    nnfit.save(made, tmp_path / "a.safetensors")
    read = nnfit.load(tmp_path / "a.safetensors")
    np.testing.assert_array_equal(core.predict(read, frame), core.predict(made, frame))
    nnfit.save(read, tmp_path / "b.safetensors")
    assert "columns by" in repr(nnfit.load(tmp_path / "b.safetensors"))


def test_classes_on_the_left_side(frame):
    made = fit_formula("g ~ x + z", frame, penalty=0.1)
    assert made.options["levels"] == ["a", "b", "c"]
    assert core.predict(made, frame).shape == (60, 3)
    assert fit_formula("h ~ x", frame, penalty=0.1).options["levels"] == ["v", "u"]


def test_no_intercept_is_no_bias(frame):
    made = fit_formula("y ~ 0 + x", frame)
    assert list(made.parameters) == ["0.weight"]
    module = core.fit(frame[["x"]], frame["y"], epochs=1).parameters
    assert "0.bias" in module
    with pytest.raises(NNFitError):
        fit_formula("y ~ 0", frame)


def test_rows_with_missing_values_go_with_their_weights(frame, rng):
    weights = rng.uniform(size=60)
    data = frame.assign(x=frame["x"].where(frame.index > 4), w=weights)
    dropped = fit_formula("y ~ x", data, weights="w", na_action="drop")
    alone = fit_formula("y ~ x", frame.iloc[5:], weights=weights[5:])
    np.testing.assert_allclose(dropped.parameters["0.weight"], alone.parameters["0.weight"])
    with pytest.raises(NNFitError, match="`data` has missing values"):
        fit_formula("y ~ x", data)


def test_held_out_rows_go_through_the_same_formula(frame):
    made = fit_formula(
        "y ~ C(g) + x", frame.iloc[:40], validation=frame.iloc[40:], hidden_units=3, epochs=5
    )
    assert len(made.history["valid_loss"]) == 5
    shared = fit_formula("y ~ x", frame, validation=0.25, hidden_units=3, epochs=5)
    assert len(shared.validation_rows) == 15
    with pytest.raises(NNFitError, match="`x` has levels of `g` that the fit has not seen"):
        fit_formula("y ~ g", frame.iloc[:40], validation=frame.iloc[40:].assign(g="d"))


def test_what_is_wrong_is_named(frame):
    with pytest.raises(NNFitError, match='`formula` has no outcome. Write it as "y ~ x"'):
        fit_formula("~ x", frame)
    with pytest.raises(NNFitError, match='`weights` names the column "w"'):
        fit_formula("y ~ x", frame, weights="w")
    with pytest.raises(NNFitError, match="`weights` must be one number for each of the 60 rows"):
        fit_formula("y ~ x", frame, weights=[1.0])
    with pytest.raises(NNFitError, match="`weights` has other row labels"):
        fit_formula("y ~ x", frame, weights=frame["x"].iloc[::-1])
    with pytest.raises(NNFitError, match="epohcs"):
        fit_formula("y ~ x", frame, epohcs=3)
    made = fit_formula("y ~ x + g", frame)
    with pytest.raises(NNFitError, match="`x` lacks columns that the formula names: `g`"):
        core.predict(made, frame[["x"]])


def test_all_that_takes_rows_takes_the_data(frame):
    made = fit_formula("y ~ x * g", frame, bootstrap=5, seed=1)
    columns = Formula.of(made).columns(frame)[0]
    said, plain = (core.diagnose(made, rows, frame["y"]) for rows in (frame, columns))
    assert said["checks"] == plain["checks"]
    assert said["own_rows"]
    assert core.predict_interval(made, frame)["fit"].shape == (60, 1)
    with pytest.raises(NNFitError, match="`y` has other row labels"):
        core.diagnose(made, frame, frame["y"].iloc[::-1])
