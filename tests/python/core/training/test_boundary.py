import numpy as np
import pytest

from nnfit.core import fit

X = np.arange(6.0)[:, None]


def fault_of(y, loss, link, **options):
    return fit(X, np.array(y), loss=(loss, {"link": link}), **options).get("fault")


@pytest.mark.parametrize(
    ("y", "loss", "link"),
    [
        ([9.0, 4.0, 1.0, 0.0, 0.0, 0.0], "poisson_nll", "identity"),
        ([0.1, 0.2, 0.5, 0.9, 1.0, 1.0], "bce_with_logits", "log"),
        ([0.0, 0.0, 0.0, 0.2, 0.7, 1.0], "bce_with_logits", "identity"),
    ],
)
def test_a_mean_that_can_go_no_further_is_told(y, loss, link):
    assert fault_of(y, loss, link)["kind"] == "boundary"
    told = repr(fit(X, np.array(y), loss=(loss, {"link": link})))
    assert "no maximum of the likelihood" in told


@pytest.mark.parametrize(
    ("y", "loss", "link"),
    [
        ([9.0, 8.0, 6.0, 7.0, 4.0, 3.0], "poisson_nll", "identity"),
        ([0.1, 0.2, 0.2, 0.3, 0.4, 0.5], "bce_with_logits", "log"),
        ([0.1, 0.2, 0.2, 0.3, 0.4, 0.5], "bce_with_logits", "cauchit"),
        ([-1.0, 0.0, 1.0, 2.0, 3.0, 5.0], "mse", "inverse"),
        ([3.0, 2.0, 1.0, 0.1, 0.01, 1e-9], "gamma_nll", "log"),
    ],
)
def test_others_are_not(y, loss, link):
    assert fault_of(y, loss, link) is None


def test_rows_of_weight_zero_do_not_count():
    y, weights = [9.0, 8.0, 6.0, 7.0, 4.0, 0.0], np.array([1.0, 1, 1, 1, 1, 0])
    assert fault_of(y, "poisson_nll", "identity", weights=weights) is None
