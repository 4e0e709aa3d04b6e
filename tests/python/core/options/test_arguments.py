import math

import numpy as np
import pytest
import torch

from nnfit.core.ground.errors import NNFitError
from nnfit.core.ground.tables import read_table
from nnfit.core.options import arguments as module
from nnfit.core.options import catalog
from nnfit.core.options.arguments import TYPES, arguments, check_argument, check_order, ours
from nnfit.core.options.rows import option_names

CELLS = read_table(module.__file__, "arguments")
ROWS = [(cells["kind"], name, cells["argument"]) for cells in CELLS for name in cells["of"].split()]
# of torch's, for loops of one's own, or without use here
LEFT_OUT = {"device", "dtype", "args", "kwargs", "capturable", "differentiable"}
LEFT_OUT |= {"min_value", "max_value"}  # older names of hardtanh's
LEFT_OUT |= {"tensor", "generator", "num_features", "normalized_shape"}  # the core's affair
LEFT_OUT |= {"track_running_stats"}  # without, a prediction would depend on the rows beside it
LEFT_OUT |= {"last_epoch", "verbose"}  # of schedules: where a loop of one's own goes on
LEFT_OUT |= {"mode"}  # losses fall
LEFT_OUT |= {"cycle_momentum", "base_momentum", "max_momentum"}  # the momentum stays


def test_a_row_is_about_one_argument_of_what_is_there():
    assert len(set(ROWS)) == len(ROWS)
    assert {cells["type"] for cells in CELLS} == {*TYPES, ""}
    assert [not cells["type"] for cells in CELLS] == [bool(cells["instead"]) for cells in CELLS]
    for kind, name, argument in ROWS:
        assert name in catalog.names(kind)
        below = arguments(kind, name)[argument].below
        assert below is None or below in arguments(kind, name)


@pytest.mark.parametrize("entry", catalog.entries(), ids=lambda entry: f"{entry.kind}-{entry.name}")
def test_every_argument_is_in_the_table_or_left_out_for_a_reason(entry):
    known = set(arguments(entry.kind, entry.name))
    if entry.torch:
        there = set(catalog._signature(entry.kind, entry.name))
        assert there - set(ours(entry.kind)) - LEFT_OUT - known == set()
    else:
        ours_beside = {"weight", *catalog.OURS.get(entry.kind, ())}
        assert known - ours_beside == set(getattr(entry, "arguments", {}))


GOOD = [
    ("activation", "elu", "alpha", 1e-300),
    ("activation", "gelu", "approximate", "tanh"),
    ("activation", "softmax", "dim", 1.0),
    ("activation", "leaky_relu", "negative_slope", -1),
    ("activation", "prelu", "num_parameters", 3.0),
    ("init", "kaiming_normal", "nonlinearity", "relu"),
    ("init", "kaiming_uniform", "mode", "fan_out"),
    ("init", "normal", "std", 0),
    ("init", "constant", "val", -1),
    ("init", "sparse", "sparsity", 0.5),
    ("norm", "batch_norm", "momentum", None),
    ("norm", "layer_norm", "eps", 1e-6),
    ("norm", "layer_norm", "elementwise_affine", False),
    ("loss", "huber", "delta", np.float32(0.5)),
    ("loss", "smooth_l1", "beta", 0),
    ("loss", "cross_entropy", "label_smoothing", 1),
    ("loss", "multi_margin", "p", 2.0),
    ("loss", "quantile", "level", 0.1),
    ("loss", "expectile", "level", (0.9, 1e-9)),
    ("loss", "focal", "gamma", 0),
    ("loss", "bce_with_logits", "pos_weight", 3),
    ("loss", "cross_entropy", "weight", np.array([1.0, 0.0])),
    ("loss", "cross_entropy", "weight", None),
    ("loss", "poisson_nll", "full", np.bool_(True)),
    ("optimizer", "adam", "betas", (0, 0.9)),
    ("optimizer", "adafactor", "eps", [None, 1e-3]),
    ("optimizer", "adafactor", "beta2_decay", -0.5),
    ("optimizer", "lbfgs", "line_search_fn", None),
    ("optimizer", "sgd", "dampening", -0.5),
    ("optimizer", "sgd", "foreach", None),
    ("schedule", "cosine", "T_max", 3.0),
    ("schedule", "multi_step", "milestones", [3, 9.0]),
    ("schedule", "linear", "end_factor", 0),
]


