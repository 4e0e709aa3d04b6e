import torch

from nnfit.core.ground.seed import further_seed, seeded

CPU = torch.device("cpu")


def test_a_seed_leaves_the_users_generator_where_it_was():
    before = torch.get_rng_state()
    with seeded(1, CPU):
        torch.rand(10)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_seed_means_what_manual_seed_means():
    with seeded(7, CPU):
        inside = torch.rand(3)
    torch.manual_seed(7)
    assert torch.equal(inside, torch.rand(3))


def test_without_a_seed_the_users_generator_goes_on():
    torch.manual_seed(7)
    expected = torch.rand(6)
    torch.manual_seed(7)
    with seeded(None, CPU):
        first = torch.rand(3)
    assert torch.equal(torch.cat([first, torch.rand(3)]), expected)


def test_the_generator_comes_back_after_an_error():
    before = torch.get_rng_state()
    try:
        with seeded(1, CPU):
            torch.rand(1)
            raise RuntimeError
    except RuntimeError:
        pass
    assert torch.equal(torch.get_rng_state(), before)


def test_further_seeds_follow_from_the_seed_or_from_torchs_generator():
    seeds = [further_seed(1, 1), further_seed(1, 2), further_seed(2, 1), further_seed(2**53, 1)]
    assert len(set(seeds)) == 4
    assert seeds[0] == further_seed(1, 1)
    torch.manual_seed(3)
    first = further_seed(None, 1)
    assert further_seed(None, 1) != first
    torch.manual_seed(3)
    assert further_seed(None, 1) == first
