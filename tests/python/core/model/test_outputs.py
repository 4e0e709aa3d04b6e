import numpy as np
import pytest

from nnfit.core import fit
from nnfit.core.model.fit import FitView
from nnfit.core.model.outputs import output_names

X = np.arange(24.0).reshape(12, 2) % 7


@pytest.mark.parametrize(
    ("y", "loss", "link", "response"),
    [
        (X[:, 0], None, ("y1",), ("y1",)),
        (X, None, ("y1", "y2"), ("y1", "y2")),
        (X[:, 0], "gaussian_nll", ("y1.mean", "y1.log_variance"), ("y1",)),
        (X[:, 0] > 2, None, ("True",), ("True",)),
        (np.arange(12) % 3, "cross_entropy", ("0", "1", "2"), ("0", "1", "2")),
    ],
)
def test_columns_have_names(y, loss, link, response):
    spec = FitView(fit(X, y, loss=loss, hidden_units=1, epochs=1, seed=1)).spec
    assert output_names(spec, spec.n_outputs) == link
    assert output_names(spec, spec.n_responses) == response


def test_a_frame_gives_its_own():
    pandas = pytest.importorskip("pandas")
    made = fit(X, pandas.DataFrame(X, columns=["a", "b"]), seed=1)
    assert output_names(FitView(made).spec, 2) == ("a", "b")
