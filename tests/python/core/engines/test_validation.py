import pytest
from torch import nn

from nnfit.core import fit, fit_parquet
from nnfit.core.engines.validation import ChunkValidation, Validation
from nnfit.core.model.loss import Loss
from support import as_threads


@pytest.mark.parametrize("weighted", [False, True])
def test_the_validation_loss_is_that_of_all_rows_at_once(spec, weighted, setting, cut, share_of):
    network, batch = setting(weighted)
    loss = Loss(spec, 1.0, weighted)
    streamed = ChunkValidation(network, loss, cut(batch), share_of(batch))()
    assert streamed == pytest.approx(Validation(network, loss, batch)(), rel=1e-12)
    assert network.training


def test_where_parameters_are_shared_out_all_take_part_in_as_many_chunks(
    spec, setting, cut, share_of
):
    network, batch = setting(False)
    expected = Validation(network, Loss(spec, 1.0, False), batch)()
    parts, networks = list(cut(batch)), [setting(False)[0] for _ in range(2)]
    counts = [0, 0]

    def work(processes):
        rank, its = processes.rank, networks[processes.rank]
        its.register_forward_hook(lambda *given: counts.__setitem__(rank, counts[rank] + 1))
        own = parts[:1] if rank else parts[1:]
        loss = Loss(spec, 1.0, False)
        return ChunkValidation(its, loss, own, share_of(batch), processes, batch)()

    assert as_threads(2, work) == pytest.approx([expected] * 2, rel=1e-12)
    assert counts == [len(parts) - 1] * 2
    assert len(parts) > 2


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
