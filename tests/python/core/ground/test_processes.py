import sys

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core.ground.errors import NNFitError
from nnfit.core.ground.neighbours import SMALL
from nnfit.core.ground.processes import (
    ALONE,
    Together,
    _fully_shard,
    check_meeting,
    joined_by_torchrun,
    layers_apart,
)
from support import OneOf, as_threads


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
def by_torchrun(monkeypatch, meeting):
    """Stand as the one process that torchrun has started, without the start."""
    store = torch.distributed.TCPStore("localhost", 0, is_master=True, wait_for_workers=False)
    for name, value in {
        "TORCHELASTIC_RUN_ID": "some", "TORCHELASTIC_USE_AGENT_STORE": "True", "RANK": "0",
        "WORLD_SIZE": "1", "MASTER_ADDR": "localhost", "MASTER_PORT": str(store.port),
        "GROUP_RANK": "0", "LOCAL_RANK": "0", "LOCAL_WORLD_SIZE": "1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    return store


def test_torchrun_joins_for_the_length_of_a_block_whatever_its_end(by_torchrun):
    with joined_by_torchrun() as processes:
        assert isinstance(processes, Together)
        assert (processes.rank, processes.size) == (0, 1)
        total = torch.ones(3, dtype=torch.float64)
        processes.add_up(total, total)
        assert (processes.messages, processes.bytes) == (2, 48)
        assert not processes.adds_quickly([total])  # there are no neighbours
        processes.near = object()
        large = torch.empty(SMALL // 8, dtype=torch.float64)
        assert processes.adds_quickly([large])
        assert not processes.adds_quickly([large, total])
        assert not processes.adds_quickly([torch.empty(1, device="meta")])
        processes.near = None
        assert processes.gather({"a": np.arange(2)})[0]["a"].tolist() == [0, 1]
        assert [processes.any(False), processes.any(True)] == [False, True]
        assert total.tolist() == [1.0, 1.0, 1.0]
    assert not torch.distributed.is_initialized()


def test_a_group_ends_with_its_block_and_a_refusal_is_repeated(by_torchrun):
    with pytest.raises(ZeroDivisionError), joined_by_torchrun():
        raise ZeroDivisionError
    assert not torch.distributed.is_initialized()
    with pytest.raises(NNFitError), joined_by_torchrun():
        raise NNFitError("path", "is wrong.", "Give another.")
    assert not torch.distributed.is_initialized()
    # torchrun starts the processes again: they need not find out anew
    with pytest.raises(NNFitError, match="`path` is wrong. Give another."), joined_by_torchrun():
        raise AssertionError("it is not to be entered")


def names_apart(module):
    names = {id(one): name for name, one in module.named_modules()}
    return [names[id(one)] for one in layers_apart(module)]


def test_layers_that_have_parameters_of_their_own_are_there_one_at_a_time():
    inner = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.LayerNorm(2))
    assert names_apart(nn.Sequential(nn.Linear(3, 2), inner)) == ["0", "1.0", "1.2", ""]
    tied = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    tied[1].weight = tied[0].weight
    assert names_apart(tied) == [""]
    ALONE.share_out(tied)
    assert type(tied) is nn.Sequential


def test_an_older_torch_that_can_not_share_parameters_out_is_told_by_name(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.distributed.fsdp", None)
    with pytest.raises(NNFitError, match="`fully_shard` needs torch 2.6 or later"):
        _fully_shard()


def test_a_build_of_torch_in_which_processes_can_not_meet_is_refused(monkeypatch):
    def store(*args, **kwargs):
        raise RuntimeError("use_libuv was requested, but not built.\nMore.")

    monkeypatch.setattr(torch.distributed, "TCPStore", store)
    with pytest.raises(NNFitError, match="build of torch: use_libuv was requested, but not"):
        check_meeting()
