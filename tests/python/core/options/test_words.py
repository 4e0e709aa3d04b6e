import pytest

from nnfit.core import fit
from nnfit.core.ground.errors import NNFitError
from nnfit.core.ground.names import canonical_name
from nnfit.core.ground.tables import read_table
from nnfit.core.options import catalog, words
from nnfit.core.options.metrics import metric_rows
from nnfit.core.options.rows import option_names, option_rows

ROWS = read_table(words.__file__, "words")
OPTIONS = option_names("training", "call")


def choices_of(kind):
    if kind == "option":
        return OPTIONS
    if kind == "metrics":
        return tuple(metric_rows())
    return option_rows()[kind].choices or tuple(catalog.names(kind))


def test_each_word_means_something_that_there_is_or_has_a_hint():
    for row in ROWS:
        assert row["means"] or row["hint"]
        assert not row["means"] or row["means"] in choices_of(row["kind"])
        taken = [canonical_name(choice) for choice in choices_of(row["kind"])]
        assert canonical_name(row["word"]) not in taken


@pytest.mark.parametrize(
    ("kind", "word", "name"),
    [
        ("option", "lr", "learn_rate"),
        ("option", "hidden_layer_sizes", "hidden_units"),
        ("option", "random_state", "seed"),
        ("option", "weigth_decay", "penalty"),
        ("option", "epohcs", "epochs"),
        ("loss", "MAE", "l1"),
        ("loss", "pinball", "quantile"),
        ("loss", "MultiLabelSoftMarginLoss", "bce_with_logits"),
        ("loss", "multilabel_margin_loss", "bce_with_logits"),
        ("loss", "TripletMarginLoss", None),
        ("activation", "swish", "silu"),
        ("optimizer", "gradient_descent", "sgd"),
        ("reduction", "average", "mean"),
        ("option", "zzzzzzzz", None),
    ],
)
def test_what_was_meant(kind, word, name):
    assert words.meant(kind, word, choices_of(kind)).name == name


def test_what_is_not_among_the_choices_is_not_suggested():
    assert words.meant("option", "lr", ["alpha", "beta"]) == (None, "")


def test_a_remedy_names_what_was_meant_or_hints_or_lists_all():
    assert words.did_you_mean("option", "lr", OPTIONS) == 'Did you mean "learn_rate"?'
    assert words.did_you_mean("option", "tol", OPTIONS).startswith("Training ends")
    assert words.did_you_mean("option", "family", OPTIONS).startswith(
        'Did you mean "loss"? A family'
    )
    for loss in ("KLDivLoss", "log_cosh"):
        said = words.did_you_mean("loss", loss, catalog.names("loss"))
        assert "Give a function of prediction and truth as `loss`." in said
    for loss in ("CTCLoss", "MarginRankingLoss", "CosineEmbeddingLoss", "TripletMarginLoss"):
        assert words.did_you_mean("loss", loss, catalog.names("loss")).startswith("It ")
    assert words.did_you_mean("loss", "zzzzzzzz", ["a", "b"]) == 'Choose one of "a", "b".'
    assert words.did_you_mean("loss", "zzzzzzzz", ["a", "b"], known=False) == ""


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"size": 3}, 'Did you mean "hidden_units"'),
        ({"loss": "rmse"}, 'Did you mean "mse"'),
        ({"reduction": "av"}, 'Did you mean "mean"'),
        ({"device": "gpu"}, 'Did you mean "cuda"'),
        ({"dtype": "double"}, 'Did you mean "float64"'),
    ],
)
def test_the_errors_say_it(options, text):
    with pytest.raises(NNFitError, match=text):
        fit([[1.0], [2.0]], [1.0, 2.0], **options)
