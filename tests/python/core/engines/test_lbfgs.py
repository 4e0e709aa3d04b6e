import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import fit
from nnfit.core.data.table import Batch
from nnfit.core.engines.autograd import AutogradStep
from nnfit.core.engines.gradients import Gradient
from nnfit.core.engines.lbfgs import InverseHessian, LBFGSStep, draws_on, takes
from nnfit.core.engines.line_search import Point
from nnfit.core.model.folding import linear_coefficients
from nnfit.core.model.loss import Loss
from nnfit.core.options.asked import Asked

# an argument that ours does not have
TORCHS = ("lbfgs", {"line_search_fn": "strong_wolfe"})


def two_loops(g, pairs):
    """Nocedal's recursion, algorithm 7.4 of Nocedal and Wright, with our first matrix."""
    q, noted = g.copy(), []
    for s, y in reversed(pairs):
        noted.append(s @ q / (y @ s))
        q -= noted[-1] * y
    s, y = pairs[-1]
    q *= np.linalg.norm(s) / np.linalg.norm(y)
    for (s, y), a in zip(pairs, reversed(noted)):
        q += (a - y @ q / (y @ s)) * s
    return q


def test_the_inverse_hessian_is_the_two_loop_recursion(rng):
    size, kept = 12, 5
    root = rng.standard_normal((size, size))
    hessian = root @ root.T
    inverse, pairs = InverseHessian(size, kept), []
    for _ in range(9):
        s = rng.standard_normal(size)
        pairs.append((s, hessian @ s))
        inverse.add(*pairs[-1])
        g = rng.standard_normal(size)
        np.testing.assert_allclose(inverse.times(g), two_loops(g, pairs[-kept:]), rtol=1e-7)


def test_pairs_without_curvature_are_left_out():
    inverse = InverseHessian(2, 3)
    inverse.add(np.ones(2), -np.ones(2))
    assert inverse.count == 0


