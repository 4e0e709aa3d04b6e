import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="needs matplotlib")

from nnfit import core
from nnfit.core import NNFitError
from nnfit.pictures import draw, plot
from support import read_r


def test_colours_are_those_of_r():
    text = read_r("plot-palette.R")
    for colour in (draw.DARK, draw.LIGHT, *draw.APART):
        assert f'"{colour}"' in text


def test_predictions_against_what_was_observed(network, rows):
    ax = plot(network, "observed", y=rows[1])
    points = np.vstack([one.get_offsets() for one in ax.collections])
    assert len(points) == 60 and len(ax.collections) == 2
    np.testing.assert_allclose(np.sort(points[:, 0]), np.sort(rows[1]))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("observed", "predicted")


def test_residuals_against_fitted(network, rows):
    ax = plot(network, "residuals", y=rows[1])
    points = np.vstack([one.get_offsets() for one in ax.collections])
    np.testing.assert_allclose(np.sort(points[:, 0] + points[:, 1]), np.sort(rows[1]))


def test_several_outcomes_are_told_apart(rows):
    x, y = rows
    ax = plot(core.fit(x, np.column_stack([y, -y])), "observed", y=np.column_stack([y, -y]))
    assert [one.get_text() for one in ax.get_legend().texts] == ["y1", "y2"]
    many = np.column_stack([y] * 9)
    with pytest.raises(NNFitError, match="`y` has 9 columns; 8 are drawn"):
        plot(core.fit(x, many), "observed", y=many)


def test_what_each_class_was_predicted_as(rows, labels):
    made = core.fit(rows[0], labels, hidden_units=4, epochs=200, penalty=0.01, seed=1)
    ax = plot(made, "observed", y=labels)
    counts = np.array([int(one.get_text()) for one in ax.texts]).reshape(3, 3)
    assert counts.sum() == 60
    guessed = made["fitted"].argmax(axis=1)
    codes = np.unique(labels, return_inverse=True)[1]
    assert counts.trace() == (guessed == codes).sum()
    assert [one.get_text() for one in ax.get_xticklabels()] == ["high", "low", "middle"]


def test_the_probability_of_the_right_class(rows, labels):
    made = core.fit(rows[0], labels, penalty=0.01)
    assert plot(made, "residuals", y=labels).get_ylabel() == "probability"


def test_the_choice_of_the_penalty(rows):
    made = core.fit(*rows, hidden_units=3, seed=1)
    ax = plot(made, "tuning")
    chosen = made["tuning"]["penalty"][made["tuning"]["chosen"] - 1]
    assert ax.lines[-1].get_xdata()[0] == pytest.approx(chosen)
    assert ax.get_xscale() == "log"


def test_the_choice_of_the_step_size(rows):
    made = core.fit(*rows, hidden_units=3, learn_rate="find", epochs=3, seed=1)
    ax = plot(made, "learn_rate")
    assert ax.lines[-1].get_xdata()[0] == pytest.approx(made["options"]["learn_rate"])


def test_sums_are_called_so(rows):
    made = core.fit(*rows, hidden_units=2, epochs=3, reduction="sum")
    assert plot(made).get_ylabel() == "squared error (sum)"


def test_losses_that_are_no_numbers_are_refused(network):
    history = {"train_loss": np.array([np.nan, np.inf]), "valid_loss": None}
    with pytest.raises(NNFitError, match="`fit` has no loss that can be drawn"):
        plot({**network, "history": history})
