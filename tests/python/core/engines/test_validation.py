import pytest
from torch import nn

from nnfit.core import fit, fit_parquet
from nnfit.core.engines.validation import ChunkValidation, Validation
from nnfit.core.model.loss import Loss


@pytest.mark.parametrize("weighted", [False, True])
def test_the_validation_loss_is_that_of_all_rows_at_once(spec, weighted, setting, cut, share_of):
    network, batch = setting(weighted)
    loss = Loss(spec, 1.0, weighted)
    streamed = ChunkValidation(network, loss, cut(batch), share_of(batch))()
    assert streamed == pytest.approx(Validation(network, loss, batch)(), rel=1e-12)
    assert network.training


@pytest.mark.parametrize("streamed", [False, True])
def test_dropout_is_off_in_validation_and_on_again_after_it(streamed, spec, setting, cut, share_of):
    network, batch = setting(False)
    bare = Validation(network, Loss(spec, 1.0, False), batch)()
    network.insert(2, nn.Dropout(0.5))
    loss = Loss(spec, 1.0, False)
    validation = (
        ChunkValidation(network.train(), loss, cut(batch), share_of(batch))
        if streamed
        else Validation(network.train(), loss, batch)
    )
    assert validation() == pytest.approx(bare, rel=1e-12)
    assert validation() == validation()
    assert network.training


@pytest.mark.parametrize("engine", ["fused", "autograd", "stream"])
def test_held_out_files_are_validated_on_without_dropout(engine, write_parquet, rng):
    x, y = rng.standard_normal(40), rng.standard_normal(40)
    train = write_parquet({"x": x[:30], "y": y[:30]})
    held_out = write_parquet({"x": x[30:], "y": y[30:]}, "held_out.parquet")
    options = {"hidden_units": 20, "seed": 1, "epochs": 3, "dtype": "float64"}
    size = {"batch_size": 10} if engine == "fused" else {}
    made = fit_parquet(
        train, "y", validation=held_out, dropout=0.5, engine=engine, **size, **options
    )
    # before any update only dropout could make a difference
    plain = fit(x[:30], y[:30], validation=(x[30:], y[30:]), **options)
    assert made.options["engine"] == engine
    first, second = made.history["valid_loss"][:2]
    assert first == pytest.approx(plain.history["valid_loss"][0], rel=1e-9)
    assert first != second
