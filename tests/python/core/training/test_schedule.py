import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler as torchs

from nnfit.core import NNFitError, fit
from nnfit.core.options import catalog
from nnfit.core.options.asked import Asked
from nnfit.core.training.schedule import BY_STEP, LENGTHS, Rates

EPOCHS = 40
NAMES = catalog.names("schedule")

# what a user of torch would write for the same schedule, by name
PLAIN = {
    "cosine": lambda o: torchs.CosineAnnealingLR(o, EPOCHS),
    "cosine_restarts": lambda o: torchs.CosineAnnealingWarmRestarts(o, 6, 2),
    "exponential": lambda o: torchs.ExponentialLR(o, 0.01 ** (1 / EPOCHS)),
    "linear": torchs.LinearLR,
    "multi_step": lambda o: torchs.MultiStepLR(o, [20, 30]),
    "one_cycle": lambda o: torchs.OneCycleLR(o, 0.05, EPOCHS, cycle_momentum=False),
    "plateau": torchs.ReduceLROnPlateau,
    "polynomial": lambda o: torchs.PolynomialLR(o, EPOCHS),
    "step": lambda o: torchs.StepLR(o, 14),
}
OPTIMIZERS = {
    "adam": (torch.optim.Adam, {}),
    "adamw": (torch.optim.AdamW, {"weight_decay": 0.1}),
    "adagrad": (torch.optim.Adagrad, {}),
    "rmsprop": (torch.optim.RMSprop, {}),
    "sgd": (torch.optim.SGD, {"momentum": 0.9}),
    "nadam": (torch.optim.NAdam, {}),  # which has no fused form
}


@pytest.fixture
def rows():
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(60, 3, generator=generator, dtype=torch.float64)
    return x, 2 * x[:, :1] + x[:, 1:2] ** 2


def plain_program(rows, optimizer, args, schedule):
    """Train a network as torch's documentation has it; give losses and step sizes by epoch."""
    torch.manual_seed(5)
    wide = {"dtype": torch.float64}
    model = nn.Sequential(nn.Linear(3, 8, **wide), nn.ReLU(), nn.Linear(8, 1, **wide))
    weights = [p for p in model.parameters() if p.ndim > 1]
    biases = {"params": [p for p in model.parameters() if p.ndim == 1], "weight_decay": 0.0}
    step = optimizer([{"params": weights}, biases], lr=0.05, **args)
    rates, losses, found = schedule(step), [], []
    for _ in range(EPOCHS):
        found.append(step.param_groups[0]["lr"])
        loss = nn.functional.mse_loss(model(rows[0]), rows[1])
        step.zero_grad()
        loss.backward()
        step.step()
        losses.append(loss.item())
        rates.step(*([loss.item()] if isinstance(rates, torchs.ReduceLROnPlateau) else []))
    return losses, found


def network(rows, **options):
    """Fit the network of the plain program."""
    with_seed = {"scale": False, "seed": 5, "dtype": "float64", "learn_rate": 0.05, **options}
    made = fit(*rows, hidden_units=8, epochs=EPOCHS, **with_seed)
    return made["history"]["train_loss"], made["history"]["learn_rate"]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", NAMES)
def test_losses_and_step_sizes_are_those_of_torchs_own_loop(rows, name, optimizer):
    cls, args = OPTIMIZERS[optimizer]
    losses, rates = plain_program(rows, cls, args, PLAIN[name])
    options = {"momentum": args.get("momentum", 0), "penalty": args.get("weight_decay", 0)}
    for engine in ("auto", "autograd"):
        found = network(rows, optimizer=optimizer, schedule=name, engine=engine, **options)
        assert found[1] == pytest.approx(rates, rel=1e-12)
        assert found[0] == pytest.approx(losses, rel=1e-9)


def test_arguments_are_torchs(rows):
    plain = plain_program(
        rows, torch.optim.Adam, {}, lambda o: torchs.StepLR(o, step_size=10, gamma=0.3)
    )
    found = network(rows, schedule=("step", {"step_size": 10, "gamma": 0.3}))
    assert found[0] == pytest.approx(plain[0], rel=1e-9)
    assert found[1] == pytest.approx(plain[1], rel=1e-12)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in BY_STEP])
def test_a_warm_up_grows_in_equal_steps_and_the_schedule_follows(rows, name):
    warm = network(rows, schedule=(name, {"warm_up": 4}))[1]
    assert warm[:4] == pytest.approx([0.01, 0.02, 0.03, 0.04])
    spec = Asked.of({"schedule": name, "learn_rate": 0.05, "epochs": EPOCHS - 4, "loss": "mse",
                     "hidden_units": 8}).resolved(3, 1)  # fmt: skip
    if name != "plateau":  # which follows the losses
        rates = Rates(spec, 1)
        rest = []
        for _ in range(EPOCHS - 4):
            rest.append(rates.value)
            rates.next(None)
        assert warm[4:] == pytest.approx(rest)
    assert warm[4] == pytest.approx(network(rows, schedule=name)[1][0])


def test_one_cycle_counts_batches(rows):
    history = network(rows, schedule="one_cycle", batch_size=16)[1]
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    rates = torchs.OneCycleLR(optimizer, 0.05, 4 * EPOCHS, cycle_momentum=False)
    optimizer.step()
    expected = []
    for step in range(4 * EPOCHS):
        if step % 4 == 0:
            expected.append(optimizer.param_groups[0]["lr"])
        rates.step() if step < 4 * EPOCHS - 1 else None
    assert history == pytest.approx(expected)
    assert history.max() == pytest.approx(0.05, rel=0.01)


