import numpy as np
import pytest

from nnfit.core import NNFitError
from nnfit.core.options.asked import Asked, resolved_again
from nnfit.core.options.checks import check
from nnfit.core.options.embed import Embedded, size_for

STATION = Embedded("station", 1, ("a", "b", "c"), 2)


def test_sizes_are_fastais():
    # min(600, round(1.6 * n_cat**0.56)), as its documentation writes emb_sz_rule()
    assert [size_for(levels) for levels in (2, 13, 30, 100, 1000)] == [2, 7, 11, 21, 77]
    assert size_for(10**6) == 600


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, ()),
        (False, ()),
        (np.bool_(True), True),
        (True, True),
        ([], ()),
        ("station", {"station": True}),
        (["station", "line"], {"station": True, "line": True}),
        ({"station": 8, "line": True}, {"station": 8, "line": True}),
        ({"station": 8.0}, {"station": 8}),
        ({}, ()),
        ([STATION.plain()], (STATION,)),
        ((STATION,), (STATION,)),
        ([{**STATION.plain(), "size": True}], (STATION._replace(size=3),)),
    ],
)
def test_what_it_may_be(given, kept):
    assert check("embed", given) == kept


@pytest.mark.parametrize(
    "given",
    [3, 0.5, "", ["a", "a"], ["a", ""], [1], {"a": 0}, {"a": 2.5}, {"a": 10001}, {"a": None},
     {"": 3}, {1: 3}, [{"name": "a"}], [STATION.plain(), "a"], {"a": False}, object()],
)  # fmt: skip
def test_everything_else_is_refused(given):
    with pytest.raises(NNFitError, match="`embed` must be True, names of columns, or whole") as e:
        check("embed", given)
    assert e.value.argument == "embed"


def test_what_is_settled_comes_back_from_plain_data():
    asked = Asked.of({"embed": [STATION.plain()], "hidden_units": 4, "loss": "mse"})
    spec = asked.resolved(3, 1)
    assert spec.embedded == (STATION,)
    assert spec.code_columns == [1]
    assert spec.n_inputs == 4
    written = spec.plain()
    assert written["embed"] == [STATION.plain()]
    assert resolved_again(written) == spec
    # a list of one label is a string after R
    (one,) = written["embed"]
    by_r = {**written, "embed": [{**one, "levels": "a", "column": 1.0, "size": 2.0}]}
    assert resolved_again(by_r).embedded == (STATION._replace(levels=("a",)),)
