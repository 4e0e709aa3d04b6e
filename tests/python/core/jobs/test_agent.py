import runpy
import sys

from torch.distributed import run

from nnfit.core.ground import parent


def test_torchrun_is_what_it_runs(monkeypatch):
    asked = []
    monkeypatch.setattr(sys, "argv", ["agent", "17", "--nproc-per-node=2", "-m", "some"])
    monkeypatch.setattr(run, "main", asked.append)
    monkeypatch.setattr(parent, "end_with_parent", asked.append)
    runpy.run_module("nnfit.core.jobs.agent", run_name="__main__")
    assert asked == [17, ["--nproc-per-node=2", "-m", "some"]]
