import numpy as np
import pytest

from nnfit.core import NNFitError, fit
from nnfit.core.model.start import SAME


@pytest.fixture
def rows(rng):
    x = rng.standard_normal((30, 2))
    return x, x[:, 0] - x[:, 1]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("hidden_units", {"hidden_units": 5}, "the hidden units 4, and here it is 5"),
        ("scale", {"hidden_units": 4, "scale": False}, "`scale` yes, and here it is no"),
        ("n_outputs", {"hidden_units": 4, "y": 2}, "the number of outputs 1, and here it is 2"),
        ("n_features", {"hidden_units": 4, "x": 3}, "the number of columns 2, and here it is 3"),
        ("levels", {"hidden_units": 4, "y": "classes"}, "the classes none, and here it is a, b"),
        ("own_model", {}, "a module of your own: no, and here it is yes"),
        (
            "feature_names",
            {"hidden_units": 4, "x": "frame"},
            "the columns none, and here it is a, b",
        ),
    ],
)
def test_a_fit_of_another_kind_is_refused_by_name(rows, name, options, message):
    pandas = pytest.importorskip("pandas")
    x, y = rows
    first = fit(x, y, hidden_units=4, epochs=2)
    frame = pandas.DataFrame({"a": x[:, 0], "b": x[:, 1]})
    options = dict(options)
    x = {3: np.hstack([x, x[:, :1]]), "frame": frame}.get(options.pop("x", None), x)
    y = {2: np.column_stack([y, y]), "classes": np.where(y > 0, "a", "b")}.get(
        options.pop("y", None), y
    )
    if name == "own_model":
        from torch import nn

        options["model"] = nn.Linear(2, 1)
    with pytest.raises(NNFitError) as caught:
        fit(x, y, epochs=2, start=first, **options)
    assert caught.value.argument == "start"
    assert message in str(caught.value)
    assert name in SAME


def test_what_is_no_fit_is_refused(rows):
    for wrong in (3, "fit", {}, {"parameters": {}}):
        with pytest.raises(NNFitError, match="`start` must be what `fit\\(\\)` returned"):
            fit(*rows, start=wrong)


def test_other_biases_are_another_network(rows):
    first = fit(*rows, hidden_units=4, epochs=2)
    with pytest.raises(NNFitError, match="`start` is a fit of another network"):
        fit(*rows, hidden_units=4, epochs=2, bias=False, start=first)


def test_initial_values_by_name_are_no_others_than_those_of_the_earlier_fit(rows):
    first = fit(*rows, hidden_units=4, epochs=2, init="orthogonal")
    fit(*rows, hidden_units=4, epochs=2, init="orthogonal", start=first)
    with pytest.raises(NNFitError, match="does not go with `start`") as caught:
        fit(*rows, hidden_units=4, epochs=2, init="zeros", start=first)
    assert caught.value.argument == "init"


def test_other_branches_are_another_network(rows):
    first = fit(*rows, hidden_units=[4, 4], epochs=2)
    said = {"skip": "`skip` no", "residual": "`residual` no", "norm": "the norms none"}
    for options in ({"skip": True}, {"residual": True}, {"norm": "layer_norm"}):
        with pytest.raises(NNFitError, match="`start` is a fit with") as caught:
            fit(*rows, hidden_units=[4, 4], epochs=2, start=first, **options)
        assert said[next(iter(options))] in str(caught.value)


def test_several_networks_are_refused(rows):
    first = fit(*rows, hidden_units=4, epochs=2)
    tuned = fit(*rows, hidden_units=4)
    with pytest.raises(NNFitError, match="`start` is of one network, and there are several"):
        fit(*rows, hidden_units=4, epochs=2, start=tuned)
    with pytest.raises(NNFitError, match="`start` is of one network, and there are several"):
        fit(*rows, hidden_units=4, epochs=2, members=2, start=first)
    for repeats in ({"bootstrap": 2}, {"restarts": 2}):
        with pytest.raises(NNFitError, match="`start` does not go with `bootstrap` and `restarts`"):
            fit(*rows, hidden_units=4, epochs=2, start=first, **repeats)


def test_nothing_else_said_is_no_choice_of_a_penalty(rows):
    first = fit(*rows, hidden_units=4, epochs=2)
    other = fit(*rows, hidden_units=4, start=first)
    assert "tuning" not in other
    assert len(other["history"]["train_loss"]) == 500


def test_dropout_may_be_added(rows):
    first = fit(*rows, hidden_units=[4, 3], epochs=20, seed=1)
    other = fit(*rows, hidden_units=[4, 3], epochs=1, dropout=0.5, start=first, seed=1)
    for before, after in zip(first["parameters"].values(), other["parameters"].values()):
        assert after == pytest.approx(before, abs=0.02)  # a step of Adam's