@pytest.mark.parametrize(("kind", "name", "argument", "value"), GOOD)
def test_what_is_in_range_is_kept_and_torch_takes_it(kind, name, argument, value):
    kept = check_argument(kind, name, argument, value)
    assert check_argument(kind, name, argument, kept) == kept
    if argument not in catalog._signature(kind, name):
        pytest.skip("this torch lacks it")
    positional = {
        "optimizer": [[torch.zeros(1, requires_grad=True)]],
        "schedule": [torch.optim.SGD([torch.zeros(1)], lr=0.1)],
        "init": [torch.zeros(3, 2)],
        "norm": [3],
    }.get(kind, [])
    if name == "sparse":
        return  # two arguments that torch has no default for
    catalog.build(kind, catalog.Named(name, {argument: kept}), *positional)


BAD = [
    ("activation", "elu", "alpha", 0, "a number above 0"),
    ("activation", "gelu", "approximate", "exact", '"none" or "tanh"'),
    ("activation", "softmax", "dim", 0, "-1 or 1"),
    ("activation", "softmax", "dim", 5, "-1 or 1"),
    ("activation", "hardshrink", "lambd", -1, "a number of at least 0"),
    ("activation", "softplus", "beta", 0, "a number above 0"),
    ("activation", "leaky_relu", "negative_slope", "steep", "a number"),
    ("activation", "relu", "inplace", 1, "True or False"),
    ("activation", "prelu", "num_parameters", 1.5, "a whole number from 1 to 2^31 - 1"),
    ("init", "kaiming_normal", "nonlinearity", "swish", '"linear", "sigmoid", "tanh", "relu"'),
    ("init", "normal", "std", -1, "a number of at least 0"),
    ("init", "sparse", "sparsity", 2, "a number from 0 to 1"),
    ("norm", "batch_norm", "momentum", 2, "a number from 0 to 1, or None"),
    ("norm", "layer_norm", "eps", 0, "a number above 0"),
    ("norm", "layer_norm", "bias", 1, "True or False"),
    ("loss", "huber", "delta", -1, "a number above 0"),
    ("loss", "huber", "delta", 0, "a number above 0"),
    ("loss", "huber", "delta", math.inf, "a number above 0"),
    ("loss", "smooth_l1", "beta", -0.1, "a number of at least 0"),
    ("loss", "poisson_nll", "eps", 0, "a number above 0"),
    ("loss", "poisson_nll", "full", "yes", "True or False"),
    ("loss", "gaussian_nll", "full", 1.0, "True or False"),
    ("loss", "negative_binomial_nll", "dispersion", 0, "a number of at least 1e-8"),
    ("loss", "negative_binomial_nll", "dispersion", -1, "a number of at least 1e-8"),
    ("loss", "negative_binomial_nll", "dispersion", [1.0, 2.0], "a number of at least 1e-8"),
    ("loss", "negative_binomial_nll", "dispersion", True, "a number of at least 1e-8"),
    ("loss", "cross_entropy", "label_smoothing", 2, "a number from 0 to 1"),
    ("loss", "cross_entropy", "label_smoothing", math.nan, "a number from 0 to 1"),
    ("loss", "cross_entropy", "weight", [1, -1], "numbers, each of at least 0, not all 0"),
    ("loss", "cross_entropy", "weight", [0, 0], "numbers, each of at least 0, not all 0"),
    ("loss", "cross_entropy", "weight", [1, math.nan], "numbers, each of at least 0"),
    ("loss", "cross_entropy", "weight", "balanced", "numbers, each of at least 0"),
    ("loss", "cross_entropy", "weight", [[1, 2]], "numbers, each of at least 0"),
    ("loss", "bce_with_logits", "pos_weight", -3, "numbers, each of at least 0"),
    ("loss", "multi_margin", "p", 3, "1 or 2"),
    ("optimizer", "adam", "betas", (2, 2), "a pair of numbers, each from 0 up to"),
    ("optimizer", "adam", "betas", 0.9, "a pair of numbers"),
    ("optimizer", "adam", "betas", (0.9, None), "a pair of numbers"),
    ("optimizer", "adam", "betas", (0.9, 0.99, 0.999), "a pair of numbers"),
    ("optimizer", "adam", "eps", 0, "a number above 0"),
    ("optimizer", "adam", "eps", -1e-8, "a number above 0"),
    ("optimizer", "adam", "amsgrad", "yes", "True or False"),
    ("optimizer", "rmsprop", "alpha", 1, "a number from 0 up to, but not including, 1"),
    ("optimizer", "adafactor", "beta2_decay", 0.5, "a number of at most 0"),
    ("optimizer", "lbfgs", "history_size", 0, "a whole number from 1 to 10000"),
    ("optimizer", "lbfgs", "line_search_fn", "armijo", '"strong_wolfe", or None'),
    ("optimizer", "sgd", "dampening", "some", "a number"),
    ("optimizer", "rprop", "etas", (0, 1.2), "a pair of numbers, each above 0"),
    ("schedule", "multi_step", "milestones", [], "increasing whole numbers, each from 1"),
    ("schedule", "multi_step", "milestones", [9, 3], "increasing whole numbers, each from 1"),
    ("schedule", "multi_step", "milestones", [3, 3], "increasing whole numbers, each from 1"),
    ("schedule", "plateau", "factor", 1, "a number from 0 up to, but not including, 1"),
]


