import pytest
import torch

from nnfit.core.data.table import Batch
from nnfit.core.engines.linear_program import Units, tasks_of


def draw(n=12, d=2):
    torch.manual_seed(1)
    x = torch.randn(n, 3, dtype=torch.float64) * torch.tensor([1.0, 1e4, 1e-3]).double()
    return x + 5, 100 + 20 * torch.randn(n, d, dtype=torch.float64)


def objective(x, y, place, level, share, ridge):
    """Compute that of one outcome, at (intercept, slopes)."""
    error = y - place[0] - x @ place[1:]
    loss = torch.maximum(level * error, (level - 1) * error)
    return (share * loss).sum() + ridge / 2 * place[1:].square().sum()


@pytest.mark.parametrize("ridge", [0.0, 0.3])
def test_a_task_is_the_objective_in_other_units(ridge):
    x, y = draw()
    share = torch.rand(12, dtype=torch.float64)
    share[0] = 0.0  # takes no part
    levels = [0.2, 0.7]
    task = tasks_of(Batch(x, y), levels, 1.0, share, True, ridge)
    assert (task.x.shape, task.y.shape) == ((11, 4), (11, 4))
    here = torch.randn(4, 4, dtype=torch.float64)
    there = task.back(here)
    ratios = []
    for one in range(4):
        error = task.y[:, one] - task.x @ here[one]
        ours = (task.above[:, one] * error.clamp_min(0)).sum()
        ours = ours + (task.below[:, one] * (-error).clamp_min(0)).sum()
        ours = ours + (task.ridge * here[one].square()).sum() / 2
        place = torch.cat([there[one, 3:], there[one, :3]])
        level, outcome = levels[one // 2], y[:, one % 2]
        theirs = objective(x, outcome, place, level, share / 2, ridge)
        ratios.append(theirs / ours)
    torch.testing.assert_close(torch.stack(ratios), ratios[0].expand(4))


def test_without_an_intercept_nothing_is_shifted():
    x, y = draw()
    task = tasks_of(Batch(x, y), [0.5], 2.0, torch.ones(12).double(), False, 0.0)
    assert task.x.shape == (12, 3)
    here = torch.randn(2, 3, dtype=torch.float64)
    units = Units.of(x, y, bias=False)
    torch.testing.assert_close(task.x @ here.T * units.y_scale, x @ task.back(here).T)


def test_what_is_constant_has_a_scale_all_the_same():
    units = Units.of(torch.ones(4, 2).double(), torch.zeros(4, 1).double(), True)
    assert units.scale.tolist() == [1.0, 1.0]
    assert units.y_scale.item() == 1.0
