import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import fit, fit_parquet
from nnfit.core.data.arrays import ArraySource
from nnfit.core.data.table import Table
from nnfit.core.engines.base import Job
from nnfit.core.model import network as networks
from nnfit.core.options.asked import Asked
from nnfit.core.training.fault import ROWS, fault_of, fault_of_module

WAVE = np.linspace(-2, 2, 40)[:, None]


def job_of(biases, x=WAVE, y=WAVE**2, slope=1.0, **options):
    """Make a job whose network has units of relu with these biases."""
    options = {"loss": "mse", "hidden_units": len(biases), "scale": False, **options}
    spec = Asked.of(options).resolved(x.shape[1], y.shape[1])
    network = networks.build(spec)
    with torch.no_grad():
        network[0].weight.fill_(slope)
        network[0].bias.copy_(torch.tensor(biases))
        last = network[len(network) - 1 - spec.skip]
        last.weight.fill_(0.5)
        last.bias.fill_(-0.1)
    return Job(network, spec, ArraySource(Table(x, y), spec))


def test_a_layer_of_dead_units_is_found_with_its_numbers():
    fault = fault_of(job_of([-3.0, -4.0]))
    assert fault.plain() == {
        "kind": "dead", "layer": 1, "units": 2, "dead": 2, "redrawn": 0, "cured": False,
    }  # fmt: skip
    assert fault_of(job_of([-3.0, 0.0])) is None


def test_a_network_that_is_a_straight_line_is_found_where_the_outcome_bends():
    fault = fault_of(job_of([-3.0, 3.0]))
    assert (fault.kind, fault.units, fault.dead) == ("straight", 2, 1)
    assert fault_of(job_of([-3.0, 3.0], y=3 * WAVE)) is None
    # so does an activation that can not bend, but that was asked for
    assert fault_of(job_of([-3.0, 3.0], activation="identity")) is None
    assert fault_of(job_of([-3.0, 3.0], penalty=1.0)) is None
    assert fault_of(job_of([-3.0, 3.0], y=np.exp(WAVE), loss="poisson_nll")) is None


def test_nothing_to_learn_is_no_fault():
    assert fault_of(job_of([-3.0], y=np.ones_like(WAVE))) is None
    assert fault_of(job_of([-3.0], x=np.ones_like(WAVE))) is None


def test_a_penalty_may_pull_weights_to_zero():
    assert fault_of(job_of([-3.0], slope=1e-3, penalty=1.0)) is None
    assert fault_of(job_of([-3.0], slope=1e-3)).kind == "dead"
    assert fault_of(job_of([-3.0], penalty=1e-3)).kind == "dead"


def test_all_rows_are_looked_at_before_anything_is_said():
    x = np.concatenate([np.linspace(-3, -2, ROWS), [5.0]])[:, None]
    assert fault_of(job_of([-1.0], x=x, y=x)) is None
    assert fault_of(job_of([-1.0], x=x[:-1], y=x[:-1])).kind == "dead"


def test_the_network_stays_in_training_and_a_linear_model_is_not_looked_at(rng):
    for options in ({"dropout": 0.5}, {"activation": "rrelu"}):
        job = job_of([-3.0], **options)
        before = torch.get_rng_state()
        fault_of(job)
        assert torch.equal(torch.get_rng_state(), before)
        assert job.network.training
    linear = fit(rng.standard_normal((9, 1)), rng.standard_normal(9), optimizer="adam", epochs=1)
    assert linear.fault is None


def test_classes_are_watched_for_dead_units():
    levels = ["a", "b", "c"]
    spec = Asked.of({"loss": "cross_entropy", "hidden_units": 2, "levels": levels}).resolved(1, 3)
    network = networks.build(spec)
    with torch.no_grad():
        network[0].bias.fill_(-9.0)
    table = Table(WAVE, np.arange(40) % 3)
    assert fault_of(Job(network, spec, ArraySource(table, spec))).kind == "dead"


@pytest.fixture
def module():
    """Give a module whose two units of relu are dead."""
    made = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
    with torch.no_grad():
        made[0].bias.fill_(-50.0)
    return made


def test_a_module_of_the_users_own_is_told_of_but_not_changed(module, write_parquet):
    made = fit(WAVE, WAVE, model=module, epochs=3, seed=1)
    assert made.fault == {
        "kind": "dead", "layer": 1, "units": 2, "dead": 2, "redrawn": 0, "cured": False,
    }  # fmt: skip
    assert repr(made).endswith("learned nothing: 2 of 2 units of hidden layer 1 dead>")
    assert fit(WAVE, np.ones(40), model=module, epochs=3, seed=1).fault is None
    alive = nn.Sequential(nn.Linear(1, 2), nn.Tanh(), nn.Linear(2, 1))
    assert fit(WAVE, WAVE, model=alive, epochs=3, seed=1).fault is None
    path = write_parquet({"x": WAVE[:, 0], "y": WAVE[:, 0]})
    assert fit_parquet(path, "y", model=module, epochs=3, seed=1).fault["kind"] == "dead"


