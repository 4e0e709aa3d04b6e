import math
import re

import pytest

from nnfit.core.diagnosis.checks import (
    LOOK,
    OK,
    UNKNOWN,
    USELESS,
    advised,
    checks,
    judged,
    unknown,
)

TRAITS = {"unscaled", "penalised", "descends", "hidden", "deep"}


def test_every_row_of_the_table_is_whole():
    for name, check in checks().items():
        assert check.by in ("fit", "layer") and check.side in ("above", "below"), name
        assert check.verdict in (LOOK, USELESS)
        assert check.found.endswith(".") and check.title
        for part in check.advice.split("; "):
            assert re.fullmatch(r"(\[(\w+)\] )?[a-z`][^;.]*[^ ;.]", part), part
            trait = re.match(r"\[(\w+)\]", part)
            assert trait is None or trait[1] in TRAITS


def test_a_value_is_judged_on_its_side_of_the_limit():
    limit = checks()["dead"].limit
    fine, beyond = judged("dead", limit), judged("dead", limit + 0.1, layer=2, beside="So many.")
    assert (fine.verdict, fine.says, fine.layer) == (OK, "", 0)
    assert (beyond.verdict, beyond.layer, beyond.limit) == (LOOK, 2, limit)
    assert beyond.says == f"{checks()['dead'].found} So many."
    assert judged("vanishing", 1e-9).verdict == LOOK
    assert judged("vanishing", 1.0).verdict == OK
    assert judged("dead", 1.0, verdict=USELESS).verdict == USELESS


def test_what_to_try_goes_by_what_the_fit_is():
    found = judged("linear", 3.0, limit=2.0)
    assert advised(found, {"penalised"}).says == f"{found.says} Try a smaller `penalty`."
    assert advised(found, set()) == found  # there is nothing
    both = advised(judged("overfitting", 1.0), set()).says
    assert both.endswith("Try to stop at the best epoch (`stop_iter`) or a larger `penalty`.")
    three = advised(judged("straight", 1.0), set()).says
    assert "Try more `hidden_units`, a smaller `learn_rate`, or an activation" in three
    assert advised(judged("linear", 1.0, limit=2.0), TRAITS).says == ""


def test_a_limit_of_its_own_takes_the_place_of_the_table_s():
    assert judged("linear", 3.0, limit=2.0).verdict == LOOK
    assert judged("linear", 1.0, limit=2.0).verdict == OK
    with pytest.raises(AssertionError):
        judged("linear", 1.0)


def test_what_is_not_known_says_why():
    found = unknown("linear", "nobody knows", 3)
    assert found.verdict == UNKNOWN and math.isnan(found.value) and found.layer == 3
    assert found.says == "Not known: nobody knows."
