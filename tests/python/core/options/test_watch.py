import pytest

from nnfit.core.ground.errors import NNFitError
from nnfit.core.options.checks import check
from nnfit.core.options.watch import Watch


def test_a_function_and_how_often():
    assert check("callback", print) == Watch(print, None)
    assert check("callback", (print, {"every": 3.0})) == Watch(print, 3)
    assert check("callback", [print, {}]) == Watch(print, None)
    assert check("callback", Watch(print, 3)) == Watch(print, 3)  # what was read is read again
    assert check("callback", None) is None


@pytest.mark.parametrize(
    "wrong", [3, (), (print,), (print, 3), (print, {"often": 3}), (print, {"every": 0}), ("f", {})]
)
def test_what_is_none_is_refused(wrong):
    with pytest.raises(NNFitError, match="`callback` must be a function, or a pair of it and"):
        check("callback", wrong)
