import numpy as np
import pytest

from nnfit.core import fit, surv
from nnfit.core.data.aliases_at_risk import aliased_at_risk, aliased_by
from nnfit.core.data.censored import read_censored
from nnfit.core.data.table import Table
from support import read_survival


def table_of(x, **more):
    times, _, weight, offset, _ = read_survival()
    return Table(x, read_censored(surv(**times, **more), "y")[0], weight, offset[:, None])


def test_a_column_that_follows_from_those_before_it_is_found():
    x = read_survival()[4]
    columns = np.column_stack([x[:, 0], np.ones(40), x[:, 1], 2 * x[:, 1] - x[:, 0], x[:, 0] ** 2])
    found = aliased_at_risk(table_of(columns), None)
    np.testing.assert_array_equal(found, [False, True, False, True, False])


def test_so_is_one_that_only_tells_strata_apart():
    stratum = read_survival()[1]["stratum"]
    x = np.column_stack([read_survival()[4], stratum == "a"])
    np.testing.assert_array_equal(
        aliased_at_risk(table_of(x, stratum=stratum), None), [False, False, True]
    )
    assert not aliased_at_risk(table_of(x), None).any()


def test_what_is_left_out_has_no_coefficient_and_changes_no_other():
    times, _, _, _, x = read_survival()
    plain = fit(x, surv(**times))
    doubled = fit(np.column_stack([x[:, 0], 2 * x[:, 0], x[:, 1]]), surv(**times))
    assert np.isinf(doubled.scaling["x_scale"][1])
    np.testing.assert_allclose(
        doubled.unscaled["0.weight"][0, [0, 2]], plain.unscaled["0.weight"][0], rtol=1e-9
    )
    # a penalty settles all coefficients
    ridge = fit(np.column_stack([x[:, 0], 2 * x[:, 0], x[:, 1]]), surv(**times), penalty=0.1)
    assert ridge.unscaled["0.weight"][0, 1] == pytest.approx(ridge.unscaled["0.weight"][0, 0] / 2)


def test_elimination_takes_columns_in_their_order():
    information = np.array([[2.0, 1.0, 3.0], [1.0, 1.0, 2.0], [3.0, 2.0, 5.0]])
    np.testing.assert_array_equal(aliased_by(information), [False, False, True])
    np.testing.assert_array_equal(aliased_by(np.zeros((2, 2))), [True, True])
