import warnings

import numpy as np
import pandas
import pytest

from nnfit.core import Choice, NNFitError, NNFitWarning, cross_validate, tune
from nnfit.core.ground.errors import warnings_told

Y = np.array(["a"] * 20 + ["b"] * 20 + ["c"] * 3)
X = np.random.default_rng(1).normal(size=(43, 2))
QUICK = {"hidden_units": 2, "epochs": 2, "seed": 1}
GIVEN = np.arange(43) % 5  # "c" has rows in three of them


def test_cross_validation_says_which_classes_are_absent():
    with pytest.warns(NNFitWarning) as told:
        cv = cross_validate(X, Y, folds=GIVEN, metrics=["roc_auc", "accuracy"], **QUICK)
    assert np.isnan(cv["metrics"]["valid_roc_auc"]).sum() == 2
    assert str(told[0].message).startswith(
        '`metrics` has "roc_auc", which needs rows of each class: 2 of 5 folds lack "c", and it is '
        'not known there. Deal each class into folds, 3 at most ("c" has 3 rows): '
    )
    assert told[0].filename == __file__


def test_the_code_that_is_told_deals_classes():
    with warnings.catch_warnings():
        warnings.simplefilter("error", NNFitWarning)
        folds = pandas.Series(Y).groupby(Y).cumcount() % 3
        cv = cross_validate(X, Y, folds=folds, metrics=["bal_accuracy", "roc_auc"], **QUICK)
        cross_validate(X, Y, folds=GIVEN, metrics=["accuracy"], **QUICK)
    assert np.isfinite(cv["metrics"]["valid_bal_accuracy"]).all()


def test_r_is_told_its_own_code():
    with warnings_told() as told:
        cross_validate(X, Y, folds=GIVEN, metrics=["roc_auc", "bal_accuracy"], **QUICK)
    assert told[0]["argument"] == "metrics"
    assert '"roc_auc", "bal_accuracy", which need rows of each class' in told[0]["text"]
    assert "sample(rep_len(1:3, length(i)))" in told[0]["text"]


def test_a_row_of_weight_zero_is_not_there():
    folds = np.arange(43) % 3
    weights = np.where(np.arange(43) == 42, 0.0, 1.0)
    with pytest.warns(NNFitWarning, match='1 of 3 folds lacks "c".* 2 at most .*has 2 rows'):
        cross_validate(X, Y, folds=folds, weights=weights, metrics=["roc_auc"], **QUICK)
    weights[41] = 0
    with pytest.warns(NNFitWarning, match='Class "c" has 1 row: put it to another'):
        cross_validate(X, Y, folds=folds, weights=weights, metrics=["roc_auc"], **QUICK)


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ({"folds": GIVEN}, '^`metric` is "roc_auc", which needs .*: 2 of 5 folds lack "c"'),
        ({"validation": np.array([0, 25])}, 'the rows held out lack "c".* Hold out rows of each'),
        ({"validation": (X[:9], Y[:9])}, 'the rows held out lack some of "b", "c"'),
    ],
)
def test_a_search_is_refused_before_it_starts(rows, text):
    def progress(*args, **kwargs):
        raise AssertionError("a fit was trained")

    options = {**QUICK, "hidden_units": Choice(1, 2), **rows}
    with pytest.raises(NNFitError, match=text):
        tune(X, Y, metric="roc_auc", progress=progress, **options)
    tune(X, Y, metric="accuracy", **options)
