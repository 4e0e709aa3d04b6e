import numpy as np
import pytest
from torch import nn

from nnfit.core.data.table import Table
from nnfit.core.ground.fingerprint import in_words
from nnfit.core.options.asked import Asked
from nnfit.core.training.call import call_of

ROWS = Table(np.arange(6.0).reshape(3, 2), np.arange(3.0)[:, None])


class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 1)
        nn.init.zeros_(self.layer.weight)
        nn.init.zeros_(self.layer.bias)

    def forward(self, x):
        return self.layer(x)


class Other(Own):
    def forward(self, x):
        return 2 * self.layer(x)


Other.__name__ = Other.__qualname__ = "Own"


def words(options=None, rows=ROWS, model=None):
    asked = Asked.of({"seed": 1, **(options or {})}, own_model=model is not None)
    return {name: in_words(one) for name, one in call_of("fit()", asked, rows, model).items()}


def test_a_call_is_described_by_the_users_names():
    said = words({"epochs": 7, "hidden_units": [3]})
    assert said["epochs"] == "7" and said["hidden_units"] == "[3]"
    assert {"x", "y", "weights", "offset", "optimizer", "the function"} <= set(said)
    assert "seed" not in said
    assert said == words({"epochs": 7, "hidden_units": [3], "seed": 2})


@pytest.mark.parametrize(
    ("name", "options", "rows"),
    [
        ("epochs", {"epochs": 8}, ROWS),
        ("learn_rate", {"learn_rate": "find"}, ROWS),
        ("penalty", {"penalty": 0}, ROWS),
        ("x", {}, ROWS._replace(x=ROWS.x + 1e-15)),
        ("y", {}, ROWS._replace(y=ROWS.y + 1)),
        ("weights", {}, ROWS._replace(weights=np.ones(3))),
    ],
)
def test_what_differs_is_known_by_its_name(name, options, rows):
    one, other = words(), words(options, rows)
    assert [key for key in one if one[key] != other[key]] == [name]


def test_a_module_is_known_by_its_values_and_by_what_it_does():
    one = words(model=Own())
    assert words(model=Own()) == one
    assert words(model=Other())["model"] != one["model"]
    changed = Own()
    nn.init.ones_(changed.layer.bias)
    assert words(model=changed)["model"] != one["model"]
