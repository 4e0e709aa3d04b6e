import socket

import numpy as np
import pytest

from nnfit.core.data import same
from nnfit.core.data.parquet import ParquetFiles
from nnfit.core.data.same import check_same
from nnfit.core.ground.errors import NNFitError
from nnfit.core.ground.processes import ALONE
from support import OneOf, as_threads


@pytest.fixture
def machines(write_parquet, tmp_path, monkeypatch):
    """Write the files of three machines, which may be others on the last; give a check of all."""

    def check(**others):
        for machine in "abc":
            for name, values in {
                "1": [1.0],
                "2": [2.0],
                **(others if machine == "c" else {}),
            }.items():
                if values is not None:
                    write_parquet({"x": values}, f"{machine}/{name}.parquet")
        monkeypatch.setattr(socket, "gethostname", lambda: "host")

        def work(processes):
            check_same(ParquetFiles(str(tmp_path / "abc"[processes.rank])), processes, "path")

        return as_threads(3, work)

    return check


def test_the_same_files_pass_wherever_they_are(machines):
    assert machines() == [None] * 3


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"2": [3.0]}, '"2.parquet" there is not what it is on host'),
        ({"2": [2.0, 3.0]}, '"2.parquet" there is not what it is on host'),
        ({"3": [2.0]}, "3 files there, and 2 on host"),
        ({"1": None}, "1 files there, and 2 on host"),
        ({"2": None, "9": [2.0]}, '"9.parquet" there is not what it is on host'),
    ],
)
def test_files_that_differ_are_refused_by_name(machines, others, said):
    with pytest.raises(NNFitError, match=f"`path` is not the same on host: {said}.") as refusal:
        machines(**others)
    assert refusal.value.remedy == "Copy the same files to all."


def test_all_refuse_so_that_none_waits(write_parquet):
    paths = [write_parquet({"x": [float(rank)]}, f"{rank}/a.parquet") for rank in range(2)]
    refused = []

    def work(processes):
        try:
            check_same(ParquetFiles(paths[processes.rank]), processes, "path")
        except NNFitError:
            refused.append(processes.rank)

    as_threads(2, work)
    assert sorted(refused) == [0, 1]


def test_of_large_files_some_is_looked_at(write_parquet, monkeypatch):
    monkeypatch.setattr(same, "SMALL", 1000)
    monkeypatch.setattr(same, "BLOCK", 100)
    x = np.arange(5000.0)
    paths = [write_parquet({"x": x + add}, f"{add}/a.parquet", 10_000) for add in (0, 1)]
    again = write_parquet({"x": x}, "again.parquet", 10_000)
    assert same._look(paths[0]) == same._look(again)
    assert same._look(paths[0]) != same._look(paths[1])


def test_one_process_asks_nobody(write_parquet):
    files = ParquetFiles(write_parquet({"x": [1.0]}))
    check_same(files, ALONE, "path")
    with pytest.raises(AssertionError):
        check_same(files, OneOf(0, 2), "path")
