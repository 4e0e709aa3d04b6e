import re
import sys

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="needs matplotlib")
from matplotlib import pyplot

from nnfit import core
from nnfit.core import NNFitError
from nnfit.pictures import plot
from nnfit.pictures.picture import IN_R, PICTURES
from support import read_r


def test_the_names_are_those_of_r():
    text = read_r("plot.R")
    listed = re.search(r"^plots <- c\((.*?)\)", text, re.M | re.S)[1]
    assert {*PICTURES, *IN_R} == set(re.findall(r'"(\w+)"', listed))


def test_losses_of_both_parts_by_epoch(network):
    ax = plot(network)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), network["history"]["train_loss"])
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), network["history"]["valid_loss"])
    assert [one.get_text() for one in ax.get_legend().texts] == ["training", "validation"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "mean squared error")


def test_it_draws_where_it_is_told_to(network):
    figure, ax = pyplot.subplots()
    assert plot(network, ax=ax) is ax
    assert pyplot.get_fignums() == [figure.number]
    assert plot(network).figure is not figure


def test_a_curve_over_the_rows(network, rows):
    x, y = rows
    ax = plot(network, "curve", x=x, y=y)
    line = ax.lines[-1]
    np.testing.assert_allclose(
        line.get_ydata(), core.predict(network, line.get_xdata()[:, None])[:, 0]
    )
    assert line.get_xdata().min() == x.min() and line.get_xdata().max() == x.max()
    assert sum(len(one.get_offsets()) for one in ax.collections) == 60


def test_a_curve_of_a_column_with_a_name(rows):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"hour": rows[0][:, 0]})
    made = core.fit(frame, pandas.Series(rows[1], name="load"))
    ax = plot(made, "curve", x=frame, y=rows[1])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("hour", "load")


def test_a_curve_is_named_by_its_outcome(rows):
    pandas = pytest.importorskip("pandas")
    x, y = rows
    made = core.fit(x, y)
    assert plot(made, "curve", x=x, y=y).get_ylabel() == "outcome"
    named = plot(made, "curve", x=x, y=pandas.Series(y, name="load"))
    assert named.get_ylabel() == "load"


def test_a_curve_of_two_classes_is_a_probability(rows, labels):
    made = core.fit(rows[0], labels == "high", penalty=0.01)
    ax = plot(made, "curve", x=rows[0], y=labels == "high")
    assert ax.get_ylabel() == "probability of True"
    assert ax.lines[-1].get_ydata().max() <= 1


@pytest.mark.parametrize(
    ("which", "said"),
    [
        ("network", '"network" is drawn in R alone'),
        ("los", 'Did you mean "loss"?'),
        (3, "is no picture"),
        ("tuning", "was chosen, and this was not"),
        ("learn_rate", "was found, and this was not"),
    ],
)
def test_a_picture_that_there_is_not_is_named(network, which, said):
    with pytest.raises(NNFitError, match="`which`") as caught:
        plot(network, which)
    assert said in str(caught.value)


def test_what_is_wrong_is_named(network, rows):
    x, y = rows
    with pytest.raises(NNFitError, match="`fit` must be what"):
        plot(3)
    with pytest.raises(NNFitError, match="`ax` must be Axes"):
        plot(network, ax=3)
    with pytest.raises(NNFitError, match='`y` is needed for "observed"'):
        plot(network, "observed")
    with pytest.raises(NNFitError, match='`x` is needed for "curve"'):
        plot(network, "curve", y=y)
    with pytest.raises(NNFitError, match="`y` has 3 rows, and there are 60"):
        plot(network, "observed", y=[1.0, 2.0, 3.0])
    with pytest.raises(NNFitError, match="`y` has 2 columns, not 1"):
        plot(network, "observed", y=np.column_stack([y, y]))
    assert pyplot.get_fignums() == []


def test_without_matplotlib_the_command_is_named(network, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r'pip install "nnfit\[plot\]"'):
        plot(network)
