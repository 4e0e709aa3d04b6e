import math
import warnings
from contextlib import nullcontext

import numpy as np
import pytest
import torch
from narrow_device import NarrowDevice
from torch import nn

import nnfit
from nnfit.core import NNFitError, diagnose, fit, predict, surv
from nnfit.core.diagnosis.checks import checks
from nnfit.core.ground import seed as seeds


def found(made, x, y, **more):
    """Give what was found: verdicts by check and layer."""
    table = diagnose(made, x, y, **more)["checks"]
    rows = zip(table["check"], table["layer"], table["verdict"])
    return {(check, layer): verdict for check, layer, verdict in rows if verdict in HITS}


HITS = ("look", "useless")


def row(made, x, y, check, layer=0, **more):
    table = diagnose(made, x, y, **more)["checks"]
    (place,) = [
        i for i, at in enumerate(zip(table["check"], table["layer"])) if at == (check, layer)
    ]
    return {name: column[place] for name, column in table.items()}


@pytest.fixture
def data(rng):
    x = rng.standard_normal((100, 3))
    return x, 2 * x[:, 0] + np.sin(2 * x[:, 1]) + 0.3 * rng.standard_normal(100)


def outcome_of(kind, eta, rng):
    n = len(eta)
    return {
        "mse": lambda: 3 + 10 * (eta + rng.standard_normal(n)),
        "l1": lambda: eta + 0.5 * rng.standard_t(3, n),
        "nothing": lambda: rng.standard_normal(n),
        "bce_with_logits": lambda: np.where(eta + rng.logistic(size=n) > 0, "a", "b"),
        "cross_entropy": lambda: np.array(["a", "b", "c"])[
            np.digitize(eta + rng.logistic(size=n), [-1, 1])
        ],
        "poisson_nll": lambda: rng.poisson(np.exp(0.5 * eta).clip(0, 30)).astype(float),
    }[kind]()


def healthy(seed):
    """Make a fit that is as it should be: of a random model, by random usual options."""
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(60, 400)), int(rng.integers(1, 7))
    x = rng.standard_normal((n, p)) * rng.lognormal(0, 1, p) + rng.normal(0, 3, p)
    z = (x - x.mean(0)) / x.std(0)
    eta = z @ rng.standard_normal(p) + np.sin(2 * z[:, 0]) + rng.random() * z[:, 0] * z[:, -1]
    kinds = ["mse", "l1", "nothing", "bce_with_logits", "cross_entropy", "poisson_nll"]
    kind = str(rng.choice(kinds))
    options = {} if kind == "nothing" else {"loss": kind}
    units = [int(size) for size in rng.choice([4, 8, 16, 32, 64], int(rng.integers(1, 4)))]
    network = {"hidden_units": units, "activation": str(rng.choice(["relu", "tanh", "silu"]))}
    options |= [
        {"hidden_units": units[0]},
        {},
        {**network, "epochs": int(rng.integers(150, 400))},
        {**network, "epochs": 60, "batch_size": 32},
        {**network, "optimizer": "sgd", "learn_rate": 0.02, "momentum": 0.5, "epochs": 300},
        {**network, "optimizer": "lbfgs", "epochs": 100, "penalty": 0.01},
        {**network, "members": 3, "epochs": 200},
    ][int(rng.integers(7))]
    return x, outcome_of(kind, eta, rng), options


def test_fits_that_are_as_they_should_be_have_hardly_a_finding():
    hits = []
    for seed in range(60):
        x, y, options = healthy(seed)
        made = fit(x, y, seed=seed, **options)
        if what := found(made, x, y):
            hits.append((seed, what))
    assert len(hits) <= 2, hits
    assert not any("useless" in what.values() for _, what in hits), hits


@pytest.mark.parametrize("seed", range(3))
def test_ten_layers_of_sigmoid_let_gradients_vanish(data, seed):
    made = fit(*data, hidden_units=[10] * 10, activation="sigmoid", epochs=50, seed=seed)
    what = found(made, *data)
    assert what["same_prediction", 0] == "useless" and what["linear", 0] == "look"
    assert {("vanishing", layer) for layer in range(1, 6)} <= what.keys()
    assert ("vanishing", 10) not in what


def test_a_layer_of_dead_units_makes_a_fit_useless(data):
    module = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 1))
    with torch.no_grad():
        module[0].bias.fill_(-10)
    made = fit(*data, model=module, epochs=30)
    what = found(made, *data, model=module)
    assert what["dead", 1] == what["same_prediction", 0] == "useless"
    assert "These are 8 of 8." in row(made, *data, "dead", 1, model=module)["says"]
    back = row(made, *data, "vanishing", 1, model=module)
    assert back["verdict"] == "unknown" and "dead" in back["says"]


