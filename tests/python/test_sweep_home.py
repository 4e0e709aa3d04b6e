"""The sweep of `test_sweep.py` on what stands beside the core: estimators, formulas, pictures."""

import inspect
import warnings

import numpy as np
import pytest

from nnfit import core
from nnfit.core.options.rows import option_names
from support import imported
from test_sweep import FLAGS, RIGHT, judge, wrong_values

X = np.arange(1.0, 9.0)[:, None]
Y = np.array([1.0, 3, 2, 5, 4, 6, 8, 7])
FEW = {"epochs": 3, "hidden_units": [2], "seed": 1}

# as in `RIGHT`, where another value is right here than for the core's function
HERE = {
    "class_weights": {"none"},
    "formula": {"none"},
    "model": {"none"},
    "random_state": RIGHT["seed"] | {"none"},
    "fit_formula.embed": RIGHT["fit_parquet.embed"],
    "fit_formula.weights": {"none"},
    "fit_formula.validation": RIGHT["validation"] | FLAGS,
    "tune_formula.embed": RIGHT["fit_parquet.embed"],
    "tune_formula.weights": {"none"},
    "tune_formula.validation": RIGHT["tune.validation"],
    "tune_formula.folds": RIGHT["tune.folds"],
    "plot.ax": {"none"},
    "plot.x": {"none"},
    "plot.y": set(),
}


def wrong_of(name, function, given, arguments, also=()):
    """List what became of wrong values that should have been refused by their argument."""
    wrong = []
    for argument in arguments:
        right = HERE.get(f"{name}.{argument}", HERE.get(argument, RIGHT.get(argument, ())))
        for label, value in wrong_values().items():
            said = judge(function, given, argument, value)
            named = any(f"names another argument: `{one}`" in said for one in also)
            if said != "refused" and not named and not (said == "taken" and label in right):
                wrong.append(f"{argument} = {label}: {said}")
    return wrong


@pytest.mark.parametrize("kind", ["Regressor", "Classifier"])
def test_every_parameter_of_an_estimator(kind, tmp_path, monkeypatch):
    imported("sklearn.utils.validation")
    from nnfit import estimators

    monkeypatch.chdir(tmp_path)
    made = getattr(estimators, kind)
    y = Y if kind == "Regressor" else Y > 4
    arguments = made._get_param_names()
    assert set(option_names("training")) - {"levels"} <= set(arguments)

    def fitted(**given):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return made(**given).fit(X, y)

    wrong = wrong_of(kind, fitted, FEW, arguments, also=("X",))
    assert not wrong, "\n".join(wrong)


def test_every_argument_of_a_fit_by_a_formula(tmp_path, monkeypatch):
    imported("formulaic")
    from nnfit.formulas import fit_formula

    monkeypatch.chdir(tmp_path)
    own = [name for name in inspect.signature(fit_formula).parameters if name != "options"]
    given = {"formula": "y ~ x", "data": {"x": X[:, 0], "y": Y}, **FEW}
    wrong = wrong_of("fit_formula", fit_formula, given, [*own, *option_names("training")])
    assert not wrong, "\n".join(wrong)


def test_every_argument_of_a_search_by_a_formula(tmp_path, monkeypatch):
    imported("formulaic")
    from nnfit.formulas import tune_formula

    monkeypatch.chdir(tmp_path)
    both = (tune_formula, core.tune)
    own = {name for one in both for name in inspect.signature(one).parameters}
    given = {
        "formula": "y ~ x", "data": {"x": X[:, 0], "y": Y}, "candidates": 2,
        "learn_rate": core.Choice(0.01, 0.02), **FEW,
    }  # fmt: skip
    wrong = wrong_of("tune_formula", tune_formula, given, sorted(own - {"options", "x", "y"}))
    assert not wrong, "\n".join(wrong)


def test_every_argument_of_a_picture():
    imported("matplotlib.pyplot")
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    from nnfit.pictures import plot

    given = {"fit": core.fit(X, Y), "which": "observed", "x": X, "y": Y, "ax": pyplot.gca()}
    wrong = wrong_of("plot", plot, given, given, also=("x", "y"))
    pyplot.close("all")
    assert not wrong, "\n".join(wrong)
