import pytest

from nnfit.core import NNFitError, fit
from nnfit.core.ground.tables import read_table
from nnfit.core.options import metrics
from nnfit.core.options.families import families, family
from nnfit.core.options.metrics import WORDS, check_metrics, metric_rows, read_metric, read_metrics


def test_every_row_says_what_it_is():
    for cells in read_table(metrics.__file__, "metrics"):
        assert cells["outcome"] in WORDS
        assert {cells["maximize"], cells["probabilities"], cells["each_class"]} <= {"TRUE", "FALSE"}
        assert cells["meaning"]
        assert cells["outcome"] == "class" or cells["probabilities"] == "FALSE"


def test_names_are_taken_in_any_spelling_and_once():
    assert read_metrics("metrics", ["RMSE", "rmse", "R-sq trad"]) == ("rmse", "rsq_trad")
    assert read_metrics("metrics", "ROC AUC") == ("roc_auc",)
    assert read_metric("monitor", "mn.log.loss") == "mn_log_loss"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("rmsee", "`metrics` has 'rmsee', which is no metric. Did you mean \"rmse\"?"),
        (["rmse", "auc"], 'no metric. Did you mean "roc_auc"? It is for an outcome of classes.'),
    ],
)
def test_what_is_no_metric_is_refused(value, message):
    with pytest.raises(NNFitError) as caught:
        read_metrics("metrics", value)
    assert message in str(caught.value)


@pytest.mark.parametrize("kind", WORDS)
def test_what_is_suggested_suits_the_outcome(kind):
    with pytest.raises(NNFitError) as caught:
        read_metric("metric", "brier", kind)
    said = str(caught.value)
    for row in metric_rows().values():
        if kind != "class":
            assert (f'"{row.name}"' in said) is (row.outcome == kind)
    assert ('Did you mean "brier_class"?' in said) is (kind == "class")


@pytest.mark.parametrize("value", [3, [3], {"rmse": 1}, True])
def test_what_is_no_name_is_refused(value, thermometer):
    with pytest.raises(NNFitError, match="`metrics` "):
        fit(thermometer.x, thermometer.y, metrics=value)
    with pytest.raises(NNFitError, match="`monitor` must be the name of a metric, or None"):
        fit(thermometer.x, thermometer.y, monitor=value)


def test_a_metric_is_for_its_kind_of_outcome():
    for row in metric_rows().values():
        for loss in families():
            for other in set(WORDS) - {row.outcome}:
                with pytest.raises(NNFitError, match=f"not for an outcome of {WORDS[other]}"):
                    check_metrics("metrics", [row.name], loss, other)
            if loss.probabilities or not row.probabilities:
                check_metrics("metrics", [row.name], loss, row.outcome)
    with pytest.raises(NNFitError, match='needs probabilities, and the loss "multi_margin"'):
        check_metrics("monitor", ["roc_auc"], family("multi_margin"), "class")


def test_a_fit_refuses_what_its_outcome_does_not_have(thermometer):
    for argument in ("metrics", "monitor"):
        with pytest.raises(NNFitError, match=f'`{argument}` names "accuracy"'):
            fit(thermometer.x, thermometer.y, **{argument: "accuracy"})
