import pytest
import torch
from torch import nn

from nnfit.core.engines.base import DoesNotApply
from nnfit.core.engines.fused.kernels import ACTIVATIONS, LOSSES, Buffers, loss_of
from nnfit.core.model.loss import Loss
from nnfit.core.options.asked import Asked
from support import outcome_for, output_for

MODULES = [
    nn.ReLU(),
    nn.LeakyReLU(0.2),
    nn.Tanh(),
    nn.Sigmoid(),
    nn.Softplus(2.0, 3.0),
    nn.Hardtanh(-0.5, 0.7),
    nn.ELU(1.5),
    nn.GELU(),
    nn.GELU("tanh"),
    nn.SiLU(),
]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_activations_are_torchs(module):
    z = torch.linspace(-6, 6, 101, dtype=torch.float64)[:, None].requires_grad_()
    grad = torch.randn_like(z)
    expected = module(z)
    expected.backward(grad)
    kind = ACTIVATIONS[type(module)]
    args = [getattr(module, name) for name in kind.args]
    value = kind.forward(z.detach(), *args, out=torch.empty(101, 1, dtype=torch.float64))
    saved = value if kind.from_output else z.detach()
    kind.backward(grad, saved, *args, grad_input=grad)
    torch.testing.assert_close(value, expected.detach(), rtol=0, atol=0)
    torch.testing.assert_close(grad, z.grad, rtol=1e-14, atol=0)


def test_the_tests_know_every_kernel():
    assert {type(module) for module in MODULES} == set(ACTIVATIONS)


def criterion_of(name, **args):
    """Make a loss that gives that of each element."""
    spec = Asked.of({"loss": (name, args), "dtype": "float64"}).resolved(3, 3)
    return Loss(spec, weighted=True)


CRITERIA = [
    ("mse", {}),
    ("l1", {}),
    ("huber", {"delta": 0.7}),
    ("smooth_l1", {"beta": 0.7}),
    ("quantile", {}),
    ("quantile", {"level": [0.1, 0.6, 0.9]}),
    ("expectile", {"level": 0.2}),
    ("expectile", {"level": [0.3, 0.9]}),
    ("inverse_gaussian_nll", {}),
    ("tweedie_nll", {"power": 1.3}),
    ("gaussian_nll", {}),
    ("gaussian_nll", {"full": True}),
    ("poisson_nll", {}),
    ("negative_binomial_nll", {"dispersion": 0.3}),
    ("gamma_nll", {}),
    ("bce_with_logits", {}),
    ("cross_entropy", {}),
    ("focal", {}),
    ("focal", {"gamma": 0}),
    ("focal", {"gamma": 0.5}),
]


def test_the_tests_know_every_loss():
    assert {name for name, _ in CRITERIA} == set(LOSSES)


@pytest.mark.parametrize("lead", [(), (2,)])
@pytest.mark.parametrize(("name", "args"), CRITERIA)
def test_losses_are_those_of_autograd(name, args, lead):
    loss = criterion_of(name, **args)
    criterion, n = loss.criterion, 6 * (2 if lead else 1)
    output = 2 * output_for(loss.family, n, 3, args).reshape(*lead, 6, -1)
    target = outcome_for(loss.family, n, 3)
    target = target.reshape(*lead, 6, *target.shape[1:])
    free = output.clone().requires_grad_()
    rows = free.flatten(0, -2), target.flatten(0, 0 if not lead else 1)
    expected = criterion(*rows)
    share = torch.rand_like(expected)
    (expected * share).sum().backward()

    shape = target.shape
    each, share = torch.empty(shape, dtype=output.dtype), share.reshape(shape)
    buffers = Buffers(output, target, each, share, torch.empty_like(output))
    forward, backward = loss_of(loss).ops(buffers, criterion)
    for op in forward + backward:
        op()
    torch.testing.assert_close(each, expected.detach().reshape(shape), rtol=1e-13, atol=1e-13)
    torch.testing.assert_close(buffers.grad, free.grad, rtol=1e-13, atol=1e-13)


def test_bce_is_exact_far_out():
    o = torch.tensor([[-800.0], [-60.0], [49.0], [51.0], [90.0], [800.0]])
    for dtype in (torch.float32, torch.float64):
        output = o.to(dtype)
        buffers = Buffers(output, output * 0 + 0.5, *(torch.ones_like(output) for _ in range(3)))
        for op in sum(LOSSES["bce_with_logits"].ops(buffers, nn.BCEWithLogitsLoss()), []):
            op()
        expected = nn.functional.binary_cross_entropy_with_logits(
            output, buffers.target, reduction="none"
        )
        torch.testing.assert_close(buffers.each, expected)


@pytest.mark.parametrize(
    ("name", "args", "reason"),
    [
        ("soft_margin", {}, "SoftMarginLoss is not among its losses"),
        ("cross_entropy", {"label_smoothing": 0.1}, "only with label_smoothing = 0.0"),
        ("cross_entropy", {"weight": [1.0, 2.0, 3.0]}, "only with weight = None"),
        ("focal", {"weight": [1.0, 2.0, 3.0]}, "focal is among its losses only with weight = None"),
        ("poisson_nll", {"full": True}, "only with full = False"),
    ],
)
def test_what_is_not_in_the_table_is_named(name, args, reason):
    with pytest.raises(DoesNotApply, match=reason):
        loss_of(criterion_of(name, **args))


@pytest.mark.parametrize("lead", [(), (2,)])
@pytest.mark.parametrize(
    ("name", "link"), [("poisson_nll", "sqrt"), ("gamma_nll", "inverse"), ("mse", "log")]
)
def test_losses_under_other_links_are_those_of_autograd(name, link, lead):
    loss = criterion_of(name, link=link)
    output = (1 + torch.rand(*lead, 6, 3, dtype=torch.float64)).requires_grad_()
    target = torch.rand(*lead, 6, 3, dtype=torch.float64)
    share = torch.rand_like(target)
    expected = loss.criterion(output, target)
    (slope,) = torch.autograd.grad((share * expected).sum(), output)
    buffers = Buffers(
        output.detach(), target, torch.empty_like(target), share, torch.empty_like(target)
    )
    found = loss_of(loss)
    assert found.by_autograd
    for op in sum(found.ops(buffers, loss.criterion), []):
        op()
    torch.testing.assert_close(buffers.each, expected.detach(), rtol=1e-14, atol=0)
    torch.testing.assert_close(buffers.grad, slope, rtol=1e-14, atol=0)
