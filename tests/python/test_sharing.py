"""Many fits, shared by processes that torchrun has really started on this machine."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import sharing

from nnfit.core import Range, cross_validate, tune

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def found(tmp_path_factory, meeting):
    """Make all calls in three processes; give what came of them."""
    folder = tmp_path_factory.mktemp("sharing")
    environment = {**os.environ, "OMP_NUM_THREADS": "1",
                   "PYTHONPATH": os.pathsep.join([*sys.path, str(HERE)])}  # fmt: skip
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone",
               "--nproc-per-node=3", str(HERE / "sharing.py"), str(folder)]  # fmt: skip
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr[-3000:]
    calls, sizes = pickle.loads((folder / "found.pickle").read_bytes())
    assert sizes == [3, 3, 3]
    return calls


@pytest.mark.parametrize("name", sharing.CASES)
def test_three_processes_come_to_what_one_comes_to(found, name):
    call, near = sharing.CASES[name]
    sharing.assert_alike(found[name], call(), near, name)


def test_a_call_starts_processes_reports_all_and_ends_when_it_is_told_to(meeting):
    how = {"hidden_units": 3, "epochs": 40, "dtype": "float64", "seed": 1}
    shared = cross_validate(sharing.X, sharing.Y, folds=4, **how, processes=2)
    sharing.assert_alike(shared, cross_validate(sharing.X, sharing.Y, folds=4, **how), 1e-9)
    seen = []

    def report(*said):
        seen.append(said)
        return len(seen) < 2

    with pytest.raises(KeyboardInterrupt) as stop:
        tune(sharing.X, sharing.Y, penalty=Range(), candidates=4, epochs=10**6, hidden_units=3,
             batch_size=8, seed=1, processes=2, progress=report)  # fmt: skip
    assert len(seen) >= 2 and all(total == 4 * 5 * 10**6 for _, total, *_ in seen)
    assert not hasattr(stop.value, "fit")  # no candidate was done by then
