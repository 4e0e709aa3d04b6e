import numpy as np
import pytest
from thermometer import CELSIUS, UNKNOWN, rows

from nnfit.core import NNFitError
from nnfit.core.compare.asked import Asked, Rows


def test_what_is_not_said_is_as_if_left_out():
    asked = Asked.of({"method": "sgd", "epochs": None, "learn_rate": 0.1})
    assert asked == Asked("sgd", learn_rate=0.1)
    assert asked.scale is True


def test_a_type_that_is_not_there_is_refused():
    with pytest.raises(NNFitError, match="`dtype` must be one of"):
        Asked.of({"method": "sgd", "dtype": "float16"})


def test_slopes_begin_at_1_and_the_intercept_at_0():
    assert rows().start().tolist() == [1, 0]
    assert rows(intercept=False, target=[1]).start().tolist() == [1]


def test_where_the_mean_is_curved_slopes_begin_at_0():
    y = abs(CELSIUS) + 1
    assert rows(y=y, family="poisson", link="log").start().tolist() == [0, 0]
    begin = rows(y=y, family="poisson", link="identity").start()
    np.testing.assert_allclose(begin, [0, y.mean()])


def test_a_start_is_one_for_all_slopes_or_one_for_each_term():
    assert rows().start(3).tolist() == [3, 0]
    assert rows().start([5, 7]).tolist() == [7, 5]


def test_an_intercept_alone_has_rows_too():
    made = Rows.of(np.empty((11, 0)), CELSIUS, [CELSIUS.mean()], [1e-6])
    design, problem = made.seen(True)
    assert design.x.shape == (11, 1)
    assert made.start().tolist() == [0]
    assert problem.x.shape == (11, 1)


def test_weights_sum_to_1():
    assert rows(weights=np.arange(1.0, 12)).weights.sum() == pytest.approx(1)
    assert len(UNKNOWN) == 11


def test_means_that_must_be_above_0_begin_there():
    x, y = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), [3.0, 5.0, 2.0]
    made = Rows.of(x, y, [4, 2], [1e-6] * 2, intercept=False, family="poisson", link="identity")
    begin = made.start(design=x)
    weights = 1 / (np.array([3.0, 5.0]) + 0.1)
    np.testing.assert_allclose(begin, [weights @ [3.0, 5.0] / weights.sum(), 2])
    assert made.start([1, 7], x).tolist() == [1, 7]  # the user's are left
    design = np.column_stack([[1.0, 2.0, 3.0], np.ones(3)])
    of = Rows.of([1, 2, 3], y, [0, 1], [1e-6] * 2, family="poisson", link="identity")
    np.testing.assert_allclose(of.start(design=design), [0, 10 / 3])
    low = of._replace(offset=np.array([-4.0, 0, 0]))
    assert (design @ low.start(design=design) + low.offset > 0).all()
