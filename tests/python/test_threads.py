import pytest
import torch

from nnfit.core.threads import SMALL, threads_for


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(("work", "threads"), [(1, 1), (SMALL, 2)])
def test_only_small_work_is_held_to_one_thread(two_threads, work, threads):
    with threads_for(work):
        assert torch.get_num_threads() == threads
    assert torch.get_num_threads() == 2


def test_the_setting_comes_back_after_an_error(two_threads):
    with pytest.raises(RuntimeError), threads_for(1):
        raise RuntimeError
    assert torch.get_num_threads() == 2
