import math

import pytest

from nnfit.core.explained.student import probability, t_between


@pytest.mark.parametrize(
    ("df", "level", "t"),  # R's qt((1 + level) / 2, df)
    [
        (1, 0.95, 12.706204736432),
        (2, 0.95, 4.302652729911),
        (3, 0.9, 2.353363434802),
        (4, 0.99, 4.604094871416),
        (19, 0.95, 2.093024054408),
        (31, 0.5, 0.682486306002),
        (999, 0.95, 1.962341461),
    ],
)
def test_quantiles_are_those_of_r(df, level, t):
    assert t_between(level, df) == pytest.approx(t, rel=1e-8)


def test_many_rows_have_the_normal_quantile():
    assert t_between(0.95, 10**7) == pytest.approx(1.959964, rel=1e-3)
    assert t_between(0.95, 0) == t_between(0.95, 1)


def test_probabilities_rise_from_none_to_all():
    for df in (1, 2, 5, 8):
        assert probability(0.0, df) == 0
        assert math.isclose(probability(1e9, df), 1, rel_tol=1e-8)
