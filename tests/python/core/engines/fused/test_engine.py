import numpy as np
import pytest

from nnfit.core.data.arrays import ArraySource
from nnfit.core.data.table import Table
from nnfit.core.engines.base import DoesNotApply, Job
from nnfit.core.engines.fused import engine
from nnfit.core.engines.fused.step import FusedStep, FusedValidation
from nnfit.core.engines.lbfgs import LBFGSStep
from nnfit.core.engines.levenberg_marquardt import LevenbergMarquardtStep
from nnfit.core.model import network as networks
from nnfit.core.options.asked import Asked


def job_of(held_out=False, **options):
    spec = Asked.of({"loss": "mse", "hidden_units": 3, **options}).resolved(2, 1)
    table = Table(np.arange(24.0).reshape(12, 2), np.arange(12.0)[:, None])
    source = ArraySource(table, spec)
    return Job(networks.build(spec), spec, source, source if held_out else None)


@pytest.mark.parametrize(
    ("optimizer", "kind"),
    [("adam", FusedStep), ("lbfgs", LBFGSStep), ("levenberg_marquardt", LevenbergMarquardtStep)],
)
def test_the_step_follows_from_the_optimizer(optimizer, kind):
    made = engine.make(job_of(optimizer=optimizer))
    assert type(made.step) is kind
    assert made.name == "fused"
    assert made.bare
    assert (made.converged is None) == (kind is FusedStep)


def test_held_out_rows_are_validated_on_without_dropout():
    made = engine.make(job_of(held_out=True, dropout=0.9))
    assert isinstance(made.validation, FusedValidation)
    assert made.validation() == made.validation()
    assert engine.make(job_of()).validation is None


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"activation": "mish"}, "Mish is not among its layers"),
        ({"optimizer": "nadam"}, '"nadam" is not among its optimizers'),
        ({"loss": "soft_margin"}, "SoftMarginLoss is not among its losses"),
        ({"optimizer": "lbfgs", "dropout": 0.1}, '"lbfgs" takes neither dropout'),
        ({"optimizer": "levenberg_marquardt", "loss": "l1"}, "it is for the loss"),
    ],
)
def test_what_it_does_not_take_says_why(options, reason):
    with pytest.raises(DoesNotApply, match=reason):
        engine.make(job_of(**options))
