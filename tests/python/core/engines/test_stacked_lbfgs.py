import numpy as np
import pytest
import torch

from nnfit.core.data.table import Table
from nnfit.core.engines.stacked import Group, SharedRows, Stack
from nnfit.core.engines.stacked_lbfgs import Pairs, StackedLBFGS
from nnfit.core.options.asked import Asked


def stack_of(x, y, weights, hidden_units=(), loss="mse", **options):
    levels = None if loss != "cross_entropy" else tuple(str(k) for k in range(int(y.max()) + 1))
    asked = Asked.of(
        {"hidden_units": list(hidden_units), "loss": loss, "dtype": "float64", **options}
    )
    spec = asked.with_outcome(levels).resolved(x.shape[1], len(levels or (0,)))
    rows = SharedRows(Table(x, y), weights)
    seeds = list(range(len(weights)))
    return Stack(Group(None, spec, seeds, [None] * len(seeds), rows))


def descend(stack, penalty, steps):
    descent = StackedLBFGS(stack.program(stack.batch(stack.group.rows)), stack.flat)
    descent.penalise(penalty)
    for _ in range(steps):
        descent()
    descent.put()
    return descent


def two_loops(pairs, g):
    """Multiply by the two-loop recursion: Nocedal and Wright (2006), algorithm 7.4."""
    q, known = g.clone(), []
    for s, y in reversed(pairs):
        alpha = s @ q / (s @ y)
        q = q - alpha * y
        known.append((s, y, alpha))
    s, y = pairs[-1]
    r = q * (s @ s / (y @ y)).sqrt()
    for s, y, alpha in reversed(known):
        r = r + s * (alpha - y @ r / (s @ y))
    return r


@pytest.mark.parametrize("number", [1, 3, 5, 9])
def test_the_pairs_multiply_as_the_two_loop_recursion(number):
    torch.manual_seed(1)
    curvature = torch.diag(torch.rand(6).double() + 0.5)
    pairs, kept = Pairs(torch.zeros(2, 6).double(), 5), [[], []]
    for k in range(number):
        s = torch.randn(2, 6).double()
        moved = torch.tensor([True, k % 3 != 1])  # the second stays at times
        y = (s @ curvature) * moved[:, None]
        pairs.add(s * moved[:, None], y, moved)
        for replica in range(2):
            kept[replica].append((s[replica], y[replica]) if moved[replica] else None)
    g = torch.randn(2, 6).double()
    for replica in range(2):
        mine = [pair for pair in kept[replica][-5:] if pair is not None]
        torch.testing.assert_close(pairs.times(g)[replica], two_loops(mine, g[replica]))


def test_a_shift_keeps_the_secant():
    torch.manual_seed(2)
    pairs = Pairs(torch.zeros(3, 4).double(), 5)
    for _ in range(4):
        s = torch.randn(3, 4).double()
        pairs.add(s, 2 * s, torch.ones(3, dtype=torch.bool))
    more = torch.tensor([0.0, 1.0, 2.0, 3.0]).double()
    pairs.shift(more)
    torch.testing.assert_close(pairs.times(2 * s + more * s), s)


def test_pairs_of_no_curvature_are_left_out():
    pairs = Pairs(torch.zeros(1, 3).double(), 5)
    s = torch.ones(1, 3).double()
    pairs.add(s, -s, torch.tensor([True]))
    torch.testing.assert_close(pairs.times(s), s)


@pytest.mark.parametrize("penalty", [0.0, 0.1, 2.0])
def test_each_replica_ends_at_its_own_ridge(penalty, rng):
    x = rng.standard_normal((40, 3))
    y = x @ [1.0, -2.0, 0.5] + rng.standard_normal(40)
    weights = rng.integers(0, 3, (4, 40)).astype(float)
    stack = stack_of(x, y[:, None], weights)
    descend(stack, penalty, 60)
    columns = np.column_stack([x, np.ones(40)])
    for state, w in zip(stack.states(), weights):
        decay = np.diag([penalty / 2] * 3 + [0.0])
        solution = np.linalg.solve(
            (columns.T * w) @ columns / w.sum() + decay, columns.T @ (w * y) / w.sum()
        )
        found = np.append(state["0.weight"].ravel(), state["0.bias"])
        np.testing.assert_allclose(found, solution, atol=1e-6)


def test_a_penalty_that_grows_on_the_way_leads_to_the_same_place(rng):
    x = rng.standard_normal((30, 2))
    y = (x[:, :1] > 0) + 0.3 * rng.standard_normal((30, 1))
    weights = np.ones((2, 30))
    straight, path = stack_of(x, y, weights), stack_of(x, y, weights)
    descend(straight, 1.0, 80)
    descent = descend(path, 0.01, 20)
    for penalty in (0.1, 1.0):
        descent.penalise(penalty)
        for _ in range(40):
            descent()
    descent.put()
    torch.testing.assert_close(path.value, straight.value, atol=1e-6, rtol=0)


def test_the_loss_of_networks_never_grows(rng):
    x = rng.standard_normal((50, 3))
    y = np.sin(2 * x[:, :1]) + 0.1 * rng.standard_normal((50, 1))
    stack = stack_of(x, y, np.ones((5, 50)), hidden_units=[8])
    descent = descend(stack, 0.001, 0)
    before = descent.value
    for _ in range(100):
        descent()
        assert (descent.value <= before).all()
        before = descent.value
    assert descent.loss.median() < 0.1
    descent.put()
    again, _, loss = descent._look(descent.position)
    torch.testing.assert_close(again, descent.value)
    torch.testing.assert_close(loss, descent.loss)


def test_one_replica_far_off_keeps_none_of_the_others(rng):
    x = rng.standard_normal((30, 2))
    y = x @ [[1.0], [2.0]]
    stack, other = (stack_of(x, y, np.ones((3, 30))) for _ in range(2))
    with torch.no_grad():
        stack.value[1] *= 1e150  # its loss is not finite
    descend(stack, 0.0, 40)
    descend(other, 0.0, 40)
    torch.testing.assert_close(stack.value[[0, 2]], other.value[[0, 2]], atol=1e-6, rtol=0)
