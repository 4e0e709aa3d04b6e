import math

import numpy as np
import pytest

from nnfit.core.ground.errors import NNFitError
from nnfit.core.options.asked import Asked, resolved_again
from nnfit.core.options.catalog import Named


def resolved(n_features=3, n_outputs=1, **options):
    return Asked.of({"loss": "mse", **options}).resolved(n_features, n_outputs)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("hidden_units", 0),
        ("hidden_units", [8, 2.5]),
        ("hidden_units", "many"),
        ("activation", 3),
        ("bias", "yes"),
        ("dropout", 1),
        ("dropout", -0.1),
        ("loss", 3),
        ("reduction", "median"),
        ("learn_rate", 0),
        ("learn_rate", math.inf),
        ("learn_rate", math.nan),
        ("momentum", -1),
        ("momentum", 1.5),
        ("penalty", -1e-9),
        ("penalty", True),
        ("epochs", 0),
        ("epochs", 1.5),
        ("epochs", math.inf),
        ("batch_size", 0),
        ("stop_iter", 0),
        ("stop_iter", -math.inf),
        ("scale", None),
        ("seed", 1.5),
        ("seed", -1),
        ("seed", 2**53 + 1),  # which R would round to another
        ("dtype", "int8"),
        ("dtype", "double"),
        ("hidden_units", 2**31),
        ("device", "toaster"),
        ("levels", ["a", "a"]),
        ("levels", "a"),
    ],
)
def test_a_bad_value_names_its_option(option, value):
    with pytest.raises(NNFitError) as caught:
        Asked.of({option: value})
    assert caught.value.argument == option


def test_unknown_option_offers_the_nearest():
    with pytest.raises(NNFitError, match='`lern_rate`.*Did you mean "learn_rate"'):
        Asked.of({"lern_rate": 0.1})


@pytest.mark.parametrize(
    ("option", "value", "kept"),
    [
        ("hidden_units", 16, (16,)),
        ("hidden_units", 16.0, (16,)),
        ("hidden_units", None, ()),
        ("hidden_units", np.array([32.0, 16.0]), (32, 16)),
        ("activation", ["leaky_relu", {"negative_slope": 0.1}], (
            Named("leaky_relu", {"negative_slope": 0.1}),
        )),
        ("epochs", 500.0, 500),
        ("stop_iter", np.inf, math.inf),
        ("stop_iter", 5.0, 5),
        ("bias", np.bool_(False), (False,)),
        ("seed", 2**53, 2**53),
        ("dtype", "torch.float64", "float64"),
        ("levels", np.array(["a", "b"]), ("a", "b")),
    ],
)  # fmt: skip
def test_what_comes_from_r_is_accepted(option, value, kept):
    assert getattr(Asked.of({option: value}), option) == kept


def test_activations_must_match_the_layers():
    with pytest.raises(NNFitError, match="2 names for 3 hidden layers"):
        Asked.of({"hidden_units": [4, 4, 4], "activation": ["relu", "tanh"]})


def test_one_activation_serves_all_layers():
    assert [a.name for a in resolved(hidden_units=[4, 4], activation="tanh").activation] == [
        "tanh",
        "tanh",
    ]


def test_norms_are_one_for_all_layers_or_one_for_each():
    assert [norm.name for norm in resolved(hidden_units=[4, 4], norm="LayerNorm").norm] == [
        "layer_norm", "layer_norm",
    ]  # fmt: skip
    each = resolved(hidden_units=[4, 4], norm=["batch_norm", "identity"])
    assert [norm.name for norm in each.norm] == ["batch_norm", "identity"]
    assert resolved(hidden_units=[4, 4]).norm == ()
    with pytest.raises(NNFitError, match="2 names for 3 hidden layers") as caught:
        Asked.of({"hidden_units": [4, 4, 4], "norm": ["layer_norm", "batch_norm"]})
    assert caught.value.argument == "norm"


