import pytest
import torch

from nnfit.core.data.place import Place, permuted


def test_a_place_notes_what_orders_are_drawn_from_and_draws_them_again():
    torch.manual_seed(1)
    plain = [permuted(7, None), torch.rand(2), permuted(5, None)]
    torch.manual_seed(1)
    place = Place()
    noted = [permuted(7, place), torch.rand(2), permuted(5, place)]
    assert all(torch.equal(one, other) for one, other in zip(plain, noted))
    torch.manual_seed(99)
    before = torch.get_rng_state()
    again = Place(**place.state())
    assert torch.equal(permuted(7, again), plain[0])
    assert torch.equal(permuted(5, again), plain[2])
    assert torch.equal(torch.get_rng_state(), before)  # torch's own is left alone


def test_what_was_not_drawn_yet_is_drawn_from_torchs_generator():
    torch.manual_seed(1)
    place = Place()
    permuted(7, place)
    again = Place(2, place.drawn)
    permuted(7, again)
    expected = torch.randperm(4)
    torch.set_rng_state(place.drawn[0])
    torch.randperm(7)
    assert torch.equal(permuted(4, again), expected)
    assert len(again.drawn) == 2 and again.done == 2


@pytest.mark.parametrize("number", [1, 2, 1000, 70_000])
def test_an_order_is_that_of_torch_whatever_its_numbers_take(number):
    torch.manual_seed(4)
    expected, after = torch.randperm(number), torch.get_rng_state()
    torch.manual_seed(4)
    order = permuted(number, None)
    assert order.dtype == torch.int32
    assert torch.equal(order, expected.to(torch.int32))
    assert torch.equal(torch.get_rng_state(), after)
