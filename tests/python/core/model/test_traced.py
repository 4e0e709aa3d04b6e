import pytest
import torch

from nnfit.core.model.traced import traced
from nnfit.core.options.own import OwnFunction


def places(rows, shift=0.0):
    torch.manual_seed(rows)
    shape = (rows, 2)
    return torch.randn(shape, dtype=torch.float64) + shift, torch.randn(shape, dtype=torch.float64)


OTHERS = [places(8, 5.0), places(9, -5.0), places(3)]
FACTORS = torch.tensor([2.0, 3.0], dtype=torch.float64)

FOLLOWED = {
    "power": lambda p, t: (p - t).abs().pow(1.5).mean(),
    "by row": lambda p, t: ((p - t) ** 2).sum(1),
    "by element": lambda p, t: torch.where(p > t, p - t, 3 * (t - p)),
    "own tensor": lambda p, t: (FACTORS * (p - t) ** 2).mean(),
    "log-cosh": lambda p, t: torch.log(torch.cosh(p - t)).mean(),
    "classes": lambda p, t: -(t * torch.log_softmax(p, 1)).mean(),
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_what_is_followed_is_not_called_again(name):
    calls = []

    def function(prediction, truth):
        calls.append(len(prediction))
        return FOLLOWED[name](prediction, truth)

    own = traced(OwnFunction(function, remote=True), places(5), OTHERS)
    assert own.traced
    made = len(calls)
    prediction, truth = places(40, 1.0)
    torch.testing.assert_close(own(prediction, truth), FOLLOWED[name](prediction, truth))
    assert len(calls) == made


def branches_on_a_value(prediction, truth):
    error = prediction - truth
    return error.square().mean() if error.mean().item() > 0 else error.abs().mean()


NOT_FOLLOWED = {
    "a value": branches_on_a_value,
    "an array": lambda p, t: (p - t).square().mean() * float(t.numpy().max()),
    "a truth value": lambda p, t: (p if (p > 0).all() else 2 * p).square().mean(),
    "the number of rows": lambda p, t: (p - t).square().sum() / len(p),
    "draws": lambda p, t: ((p - t) * torch.rand_like(p)).square().mean(),
}


@pytest.mark.parametrize("name", NOT_FOLLOWED)
def test_what_can_not_be_followed_is_called(name):
    own = traced(OwnFunction(NOT_FOLLOWED[name], remote=True), places(5), OTHERS)
    assert own.traced is False
    assert own.call is NOT_FOLLOWED[name]


def test_an_error_while_it_is_followed_is_no_error(capfd):
    def function(prediction, truth):
        if type(prediction) is not torch.Tensor:
            raise RuntimeError("not here")
        return (prediction - truth).square()

    assert traced(OwnFunction(function), places(5), OTHERS).traced is False
    assert capfd.readouterr() == ("", "")
