import numpy as np
import pytest
import torch

from nnfit.core import fit
from nnfit.core.engines.lbfgs import LBFGSStep
from nnfit.core.engines.levenberg_marquardt import LevenbergMarquardtStep
from nnfit.core.engines.second_order import as_float64


@pytest.mark.parametrize("optimizer", ["levenberg_marquardt", "lbfgs"])
@pytest.mark.parametrize("trials", [8, 9, 10, 11])
def test_an_interrupt_leaves_the_last_place_and_no_trial(mtcars, monkeypatch, optimizer, trials):
    steps = {"levenberg_marquardt": LevenbergMarquardtStep, "lbfgs": LBFGSStep}
    seen, look = [], steps[optimizer]._look

    def interrupted(self, where):
        there = look(self, where)
        seen.append(there)
        if len(seen) == trials:
            raise KeyboardInterrupt
        return there

    monkeypatch.setattr(steps[optimizer], "_look", interrupted)
    with pytest.raises(KeyboardInterrupt) as caught:
        fit(*mtcars, hidden_units=6, activation="tanh", optimizer=optimizer, dtype="float64",
            seed=2)  # fmt: skip
    result = caught.value.fit
    assert result["stopped"] == "interrupted"
    residuals = result["fitted"][:, 0] - mtcars.y.ravel()
    losses = result["history"]["train_loss"]
    assert np.mean(residuals**2) <= losses[-1] * (1 + 1e-9)


def test_an_array_of_float64_is_a_copy():
    tensor = torch.zeros(3, dtype=torch.float64)
    as_float64(tensor)[0] = 1.0
    assert tensor[0] == 0
