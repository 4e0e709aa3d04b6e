import math

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import fit
from nnfit.core.engines.autograd import AutogradProgram, AutogradStep
from nnfit.core.engines.flat import Flat
from nnfit.core.engines.penalty import Penalty
from nnfit.core.model.loss import Loss


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("penalised", [False, True])
@pytest.mark.parametrize("optimizer", ["sgd", "adam", "lbfgs"])
def test_an_update_is_that_of_all_rows_at_once(
    weighted, penalised, optimizer, setting, cut, gradients
):
    results = []
    for streamed in (False, True):
        network, batch = setting(weighted)
        made = {
            "sgd": lambda p: torch.optim.SGD(p, 0.01),
            "adam": lambda p: torch.optim.Adam(p, 0.01),
            "lbfgs": lambda p: torch.optim.LBFGS(p, max_iter=1, line_search_fn="strong_wolfe"),
        }[optimizer](network.parameters())
        penalty = Penalty(0.1, [network[0].weight]) if penalised else None
        step = AutogradStep(gradients(network, batch, penalty, streamed), made)
        rows = cut(batch) if streamed else batch
        losses = torch.tensor([step(rows) for _ in range(5)], dtype=torch.float64)
        results.append(torch.cat([losses, *(p.detach().flatten() for p in network.parameters())]))
    torch.testing.assert_close(*results, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("streamed", [False, True])
def test_a_program_writes_torchs_gradient_into_the_vector(
    spec, weighted, streamed, setting, cut, gradients
):
    network, batch = setting(weighted)
    loss = Loss(spec, 1.0, weighted)(network(batch.x), batch.y, batch.weights)
    expected = torch.autograd.grad(loss, list(network.parameters()))
    flat = Flat.adopt(network)
    rows = cut(batch) if streamed else batch
    program = AutogradProgram(gradients(network, batch, None, streamed), flat, rows)
    for op in program.forward + program.backward:
        op()
    assert program.loss.item() == pytest.approx(loss.item(), rel=1e-12)
    for ours, theirs in zip(flat.views(flat.grad), expected):
        torch.testing.assert_close(ours, theirs)


def test_a_parameter_that_takes_no_part_has_no_gradient(setting, gradients):
    network, batch = setting(False)
    network.register_parameter("idle", nn.Parameter(torch.ones(2).double()))
    flat = Flat.adopt(network)
    flat.grad.fill_(7.0)
    AutogradProgram(gradients(network, batch), flat, batch).forward[0]()
    named = dict(zip((name for name, _ in network.named_parameters()), flat.views(flat.grad)))
    assert named["idle"].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("streamed", [False, True])
def test_a_loss_that_is_not_finite_updates_nothing(streamed, setting, cut, gradients):
    network, batch = setting(False)
    before = network[0].weight.detach().clone()
    optimizer = torch.optim.SGD(network.parameters(), 0.1)
    step = AutogradStep(gradients(network, batch, None, streamed), optimizer)
    batch.y[0] = torch.inf
    assert step(cut(batch) if streamed else batch) == math.inf
    assert torch.equal(network[0].weight, before)


def test_under_a_penalty_what_was_remembered_goes_to_the_same_parameters(rng):
    x, y = rng.standard_normal((30, 3)), rng.standard_normal(30)
    options = {"hidden_units": 3, "activation": "tanh", "penalty": 0.1, "engine": "autograd"}
    options = {**options, "optimizer": "rmsprop", "seed": 1, "dtype": "float64"}
    half = fit(x, y, epochs=10, **options)
    whole = fit(x, y, epochs=10, start=half, **options)
    once = fit(x, y, epochs=20, **options)
    np.testing.assert_allclose(whole.parameters["0.weight"], once.parameters["0.weight"])
