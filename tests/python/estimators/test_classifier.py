import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs scikit-learn")

from sklearn.compose import make_column_transformer
from sklearn.ensemble import BaggingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils.estimator_checks import check_estimator

from nnfit.core import NNFitError
from nnfit.estimators import EXPECTED_FAILED_CHECKS, Classifier

SMALL = {"hidden_units": 4, "epochs": 60, "penalty": 0.01}


CHECKED = [
    {"penalty": 0.1, "class_weights": "balanced"},
    {**SMALL, "dtype": "float64", "seed": 1},
]


@pytest.mark.filterwarnings("ignore")  # what the checks provoke
@pytest.mark.parametrize("options", CHECKED, ids=str)
def test_scikit_learn_checks_it(options):
    found = check_estimator(Classifier(**options), on_skip=None)
    assert sum(one["status"] == "passed" for one in found) > 40


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("options", [{}, SMALL], ids=["no penalty", "float32"])
def test_what_rounding_decides_may_fail(options):
    """As of `LogisticRegression(C=np.inf, tol=1e-14)`: separated classes have no best model."""
    check_estimator(
        Classifier(**options), expected_failed_checks=EXPECTED_FAILED_CHECKS, on_skip=None
    )


def test_a_linear_one_is_logistic_regression(frame, numbers, rng):
    y = numbers + rng.normal(0, 2, 60) > 0.5
    ours = Classifier(dtype="float64").fit(frame, y)
    theirs = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(frame, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-4)
    np.testing.assert_allclose(ours.predict_proba(frame), theirs.predict_proba(frame), atol=1e-4)


@pytest.mark.parametrize(
    "of",
    [str, lambda one: one == "low", lambda one: 5 if one == "low" else 7],
    ids=["text", "bool", "int"],
)
def test_labels_come_out_as_they_went_in(frame, labels, of):
    y = np.array([of(one) for one in labels])
    made = Classifier(**SMALL, seed=1).fit(frame, y)
    assert made.predict(frame).dtype == y.dtype
    assert set(made.predict(frame)) <= set(made.classes_) == set(y)
    assert made.score(frame, y) > 0.8


def test_probabilities_and_scores_say_the_same(frame, labels):
    made = Classifier(penalty=0.01).fit(frame, labels)
    chances = made.predict_proba(frame)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    assert (made.classes_[chances.argmax(axis=1)] == made.predict(frame)).all()
    assert (made.decision_function(frame).argmax(axis=1) == chances.argmax(axis=1)).all()
    assert made.coef_.shape == (3, 2) and made.intercept_.shape == (3,)
    two = Classifier(penalty=0.01).fit(frame, labels == "low")
    assert two.decision_function(frame).shape == (60,)
    assert ((two.decision_function(frame) > 0) == two.predict(frame)).all()


def test_scores_that_are_no_probabilities_have_none(frame, labels):
    made = Classifier(loss="multi_margin", epochs=20, penalty=0.01)
    assert not hasattr(made, "predict_proba")
    made.fit(frame, labels)
    assert not hasattr(made, "predict_proba")
    assert set(made.predict(frame)) <= set(labels)


def test_class_weights_go_by_label(frame, numbers):
    y = np.where(numbers > 3.5, 1, 0)
    plain = Classifier(penalty=0.1).fit(frame, y)
    heavy = Classifier(penalty=0.1, class_weights={1: 50, 0: 1}).fit(frame, y)
    assert heavy.predict(frame).sum() > plain.predict(frame).sum()


def test_columns_of_classes_by_an_encoder_or_embedded(frame, labels):
    data = frame.assign(g=np.where(frame["a"] > 0, "up", "down"))
    coded = make_pipeline(
        make_column_transformer((OneHotEncoder(), ["g"]), remainder="passthrough"),
        Classifier(penalty=0.01),
    ).fit(data, labels)
    assert coded.score(data, labels) > 0.7
    embedded = Classifier(**{**SMALL, "epochs": 300}, embed="g", seed=1).fit(data, labels)
    assert list(embedded.feature_names_in_) == ["a", "b", "g"]
    assert embedded.score(data, labels) > 0.7
    with pytest.raises(NNFitError, match="`X` must be a data frame"):
        Classifier(**SMALL, embed="g").fit(frame.to_numpy(), labels)


def test_random_state_is_the_seed_that_ensembles_set(frame, labels):
    bags = [
        BaggingClassifier(Classifier(**SMALL), n_estimators=3, random_state=1).fit(frame, labels)
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*(bag.predict_proba(frame) for bag in bags))
    seeded = Classifier(**SMALL, seed=1)  # which ensembles overrule
    bag = BaggingClassifier(seeded, n_estimators=3, random_state=1).fit(frame, labels)
    assert len({one.fit_.options["seed"] for one in bag.estimators_}) == 3
    search = GridSearchCV(Classifier(seed=1, epochs=30), {"penalty": [0.01, 10.0]}, cv=3)
    assert search.fit(frame, labels).best_params_["penalty"] == 0.01


def test_what_is_wrong_is_named(frame, labels):
    with pytest.raises(NNFitError, match="`y` holds one class, 'a'"):
        Classifier().fit(frame, np.full(60, "a"))
    mixed = np.array([1, "1"] * 30, dtype=object)
    with pytest.raises((NNFitError, TypeError, ValueError)):
        Classifier().fit(frame, mixed)
    with pytest.raises(ValueError, match="Unknown label type"):
        Classifier().fit(frame, frame["a"])


def test_held_out_labels_are_read_as_those_to_train_on(frame, numbers):
    y = np.where(numbers > 1, 1, np.where(numbers > -1, 2, 5))  # positions and labels differ
    held_out = (frame.iloc[:20], y[:20])
    made = Classifier(**SMALL, seed=1, validation=held_out).fit(frame, y)
    named = Classifier(**SMALL, seed=1, validation=(frame.iloc[:20], y[:20].astype(str)))
    named.fit(frame, y.astype(str))
    losses = [one.fit_.history["valid_loss"] for one in (made, named)]
    np.testing.assert_array_equal(*losses)
    with pytest.raises(NNFitError, match="`validation` has labels that y has not: 6, 9"):
        Classifier(**SMALL, validation=(frame, y + 4)).fit(frame, y)


def test_the_label_is_the_likelier_one_under_every_link(frame, numbers):
    y = numbers > 1
    for loss in (
        "bce",
        ("bce_with_logits", {"link": "cloglog"}),
        ("bce_with_logits", {"link": "probit"}),
    ):
        made = Classifier(loss=loss, penalty=0.1).fit(frame, y)
        assert (made.predict(frame) == (made.predict_proba(frame)[:, 1] > 0.5)).all()
    hinge = Classifier(loss="soft_margin", penalty=0.1).fit(frame, y)
    assert (hinge.predict(frame) == (hinge.decision_function(frame) > 0)).all()


def test_a_loss_that_there_is_not_is_told_by_the_fit(frame, labels):
    made = Classifier(loss="nope")
    assert hasattr(made, "predict_proba")
    with pytest.raises(NNFitError, match="`loss`"):
        made.fit(frame, labels)