@pytest.mark.parametrize("weight", [-0.5, 0.5])
def test_the_neuron_that_never_fires(weight):
    """One weight, one row, relu at the end: dead where the weight is below 0."""
    module = nn.Sequential(nn.Linear(1, 1, bias=False), nn.ReLU())
    with torch.no_grad():
        module[0].weight.fill_(weight)
    x, y = np.ones((1, 1)), np.array([5.0])
    made = fit(x, y, model=module, scale=False, optimizer="sgd", learn_rate=0.1, epochs=20)
    what = row(made, x, y, "dead", 1, model=module)
    assert what["verdict"] == ("useless" if weight < 0 else "ok")
    layers = diagnose(made, x, y, model=module)["layers"]
    assert layers["activation"] == ["ReLU"] and layers["dead"] == [float(weight < 0)]
    assert (layers["gradient"] == [0.0]) == (weight < 0)


def test_steps_near_the_bound(data):
    made = fit(*data, optimizer="sgd", learn_rate=1e-3, epochs=3)
    bound = 1e-3 / row(made, *data, "learn_rate")["value"]
    assert found(fit(*data, optimizer="sgd", learn_rate=0.5 * bound, epochs=500), *data) == {}
    near = fit(*data, optimizer="sgd", learn_rate=0.98 * bound, epochs=3000)
    assert found(near, *data) == {("learn_rate", 0): "look"}
    assert f"The bound is {bound:.3g}" in row(near, *data, "learn_rate")["says"]
    settled = fit(
        *data, optimizer="sgd", learn_rate=0.98 * bound, epochs=3000, schedule="cosine"
    )  # ends with short steps
    assert found(settled, *data) == {}


def test_steps_that_are_too_long_end_above_one_number(data):
    made = fit(*data, hidden_units=[8, 8], learn_rate=10.0, epochs=2, seed=1)
    assert found(made, *data)["one_number", 0] == "useless"


def test_data_that_are_far_from_1_saturate(data):
    x, y = 1000 * data[0], data[1]
    made = fit(x, y, scale=False, hidden_units=[8, 8], activation="tanh", epochs=50, seed=1)
    assert found(made, x, y)["saturated", 1] == "look"


def test_large_initial_weights_let_gradients_explode(data):
    made = fit(*data, hidden_units=[20] * 8, init=("normal", {"std": 2.0}), epochs=5, seed=1)
    assert found(made, *data)["exploding", 1] == "look"


def test_a_validation_loss_that_turns_up(rng):
    x = rng.standard_normal((80, 5))
    y = x[:, 0] + rng.standard_normal(80)
    options = {"hidden_units": 200, "learn_rate": 0.01, "epochs": 400, "seed": 1}
    made = fit(x, y, validation=0.5, **options)
    assert found(made, x, y)["overfitting", 0] == "look"
    best = int(np.argmin(made.history["valid_loss"])) + 1
    said = row(made, x, y, "overfitting")["says"]
    assert abs(int(said.split("epoch ")[1].split(".")[0]) - best) < 25
    kept = fit(x, y, validation=0.5, stop_iter=30, **options)
    assert ("overfitting", 0) not in found(kept, x, y)
    assert row(fit(x, y, **options), x, y, "overfitting")["verdict"] == "unknown"


def test_a_fit_that_stops_too_early_is_above_the_linear_model(data):
    made = fit(*data, hidden_units=8, epochs=5, seed=1)
    assert found(made, *data) == {("linear", 0): "look"}
    sgd = fit(*data, optimizer="sgd", learn_rate=0.001, epochs=20)
    assert found(sgd, *data) == {("linear", 0): "look"}
    # by as much as lm() leaves less
    x, y = data
    design = np.column_stack([np.ones(100), x])
    left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    own = np.square(y - sgd.fitted[:, 0]).mean()
    value = row(sgd, x, y, "linear")["value"]
    assert value == pytest.approx(own - np.square(left).mean(), rel=1e-6)


def test_a_penalty_that_finds_nothing_may_be_right_and_of_a_linear_model_is(rng):
    x, y = rng.standard_normal((100, 3)), rng.standard_normal(100)
    made = fit(x, y, hidden_units=8, penalty=10.0, epochs=300, optimizer="lbfgs", seed=1)
    assert found(made, x, y) == {("same_prediction", 0): "look"}
    assert "it may be right" in row(made, x, y, "same_prediction")["says"]
    made = fit(x, y, penalty=50.0, mixture=1.0, seed=1)
    assert found(made, x, y) == {}
    chosen = fit(x, y, hidden_units=8, seed=1)  # by rows held out
    assert ("same_prediction", 0) not in found(chosen, x, y)
    y = y + 3 * x[:, 0]
    made = fit(x, y, hidden_units=8, penalty=10.0, epochs=300, optimizer="lbfgs", seed=1)
    assert found(made, x, y)["same_prediction", 0] == "useless"


