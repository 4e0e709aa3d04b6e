import copy

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import fit
from nnfit.core.ground.errors import NNFitError, NNFitWarning
from nnfit.core.model import network as models
from nnfit.core.options.asked import Asked


def spec_of(n_features=3, n_outputs=2, **options):
    return Asked.of({"loss": "mse", **options}).resolved(n_features, n_outputs)


def test_layers_and_names_are_what_torch_users_know():
    network = models.build(spec_of(hidden_units=[8, 4], activation=["relu", "tanh"], dropout=0.5))
    kinds = [type(layer).__name__ for layer in network]
    assert kinds == ["Linear", "ReLU", "Dropout", "Linear", "Tanh", "Dropout", "Linear"]
    assert list(network.state_dict()) == [f"{i}.{p}" for i in (0, 3, 6) for p in ("weight", "bias")]


def test_a_hidden_layer_is_linear_norm_activation_dropout_and_what_it_was_given():
    spec = spec_of(
        4, hidden_units=[4, 3, 3], activation="tanh", dropout=0.5, skip=True, residual=True,
        norm=["layer_norm", "identity", ("batch_norm", {"eps": 0.1})], loss="bce",
    )  # fmt: skip
    for device in ("cpu", "meta"):
        network = models.build(spec, device)
        kinds = [type(layer).__name__ for layer in network]
        assert kinds == [
            "Linear", "LayerNorm", "Tanh", "Dropout", "Residual",
            "Linear", "Tanh", "Dropout",
            "Linear", "BatchNorm1d", "Tanh", "Dropout", "Residual",
            "Linear", "Skip", "Sigmoid",
        ]  # fmt: skip
        assert [network[4].start, network[12].start] == [0, 8]
        assert network[9].eps == 0.1
        names = list(dict(network.named_children()))
        assert names == [*map(str, range(14)), "skip", "14"]
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float32}


def test_members_have_norms_of_their_own():
    spec = spec_of(hidden_units=[3, 3], norm=["layer_norm", "batch_norm"], skip=True, members=4)
    shapes = {name: tuple(value.shape) for name, value in models.build(spec).state_dict().items()}
    assert shapes["1.weight"] == shapes["4.running_var"] == (4, 3)
    assert shapes["4.num_batches_tracked"] == (4,)
    assert shapes["skip.weight"] == (4, 2, 3)
    with pytest.raises(NNFitError, match="parameters of its own"):
        models.build(spec_of(hidden_units=3, activation="prelu", members=2))


def test_initial_values_are_the_plain_programs():
    torch.manual_seed(3)
    plain = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2)).state_dict()
    torch.manual_seed(3)
    ours = models.build(spec_of(hidden_units=8)).state_dict()
    assert all(torch.equal(ours[name], plain[name]) for name in plain)


def test_the_output_layer_follows_the_loss():
    assert isinstance(models.build(spec_of(loss="bce"))[-1], nn.Sigmoid)
    assert models.build(spec_of(loss="nll"))[-1].dim == -1
    assert isinstance(models.build(spec_of(loss="bce_with_logits"))[-1], nn.Linear)


def test_without_bias_no_layer_has_one():
    names = models.build(spec_of(hidden_units=4, bias=False)).state_dict()
    assert not [name for name in names if "bias" in name]


def test_layers_describes_the_leaves_in_order():
    network = nn.Sequential(nn.Sequential(nn.Linear(1, 13)), nn.Tanh())
    assert models.layers(network) == [
        {
            "name": "0.0",
            "layer": "Linear(in_features=1, out_features=13, bias=True)",
            "parameters": 26,
        },
        {"name": "1", "layer": "Tanh()", "parameters": 0},
    ]


def test_buffers_are_what_is_not_trained():
    network = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    network[0].bias.requires_grad_(False)
    assert models.buffers(network, models.state(network)) == [
        "0.bias",
        "1.running_mean",
        "1.running_var",
        "1.num_batches_tracked",
    ]


