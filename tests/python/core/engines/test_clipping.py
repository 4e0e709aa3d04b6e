import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, fit, fit_parquet

NET = {"hidden_units": 4, "activation": "tanh", "epochs": 40, "seed": 5, "dtype": "float64"}
CUTS = [{"clip_norm": 0.05}, {"clip_value": 0.01}, {"clip_norm": 0.02, "clip_value": 0.01}]


@pytest.fixture
def data(rng):
    x = rng.standard_normal((50, 3))
    return x, 5 * np.sin(x[:, 0]) + rng.standard_normal(50)


def by_hand(data, optimizer, rate, penalty=0.0, clip_norm=None, clip_value=None, epochs=40):
    """Train in plain PyTorch, on standardised data, with its own functions."""
    x, y = (torch.tensor((a - a.mean(0)) / a.std(0, ddof=1)) for a in data)
    torch.manual_seed(5)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)).double()
    with torch.random.fork_rng():
        torch.manual_seed(5)
        drawn = nn.Sequential(
            nn.Linear(3, 4, dtype=torch.float64), nn.Tanh(), nn.Linear(4, 1, dtype=torch.float64)
        )
    model.load_state_dict(drawn.state_dict())
    weights = [p for p in model.parameters() if p.ndim > 1]
    biases = [p for p in model.parameters() if p.ndim == 1]
    groups = [{"params": weights, "weight_decay": penalty}, {"params": biases}]
    optimizer = getattr(torch.optim, optimizer)(groups, lr=rate)
    losses = []
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = ((model(x)[:, 0] - y) ** 2).mean()
        loss.backward()
        if clip_value:
            nn.utils.clip_grad_value_(model.parameters(), clip_value)
        if clip_norm:
            nn.utils.clip_grad_norm_(model.parameters(), clip_norm)
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses) * data[1].std(ddof=1) ** 2


@pytest.mark.parametrize("cut", CUTS, ids=str)
@pytest.mark.parametrize("engine", ["fused", "autograd"])
@pytest.mark.parametrize(("name", "torchs", "rate"), [("sgd", "SGD", 0.5), ("adam", "Adam", 0.05)])
@pytest.mark.parametrize("penalty", [0.0, 0.1])
def test_steps_are_those_of_plain_torch(data, cut, engine, name, torchs, rate, penalty):
    made = fit(*data, optimizer=name, learn_rate=rate, engine=engine, penalty=penalty, **NET, **cut)
    expected = by_hand(data, torchs, rate, penalty, **cut)
    np.testing.assert_allclose(made.history["train_loss"], expected, rtol=1e-9)
    free = fit(*data, optimizer=name, learn_rate=rate, engine=engine, penalty=penalty, **NET)
    assert not np.allclose(free.history["train_loss"], expected)


@pytest.mark.parametrize("cut", CUTS, ids=str)
def test_each_of_several_fits_is_cut_by_itself(data, cut):
    options = {**NET, "optimizer": "sgd", "learn_rate": 0.5, **cut}
    made = fit(*data, members=3, **options)
    assert made.options["engine"] == "stacked"
    np.testing.assert_allclose(
        made.parameters["0.weight"][0], fit(*data, **options).parameters["0.weight"], rtol=1e-8
    )


@pytest.mark.parametrize("cut", CUTS, ids=str)
def test_linear_models_batches_and_wide_data(data, rng, cut):
    for options in (
        {"optimizer": "sgd", "learn_rate": 0.5, "epochs": 40, "seed": 1},
        {**NET, "batch_size": 16, "optimizer": "sgd"},
    ):
        fast, slow = (
            fit(*data, engine=engine, **options, **cut) for engine in ("auto", "autograd")
        )
        np.testing.assert_allclose(
            fast.history["train_loss"], slow.history["train_loss"], rtol=1e-7
        )
    x, y = rng.standard_normal((12, 300)), rng.standard_normal(12)
    options = {**NET, "optimizer": "sgd", "epochs": 300}
    assert fit(x, y, **options).options["engine"] == "span_of_rows"
    assert fit(x, y, **options, **cut).options["engine"] == "fused"


def test_files_are_cut_as_rows_in_memory(data, tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    x, y = data
    parquet.write_table(pa.table({"x": x[:, 0], "y": y}), tmp_path / "a.parquet")
    options = {**NET, "optimizer": "sgd", "learn_rate": 0.5, "clip_norm": 0.05}
    files = fit_parquet(tmp_path / "a.parquet", "y", ["x"], **options)
    memory = fit(x[:, :1], y, **options)
    np.testing.assert_allclose(files.history["train_loss"], memory.history["train_loss"], rtol=1e-8)


@pytest.mark.parametrize("name", ["clip_norm", "clip_value", "max_norm"])
@pytest.mark.parametrize("optimizer", ["lbfgs", "levenberg_marquardt"])
def test_optimizers_that_set_their_own_steps_are_refused(data, name, optimizer):
    with pytest.raises(NNFitError, match="sets the length of its steps") as caught:
        fit(*data, optimizer=optimizer, **NET, **{name: 1.0})
    assert caught.value.argument == name
    if name != "max_norm":  # which needs hidden layers
        with pytest.raises(NNFitError, match='optimizer "lbfgs"'):
            fit(*data, **{name: 1.0})  # a linear model's own