@pytest.mark.parametrize(("kind", "name", "argument", "value", "must"), BAD)
def test_what_is_out_of_range_is_refused_by_name(kind, name, argument, value, must):
    for check in (
        lambda: check_argument(kind, name, argument, value),
        lambda: catalog.parse(kind, (name, {argument: value})),
    ):
        with pytest.raises(NNFitError) as caught:
            check()
        assert caught.value.argument == kind
        assert f'"{name}" takes a `{argument}` that is {must}' in str(caught.value)


def test_numbers_by_name_are_kept_by_name():
    pandas = pytest.importorskip("pandas")
    series = pandas.Series([1, 2], index=["b", "a"])
    for value in ({"b": 1, "a": 2}, series):
        kept = check_argument("loss", "cross_entropy", "weight", value)
        assert kept == {"b": 1.0, "a": 2.0}
    for bad in (series.rename({"b": "a"}), {"b": "heavy"}, {"a": 0}, {}):
        with pytest.raises(NNFitError, match="takes a `weight`"):
            check_argument("loss", "cross_entropy", "weight", bad)


def test_what_must_be_below_another_argument():
    check_order("activation", "hardtanh", {"min_val": -1.0, "max_val": 1.0})
    for name, given, problem in (
        ("hardtanh", {"min_val": 1.0}, "a `min_val` below its `max_val`, not 1.0 beside 1.0"),
        ("hardtanh", {"max_val": -2}, "not -1.0 beside -2.0"),
        ("rrelu", {"lower": 0.5}, "a `lower` below its `upper`"),
    ):
        with pytest.raises(NNFitError, match=problem):
            catalog.parse("activation", (name, given))


@pytest.mark.parametrize(
    ("kind", "value"),
    [("optimizer", ("adam", {"capturable": True})), ("activation", ("tanh", {"args": 1}))],
)
def test_arguments_for_loops_of_ones_own_are_not_taken(kind, value):
    with pytest.raises(NNFitError, match="has no argument"):
        catalog.parse(kind, value)


def test_an_argument_that_this_torch_lacks_is_named(monkeypatch):
    monkeypatch.setattr(catalog, "_signature", lambda kind, name: {"other": None})
    with pytest.raises(NNFitError, match='has no argument "betas" in torch'):
        catalog.parse("optimizer", ("adam", {"betas": (0.9, 0.99)}))


def test_arguments_that_have_a_name_of_ours_are_no_others():
    for kind in ("activation", "init", "loss", "norm", "optimizer"):
        own = set(option_names("training", "call"))
        assert set(ours(kind).values()) <= own
        assert not set(ours(kind)) & {argument for of, _, argument in ROWS if of == kind}