def test_state_is_a_copy_and_exact():
    network = nn.Linear(2, 1)
    values = models.state(network)
    before = values["weight"].copy()
    with torch.no_grad():
        network.weight.zero_()
    np.testing.assert_array_equal(values["weight"], before)
    assert values["weight"].dtype == np.float64


def test_a_state_survives_the_way_through_r():
    # R drops dimensions of length 1, makes scalars of single values and keeps Fortran order
    spec = spec_of(n_features=1, n_outputs=1, hidden_units=[5, 2])
    network = models.build(spec)
    values = models.state(network)
    values["0.weight"] = values["0.weight"].ravel()
    values["2.weight"] = np.asfortranarray(values["2.weight"])
    values["4.bias"] = float(values["4.bias"][0])
    again = models.rebuild(spec, values).state_dict()
    assert all(torch.equal(again[name], value) for name, value in network.state_dict().items())


def test_rebuilding_draws_no_random_numbers():
    spec = spec_of(hidden_units=8, activation="prelu")
    values = models.state(models.build(spec))
    before = torch.get_rng_state()
    network = models.rebuild(spec, values)
    assert torch.equal(torch.get_rng_state(), before)
    assert not network.training


@pytest.mark.parametrize(
    "change",
    [
        lambda values: values.pop("0.bias"),
        lambda values: values.update({"9.bias": np.zeros(1)}),
        lambda values: values.update({"0.bias": np.zeros(7)}),
    ],
)
def test_parameters_of_another_model_are_refused(change):
    spec = spec_of()
    values = models.state(models.build(spec))
    change(values)
    with pytest.raises(NNFitError, match="not the one that was fitted"):
        models.rebuild(spec, values)


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("resnet", "must be a torch nn.Module"),
        (nn.ReLU(), "no parameters to train"),
        (nn.Linear(1, 1).half(), "is of float16"),
    ],
)
def test_what_cannot_be_trained_is_refused(module, message):
    with pytest.raises(NNFitError, match=message):
        models.check_module(module)


def test_a_trial_run_leaves_no_trace():
    network = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(0.5), nn.Linear(3, 1))
    state, before = models.state(network), torch.get_rng_state()
    models.check_output(network, torch.ones(2, 3), 1)
    assert torch.equal(torch.get_rng_state(), before)
    assert all(np.array_equal(value, state[name]) for name, value in models.state(network).items())


def test_outputs_that_would_broadcast_are_refused():
    network = nn.Sequential(nn.Linear(3, 1), nn.Flatten(0))
    with pytest.raises(NNFitError, match=r"gives shape \(2,\).*need \(2, 1\)"):
        models.check_output(network, torch.ones(2, 3), 1)
    with pytest.raises(NNFitError, match="cannot take x of shape"):
        models.check_output(nn.Linear(4, 1), torch.ones(2, 3), 1)


def spoilt(value):
    made = nn.Linear(3, 1)
    with torch.no_grad():
        made.bias.fill_(value)
    return made


class Whole(nn.Linear):
    def forward(self, x):
        return super().forward(x).long()


class Counting(nn.Linear):
    def get_extra_state(self):
        return {"calls": 1}


class Half(nn.Linear):
    """A weight that is no leaf, as torch.nn.utils.weight_norm() makes it."""

    def __init__(self):
        super().__init__(3, 1)
        self.half = self.weight / 2


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("module", "problem", "remedy"),
    [
        (Counting(3, 1), "keeps _extra_state in its state", "register_buffer"),
        (Half(), r"can not be copied by copy.deepcopy\(\): Only Tensors", "parametrizations"),
        (nn.LSTM(3, 1), "gives an object of type tuple, not a tensor", "gives the tensor alone"),
        (nn.MultiheadAttention(3, 1), "cannot take x of shape .2, 3.: .*missing", "rows alone"),
        (nn.LazyLinear(1), "has no values in weight yet", "Call it once"),
        (nn.Linear(3, 1, device="meta"), 'no values in weight: it is on device "meta"', '"cpu"'),
        (nn.Linear(3, 1, dtype=torch.cfloat), "complex numbers in weight", "real numbers"),
        (spoilt(float("nan")), "values in bias that are missing or infinite", "Draw"),
        (spoilt(float("inf")), "values in bias that are missing or infinite", "Draw"),
        (Whole(3, 1), "gives numbers of int64", "floating-point"),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, nn.Module) else "",
)
def test_modules_that_no_training_can_start_from_are_refused(module, problem, remedy):
    with pytest.raises(NNFitError, match=problem) as caught:
        fit(np.ones((4, 3)), np.arange(4.0), model=module)
    assert caught.value.argument == "model"
    assert remedy in caught.value.remedy


