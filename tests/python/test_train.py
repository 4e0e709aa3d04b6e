"""`nnfit.train`, and fits by processes that torchrun has really started, on this machine."""

import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import together

from nnfit import train
from nnfit.core import NNFitError, fit_parquet, job, load

HERE = Path(__file__).parent


def environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(HERE)]),
            "OMP_NUM_THREADS": "1"}  # fmt: skip


def torchrun(*arguments, processes=2):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone",
               f"--nproc-per-node={processes}", *arguments]  # fmt: skip
    return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def found(tmp_path_factory, meeting):
    """Do all cases in two processes; give where the rows are, what was fitted and refused."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    folder = tmp_path_factory.mktemp("together")
    path = str(folder / "rows.parquet")
    parquet.write_table(pyarrow.table(together.rows()), path, row_group_size=90)
    run = torchrun(str(HERE / "together.py"), str(folder))
    assert run.returncode == 0, run.stderr[-3000:]
    return path, *pickle.loads((folder / "found.pickle").read_bytes())


def numbers(fit, part):
    values = fit[part].values()
    return np.concatenate([np.ravel(np.asarray(v, dtype=float)) for v in values if v is not None])


@pytest.mark.parametrize("name", [name for name, case in together.CASES.items() if case[2]])
def test_two_processes_come_to_the_fit_of_one(found, name):
    path, fits, _ = found
    one, two, near = together.fitted(path, name), fits[name], together.CASES[name][2]
    assert two["size"] == 2
    assert two["same"]
    for same in ("stopped", "rows", "engine"):
        assert one.get(same) == two.get(same)
    parameters, others = numbers(one, "parameters"), numbers(two, "parameters")
    np.testing.assert_allclose(others, parameters, rtol=near, atol=near)
    for kind in ("train_loss", "valid_loss"):
        if one["history"][kind] is not None:
            losses, others = (np.asarray(fit["history"][kind]) for fit in (one, two))
            if "epochs" not in together.CASES[name][1]:
                # one may see by a last step that there is nothing left to gain, another without
                losses, others = losses[-1], others[-1]
            np.testing.assert_allclose(others, losses, rtol=max(near / 10, 1e-12))


def test_what_a_network_draws_is_the_same_in_every_run(found):
    _, fits, _ = found
    one, again = fits["dropout"], fits["dropout again"]
    np.testing.assert_array_equal(numbers(one, "parameters"), numbers(again, "parameters"))
    np.testing.assert_array_equal(one["history"]["train_loss"], again["history"]["train_loss"])
    assert fits["whole dropout"]["same"]


def test_several_refuse_as_one_does_and_what_needs_all_rows_of_a_step(found):
    path, _, said = found
    assert said["penalty"] == together.refused(path, "penalty")
    assert said["norm"][0] == "norm"
    assert "batch normalisation" in said["norm"][1]
    for name in ("batch_size", "mixture"):
        assert said[name][:2] == (
            name, "does not go with `fully_shard`, where no process has all parameters.",
        )  # fmt: skip
        assert together.refused(path, name) is None  # one process has them


@pytest.fixture
def written(write_parquet, tmp_path):
    """Write a job, and say where it is; the fit of one process to compare with."""
    path = write_parquet(together.rows(200))
    file = job(path, "y", ["a", "b"], epochs=3, seed=1, file=tmp_path / "job.json")
    return file, fit_parquet(path, "y", ["a", "b"], epochs=3, seed=1)


def test_one_process_by_itself_trains_a_job(written, tmp_path, capsys):
    file, expected = written
    out = str(tmp_path / "out.safetensors")
    assert train.main([file, "--out", out]) == 0
    for name, values in expected["parameters"].items():
        np.testing.assert_array_equal(load(out)["parameters"][name], values)
    assert train.main([str(tmp_path / "none.json"), "--out", out]) == 1
    assert "nnfit: `job` can not be read: " in capsys.readouterr().err
    assert train.main([file, "--out", str(tmp_path / "none" / "out.safetensors")]) == 1
    assert "nnfit: `--out` can not be written: " in capsys.readouterr().err
    with pytest.raises(SystemExit):
        train.main([file])


def test_torchrun_trains_a_job(meeting, written, tmp_path):
    file, expected = written
    out = tmp_path / "out.safetensors"
    run = torchrun("-m", "nnfit.train", file, "--out", str(out), processes=3)
    assert run.returncode == 0, run.stderr[-3000:]
    for name, values in expected["parameters"].items():
        np.testing.assert_allclose(load(out)["parameters"][name], values, rtol=1e-12, atol=1e-13)


def test_processes_are_started_and_come_back_with_a_fit_and_with_what_they_tell(
    meeting, write_parquet, tmp_path, monkeypatch
):
    path = write_parquet(together.rows(40))
    left = tmp_path / "left"
    left.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(left))
    monkeypatch.setenv("TMPDIR", str(left))
    how = {"hidden_units": [3], "epochs": 4, "batch_size": 8, "seed": 1}
    one = fit_parquet(path, "y", ["a", "b"], **how)
    two = fit_parquet(path, "y", ["a", "b"], **how, processes=2)
    np.testing.assert_allclose(
        two["history"]["train_loss"], one["history"]["train_loss"], rtol=1e-5
    )
    with pytest.raises(NNFitError, match="`norm` has batch normalisation"):
        fit_parquet(path, "y", ["a", "b"], **how, norm="batch_norm", processes=2)
    assert list(left.iterdir()) == []


def test_a_report_that_returns_false_ends_with_the_fit_by_then(meeting, write_parquet):
    path = write_parquet(together.rows(40))
    seen = []

    def report(*said):
        seen.append(said)
        return len(seen) < 2

    with pytest.raises(KeyboardInterrupt) as stop:
        fit_parquet(path, "y", ["a"], hidden_units=[3], epochs=10**6, batch_size=8, seed=1,
                    processes=2, progress=report)  # fmt: skip
    assert 0 < len(stop.value.fit["history"]["train_loss"]) < 10**6
    assert len(seen) >= 2
