import torch

from nnfit.core.ground.seed import drawn_apart, further_seed, seed_for, seeded

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


def test_a_seed_for_each_set_of_numbers_and_place_of_the_generator():
    state = torch.get_rng_state()
    torch.rand(1)
    made = {seed_for(state), seed_for(state, 1), seed_for(state, 0, 1),
            seed_for(torch.get_rng_state(), 1)}  # fmt: skip
    assert len(made) == 4
    assert seed_for(state, 1) in made


def test_processes_draw_apart_and_are_in_the_same_place_before_and_behind():
    drawn, behind = [], []
    for rank in (0, 1):
        torch.manual_seed(3)
        for _ in range(2):
            with drawn_apart(rank):
                drawn.append(torch.rand(2 + rank).tolist()[:2])
        behind.append(torch.get_rng_state())
    assert len({tuple(one) for one in drawn}) == 4
    assert torch.equal(*behind)
    # in the place of the first it goes on as the second has
    torch.manual_seed(3)
    with drawn_apart(0):
        pass
    with drawn_apart(1):
        assert torch.rand(3).tolist()[:2] == drawn[3]
