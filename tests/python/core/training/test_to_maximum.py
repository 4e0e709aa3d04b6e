import numpy as np
import pytest

from nnfit.core import fit, surv


@pytest.fixture
def twins(rng):
    """Give two columns of which one has a hundred-thousandth of its own, and counts."""
    a = rng.standard_normal(120)
    x = np.column_stack([a, a + 1e-5 * rng.standard_normal(120)])
    return x, rng.poisson(np.exp(0.5 + 0.3 * a)).astype(float)


def score(made, x, y):
    """Give the slope of the likelihood in standard errors."""
    design = np.column_stack([np.ones(len(x)), x])
    mean = made.fitted[:, 0]
    return np.abs(np.asarray(made.information["root"])[0].T @ (design.T @ (y - mean))).max()


def test_it_goes_on_to_the_maximum(twins):
    made = fit(*twins, loss="poisson_nll")
    assert made.stopped == "converged"
    assert made.information["gap"] < 1e-6
    assert score(made, *twins) < 1e-6
    assert made.options["optimizer"] == "lbfgs"
    assert made.options["condition"] > 1e4


def test_the_rows_of_both_are_the_history(twins):
    x, y = twins
    made = fit(x, y, loss="poisson_nll", metrics="mae", validation=(x[:20], y[:20]), epochs=80)
    losses = made.history["train_loss"]
    assert {len(column) for column in made.history.values() if column is not None} == {len(losses)}
    assert len(losses) <= 80
    assert (np.diff(losses) <= 1e-12).all()
    mean = made.fitted[:, 0]
    np.testing.assert_allclose(losses[-1], np.mean(mean - y * np.log(mean)), rtol=1e-10)


@pytest.mark.parametrize("seed", range(8))
def test_it_also_does_where_the_loss_creeps(seed):
    rng = np.random.default_rng(seed)
    a = rng.standard_normal(100)
    x = np.column_stack([a, a + 1e-4 * rng.standard_normal(100)])
    y = rng.gamma(2, np.exp(0.5 + 0.3 * a) / 2)
    made = fit(x, y, loss="gamma_nll", seed=seed)
    assert made.information["gap"] < 1e-6
    assert len(made.history["train_loss"]) < 200


@pytest.mark.parametrize(
    "options", [{"epochs": 5}, {"optimizer": "adam"}, {"optimizer": "sgd", "epochs": 50}], ids=str
)
def test_who_is_told_how_far_to_go_goes_no_further(twins, options):
    made = fit(*twins, loss="poisson_nll", **options)
    assert len(made.history["train_loss"]) == options.get("epochs", 500)
    assert made.information["gap"] > 0.01


def test_files_go_on_too(tmp_path, twins):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    from nnfit.core import fit_parquet

    x, y = twins
    table = pa.table({"a": x[:, 0], "b": x[:, 1], "y": y})
    parquet.write_table(table, tmp_path / "d.parquet", row_group_size=50)
    made = fit_parquet(tmp_path / "d.parquet", "y", ["a", "b"], loss="poisson_nll")
    assert made.information["gap"] < 1e-6


def test_a_loss_that_is_no_likelihood_stays_where_its_own_minimum_is(rng):
    x = rng.standard_normal((60, 1))
    y = (rng.random(60) < 1 / (1 + np.exp(-x[:, 0]))) * 1.0
    made = fit(x, y, loss=("bce_with_logits", {"pos_weight": 3}))
    as_often = fit(x, y, weights=np.where(y > 0, 3.0, 1.0), loss="bce_with_logits")
    np.testing.assert_allclose(made.fitted, as_often.fitted, rtol=1e-6)
    assert made.get("information") is None


def test_it_does_not_wait_for_long(rng):
    x = rng.standard_normal((200, 1))
    x = np.column_stack([x, x + 1e-5 * rng.standard_normal((200, 1))])
    times = surv(rng.random(200) < 0.7, rng.exponential(np.exp(2e4 * (x[:, 0] - x[:, 1]))))
    made = fit(x, times, seed=1)
    assert made.information["gap"] < 1e-6
    assert len(made.history["train_loss"]) < 200


def test_what_has_no_maximum_is_left_where_it_is():
    x = np.arange(10.0)[:, None]
    made = fit(x, np.repeat(["a", "b"], 5))
    assert made.fault["kind"] == "separated"
    assert made.options["condition"] is None
