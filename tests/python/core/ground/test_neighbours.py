import socket
import threading

import pytest
import torch

from nnfit.core.ground import neighbours as module
from nnfit.core.ground.neighbours import neighbours
from support import InMemory, as_threads

pytestmark = pytest.mark.skipif(
    not hasattr(socket, "AF_UNIX"), reason="the system has no sockets by name"
)


def on_a_machine(board, number, machine=0):
    """Connect some threads, as if each were a process, and have each of them do some work."""

    def run(work):
        def one(processes):
            with neighbours(board, machine, processes.rank, number) as near:
                return work(near, processes)

        return as_threads(number, one)

    return run


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64])
def test_all_have_the_sum_of_what_each_has(dtype):
    def work(near, processes):
        values = torch.arange(5, dtype=dtype) * (processes.rank + 1)
        single = torch.tensor(processes.rank + 1, dtype=dtype)
        for value in (values, single, torch.empty(0, dtype=dtype)):
            near.add_up(value, lambda total: None)
        return near.first, values.tolist(), single.item()

    (first, *others) = on_a_machine(InMemory(), 3)(work)
    assert first == (True, [0, 6, 12, 18, 24], 6)
    assert others == [(False, *first[1:])] * 2


def test_they_are_added_in_the_order_of_the_processes():
    # in float32 another order has another sum
    parts = [1e8, -1e8, 3.0]

    def work(near, processes):
        value = torch.tensor([parts[processes.rank]])
        near.add_up(value, lambda total: None)
        return value.item()

    assert on_a_machine(InMemory(), 3)(work) == [3.0] * 3


def test_what_machines_have_is_put_together_by_the_first_of_each():
    asked = []

    def across(total):
        asked.append(total.item())
        total.mul_(10)

    def work(near, processes):
        value = torch.tensor(processes.rank + 1.0)
        near.add_up(value, across)
        return value.item()

    assert on_a_machine(InMemory(), 2)(work) == [30.0, 30.0]
    assert asked == [3.0]


def test_machines_meet_apart_from_each_other():
    board, given = InMemory(), {}

    def work(near, processes):
        value = torch.tensor(1.0)
        near.add_up(value, lambda total: None)
        return value.item()

    threads = [
        threading.Thread(target=lambda m=m, n=n: given.update({m: on_a_machine(board, n, m)(work)}))
        for m, n in enumerate((2, 3))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert given == {0: [2.0] * 2, 1: [3.0] * 3}


@pytest.mark.parametrize("leaves", [0, 1])
def test_one_that_has_gone_is_noticed(leaves):
    def work(near, processes):
        if processes.rank == leaves:
            return None
        with pytest.raises(ConnectionError):
            for _ in range(3):  # the system takes what is sent to one that is about to go
                near.add_up(torch.ones(3), lambda total: None)
        return "noticed"

    assert on_a_machine(InMemory(), 2)(work)[1 - leaves] == "noticed"


def test_different_sums_are_not_mixed_up():
    def work(near, processes):
        value = torch.ones(3 if processes.rank else 4)
        if processes.rank:
            with pytest.raises(ConnectionError):
                near.add_up(value, lambda total: None)
        else:
            with pytest.raises(AssertionError, match="different things"):
                near.add_up(value, lambda total: None)
        return "noticed"

    assert on_a_machine(InMemory(), 2)(work) == ["noticed"] * 2


def none(near, processes):
    return near is None


def test_one_process_has_no_neighbours():
    assert on_a_machine(InMemory(), 1)(none) == [True]


def test_where_there_are_no_such_connections_all_know(monkeypatch):
    monkeypatch.delattr(module.socket, "AF_UNIX")
    assert on_a_machine(InMemory(), 3)(none) == [True] * 3


def test_where_the_folder_has_too_long_a_name_all_know(monkeypatch, tmp_path):
    long = tmp_path / ("a" * 120)
    long.mkdir()
    monkeypatch.setattr(module.tempfile, "tempdir", str(long))
    assert on_a_machine(InMemory(), 2)(none) == [True] * 2
    assert list(long.iterdir()) == []


def test_nothing_is_left_of_the_meeting(monkeypatch, tmp_path):
    monkeypatch.setattr(module.tempfile, "tempdir", str(tmp_path))

    def work(near, processes):
        processes.gather(None)
        return list(tmp_path.iterdir())

    # in the middle of training already: a process that is killed leaves nothing
    assert on_a_machine(InMemory(), 2)(work) == [[]] * 2