def test_residual_layers_need_one_as_wide_as_what_it_is_given():
    for sizes, columns in (([4, 4], 3), ([3, 5], 3), ([8, 4, 4], 3)):
        Asked.of({"hidden_units": sizes, "residual": True, "loss": "mse"}).resolved(columns, 1)
    for sizes, chain in (([4, 5], "3 -> 4 -> 5"), ([2], "3 -> 2")):
        with pytest.raises(NNFitError, match=f"there is none: {chain}. Give two") as caught:
            Asked.of({"hidden_units": sizes, "residual": True, "loss": "mse"}).resolved(3, 1)
        assert caught.value.argument == "residual"


def test_members_that_would_all_start_alike_are_refused():
    with pytest.raises(NNFitError, match='init "eye" gives all the same') as caught:
        Asked.of({"hidden_units": 4, "members": 2, "init": "eye"})
    assert caught.value.argument == "members"
    for options in ({"members": 1, "init": "eye"}, {"members": 2, "init": "normal"}):
        Asked.of({"hidden_units": 4, **options})


@pytest.mark.parametrize(
    ("options", "optimizer", "learn_rate", "dtype"),
    [
        ({}, "lbfgs", 1.0, "float64"),
        ({"loss": "l1"}, "interior_point", None, "float64"),
        ({"loss": "quantile"}, "interior_point", None, "float64"),
        ({"loss": "quantile", "learn_rate": 0.1}, "adam", 0.1, "float64"),
        ({"loss": "quantile", "clip_norm": 1}, "adam", 0.01, "float64"),
        ({"loss": "quantile", "schedule": "cosine"}, "adam", 0.01, "float64"),
        ({"loss": "l1", "engine": "autograd"}, "adam", 0.01, "float64"),
        ({"loss": "quantile", "batch_size": 5}, "adam", 0.01, "float64"),
        ({"loss": "quantile", "hidden_units": 4}, "adam", 0.01, "float32"),
        ({"loss": "expectile"}, "lbfgs", 1.0, "float64"),
        ({"batch_size": 10}, "adam", 0.01, "float64"),
        ({"hidden_units": 4}, "adam", 0.01, "float32"),
        ({"optimizer": "sgd", "learn_rate": 0.5, "dtype": "float32"}, "sgd", 0.5, "float32"),
    ],
)
def test_defaults_follow_the_model(options, optimizer, learn_rate, dtype):
    spec = resolved(**options)
    assert (spec.optimizer.name, spec.learn_rate, spec.dtype) == (optimizer, learn_rate, dtype)


def test_the_default_loss_follows_the_outcome():
    for levels, loss in (
        (None, "mse"),
        (("a", "b"), "bce_with_logits"),
        (("a", "b", "c"), "cross_entropy"),
    ):
        asked = Asked.of({}).with_outcome(levels)
        assert (asked.loss.name, asked.levels) == (loss, levels)
    assert Asked.of({"loss": "l1"}).with_outcome(None).loss.name == "l1"


def test_momentum_needs_an_optimizer_that_has_it():
    with pytest.raises(NNFitError, match='not an option of "adam".*rmsprop, sgd'):
        resolved(optimizer="adam", momentum=0.9)


def test_lbfgs_takes_no_batches():
    with pytest.raises(NNFitError, match="needs all rows at once"):
        resolved(optimizer="lbfgs", batch_size=4)


def test_biases_are_one_for_all_layers_or_one_for_each():
    for given, plain in ((True, True), ([False] * 3, False), ([True, False, True], None)):
        spec = Asked.of({"bias": given, "hidden_units": [3, 2], "loss": "mse"}).resolved(4, 1)
        assert len(spec.bias) == 3
        assert spec.plain()["bias"] == (list(given) if plain is None else plain)
        assert resolved_again(spec.plain()).bias == spec.bias
    for given, hidden in (([True, False], [3, 2]), ([True] * 4, [3, 2]), ([True, True], [])):
        with pytest.raises(NNFitError, match="values for . hidden layers and the output") as caught:
            Asked.of({"bias": given, "hidden_units": hidden})
        assert caught.value.argument == "bias"
