import pickle

import numpy as np
import pytest

pytest.importorskip("formulaic", reason="needs formulaic")

import nnfit
from nnfit import core
from nnfit.core import Choice, NNFitError
from nnfit.formulas import fit_formula, tune_formula

FORMULA = "y ~ x + g:z"
SPACE = {"penalty": Choice(0.01, 1.0), "method": "grid", "seed": 1}


def test_it_is_at_hand():
    assert nnfit.tune_formula is tune_formula


def test_the_search_is_that_of_fits_one_by_one(frame):
    """Of fits to four fifths, by the same formula, on what it predicts for data frames."""
    found = tune_formula(FORMULA, frame, folds=5, metric="rmse", **SPACE)
    for one, scores in zip(found["candidates"], found["scores"]):
        for fold, score in enumerate(scores):
            out = found["folds"][:, 0] == fold
            made = fit_formula(FORMULA, frame[~out], seed=1, **one)
            error = frame["y"][out] - core.predict(made, frame[out])[:, 0]
            assert score == pytest.approx(np.sqrt(np.mean(error**2)), rel=1e-4)  # float32
    assert found["chosen"] == int(np.argmin(found["mean"]))


def test_its_fit_is_that_of_the_chosen_options_and_takes_data_frames(frame, tmp_path):
    space = {"hidden_units": Choice(2, 3), "epochs": 10, "penalty": 0.1, "seed": 1}
    found = tune_formula(FORMULA, frame, **space)
    alone = fit_formula(FORMULA, frame, **{**space, **found.best})
    np.testing.assert_array_equal(core.predict(found.fit, frame), core.predict(alone, frame))
    assert f"columns by {FORMULA}" in repr(found.fit)
    core.save(found.fit, tmp_path / "a.safetensors")
    read = core.load(tmp_path / "a.safetensors")
    np.testing.assert_array_equal(core.predict(read, frame), core.predict(alone, frame))
    again = pickle.loads(pickle.dumps(found))
    np.testing.assert_array_equal(core.predict(again.fit, frame), core.predict(alone, frame))
    assert core.effects(found.fit, frame, "z").variables == ["z"]


def test_rows_that_are_dropped_take_weights_and_folds_along(frame, rng):
    data = frame.assign(
        x=frame["x"].where(frame.index > 4), w=rng.uniform(size=60), of=np.arange(60) % 3
    ).set_index(np.arange(60) + 100)
    dropped = tune_formula("y ~ x", data, weights="w", folds="of", na_action="drop", **SPACE)
    alone = tune_formula("y ~ x", data[5:], weights=data["w"][5:], folds=data["of"][5:], **SPACE)
    np.testing.assert_array_equal(dropped["scores"], alone["scores"])
    np.testing.assert_array_equal(dropped["folds"][:, 0], data["of"][5:])


def test_other_data_judge_by_the_same_formula(frame):
    data, other = frame[:40], frame[40:]
    found = tune_formula("y ~ x + g", data, validation=other, metric="rmse", **SPACE)
    made = fit_formula("y ~ x + g", data, seed=1, **found.best)
    error = other["y"] - core.predict(made, other)[:, 0]
    assert found.best_score == pytest.approx(np.sqrt(np.mean(error**2)), rel=1e-4)


def test_what_is_wrong_is_named(frame):
    wrong = [
        ("formula", {"formula": "~ x"}, "has no outcome"),
        ("folds", {"folds": "nope"}, 'names the column "nope", which is not in `data`'),
        ("folds", {"folds": [0, 1]}, "must be one fold for each of the 60 rows"),
        ("folds", {"folds": frame["k"].iloc[::-1]}, "has other row labels"),
        ("options", {"penalty": 0.1}, "has nothing to search for"),
        ("bias", {"formula": "y ~ 0 + x", "bias": Choice(True, False)}, "without an intercept"),
    ]
    for argument, given, words in wrong:
        with pytest.raises(NNFitError, match=words) as told:
            tune_formula(**{"formula": "y ~ x", "data": frame, **SPACE, **given})
        assert told.value.argument == argument
