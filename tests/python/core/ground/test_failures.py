import pytest

from nnfit.core.ground.errors import NNFitError
from nnfit.core.ground.failures import ElsewhereError, check_clocks, errors_told, refuse_again
from support import InMemory


def test_a_refusal_is_known_to_all_starts():
    run, start = InMemory(), InMemory()
    refuse_again(run)
    with pytest.raises(NNFitError), errors_told(run, start, "process 1"):
        raise NNFitError("path", "is wrong.", "Give another.")
    with pytest.raises(NNFitError, match="`path` is wrong. Give another."):
        refuse_again(run)
    # who only notices that another is gone says why
    with pytest.raises(NNFitError, match="`path` is wrong"), errors_told(run, start, "process 0"):
        raise RuntimeError("Connection closed by peer")


def test_another_error_is_told_once_and_only_in_its_start():
    run, start = InMemory(), InMemory()
    with pytest.raises(MemoryError), errors_told(run, start, "process 1, on host"):
        raise MemoryError("no room")
    said = "process 1, on host, has failed: MemoryError: no room"
    with pytest.raises(ElsewhereError, match=said), errors_told(run, start, "process 0"):
        raise RuntimeError("Connection closed by peer")
    with pytest.raises(RuntimeError, match="closed"), errors_told(run, InMemory(), "process 0"):
        raise RuntimeError("closed")


def test_clocks_may_differ_a_little():
    check_clocks(["a", "b"], [100.0, 109.0])
    for clock, said in ((112.0, "12 seconds ahead of"), (88.0, "12 seconds behind")):
        with pytest.raises(NNFitError, match=f"that of b is {said} a's"):
            check_clocks(["a", "b"], [100.0, clock])
