import pytest
import torch
from torch import nn

from nnfit.core.model.branches import Residual, Skip, chained
from nnfit.core.model.units import dead_layer_of, is_flat, units_of

ROWS = torch.tensor([[-1.0], [0.0], [1.0]])


def layer_of(slopes, biases):
    layer = nn.Linear(1, len(slopes))
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(slopes)[:, None])
        layer.bias.copy_(torch.tensor(biases))
    return layer


def chain(activation, *, slopes=(1.0, 1.0, 1.0, 1.0), biases=(-2.0, 0.0, 2.0, -1.0)):
    return [layer_of(slopes, biases), activation, nn.Dropout(0.5), nn.Linear(len(slopes), 1)]


@pytest.mark.parametrize(
    ("activation", "dead", "bent"),
    [
        # zero for all rows, bent at 0, above 0 for all rows, and 0 for all rows though only just
        (nn.ReLU(), [True, False, False, True], [False, True, False, False]),
        (nn.ReLU(inplace=True), [True, False, False, True], [False, True, False, False]),
        (nn.Hardtanh(), [True, False, True, False], [False, False, False, True]),
        (nn.Tanh(), [False] * 4, [True] * 4),
        (nn.Identity(), [False] * 4, [False] * 4),
    ],
)
def test_units_are_dead_bent_or_straight(activation, dead, bent):
    (units,) = units_of(chain(activation), [ROWS])
    assert units.dead.tolist() == dead
    assert units.bent.tolist() == bent


def test_rows_that_come_in_parts_are_seen_as_one():
    whole = units_of(chain(nn.ReLU()), [ROWS])[0]
    parts = units_of(chain(nn.ReLU()), [ROWS[:1], ROWS[1:]])[0]
    assert whole.dead.tolist() == parts.dead.tolist()
    assert whole.bent.tolist() == parts.bent.tolist()
    assert units_of(chain(nn.ReLU()), [ROWS[:1]])[0].dead.tolist() == [True] * 4


def test_what_processes_have_seen_is_what_one_has_seen_of_all_rows():
    whole = units_of(chain(nn.ReLU()), [ROWS])[0]
    one, other = (units_of(chain(nn.ReLU()), [ROWS[:1], part])[0] for part in (ROWS[:2], ROWS[2:]))
    for joined in (one.join(other), other.join(one)):
        assert joined.dead.tolist() == whole.dead.tolist()
        assert joined.bent.tolist() == whole.bent.tolist()
        assert joined.vital == whole.vital


def test_each_hidden_layer_is_looked_at_and_a_linear_model_has_none():
    two = [*chain(nn.ReLU())[:2], nn.Linear(4, 2), nn.Tanh(), nn.Linear(2, 1), nn.Sigmoid()]
    assert [len(layer.dead) for layer in units_of(two, [ROWS])] == [4, 2]
    assert units_of([nn.Linear(1, 1), nn.Sigmoid()], [ROWS]) == []


def branched(**parts):
    layers = {"0": layer_of((0.0, 0.0), (-1.0, -1.0)), **parts, "8": nn.Linear(2, 1)}
    skip = layers.pop("skip", None)
    return list(chained({**layers, **({"skip": skip} if skip else {})}))


def test_units_beside_which_a_branch_leads_are_not_vital():
    second = {"3": nn.Linear(2, 2), "4": nn.Tanh()}
    for parts, vital in (
        ({"1": nn.ReLU()}, [True]),
        ({"1": nn.ReLU(), "2": Residual(0), **second}, [False, True]),
        ({"1": nn.ReLU(), **second, "5": Residual(3)}, [True, False]),
        ({"1": nn.ReLU(), **second, "skip": Skip(1, 1)}, [False, False]),
    ):
        units = units_of(branched(**parts), [ROWS])
        assert [layer.vital for layer in units] == vital
        assert units[0].dead.all()


def test_what_a_residual_layer_adds_reaches_the_next():
    layers = branched(**{"1": nn.ReLU(), "2": Residual(0), "3": nn.Linear(2, 2), "4": nn.Tanh()})
    rows = torch.tensor([[-1.0, 0.0], [0.0, 1.0], [1.0, 3.0]])
    layers[0] = nn.Linear(2, 2)
    with torch.no_grad():
        layers[0].weight.zero_()
        layers[0].bias.fill_(-1.0)
    first, second = units_of(layers, [rows])
    assert first.dead.all() and not second.dead.any()
    assert not is_flat(layers, rows, 1.0)


def test_a_layer_norm_bends_and_a_batch_norm_is_applied_as_in_evaluation():
    rows = torch.tensor([[2.0], [3.0], [5.0]])
    layers = [layer_of((1.0, 2.0, -1.0), (1.0, 0.0, 9.0)), nn.LayerNorm(3), nn.Identity(),
              nn.Linear(3, 1)]  # fmt: skip
    assert units_of(layers, [rows])[0].bent.all()
    layers[1] = norm = nn.BatchNorm1d(3)
    norm.running_mean.copy_(torch.tensor([3.0, 4.0, 6.0]))
    before = {name: value.clone() for name, value in norm.state_dict().items()}
    layers[2] = nn.ReLU()
    (units,) = units_of(layers, [rows])
    assert units.bent.tolist() == [False, False, True]  # of 0, 1, 3; of 0, 2, 6; of 1, 0, -2
    for name, value in norm.state_dict().items():
        assert torch.equal(value, before[name])


def test_a_module_of_any_build_is_watched_after_its_activations():
    dead = nn.Sequential(layer_of((1.0, 1.0), (-5.0, -5.0)), nn.ReLU(), nn.Linear(2, 1))
    alive = nn.Sequential(layer_of((1.0, 1.0), (-5.0, 0.0)), nn.ReLU(), nn.Linear(2, 1))
    assert dead_layer_of(nn.Sequential(alive, nn.Tanh(), dead), ROWS) == (3, 2)
    assert dead_layer_of(alive, ROWS) is None
    assert not any(part._forward_hooks for part in dead.modules())
