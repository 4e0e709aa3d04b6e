import math

import pytest
import torch
from torch import nn

from nnfit.core.data.batches import Batches
from nnfit.core.data.table import Batch
from nnfit.core.engines.flat import Flat
from nnfit.core.engines.fused import step as fused_step
from nnfit.core.engines.fused.network import Program, check_model
from nnfit.core.engines.fused.step import FusedStep, FusedValidation, ReplayedStep
from nnfit.core.engines.fused.updates import update_of
from nnfit.core.model.loss import Loss
from nnfit.core.options.asked import Asked


@pytest.fixture
def rows():
    return Batch(torch.randn(9, 3), torch.randn(9, 1))


def make(kind, rows, **options):
    torch.manual_seed(1)
    options = {"loss": "mse", "hidden_units": 4, "optimizer": "adam", **options}
    spec = Asked.of(options).resolved(3, 1)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    layers, flat = check_model(model, 2, torch.device("cpu")), Flat.adopt(model)
    made = []

    def compiled(batch):
        made.append(Program(layers, flat, Loss(spec), batch))
        return made[-1]

    return kind(compiled, update_of(spec, flat)), flat, made


def test_programs_are_made_once_for_batches_that_come_again(rows):
    step, _, made = make(FusedStep, rows)
    batches = Batches(rows, 4)
    for _ in range(3):
        for batch in batches:
            step(batch)
    assert len(made) == 2  # batches of 4, and the last of 1
    step(Batch(rows.x[:4], rows.y[:4]))
    assert len(made) == 3
    assert len(step.programs) == 2


def test_a_loss_that_is_not_finite_updates_nothing(rows):
    step, flat, _ = make(FusedStep, rows)
    before = flat.value.clone()
    assert math.isnan(step(Batch(rows.x, rows.y * math.nan)))
    assert torch.equal(flat.value, before)
    assert step.steps == 0
    step(rows)
    assert not torch.equal(flat.value, before)


def test_validation_is_the_loss_at_present_parameters(rows):
    step, flat, made = make(FusedStep, rows)
    step(rows)
    validation = FusedValidation(made[0])
    assert validation() == validation() == step(rows)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop"])
def test_a_recording_replays_the_steps(rows, optimizer, monkeypatch):
    """Played on the CPU: what differs on a GPU is the launch."""

    def record(ops, trial):
        for op in trial:
            op()
        return lambda: [op() for op in ops]

    monkeypatch.setattr(fused_step, "record", record)
    plain, _, _ = make(FusedStep, rows, optimizer=optimizer)
    replayed, _, _ = make(ReplayedStep, rows, optimizer=optimizer)
    for _ in range(5):
        assert replayed(rows).item() == plain(rows)


def test_the_step_is_chosen_by_where_the_parameters_lie():
    assert fused_step.step_for(torch.ones(1)) is FusedStep
    if torch.cuda.is_available():
        assert fused_step.step_for(torch.ones(1, device="cuda")) is ReplayedStep