def test_it_reaches_torchs_minimum_of_a_convex_loss(iris):
    y = iris.y == "virginica"
    options = {"penalty": 0.01, "optimizer": "lbfgs", "seed": 1}
    fused, autograd = (fit(*(iris.x, y), engine=e, **options) for e in ("fused", "autograd"))
    assert fused["stopped"] == autograd["stopped"] == "converged"
    np.testing.assert_allclose(linear_coefficients(fused), linear_coefficients(autograd), rtol=1e-8)
    torchs = fit(iris.x, y, **{**options, "optimizer": TORCHS})
    np.testing.assert_allclose(linear_coefficients(fused), linear_coefficients(torchs), rtol=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_trains_a_small_network_as_far_as_torchs(thermometer, dtype):
    options = {"hidden_units": 13, "activation": "tanh", "epochs": 100, "dtype": dtype}
    ends = [
        np.median([
            fit(*thermometer, seed=s, engine=e, optimizer=o, **options)["history"]["train_loss"][-1]
            for s in range(5)
        ])
        for e, o in (("fused", "lbfgs"), ("autograd", "lbfgs"), ("auto", TORCHS))
    ]  # fmt: skip
    assert ends[0] < 1.5 * ends[2]
    assert ends[1] < 1.5 * ends[2]


def test_losses_fall_with_every_iteration_and_belong_to_the_parameters(mtcars):
    result = fit(*mtcars, hidden_units=4, activation="tanh", penalty=0.01, optimizer="lbfgs",
                 epochs=30, seed=1, validation=(mtcars.x, mtcars.y))  # fmt: skip
    history = result["history"]
    # up to the penalty, which is part of what falls
    assert (np.diff(history["train_loss"]) < 0.02).all()
    np.testing.assert_allclose(history["valid_loss"], history["train_loss"], rtol=1e-4)


@pytest.mark.parametrize(
    "options",
    [{"dropout": 0.1}, {"optimizer": ("lbfgs", {"line_search_fn": None})}],
)
def test_what_it_does_not_take_goes_to_autograd(thermometer, options):
    result = fit(*thermometer, hidden_units=3, epochs=2, **{"optimizer": "lbfgs", **options})
    assert result["options"]["engine"] == "autograd"


def test_networks_that_draw_while_they_are_trained_go_to_torchs():
    spec = Asked.of({"loss": "mse", "optimizer": "lbfgs"}).resolved(1, 1)
    for layer, ours in ((nn.Dropout(0.0), True), (nn.Dropout1d(0.1), False), (nn.RReLU(), False)):
        assert takes(spec, nn.Sequential(nn.Linear(1, 1), layer)) == ours
    assert not takes(Asked.of({"loss": "mse", "optimizer": "adam"}).resolved(1, 1), nn.Linear(1, 1))


def test_a_module_of_any_layers_is_trained_to_the_same_place(iris):
    """Layers that have no fused form, and a parameter that is not trained."""
    torch.manual_seed(2)
    model = nn.Sequential(nn.Linear(4, 3), nn.Mish(), nn.LayerNorm(3), nn.Linear(3, 3)).double()
    model[2].bias.requires_grad_(False)
    made = fit(*iris, model=model, optimizer="lbfgs", penalty=0.1, epochs=200)
    assert made["options"]["engine"] == "autograd"
    assert (made["parameters"]["2.bias"] == 0).all()
    losses = made["history"]["train_loss"]
    torchs = fit(*iris, model=model, optimizer=TORCHS, penalty=0.1, epochs=200)
    assert losses[-1] < 1.001 * torchs["history"]["train_loss"][-1]


def test_a_number_of_pairs_can_be_asked_for(thermometer):
    torch.manual_seed(1)
    result = fit(*thermometer, hidden_units=3, optimizer=("lbfgs", {"history_size": 3.0}))
    assert result["options"]["engine"] == "fused"


# -- a step that went far too far --


@pytest.mark.parametrize("engine", ["fused", "autograd"])
@pytest.mark.parametrize("loss", ["gamma_nll", "gaussian_nll"])
@pytest.mark.parametrize("seed", range(4))
def test_it_finds_its_way_back_from_a_step_that_went_far_too_far(mtcars, loss, seed, engine):
    """On columns of very different size the first losses are beyond all measure."""
    x, y = mtcars.x[:, [4, 2]], mtcars.x[:, 9] if loss == "gamma_nll" else mtcars.y
    plain = fit(x, y, loss=loss, scale=False, seed=seed, engine=engine)
    scaled = fit(x, y, loss=loss, seed=seed)
    assert plain["stopped"] == "converged"
    ours, best = (made["history"]["train_loss"][-1] for made in (plain, scaled))
    assert ours == pytest.approx(best, rel=1e-6)


# -- torch's own, where ours does not serve --


def test_torchs_ends_where_it_stands(iris):
    made = fit(iris.x, iris.y == "virginica", penalty=0.01, optimizer=TORCHS, seed=1)
    assert made["stopped"] == "converged"
    assert len(made["history"]["train_loss"]) < 200


def test_torchs_leaves_the_last_good_parameters():
    model = nn.Linear(1, 1)
    x, y = torch.ones(3, 1), torch.full((3, 1), 1e30)
    loss = Loss(Asked.of({"loss": "mse"}).resolved(1, 1))
    optimizer = torch.optim.LBFGS(model.parameters(), lr=1e38, max_iter=1)
    step = AutogradStep(Gradient(model, loss), optimizer)
    before = model.weight.item()
    for parameter in model.parameters():  # what a search gone wrong leaves behind
        optimizer.register_step_post_hook(lambda *_, p=parameter: p.data.fill_(float("nan")))
    step.gradient(Batch(x, y / 1e30))
    step.update()
    assert model.weight.item() == before
    assert step.stands()


class Drawing(nn.Module):
    """Draws without a layer that says so."""

    def __init__(self):
        super().__init__()
        self.line, self.norm = nn.Linear(2, 1), nn.BatchNorm1d(1)

    def forward(self, x):
        return self.norm(self.line(nn.functional.dropout(x, 0.5, self.training)))


def test_a_module_that_draws_is_found_out_by_trying_it():
    x, drawing = torch.ones(9, 2), Drawing()
    drawless = nn.Sequential(nn.Linear(2, 1), nn.BatchNorm1d(1))
    state = torch.random.get_rng_state()
    assert draws_on(drawing, x)
    assert not draws_on(drawless, x)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert drawing.norm.num_batches_tracked == 0
    made = fit(np.random.default_rng(1).standard_normal((20, 2)), np.arange(20.0), model=drawing,
               optimizer="lbfgs", epochs=12, seed=1)  # fmt: skip
    assert made["stopped"] == "epochs"


def settle(sizes):
    """Let a step that no longer searches see gradients of these sizes; give when it is done."""
    step = object.__new__(LBFGSStep)
    step.smallest, step.waited = np.inf, 0
    done = []
    for size in sizes:
        step.here = Point(0.0, 0.0, 0.0, np.array([size, -size / 2]), 0.0)
        done.append(step._settled())
    return done


def test_refining_ends_after_so_many_iterations_without_a_smaller_gradient():
    patience = LBFGSStep.PATIENCE
    waiting = [2.0, 1.0, *[1.0] * (patience - 1)]
    assert settle(waiting) == [False] * len(waiting)
    assert settle([*waiting, 1.5])[-1]
    assert settle([-3.0])[-1] is False  # by its size, whatever the sign
    # a smaller one starts the count again
    again = settle([*waiting, 0.5, *[0.6] * patience])
    assert again == [False] * (len(again) - 1) + [True]


@pytest.mark.parametrize("engine", ["fused", "autograd"])
def test_patience_ends_a_fit_whose_gradient_is_rounding(engine, monkeypatch, rng):
    x = rng.standard_normal((40, 3)) + [0, 0, 1e6]
    y = x @ [1.0, 1.0, 1e-6] + rng.standard_normal(40)
    options = {"loss": "huber", "scale": False, "engine": engine, "seed": 1, "epochs": 3000}
    monkeypatch.setattr(LBFGSStep, "PATIENCE", 40)
    long = fit(x, y, **options)
    monkeypatch.setattr(LBFGSStep, "PATIENCE", 10)
    short = fit(x, y, **options)
    assert long.stopped == short.stopped == "converged"
    assert len(long.history["train_loss"]) - len(short.history["train_loss"]) >= 30
