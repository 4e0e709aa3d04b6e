import pytest
import torch

from nnfit.core.ground.errors import NNFitError
from nnfit.core.options import catalog
from nnfit.core.options.asked import Asked, resolved_again
from nnfit.core.options.families import families, family, own_families, own_of
from nnfit.core.options.own import OwnFunction


def squared(prediction, truth):
    return (prediction - truth).square()


def test_it_is_called_and_written_without_its_function():
    own = OwnFunction(squared)
    assert own(torch.tensor(3.0), torch.tensor(1.0)).item() == 4.0
    assert own.plain() == {}
    assert OwnFunction(squared, traced=False).plain() == {"traced": False}


@pytest.mark.parametrize(
    ("levels", "name"), [(None, "own"), (("a", "b"), "own_binary"), (("a", "b", "c"), "own_class")]
)
def test_the_outcome_says_what_it_is(levels, name):
    spec = Asked.of({"loss": squared}).with_outcome(levels).resolved(2, len(levels or "x"))
    assert spec.loss.name == name
    assert spec.family is family(name)
    plain = spec.plain()
    assert plain["loss"] == name
    again = resolved_again(plain)
    assert (again.loss.name, again.loss.args, again.link) == (name, {}, spec.link)


def test_none_of_them_has_a_name_that_a_user_may_write():
    assert {row.outcome for row in own_families()} == {"numeric", "class", "binary"}
    assert all(own_of(row.outcome) is row for row in own_families())
    assert not {row.name for row in own_families()} & {row.name for row in families()}
    for row in own_families():
        assert row.own
        with pytest.raises(NNFitError, match="which is not known"):
            catalog.parse("loss", row.name)


def test_a_function_of_torchs_is_its_name():
    assert catalog.parse("loss", torch.nn.functional.mse_loss).name == "mse"
    assert catalog.parse("loss", torch.nn.L1Loss()).name == "l1"


def test_a_class_or_arguments_are_refused():
    class Loss(torch.nn.Module):
        pass

    with pytest.raises(NNFitError, match="must be a name"):
        catalog.parse("loss", Loss)
    with pytest.raises(NNFitError, match="takes no arguments beside"):
        catalog.parse("loss", (squared, {"delta": 1}))
    with pytest.raises(NNFitError, match="must be a name"):
        catalog.parse("optimizer", squared)


def test_it_takes_two_arguments():
    for wrong in (lambda p: p, lambda p, t, w: p, lambda: 0):
        with pytest.raises(NNFitError, match="must be a function of two arguments"):
            catalog.parse("loss", wrong)
    for right in (squared, lambda *both: both, lambda p, t, power=2: p, max):
        assert catalog.parse("loss", right).args["function"].call is right
