import numpy as np
import pytest
import torch
from support import OneOf, as_threads

from nnfit.core.ground.processes import ALONE, Together, joined_by_torchrun


def test_a_process_alone_has_all_there_is():
    assert not ALONE.several
    value = torch.tensor([1.0, 2.0])
    ALONE.add_up(value)
    assert value.tolist() == [1.0, 2.0]
    assert ALONE.gather("a") == ["a"]
    assert ALONE.joined(3, max) == 3
    assert [ALONE.any(False), ALONE.any(True)] == [False, True]


def test_adding_up_leaves_what_it_is_given():
    values = np.array([1, 2])
    assert ALONE.added(values).tolist() == [1.0, 2.0]
    assert ALONE.added(values) is not values
    assert ALONE.added(np.array(3.0)).shape == ()


def joins(processes):
    own = None if processes.rank == 1 else [processes.rank]
    total = torch.full((2,), float(processes.rank))
    processes.add_up(total)
    return {
        "joined": processes.joined(own, lambda one, other: one + other),
        "any": [processes.any(processes.rank == 2), processes.any(False)],
        "added": processes.added(np.array([processes.rank, 1])).tolist(),
        "total": total.tolist(),
    }


def test_several_come_to_the_same_in_order_and_who_has_nothing_is_left_out():
    (first, *others) = as_threads(4, joins)
    assert first == {
        "joined": [0, 2, 3], "any": [True, False], "added": [6.0, 4.0], "total": [6.0, 6.0],
    }  # fmt: skip
    assert others == [first] * 3
    assert OneOf(0, 2).several


def test_where_nobody_has_anything_nothing_can_be_joined():
    with pytest.raises(TypeError):
        as_threads(2, lambda processes: processes.joined(None, max))


def test_without_torchrun_a_process_is_alone(monkeypatch):
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    with joined_by_torchrun() as processes:
        assert processes is ALONE


@pytest.fixture
def by_torchrun(monkeypatch, tmp_path):
    """Stand as the one process that torchrun has started: with a group, and without the start."""
    where = {"init_method": f"file://{tmp_path}/meeting", "rank": 0, "world_size": 1}
    begin = torch.distributed.init_process_group
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "some")
    monkeypatch.setattr(
        torch.distributed, "init_process_group", lambda backend: begin(backend, **where)
    )


@pytest.mark.skipif(not torch.distributed.is_available(), reason="needs torch.distributed")
def test_torchrun_joins_for_the_length_of_a_block_whatever_its_end(by_torchrun):
    with joined_by_torchrun() as processes:
        assert isinstance(processes, Together)
        assert (processes.rank, processes.size) == (0, 1)
        total = torch.ones(3, dtype=torch.float64)
        processes.add_up(total, total)
        assert (processes.messages, processes.bytes) == (2, 48)
        assert processes.gather({"a": np.arange(2)})[0]["a"].tolist() == [0, 1]
        assert [processes.any(False), processes.any(True)] == [False, True]
        assert total.tolist() == [1.0, 1.0, 1.0]
    assert not torch.distributed.is_initialized()
    with pytest.raises(ZeroDivisionError), joined_by_torchrun():
        raise ZeroDivisionError
    assert not torch.distributed.is_initialized()
