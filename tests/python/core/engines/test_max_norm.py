import numpy as np
import pytest
import torch

from nnfit.core import NNFitError, fit, fit_parquet
from nnfit.core.engines.max_norm import shortenings
from nnfit.core.options.asked import Asked

NET = {"hidden_units": [4, 3], "activation": "tanh", "epochs": 40, "seed": 5, "dtype": "float64"}
LIMIT = 0.4


@pytest.fixture
def data(rng):
    x = rng.standard_normal((50, 3))
    return x, 5 * np.sin(x[:, 0]) + rng.standard_normal(50)


def lengths(made, name):
    return np.linalg.norm(made.parameters[name], axis=-1)


def spec_of(**options):
    return Asked.of({"loss": "mse", "hidden_units": [2, 2], **options}).resolved(3, 1)


def test_rows_of_the_first_matrices_are_cut_and_no_others():
    torch.manual_seed(1)
    shapes = [(2, 3), (2,), (2,), (2, 2), (2,), (1, 2), (1,), (1, 3)]  # a norm's; output, skip
    for lead in ((), (4,)):
        parameters = [3 * torch.randn(*lead, *shape) for shape in shapes]
        parameters[0][..., 0, :] = torch.tensor([0.3, 0.0, 0.4])  # of length 0.5
        parameters[0][..., 1, :] = 0.0
        before = [parameter.clone() for parameter in parameters]
        ops = shortenings(spec_of(max_norm=1.0), parameters, len(lead))
        assert len(ops) == 2
        for op in ops:
            op()
        torch.testing.assert_close(parameters[0], before[0], rtol=0, atol=0)
        expected = torch.renorm(before[3].flatten(0, -2), 2, 0, 1.0)
        torch.testing.assert_close(parameters[3].flatten(0, -2), expected)
        assert (parameters[3].norm(dim=-1) < 1 + 1e-6).all()
        for place in (1, 2, 4, 5, 6, 7):
            torch.testing.assert_close(parameters[place], before[place], rtol=0, atol=0)
    assert shortenings(spec_of(), parameters) == []


@pytest.mark.parametrize("engine", ["fused", "autograd"])
def test_each_hidden_units_weights_are_short_enough_after_training(data, engine):
    made = fit(*data, max_norm=LIMIT, learn_rate=0.1, skip=True, engine=engine, **NET)
    free = fit(*data, learn_rate=0.1, skip=True, engine=engine, **NET)
    for name in ("0.weight", "2.weight"):
        assert (lengths(made, name) <= LIMIT * (1 + 1e-12)).all()
        assert (lengths(free, name) > LIMIT).any()
    assert (lengths(made, "4.weight") > LIMIT).all()  # the output is left alone


def test_each_of_several_fits_is_cut_by_itself(data):
    options = {**NET, "max_norm": LIMIT, "learn_rate": 0.1}
    made = fit(*data, members=3, **options)
    assert made.options["engine"] == "stacked"
    alone = fit(*data, **options)
    np.testing.assert_allclose(
        made.parameters["0.weight"][0], alone.parameters["0.weight"], rtol=1e-8
    )
    assert (lengths(made, "2.weight") <= LIMIT * (1 + 1e-12)).all()


def test_batches_wide_data_and_files(data, rng, tmp_path):
    fast, slow = (
        fit(*data, batch_size=16, max_norm=LIMIT, engine=engine, **NET)
        for engine in ("auto", "autograd")
    )
    np.testing.assert_allclose(fast.history["train_loss"], slow.history["train_loss"], rtol=1e-7)
    # turned into the span of the rows, the weights of a unit are as long as before
    wide = rng.standard_normal((12, 300)), rng.standard_normal(12)
    options = {**NET, "optimizer": "sgd", "epochs": 300, "learn_rate": 0.1, "max_norm": LIMIT}
    turned, plain = (fit(*wide, engine=engine, **options) for engine in ("auto", "autograd"))
    assert turned.options["engine"] == "span_of_rows"
    assert lengths(turned, "0.weight").max() == pytest.approx(LIMIT)
    np.testing.assert_allclose(turned.fitted, plain.fitted, rtol=1e-6)
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    x, y = data
    parquet.write_table(pa.table({"x": x[:, 0], "y": y}), tmp_path / "a.parquet")
    files = fit_parquet(tmp_path / "a.parquet", "y", ["x"], max_norm=LIMIT, **NET)
    memory = fit(x[:, :1], y, max_norm=LIMIT, **NET)
    assert files.options["engine"] == "stream"
    np.testing.assert_allclose(files.history["train_loss"], memory.history["train_loss"], rtol=1e-8)


def test_a_length_that_is_no_number_of_the_dtype_is_refused(data):
    with pytest.raises(NNFitError, match="in float32") as caught:
        fit(*data, hidden_units=3, max_norm=1e-40)
    assert caught.value.argument == "max_norm"