def test_module_dtype_is_that_of_its_parameters():
    assert models.module_dtype(nn.Linear(1, 1)) == "float32"
    assert models.module_dtype(nn.Linear(1, 1, dtype=torch.float64)) == "float64"


def test_batch_normalisation_needs_two_rows():
    assert models.least_rows(nn.Sequential(nn.Linear(1, 2), nn.BatchNorm1d(2))) == 2
    assert models.least_rows(nn.Sequential(nn.Linear(1, 2), nn.LayerNorm(2))) == 1


def test_redrawing_forgets_running_statistics():
    spec = spec_of(hidden_units=3, norm="batch_norm")
    network = models.build(spec)
    network(torch.randn(5, 3) + 7)
    assert network[1].running_mean.abs().max() > 0
    models.redraw(network, spec)
    assert torch.equal(network[1].running_mean, torch.zeros(3))
    assert torch.equal(network[1].running_var, torch.ones(3))
    assert network[1].num_batches_tracked == 0


def test_redrawing_gives_the_values_that_building_gives_and_keeps_the_places():
    spec = Asked.of({"loss": "mse", "hidden_units": 3, "activation": "prelu"}).resolved(2, 1)
    torch.manual_seed(1)
    network = models.build(spec)
    places = [p.data_ptr() for p in network.parameters()]
    torch.manual_seed(2)
    models.redraw(network, spec)
    torch.manual_seed(2)
    for ours, fresh in zip(network.parameters(), models.build(spec).parameters()):
        assert torch.equal(ours, fresh)
        assert ours.requires_grad
    assert [p.data_ptr() for p in network.parameters()] == places


def test_one_outcome_trains_every_output_of_a_module_and_that_is_said():
    x = np.array([[1.0, 1.0]])
    options = {"scale": False, "optimizer": "sgd", "learn_rate": 0.1, "momentum": 0.9}
    torch.manual_seed(1)
    own = nn.Sequential(nn.Linear(2, 3), nn.LeakyReLU())
    with pytest.warns(NNFitWarning, match="`y` has one column, and `model` gives 3"):
        made = fit(x, np.array([5.0]), model=own, epochs=100, **options)
    copied = copy.deepcopy(own)
    optimizer = torch.optim.SGD(copied.parameters(), lr=0.1, momentum=0.9)
    inputs = torch.ones(1, 2)
    for _ in range(100):
        optimizer.zero_grad()
        ((copied(inputs) - 5) ** 2).mean().backward()
        optimizer.step()
    np.testing.assert_allclose(made["fitted"], copied(inputs).detach(), rtol=1e-4)


def test_rows_beside_are_spread_alike_and_other_outcomes_are_not():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(40, 2)), rng.normal(size=40)
    options = {"model": nn.Linear(2, 3), "epochs": 2, "learn_rate": 0.01}
    with pytest.warns(NNFitWarning, match="one column"):
        made = fit(x, y, validation=(x[:5], y[:5]), **options)
    assert len(made["history"]["valid_loss"]) == 2
    with pytest.raises(NNFitError, match=r"gives shape \(2, 3\)"):
        fit(x, np.column_stack([y, y]), **options)
    with pytest.raises(NNFitError, match=r"gives shape \(2, 3\)"):
        fit(x, (y > 0).astype(str), **options)