def test_predictions_that_are_all_the_same_are_a_fault_whatever_the_units_do(rng):
    still = job_of([-1.0, 0.0])
    with torch.no_grad():
        still.network[0].weight[:] *= 1e-9  # alive, but only just
        still.network[0].bias[:] = torch.tensor([0.5, 0.0])
        still.network[-1].weight[:] *= -1
    assert fault_of(still) is None  # the small weights may be wanted
    with torch.no_grad():
        still.network[0].weight[:] = 1.0
        still.network[0].bias[:] = torch.tensor([-2.0 + 1e-7, -2.0 + 1e-7])
    assert fault_of(still).kind == "flat"
    noise = fit(WAVE, rng.standard_normal(40), hidden_units=4, seed=1)
    assert noise.fault is None


def test_too_large_steps_leave_one_prediction_and_are_told_of():
    x = [2.62, 2.875, 2.32, 3.215, 3.44, 3.46, 3.57, 3.19, 3.15, 3.44, 3.44, 4.07, 3.73, 3.78,
         5.25, 5.424, 5.345, 2.2, 1.615, 1.835, 2.465, 3.52, 3.435, 3.84, 3.845, 1.935, 2.14,
         1.513, 3.17, 2.77, 3.57, 2.78]  # fmt: skip
    y = [21.0, 21.0, 22.8, 21.4, 18.7, 18.1, 14.3, 24.4, 22.8, 19.2, 17.8, 16.4, 17.3, 15.2,
         10.4, 10.4, 14.7, 32.4, 30.4, 33.9, 21.5, 15.5, 15.2, 13.3, 19.2, 27.3, 26.0, 30.4,
         15.8, 19.7, 15.0, 21.4]  # fmt: skip
    made = fit(
        np.array(x)[:, None], np.array(y), hidden_units=[4, 4], optimizer="sgd", learn_rate=1,
        seed=16,
    )  # fmt: skip
    told = made.fault is not None and not made.fault["cured"]
    assert told == (np.ptp(made.fitted) < 1e-5)
    if made.fault is not None:  # this seed's first start, unless another torch steps otherwise
        assert made.fault["redrawn"] > 0


def test_dead_units_beside_a_skip_connection_leave_a_straight_line():
    def job(**data):
        made = job_of([-30.0, -30.0], skip=True, **data)
        with torch.no_grad():  # near the best straight line
            made.network[2].bias.fill_((WAVE**2).mean())
            made.network.skip.weight.fill_(0.01)
        return made

    fault = fault_of(job())
    assert (fault.kind, fault.layer, fault.dead) == ("straight", 1, 2)
    assert fault_of(job(y=0.1 * WAVE + (WAVE**2).mean())) is None


def test_norms_are_looked_at_as_in_evaluation_and_not_moved():
    for norm in ("batch_norm", "layer_norm"):
        job = job_of([0.5, 1.5, 0.0], norm=norm)
        with torch.no_grad():
            job.network[0].weight.copy_(torch.tensor([[1.0], [-2.0], [0.5]]))
        before = {name: value.clone() for name, value in job.network.state_dict().items()}
        assert fault_of(job) is None
        for name, value in job.network.state_dict().items():
            assert torch.equal(value, before[name])
        assert job.network.training


def test_a_softmax_over_one_output_is_no_hidden_layer():
    ends = nn.Sequential(nn.Linear(1, 2), nn.Tanh(), nn.Linear(2, 1), nn.Softmax(dim=1))
    made = fit(WAVE, WAVE, model=ends, epochs=3, seed=1)
    assert (made.fault["kind"], made.fault["layer"]) == ("flat", 0)
    assert repr(made).endswith("learned nothing: its prediction is the same for every row>")


def test_a_module_that_gives_one_number_without_dead_units_is_told_of(module):
    spec = Asked.of({"loss": "mse"}, own_model=True).resolved(1, 1)
    table = Table(WAVE, WAVE)
    same = np.zeros((40, 1))
    assert fault_of_module(module, table, same, None, spec).kind == "dead"
    assert fault_of_module(module, table, WAVE, None, spec) is None
    alive = nn.Sequential(nn.Linear(1, 2), nn.Tanh(), nn.Linear(2, 1))
    assert fault_of_module(alive, table, same, None, spec).kind == "flat"


def test_files_are_watched_to_the_last_row(write_parquet):
    x = np.concatenate([np.linspace(-1, 1, 20), [1.0]])
    made = fit_parquet(
        write_parquet({"x": x, "y": np.concatenate([np.zeros(20), [1.0]])}),
        "y", hidden_units=1, activation="softmax", epochs=2, seed=1,
    )  # fmt: skip
    assert (made.fault["kind"], made.fault["redrawn"]) == ("dead", 3)
    same = write_parquet({"x": x, "y": np.ones(21)}, "same.parquet")
    made = fit_parquet(same, "y", hidden_units=1, activation="softmax", epochs=2, seed=1)
    assert made.fault is None
