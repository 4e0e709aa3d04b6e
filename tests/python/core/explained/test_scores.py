import numpy as np
import pytest
import torch

from nnfit.core import NNFitError, fit, surv
from nnfit.core.explained.forward import Forward
from nnfit.core.explained.rows import open_rows
from nnfit.core.explained.scores import BY_ROW, score_of
from nnfit.core.model.metrics import METRICS, measure
from nnfit.core.model.predictions import of_classes
from nnfit.core.options.families import families
from nnfit.core.options.metrics import metric_rows
from support import read_survival


def scored(made, x, y, metric=None, weights=None, **more):
    asked = open_rows(made, x, y, weights, more.get("offset"), None)
    score = score_of(asked, metric)
    forward = Forward(asked.network, asked.spec, asked.scaling, asked.table.x)
    values = score.values(forward.outputs())
    if score.whole is None:
        return score.sign * np.average(values, weights=weights)
    return score.sign * score.whole(values, np.arange(len(values)), weights)


@pytest.fixture
def x(rng):
    return rng.standard_normal((40, 2))


OF_NUMBERS = [row.name for row in families() if row.outcome == "numeric" and not row.own]


@pytest.mark.parametrize("loss", OF_NUMBERS)
def test_the_loss_is_that_of_training(loss, x):
    y = np.round(np.exp(x[:, 0])) + 1
    made = fit(x, y, loss=loss, epochs=4, validation=np.arange(10), hidden_units=[3], seed=1)
    again = fit(x, y, loss=loss, epochs=3, validation=np.arange(10), hidden_units=[3], seed=1)
    last = made["history"]["valid_loss"][3]
    assert scored(again, x[:10], y[:10]) == pytest.approx(last, rel=1e-4)  # in float32


@pytest.mark.parametrize("name", [one.name for one in metric_rows().values()
                                  if one.outcome == "numeric"])  # fmt: skip
def test_metrics_of_numbers_are_those_of_the_table(name, x, rng):
    y = np.exp(x) + 1
    made = fit(x, y, hidden_units=[3], epochs=3, seed=1)
    weights = rng.uniform(0.5, 2, 40)
    from nnfit.core import predict

    expected = measure(name, y, predict(made, x), weights)
    assert scored(made, x, y, name, weights) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("name", [one.name for one in metric_rows().values()
                                  if one.outcome == "class"])  # fmt: skip
@pytest.mark.parametrize("classes", [2, 3])
def test_metrics_of_classes_are_those_of_the_table(name, classes, x):
    from nnfit.core import predict

    codes = np.digitize(x[:, 0], [0.0, 1.0][: classes - 1])
    y = np.array(["a", "b", "c"])[codes]
    made = fit(x, y, hidden_units=[3], epochs=3, seed=1)
    expected = measure(name, codes, of_classes(predict(made, x)))
    assert scored(made, x, y, name) == pytest.approx(expected, rel=1e-6)


def test_every_metric_that_is_a_mean_is_one():
    assert set(BY_ROW) < set(METRICS)


def test_censored_times_have_their_likelihood_and_concordance():
    from nnfit.core import predict
    from nnfit.core.model.metrics import concordance_survival

    times, _, weight, _, x = read_survival()
    made = fit(x, surv(**times), weights=weight, seed=1)
    # at its maximum, as the history ends
    loss = made["history"]["train_loss"][-1]
    assert scored(made, x, surv(**times), None, weight) == pytest.approx(loss, rel=1e-6)
    unweighted = fit(x, surv(**times), seed=1)
    asked = open_rows(unweighted, x, surv(**times), None, None, None)
    expected = concordance_survival(asked.table.y, predict(unweighted, x), np.ones(len(x)))
    found = scored(unweighted, x, surv(**times), "concordance_survival")
    assert found == pytest.approx(float(expected))


def test_what_is_not_for_an_outcome_is_refused(x):
    made = fit(x, x[:, 0], seed=1)
    for metric, said in {
        "accuracy": "which is not for an outcome of numbers",
        "rsme": "which is no metric",
        3: "must be the name of a metric, or None, not 3",
    }.items():
        with pytest.raises(NNFitError, match=f"`metric` .*{said}"):
            scored(made, x, x[:, 0], metric)


def test_several_levels_have_no_metric_but_their_loss(x):
    made = fit(x, x[:, 0], loss=("quantile", {"level": [0.1, 0.9]}), epochs=3, seed=1)
    assert scored(made, x, x[:, 0]) > 0
    with pytest.raises(NNFitError, match="`metric` does not go with several levels"):
        scored(made, x, x[:, 0], "mae")


def test_a_loss_of_ones_own_needs_a_metric(x):
    def own(prediction, truth):
        return (prediction - truth).abs().mean()

    made = fit(x, x[:, 0], loss=own, epochs=3, seed=1)
    with pytest.raises(NNFitError, match="`metric` must name a metric: the loss is a function"):
        scored(made, x, x[:, 0])
    assert scored(made, x, x[:, 0], "rmse") > 0


def test_shares_have_no_class_a_row(x):
    made = fit(x, torch.sigmoid(torch.tensor(x[:, :1])).numpy(), loss="bce_with_logits", seed=1)
    y = np.full((40, 1), 0.5)
    assert scored(made, x, y) > 0
