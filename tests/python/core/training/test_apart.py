"""Each of several processes writes down what it trains, and goes on with that."""

import os

import numpy as np
import pytest
import torch

from nnfit.core import cross_validate
from nnfit.core.ground.errors import NNFitError
from nnfit.core.ground.rehearsal import Rehearsal, Rehearsed
from nnfit.core.options.asked import Asked
from nnfit.core.options.folder import Folder
from nnfit.core.training.apart import keeping_apart
from nnfit.core.training.checkpoint import FILE, NothingKept, begin_part, keeping
from support import OneOf, as_threads

SPEC = type("Spec", (), {"device": "cpu"})


@pytest.fixture
def folder(tmp_path):
    return Folder(str(tmp_path / "kept"))


def files(folder):
    return sorted(
        os.path.relpath(os.path.join(place, name), folder.path)
        for place, _, names in os.walk(folder.path)
        for name in names
        if name == FILE
    )


def runs(processes, folder, number, seed=5, fails=False):
    """Do so many runs, and give what each had come to before."""
    before = []
    with keeping_apart(folder, Asked(seed=seed), processes) as (asked, kept):
        kept.begin()
        kept.settle(SPEC, lambda: {"the function": "some()"})
        for place in range(number):
            part = begin_part()
            before.append(part.saved["place"] if part.ended else None)
            if not part.ended:
                part.end({"place": [processes.rank, place]})
        if fails:
            kept.write(None)
            raise ZeroDivisionError
    return asked.seed, before


def failing(folder, number, seed=5):
    def work(processes):
        with pytest.raises(ZeroDivisionError):
            runs(processes, folder, number + processes.rank, seed, fails=True)

    return work


def test_each_goes_on_with_its_own_and_nothing_stays(folder):
    as_threads(2, failing(folder, 1))
    assert files(folder) == [FILE, os.path.join("process-1", FILE)]
    first, second = as_threads(2, lambda processes: runs(processes, folder, 3))
    assert first == (5, [[0, 0], None, None])
    assert second == (5, [[1, 0], [1, 1], None])
    assert os.listdir(folder.path) == []


def test_another_number_of_processes_is_refused(folder):
    as_threads(2, failing(folder, 1))
    with pytest.raises(NNFitError, match="another call, which differs in processes: 2 .*3 here"):
        as_threads(3, lambda processes: runs(processes, folder, 1))
    with pytest.raises(NNFitError, match="another call, which differs in processes: 2 .*1 here"):
        as_threads(1, lambda processes: runs(processes, folder, 1))
    assert files(folder) == [FILE, os.path.join("process-1", FILE)]
    assert not os.path.exists(os.path.join(folder.path, "process-2"))


def test_a_file_of_another_call_is_refused_by_what_differs(folder):
    with pytest.raises(ZeroDivisionError), keeping(folder, Asked(seed=5)) as (_, kept):
        kept.begin()
        kept.settle(SPEC, lambda: {"the function": "other()"})
        raise ZeroDivisionError
    with pytest.raises(NNFitError, match="another call, which differs in the function"):
        as_threads(2, lambda processes: runs(processes, folder, 1))


def test_a_seed_that_was_drawn_is_that_of_the_first(folder):
    as_threads(2, failing(folder, 1))
    os.unlink(os.path.join(folder.path, "process-1", FILE))
    drawn = folder._replace(drawn=True)
    first, second = as_threads(2, lambda processes: runs(processes, drawn, 2, seed=6))
    assert first == (5, [[0, 0], None]) and second == (5, [None, None])


def test_a_folder_that_can_not_be_is_refused_and_let_go(folder, tmp_path):
    (tmp_path / "kept").write_text("a file")
    with pytest.raises(NNFitError, match="`checkpoint` can not be written to"):
        as_threads(2, lambda processes: runs(processes, folder, 1))


def test_a_rehearsal_touches_nothing_and_ends_where_the_call_is_known(folder):
    with pytest.raises(Rehearsed):
        runs(Rehearsal(2), folder, 1)
    with pytest.raises(Rehearsed):
        runs(Rehearsal(2), None, 1)
    assert not os.path.exists(folder.path)


def test_without_a_folder_nothing_is_kept():
    with keeping_apart(None, Asked(seed=1), OneOf(1, 2)) as (asked, kept):
        assert asked.seed == 1 and type(kept) is NothingKept and begin_part() is None


def test_one_process_says_so(tmp_path):
    x = np.arange(12.0)[:, None]
    torch.manual_seed(1)
    how = {"hidden_units": 2, "epochs": 3, "checkpoint": tmp_path}
    assert cross_validate(x, x[:, 0], folds=2, **how)["fits"].tolist() == [0, 1]
    assert os.listdir(tmp_path) == []
