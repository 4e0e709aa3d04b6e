import numpy as np
import pytest

from nnfit.core import NNFitError, fit, surv


def twins(rng, own, n=150):
    """Give two columns that are nearly one, and a third."""
    a = rng.standard_normal(n)
    return np.column_stack([a, a + own * rng.standard_normal(n), rng.standard_normal(n)])


def outcome(kind, rng, x):
    if kind == "cox":
        return surv(rng.random(len(x)) < 0.7, rng.exponential(np.exp(-0.5 * x[:, 0])))
    if kind == "cross_entropy":
        return np.array(list("abc"))[rng.integers(0, 3, len(x))]
    return np.where(rng.random(len(x)) < 1 / (1 + np.exp(-x[:, 0])), "b", "a")


@pytest.mark.parametrize("kind", ["cross_entropy", "nll", "cox", "bce"])
@pytest.mark.parametrize("own", [1, 1e-2, 1e-4, 1e-5])
def test_it_comes_to_the_maximum_from_every_start(kind, own, rng):
    x = twins(rng, own)
    y = outcome({"nll": "cross_entropy"}.get(kind, kind), rng, x)
    made = [fit(x, y, loss=kind, seed=s) for s in (1, 2)]
    made += [fit(x, y, loss=kind, optimizer="fisher_scoring", seed=3)]
    for one in made:
        assert one.stopped == "converged"
        assert one.information["gap"] < 1e-6
        np.testing.assert_allclose(one.fitted, made[0].fitted, rtol=1e-6)
    assert made[-1].options["engine"] == "reweighted"
    assert len(made[-1].history["train_loss"]) < 30


def test_it_is_what_l_bfgs_finds_where_that_has_no_trouble(rng):
    x = twins(rng, 1)
    y = outcome("cross_entropy", rng, x)
    weights = rng.integers(0, 3, len(x)).astype(float)
    offset = rng.standard_normal((len(x), 3))
    options = {"weights": weights, "offset": offset, "seed": 1}
    ours = fit(x, y, optimizer="fisher_scoring", **options)
    theirs = fit(x, y, optimizer="lbfgs", **options)
    np.testing.assert_allclose(ours.fitted, theirs.fitted, rtol=1e-8)


def test_no_class_is_special(rng):
    x = twins(rng, 1)
    made = fit(x, outcome("cross_entropy", rng, x), optimizer="fisher_scoring", epochs=50, seed=1)
    started = fit(x, outcome("cross_entropy", rng, x), optimizer="sgd", learn_rate=1e-30,
                  epochs=1, seed=1)  # fmt: skip
    moved = made.parameters["0.weight"] - started.parameters["0.weight"]
    np.testing.assert_allclose(moved.sum(axis=0), 0, atol=1e-10)


def test_files_have_it(tmp_path, rng):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    from nnfit.core import fit_parquet

    x = twins(rng, 1e-4)
    y = outcome("cross_entropy", rng, x)
    table = pa.table({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": y})
    parquet.write_table(table, tmp_path / "d.parquet", row_group_size=40)
    made = fit_parquet(tmp_path / "d.parquet", "y", ["a", "b", "c"])
    assert made.information["gap"] < 1e-6


def test_classes_and_risks_with_a_penalty_are_refused(rng):
    x = twins(rng, 1)
    for kind in ("cox", "cross_entropy"):
        with pytest.raises(NNFitError, match="of classes and risks it takes no penalty"):
            fit(x, outcome(kind, rng, x), optimizer="fisher_scoring", penalty=0.1)
