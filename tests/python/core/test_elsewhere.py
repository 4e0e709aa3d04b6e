import os
import warnings

import numpy as np
import pytest

from nnfit.core import NNFitError, elsewhere, fit_parquet, job, load
from nnfit.core.elsewhere import BESIDE, train_job
from nnfit.core.ground.errors import NNFitFileError, NNFitWarning, warn
from nnfit.core.jobs.job import read_job
from nnfit.core.jobs.told import Listening


@pytest.fixture
def path(write_parquet):
    return write_parquet({"x": np.arange(20.0), "g": ["u", "v"] * 10, "y": np.arange(20.0) ** 2})


@pytest.fixture
def out(tmp_path):
    return str(tmp_path / "out.safetensors")


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"hidden_units": [3], "batch_size": 5, "epochs": 3, "schedule": "cosine"},
        {"hidden_units": [3], "epochs": 3, "embed": {"g": 2}, "loss": ("huber", {"delta": 2.0})},
        {"hidden_units": [3], "batch_size": 5, "epochs": 3, "validation": 0.3, "shuffle": False},
    ],
)
def test_a_job_is_the_fit_that_was_asked_for(path, out, tmp_path, options):
    file = job(path, "y", seed=1, file=tmp_path / "job.json", **options)
    assert file == str(tmp_path / "job.json")
    train_job(file, out)
    found, expected = load(out), fit_parquet(path, "y", seed=1, **options)
    assert found["options"] == expected["options"]
    for name, values in expected["parameters"].items():
        np.testing.assert_array_equal(found["parameters"][name], values)


def test_a_seed_is_drawn_once_for_all_processes(path, out, tmp_path):
    file = job(path, "y", hidden_units=[3], epochs=2, file=tmp_path / "job.json")
    assert isinstance(read_job(file)["seed"], int)
    fits = []
    for _ in range(2):
        train_job(file, out)
        fits.append(load(out)["parameters"])
    for name, values in fits[0].items():
        np.testing.assert_array_equal(fits[1][name], values)


def test_what_is_wrong_is_said_when_it_is_written(path, tmp_path):
    file = tmp_path / "job.json"
    for name, wrong in {"penalty": -1, "validation": 2.0, "shuffle_buffer": 0, "shuffle": 3,
                        "fully_shard": True, "callback": print, "model": 3}.items():  # fmt: skip
        with pytest.raises(NNFitError) as refusal:
            job(path, "y", file=file, **{name: wrong})
        assert refusal.value.argument == name
    with pytest.raises(NNFitError, match="`columns`"):
        job(path, "y", ["nope"], file=file)
    with pytest.raises(NNFitFileError, match="`file` can not be written: .*none"):
        job(path, "y", file=tmp_path / "none" / "job.json")
    assert not file.exists()


def test_a_job_that_is_written_again_forgets_what_lay_beside(path, tmp_path):
    file = job(path, "y", file=tmp_path / "job.json")
    (tmp_path / f"job.json{BESIDE}").write_bytes(b"of another")
    job(path, "y", file=file)
    assert not os.path.exists(file + BESIDE)


def test_an_error_is_told_to_who_waits_and_raised(path, out, tmp_path):
    file = job(path, "y", file=tmp_path / "job.json")
    os.unlink(path)
    with pytest.raises(NNFitError, match="`path` is .* which does not exist"):
        train_job(file, out, tell=str(tmp_path))
    assert Listening(str(tmp_path)).refusal().argument == "path"
    assert not os.path.exists(out)


def test_a_relative_path_is_that_of_where_it_runs(path, out, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = job(os.path.basename(path), "y", file=tmp_path / "job.json")
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    with pytest.raises(NNFitError, match="`path` is .* which does not exist"):
        train_job(file, out)


def test_a_fit_that_can_not_be_written_is_refused_before_it_is_trained(path, tmp_path):
    file = job(path, "y", epochs=10**9, hidden_units=[3], file=tmp_path / "job.json")
    with pytest.raises(NNFitError, match="`--out` can not be written"):
        train_job(file, str(tmp_path / "none" / "out.safetensors"))


def test_warnings_are_told_or_printed_once(path, out, tmp_path, monkeypatch, capsys):
    trained = elsewhere.fit_design

    def warned(*args, **more):
        warn("epochs", "are few.", "Ask for more.")
        return trained(*args, **more)

    monkeypatch.setattr(elsewhere, "fit_design", warned)
    file = job(path, "y", file=tmp_path / "job.json")
    with warnings.catch_warnings():
        warnings.simplefilter("error", NNFitWarning)
        train_job(file, out)
        assert capsys.readouterr().err.count("nnfit: `epochs` are few. Ask for more.\n") == 1
        train_job(file, out, tell=str(tmp_path))
    said = [value for kind, value in Listening(str(tmp_path)).lines() if kind == "warnings"]
    assert said == [[["epochs", "are few.", "Ask for more."]]]


def test_an_interrupt_leaves_the_fit_by_then(path, out, tmp_path):
    file = job(path, "y", hidden_units=[3], epochs=10**6, seed=1, file=tmp_path / "job.json")
    Listening(str(tmp_path)).stop()
    train_job(file, out, tell=str(tmp_path))
    assert len(load(out)["history"]["train_loss"]) < 10**6
