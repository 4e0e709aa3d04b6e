import math

import pytest

from nnfit.core.diagnosis.checks import LOOK, OK, UNKNOWN, USELESS, checks, judged, unknown


def test_every_row_of_the_table_is_whole():
    for name, check in checks().items():
        assert check.by in ("fit", "layer") and check.side in ("above", "below"), name
        assert check.verdict in (LOOK, USELESS)
        assert check.found.endswith(".") and check.advice.startswith(
            ("Try", "Give", "Train", "Stop")
        )
        assert check.advice.endswith(".") and check.title


def test_a_value_is_judged_on_its_side_of_the_limit():
    limit = checks()["dead"].limit
    fine, beyond = judged("dead", limit), judged("dead", limit + 0.1, layer=2, beside="So many.")
    assert (fine.verdict, fine.says, fine.layer) == (OK, "", 0)
    assert (beyond.verdict, beyond.layer, beyond.limit) == (LOOK, 2, limit)
    said = checks()["dead"]
    assert beyond.says == f"{said.found} So many. {said.advice}"
    assert judged("vanishing", 1e-9).verdict == LOOK
    assert judged("vanishing", 1.0).verdict == OK
    assert judged("dead", 1.0, verdict=USELESS).verdict == USELESS


def test_a_limit_of_its_own_takes_the_place_of_the_table_s():
    assert judged("linear", 3.0, limit=2.0).verdict == LOOK
    assert judged("linear", 1.0, limit=2.0).verdict == OK
    with pytest.raises(AssertionError):
        judged("linear", 1.0)


def test_what_is_not_known_says_why():
    found = unknown("linear", "nobody knows", 3)
    assert found.verdict == UNKNOWN and math.isnan(found.value) and found.layer == 3
    assert found.says == "Not known: nobody knows."