def test_a_straight_line_is_repeated_from_the_fit(data):
    x = np.linspace(-2, 2, 40)[:, None]
    made = {**fit(x, x[:, 0] ** 2, hidden_units=2, epochs=3, seed=1)}
    made["fault"] = {"kind": "straight", "cured": False}
    assert found(made, x, x[:, 0] ** 2)["straight", 0] == "useless"
    made["fault"] = {"kind": "straight", "cured": True}
    assert ("straight", 0) not in found(made, x, x[:, 0] ** 2)


def test_a_fit_that_diverged_says_that_alone(data):
    made = fit(*data, optimizer="sgd", learn_rate=1e3, epochs=500, hidden_units=4, seed=1)
    assert made.stopped == "diverged"
    assert found(made, *data) == {("finite", 0): "useless"}


@pytest.mark.parametrize("power", [100, 160, 200, 308])
def test_numbers_at_the_end_of_what_they_can_be(data, power):
    """A descent that runs off may end anywhere on the way."""
    made = dict(fit(*data, optimizer="sgd", epochs=2))
    made["parameters"] = {name: 10.0**power * v for name, v in made["parameters"].items()}
    made["fitted"] = predict(made, data[0]) if power < 300 else np.full((100, 1), np.inf)
    what = found(made, *data)
    if power == 100:
        assert what["one_number", 0] == "useless"
    else:
        assert what == {("finite", 0): "useless"}


def test_of_other_rows_losses_are_not_compared(data):
    x, y = data
    made = fit(x, y, hidden_units=4, epochs=50, seed=1)
    other = diagnose(made, x[:50], y[:50])
    assert not other["own_rows"]
    table = other["checks"]
    said = dict(zip(table["check"], table["says"]))
    assert said["linear"] == said["one_number"] == "Not known: the rows are not those of the fit."
    assert diagnose(made, x, y)["own_rows"]


def test_an_own_loss_leaves_what_needs_none(data):
    made = fit(*data, hidden_units=4, epochs=5, seed=1, loss=lambda p, t: (p - t).square())
    table = diagnose(made, *data)["checks"]
    verdicts = dict(zip(table["check"], table["verdict"]))
    assert verdicts["linear"] == verdicts["vanishing"] == verdicts["learn_rate"] == "unknown"
    assert verdicts["dead"] == verdicts["same_prediction"] == "ok"


def test_a_module_whose_activations_are_functions(data):
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(3, 4), nn.Linear(4, 1)

        def forward(self, x):
            return self.b(torch.relu(self.a(x)))

    module = Own()
    made = fit(*data, model=module, epochs=100, seed=1)
    what = row(made, *data, "dead", 1, model=module)
    assert what["verdict"] == "unknown" and "no activation that is a module" in what["says"]
    assert row(made, *data, "vanishing", 1, model=module)["verdict"] == "ok"


def test_a_module_without_known_layers(data):
    class Scale(nn.Module):
        def __init__(self):
            super().__init__()
            self.by = nn.Parameter(torch.ones(3))

        def forward(self, x):
            return (x * self.by).sum(1, keepdim=True)

    module = Scale()
    made = fit(*data, model=module, epochs=300, optimizer="lbfgs")
    given = diagnose(made, *data, model=module)
    assert given["layers"]["layer"] == []
    assert row(made, *data, "dead", model=module)["says"].startswith("Not known: the module has no")


def test_the_norms_branches_and_kinds_of_outcome_all_have_an_answer(data, rng):
    x, y = data
    outcomes = {
        "numeric": y,
        "several": np.column_stack([y, -y]),
        "classes": np.array(["a", "b", "c"])[np.digitize(y, [-1, 1])],
        "times": surv(rng.random(100) < 0.8, np.exp(y)),
    }
    for name, outcome in outcomes.items():
        for options in (
            {"norm": "batch_norm", "residual": True, "skip": True, "dropout": 0.1},
            {"norm": "layer_norm", "members": 2},
            {"bootstrap": 2},
            {"optimizer": "sgd", "batch_size": 20},
        ):
            made = fit(x, outcome, hidden_units=[3, 3], epochs=20, seed=1, **options)
            given = diagnose(made, x, outcome)
            assert given["own_rows"], name
            table = given["checks"]
            assert set(table["check"]) <= set(checks())
            assert "linear" in table["check"]
            assert not any(
                math.isnan(value)
                for value, verdict in zip(table["value"], table["verdict"])
                if verdict != "unknown"
            )