def test_a_plateau_is_seen_by_the_validation_loss(rng):
    x = rng.standard_normal((80, 4))
    made = fit(
        x, rng.standard_normal(80), hidden_units=64, validation=0.5, epochs=200, seed=1,
        schedule=("plateau", {"patience": 5, "factor": 0.5}),
    )["history"]  # fmt: skip
    rates, valid = made["learn_rate"], made["valid_loss"]
    first = int(np.flatnonzero(rates < 0.01)[0])
    bad = valid[:first] >= np.minimum.accumulate(np.r_[math.inf, valid[: first - 1]]) * (1 - 1e-4)
    assert bad[-6:].all()  # one more than it waits for
    assert rates[first] == 0.005


def test_linear_models_by_descent_have_schedules(rng):
    x = rng.standard_normal((50, 2))
    y = x @ [1.0, 2.0] + 0.1 * rng.standard_normal(50)
    options = {"optimizer": "sgd", "learn_rate": 0.3, "schedule": "cosine", "epochs": 300}
    solved = fit(x, y)["unscaled"]
    for engine in ("least_squares", "fused", "autograd"):
        made = fit(x, y, engine=engine, **options)
        assert made["unscaled"]["0.weight"] == pytest.approx(solved["0.weight"], rel=1e-9)
        assert made["history"]["learn_rate"][[0, -1]] == pytest.approx([0.3, 0.0], abs=1e-4)


def test_a_step_size_of_nothing_leaves_the_network_where_it_is(rng):
    x = rng.standard_normal((20, 2))
    for optimizer in ("adam", "adamw", "rmsprop", "adagrad", "sgd"):
        made = fit(
            x, x[:, 0], hidden_units=3, optimizer=optimizer, epochs=20, seed=1,
            schedule=("polynomial", {"total_iters": 5}),
        )["history"]  # fmt: skip
        assert (made["learn_rate"][5:] == 0).all()
        assert np.isfinite(made["train_loss"]).all()
        assert np.ptp(made["train_loss"][5:]) == 0


@pytest.mark.parametrize("name", NAMES)
def test_members_side_by_side_have_it(rng, name):
    x = rng.standard_normal((30, 2))
    options = {"hidden_units": 3, "epochs": 30, "schedule": name, "seed": 1}
    made = fit(x, x[:, 0] ** 2, members=3, **options)
    assert made["options"]["engine"] == ("fused" if name == "plateau" else "stacked")
    assert len(made["history"]["learn_rate"]) == len(made["history"]["train_loss"])
    if name != "plateau":
        one = fit(x, x[:, 0] ** 2, **options)
        assert made["history"]["learn_rate"] == pytest.approx(one["history"]["learn_rate"])


def test_files_have_it(rng, write_parquet):
    from nnfit.core import fit_parquet

    x = rng.standard_normal(50)
    path = write_parquet({"x": x, "y": x**2})
    for batch_size, name in ((None, "cosine"), (8, "one_cycle")):
        made = fit_parquet(
            path, "y", hidden_units=4, epochs=10, seed=1, schedule=name, batch_size=batch_size
        )
        memory = fit(
            x[:, None], x**2, hidden_units=4, epochs=10, seed=1, schedule=name,
            batch_size=batch_size, penalty=0,
        )  # fmt: skip
        assert made["history"]["learn_rate"] == pytest.approx(memory["history"]["learn_rate"])


@pytest.mark.parametrize("optimizer", ["lbfgs", "levenberg_marquardt", "rprop"])
def test_optimizers_that_choose_their_steps_refuse_it(rng, optimizer):
    x = rng.standard_normal((20, 2))
    with pytest.raises(NNFitError, match="`schedule` does not go with optimizer"):
        fit(x, x[:, 0], hidden_units=3, optimizer=optimizer, schedule="cosine")


def test_an_object_of_torchs_is_refused(rng):
    x = rng.standard_normal((20, 2))
    held = torchs.StepLR(torch.optim.SGD([torch.zeros(1)], lr=0.1), 3)
    with pytest.raises(NNFitError, match="`schedule` is an object of torch's that holds"):
        fit(x, x[:, 0], hidden_units=3, schedule=held)
    made = fit(x, x[:, 0], hidden_units=3, schedule=torchs.StepLR, epochs=2)
    assert made["options"]["schedule"] == "step"


def test_a_schedule_that_torch_can_not_divide_is_refused_by_name(rng):
    x = rng.standard_normal((20, 2))
    with pytest.raises(NNFitError, match='`schedule` "one_cycle" was refused by torch'):
        fit(x, x[:, 0], hidden_units=3, epochs=10, schedule=("one_cycle", {"pct_start": 0.1}))


def test_what_torch_has_no_default_for_is_a_part_of_training():
    assert set(LENGTHS) == set(NAMES) - {"linear", "one_cycle", "plateau"}
    for name in LENGTHS:
        for epochs in (1, 2, 3, 1000):
            spec = Asked.of({"schedule": name, "epochs": epochs, "loss": "mse",
                             "hidden_units": 2}).resolved(1, 1)  # fmt: skip
            rates = Rates(spec, 1)
            for _ in range(epochs):
                assert 0 < rates.value <= 0.01
                rates.next(None)


def test_a_checkpoint_goes_on_where_it_was(rows):
    spec = Asked.of({"schedule": ("cosine", {"warm_up": 3}), "epochs": 20, "loss": "mse",
                     "hidden_units": 2}).resolved(1, 1)  # fmt: skip
    for cut in (1, 3, 10):
        whole, begun, gone_on = Rates(spec, 1), Rates(spec, 1), Rates(spec, 1)
        for _ in range(cut):
            whole.next(None)
            begun.next(None)
        gone_on.load(begun.state())
        for _ in range(20 - cut):
            assert gone_on.value == whole.value
            whole.next(None)
            gone_on.next(None)
