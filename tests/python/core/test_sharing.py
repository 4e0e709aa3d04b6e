import warnings
from contextlib import contextmanager

import numpy as np
import pytest

from nnfit.core import NNFitError, cross_validate, sharing
from nnfit.core.ground.errors import NNFitWarning, are_for_r, warn
from nnfit.core.jobs.handed import read_values, write_values
from nnfit.core.jobs.told import Listening
from nnfit.core.sharing import SHARED, share_call
from support import OneOf

X = np.arange(20.0)[:, None]
CALL = {"x": X, "y": X[:, 0] ** 2, "folds": 2, "seed": 1, "checkpoint": None}


@pytest.fixture
def shared(tmp_path):
    """Make a call as one of the processes; give what is told, and where the result would be."""

    def share(function="cross_validate", language="python", **more):
        path, out = (str(tmp_path / name) for name in ("call.npz", "made.npz"))
        write_values(path, {**CALL, **more})
        share_call(path, function, language, out, str(tmp_path))
        return dict(Listening(str(tmp_path)).lines()), tmp_path / "made.npz"

    return share


def test_what_comes_of_it_is_written_by_the_first(shared, monkeypatch):
    _, out = shared()
    expected = cross_validate(X, X[:, 0] ** 2, folds=2, seed=1)
    np.testing.assert_array_equal(read_values(str(out))["valid_loss"], expected["valid_loss"])
    out.unlink()

    @contextmanager
    def second():
        yield OneOf(1, 2)

    asked = []
    monkeypatch.setitem(SHARED, "cross_validate", lambda **given: asked.append(given) or {})
    monkeypatch.setattr(sharing, "joined_by_torchrun", second)
    _, out = shared()
    assert not out.exists()
    assert asked[0]["processes"].rank == 1 and asked[0]["progress"]()


@pytest.mark.parametrize(("stop", "written"), [(KeyboardInterrupt(), False), ("partly", True)])
def test_an_interrupt_leaves_what_there_was_and_no_error(shared, monkeypatch, stop, written):
    if written:
        stop = KeyboardInterrupt()
        stop.fit = {"part": 1}

    def interrupted(**given):
        raise stop

    monkeypatch.setitem(SHARED, "fit", interrupted)
    _, out = shared("fit")
    assert out.exists() == written
    assert not written or read_values(str(out)) == {"part": 1}


def test_warnings_are_told_in_the_words_of_who_called(shared, monkeypatch):
    def warned(**given):
        warn("folds", "are few.", "In R." if are_for_r() else "In Python.")
        return {}

    monkeypatch.setitem(SHARED, "tune", warned)
    with warnings.catch_warnings():
        warnings.simplefilter("error", NNFitWarning)
        assert shared("tune")[0] == {"warnings": [["folds", "are few.", "In Python."]]}
        said, _ = shared("tune", "r")
    assert said["warnings for R"] == [{"argument": "folds", "text": "`folds` are few. In R."}]


def test_an_error_is_told_and_raised(shared, tmp_path):
    with pytest.raises(NNFitError, match="`folds`"):
        shared(folds=50)
    assert Listening(str(tmp_path)).refusal().argument == "folds"


def test_a_checkpoint_is_a_folder_again(shared, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setitem(SHARED, "fit", lambda **given: asked.append(given["checkpoint"]) or {})
    shared("fit", checkpoint={"path": str(tmp_path), "drawn": True, "beside": None})
    assert asked[0].drawn and asked[0].path == str(tmp_path)