def test_the_answer_is_plain_and_the_fit_is_left_alone(data):
    made = fit(*data, hidden_units=4, epochs=5, seed=1)
    before = {name: value.copy() for name, value in made.parameters.items()}
    state = torch.get_rng_state()
    given = diagnose(made, *data)
    assert (torch.get_rng_state() == state).all()
    for name, value in made.parameters.items():
        np.testing.assert_array_equal(value, before[name])
    for column in (*given["checks"].values(), *given["layers"].values()):
        assert all(type(one) in (str, int, float) for one in column)
    assert len({len(column) for column in given["checks"].values()}) == 1
    again = diagnose(made.plain(), *data)
    assert again["checks"]["verdict"] == given["checks"]["verdict"]


def test_it_is_at_hand_in_the_package_itself():
    assert nnfit.diagnose is diagnose


def test_what_is_no_fit_is_refused(data):
    with pytest.raises(NNFitError) as caught:
        diagnose({}, *data)
    assert caught.value.argument == "fit"


def test_on_a_device_without_float64_it_is_the_same(data, monkeypatch):
    monkeypatch.setattr(seeds, "_metal", lambda *args: nullcontext())  # it asks the real device
    options = {"hidden_units": 4, "epochs": 20, "optimizer": "sgd", "seed": 1}
    here = diagnose(fit(*data, **options), *data)
    with NarrowDevice() as device:
        there = diagnose(fit(*data, device="mps", **options), *data)
        assert device.marked
    # the stand-in's copies on the CPU have no gradient
    assert there["checks"]["verdict"][:4] == here["checks"]["verdict"][:4]
    assert there["layers"]["dead"][0] == here["layers"]["dead"][0]
    assert there["layers"]["mean"] == pytest.approx(here["layers"]["mean"], rel=1e-3)


def test_a_network_that_a_penalty_does_not_hold_is_judged_by_its_gradients(rng):
    x = rng.standard_normal((200, 1))
    y = x[:, 0] ** 2  # of which a linear model finds nothing
    made = fit(x, y, hidden_units=8, penalty=1e-4, epochs=300, optimizer="lbfgs", seed=1)
    assert row(made, x, y, "vanishing", layer=1)["verdict"] == "ok"


def test_rows_that_are_fitted_exactly_do_not_make_gradients_vanish(rng):
    for seed in range(10):
        x = rng.standard_normal((15, 7))
        y = 2 * np.sin(2 * x[:, 0]) + rng.standard_normal(15)
        made = fit(x, y, hidden_units=4, activation="relu", epochs=3000, penalty=0, seed=seed)
        assert ("vanishing", 1) not in found(made, x, y)


def test_an_outcome_that_never_varies_is_not_judged(rng):
    x = rng.standard_normal((20, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = fit(x, np.ones(20), hidden_units=3, seed=1)
    assert found(made, x, np.ones(20)) == {}


def test_the_bound_of_steps_is_said_where_there_is_one(rng):
    x = rng.standard_normal((80, 3))
    y = x @ [1.0, 2.0, 3.0] + rng.standard_normal(80)
    options = {"optimizer": "sgd", "learn_rate": 0.1, "epochs": 50, "seed": 1}
    corners = row(fit(x, y, loss="l1", **options), x, y, "learn_rate")
    assert corners["verdict"] == "unknown" and "straight parts" in corners["says"]
    batches = row(fit(x, y, batch_size=8, **options), x, y, "learn_rate")
    assert batches["verdict"] == "unknown" and "some of them" in batches["says"]
    assert row(fit(x, y, **options), x, y, "learn_rate")["verdict"] == "ok"


def test_epochs_that_lead_to_the_least_loss_are_no_overfitting(rng):
    x, y = rng.standard_normal((60, 7)), rng.integers(0, 2, 60).astype(str)
    made = fit(x, y, validation=0.25, seed=1)
    assert row(made, x, y, "overfitting")["verdict"] == "unknown"


def test_so_many_columns_are_not_tried(rng):
    x, y = rng.standard_normal((30, 2100)), rng.standard_normal(30)
    made = fit(x, y, hidden_units=2, epochs=2, penalty=0, seed=1)
    assert "more than 2,000 columns is not tried" in row(made, x, y, "linear")["says"]
