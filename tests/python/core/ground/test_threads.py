from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from nnfit.core.ground import forks, threads
from nnfit.core.ground.threads import SMALL, allowed, on_one_thread, pays, threads_for


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("work", "measured", "expected"), [(1, True, 1), (SMALL, True, 2), (SMALL, False, 1)]
)
def test_work_is_shared_if_it_is_large_and_that_pays(
    two_threads, monkeypatch, work, measured, expected
):
    monkeypatch.setattr(threads, "pays", lambda power, count: measured)
    with threads_for(work):
        assert torch.get_num_threads() == expected
    assert torch.get_num_threads() == 2


@pytest.mark.parametrize(("shared", "expected"), [(0.5, True), (0.9, False)])
def test_sharing_pays_if_it_is_clearly_faster(two_threads, monkeypatch, shared, expected):
    pays.cache_clear()
    monkeypatch.setattr(threads, "_fastest", lambda matrix, count: 1.0 if count == 1 else shared)
    assert pays(25, 2) is expected
    pays.cache_clear()


def test_it_is_measured_once_and_leaves_the_setting(two_threads):
    pays.cache_clear()
    assert pays(12, 2) is pays(12, 2)
    assert pays.cache_info().misses == 1
    assert torch.get_num_threads() == 2


def test_one_thread_stays_one(monkeypatch):
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with threads_for(10 * SMALL):
        assert torch.get_num_threads() == 1
    torch.set_num_threads(before)


def test_the_setting_comes_back_after_an_error(two_threads):
    with pytest.raises(RuntimeError), threads_for(1):
        raise RuntimeError
    assert torch.get_num_threads() == 2


def test_on_one_thread_but_for_what_is_shared(two_threads, monkeypatch):
    monkeypatch.setattr(threads, "pays", lambda power, count: count == 2)
    for _ in range(2):
        with pytest.raises(RuntimeError), on_one_thread():
            assert (torch.get_num_threads(), allowed()) == (1, 2)
            with threads_for(SMALL):
                assert (torch.get_num_threads(), allowed()) == (2, 2)
            with threads_for(1), on_one_thread():
                assert (torch.get_num_threads(), allowed()) == (1, 2)
            raise RuntimeError
        assert (torch.get_num_threads(), allowed()) == (2, 2)


def test_what_is_allowed_is_known_to_one_thread_alone(two_threads):
    with on_one_thread(), ThreadPoolExecutor(1) as other:
        assert other.submit(allowed).result() == 1


def test_one_thread_is_allowed_in_a_forked_process(two_threads, monkeypatch):
    with on_one_thread():
        monkeypatch.setattr(forks, "is_forked", lambda: True)
        assert allowed() == 1
