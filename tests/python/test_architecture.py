"""Norms, residual layers, skip connection, initial values, maximum norm: by hand in torch."""

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import NNFitError, fit, fit_parquet, predict
from nnfit.core.options.rows import option_names

EPOCHS = 20


class ByHand(nn.Module):
    """Two hidden layers of 4 units on 4 columns, written out."""

    def __init__(self, norm=None, residual=False, skip=False, dropout=0.0, outputs=1, bias=True):
        super().__init__()
        self.linear = nn.ModuleList(
            [nn.Linear(4, 4, bias), nn.Linear(4, 4, bias), nn.Linear(4, outputs, bias)]
        )
        self.norms = nn.ModuleList([norm() if norm else nn.Identity() for _ in range(2)])
        self.straight = nn.Linear(4, outputs, bias=False) if skip else None
        self.residual, self.dropout = residual, dropout

    def forward(self, x):
        rows = x
        for linear, norm in zip(self.linear, self.norms):
            made = nn.functional.dropout(torch.tanh(norm(linear(x))), self.dropout, self.training)
            x = x + made if self.residual else made
        out = self.linear[2](x)
        return out if self.straight is None else out + self.straight(rows)

    def weights(self):
        return [one.weight for one in (*self.linear, self.straight) if one is not None]


def xavier(weight):
    nn.init.xavier_uniform_(weight, gain=2.0)


# what is asked of nnfit, and what that is by hand
CASES = {
    "batch_norm": ({"norm": "batch_norm"}, {"norm": lambda: nn.BatchNorm1d(4)}),
    "batch_norm with arguments": (
        {"norm": ("batch_norm", {"momentum": 0.3, "eps": 0.1, "affine": False})},
        {"norm": lambda: nn.BatchNorm1d(4, eps=0.1, momentum=0.3, affine=False)},
    ),
    "layer_norm": ({"norm": "layer_norm"}, {"norm": lambda: nn.LayerNorm(4)}),
    "layer_norm with arguments": (
        {"norm": ("layer_norm", {"eps": 0.01, "bias": False})},
        {"norm": lambda: nn.LayerNorm(4, eps=0.01, bias=False)},
    ),
    "residual": ({"residual": True}, {"residual": True}),
    "skip": ({"skip": True}, {"skip": True}),
    "skip without bias": ({"skip": True, "bias": False}, {"skip": True, "bias": False}),
    "init": ({"init": ("xavier_uniform", {"gain": 2})}, {"init": xavier}),
    "max_norm": ({"max_norm": 0.5}, {"max_norm": 0.5}),
    "all": (
        {"norm": "layer_norm", "residual": True, "skip": True, "dropout": 0.2, "max_norm": 0.9,
         "init": "orthogonal"},
        {"norm": lambda: nn.LayerNorm(4), "residual": True, "skip": True, "dropout": 0.2,
         "max_norm": 0.9, "init": nn.init.orthogonal_},
    ),
}  # fmt: skip


def by_hand(x, y, dtype, loss=nn.MSELoss, penalty=0.0, max_norm=None, init=None, size=None, **made):
    """Give the losses before each of 20 steps, and the network."""
    torch.manual_seed(5)
    torch.set_default_dtype(dtype)
    try:
        network = ByHand(**made)
    finally:
        torch.set_default_dtype(torch.float32)
    if init is not None:
        for weight in network.weights():
            init(weight)
        for linear in network.linear:
            nn.init.zeros_(linear.bias)
    pulled = network.weights()
    rest = [p for p in network.parameters() if all(p is not weight for weight in pulled)]
    groups = [{"params": pulled, "weight_decay": penalty}, {"params": rest}]
    optimizer = torch.optim.Adam([one for one in groups if one["params"]], lr=0.05)
    x, y, losses = torch.as_tensor(x, dtype=dtype), torch.as_tensor(y), []
    y = y.to(dtype) if y.is_floating_point() else y
    for _ in range(EPOCHS):
        order = [slice(None)] if size is None else torch.randperm(len(x)).split(size)
        total = 0.0
        for rows in order:
            optimizer.zero_grad()
            value = loss()(network(x[rows]), y[rows])
            value.backward()
            optimizer.step()
            total += value.item() * len(x[rows]) / len(x)
            if max_norm is not None:
                with torch.no_grad():
                    for row in (row for linear in network.linear[:2] for row in linear.weight):
                        if row.norm() > max_norm:
                            row.mul_(max_norm / row.norm())
        losses.append(total)
    return np.array(losses), network.eval()


@pytest.fixture(autouse=True)
def one_thread():
    """Add in the order in which nnfit adds: see batch normalisation.

    A bias before it has the gradient 0 but for rounding, and Adam takes long steps by that.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def data(rng):
    x = rng.standard_normal((48, 4)) * [1, 5, 0.1, 2] + [0, 3, 1, -2]
    return x, (np.sin(x[:, 0]) + x[:, 1] * x[:, 2])[:, None]


def standardised(values, centre=True):
    spread = values.std(0, ddof=1) if centre else np.sqrt((values**2).mean(0))
    return (values - values.mean(0) * centre) / spread


ASKED = {"hidden_units": [4, 4], "activation": "tanh", "epochs": EPOCHS, "learn_rate": 0.05,
         "seed": 5, "optimizer": "adam"}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("penalty", [0.0, 0.1])
@pytest.mark.parametrize("engine", ["auto", "autograd"])
def test_losses_and_predictions_are_those_of_torch_by_hand(data, case, penalty, engine):
    asked, hand = CASES[case]
    scaled = [standardised(part) for part in data]
    expected, network = by_hand(*scaled, torch.float64, penalty=penalty, **hand)
    x, y = scaled
    made = fit(x, y, dtype="float64", penalty=penalty, engine=engine, scale=False, **ASKED, **asked)
    np.testing.assert_allclose(made.history["train_loss"], expected, rtol=1e-12)
    with torch.no_grad():
        predicted = network(torch.as_tensor(x)).numpy()
    np.testing.assert_allclose(predict(made, x), predicted, rtol=1e-9, atol=1e-12)
    if hand.get("bias", True):  # standardised inside: the same fit
        inside = fit(*data, dtype="float64", penalty=penalty, engine=engine, **ASKED, **asked)
        np.testing.assert_allclose(
            inside.history["train_loss"], expected * data[1].std(ddof=1) ** 2, rtol=1e-9
        )


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("engine", ["auto", "autograd"])
def test_so_they_are_in_float32(data, case, engine):
    asked, hand = CASES[case]
    x, y = (standardised(part) for part in data)
    expected, _ = by_hand(x, y, torch.float32, **hand)
    made = fit(x, y, engine=engine, scale=False, dtype="float32", **ASKED, **asked)
    np.testing.assert_allclose(made.history["train_loss"], expected, rtol=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_so_they_are_in_batches(data, case):
    asked, hand = CASES[case]
    x, y = (standardised(part) for part in data)
    expected, _ = by_hand(x, y, torch.float64, size=16, **hand)
    made = fit(x, y, scale=False, dtype="float64", batch_size=16, **ASKED, **asked)
    np.testing.assert_allclose(made.history["train_loss"], expected, rtol=1e-12)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    ("loss", "torchs", "classes"),
    [("cross_entropy", nn.CrossEntropyLoss, 3), ("bce", nn.BCEWithLogitsLoss, 2)],
)
def test_so_they_are_for_classes(data, case, loss, torchs, classes):
    asked, hand = CASES[case]
    x, (y,) = standardised(data[0]), data[1].T
    codes = np.searchsorted(np.quantile(y, np.arange(1, classes) / classes), y)
    target = codes if classes > 2 else codes[:, None].astype(float)
    outputs = classes if classes > 2 else 1
    expected, _ = by_hand(x, target, torch.float64, torchs, outputs=outputs, **hand)
    labels = np.array(["a", "b", "c"])[codes]
    made = fit(x, labels, loss=loss, scale=False, dtype="float64", **ASKED, **asked)
    np.testing.assert_allclose(made.history["train_loss"], expected, rtol=1e-11)


@pytest.mark.parametrize("case", CASES)
def test_members_are_each_a_fit_of_its_own(data, case):
    asked, _ = CASES[case]
    options = {**ASKED, "dtype": "float64", **asked}
    made = fit(*data, members=3, **options)
    np.testing.assert_allclose(predict(made, data[0]), made.fitted, rtol=1e-12)
    one = fit(*data, **options)
    for name, values in one.parameters.items():
        assert made.parameters[name].shape == (3, *values.shape)
        if not asked.get("dropout"):  # which goes on drawing
            np.testing.assert_allclose(made.parameters[name][0], values, rtol=1e-8, atol=1e-12)
    alone = [
        predict({**one, "parameters": {k: v[m] for k, v in made.parameters.items()}}, data[0])
        for m in range(3)
    ]
    np.testing.assert_allclose(np.mean(alone, axis=0), made.fitted, rtol=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_replicates_restarts_and_held_out_rows(data, case):
    asked, _ = CASES[case]
    options = {**ASKED, "dtype": "float64", "engine": "auto", **asked}
    made = fit(*data, bootstrap=3, validation=0.25, **options)
    assert len(made.replicates["train_loss"]) == 3
    assert np.isfinite(made.history["valid_loss"]).all()
    rows = made.validation_rows
    before = fit(*data, validation=0.25, **{**options, "epochs": EPOCHS + 1})
    error = np.square(made.fitted[rows] - data[1][rows]).mean()
    # the loss of an epoch is that before its update, in evaluation
    assert before.history["valid_loss"][-1] == pytest.approx(error, rel=1e-9)
    if not asked.get("dropout"):
        tried = fit(*data, restarts=3, **options)
        first = fit(*data, **options)
        assert tried.restarts["train_loss"][0] == pytest.approx(first.history["train_loss"][-1])


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("engine", ["auto", "autograd"])
def test_training_goes_on_from_an_earlier_fit(data, case, engine):
    options = {**ASKED, "dtype": "float64", "engine": engine, **CASES[case][0]}
    whole = fit(*data, **{**options, "epochs": 2 * EPOCHS})
    more = fit(*data, **options, start=fit(*data, **options))
    np.testing.assert_allclose(
        more.history["train_loss"][-EPOCHS:], whole.history["train_loss"][EPOCHS:], rtol=1e-9
    )
    np.testing.assert_allclose(more.fitted, whole.fitted, rtol=1e-9)


def test_the_engines_that_take_them(data):
    def engine(**options):
        return fit(*data, **{**ASKED, **options}).options["engine"]

    for asked in ({"norm": "layer_norm"}, {"residual": True}, {"skip": True}, {"max_norm": 1.0}):
        assert engine(**asked) == "fused"
        assert engine(**asked, members=2) == "stacked"
    assert engine(norm="batch_norm") == engine(norm="batch_norm", members=2) == "autograd"
    assert engine(norm=["layer_norm", "batch_norm"]) == "autograd"
    with pytest.raises(NNFitError, match="BatchNorm1d is not among its layers") as caught:
        engine(norm="batch_norm", engine="fused")
    assert caught.value.argument == "engine"


@pytest.mark.parametrize("asked", [{"norm": "layer_norm"}, {"residual": True}, {"skip": True}])
@pytest.mark.parametrize("optimizer", ["lbfgs", "levenberg_marquardt"])
def test_optimizers_of_all_rows_go_further_down(data, asked, optimizer):
    options = {**ASKED, "dtype": "float64", **asked}
    first = fit(*data, **options)
    del options["learn_rate"]
    made = fit(*data, **{**options, "optimizer": optimizer})
    assert made.history["train_loss"][-1] < first.history["train_loss"][-1]


def test_levenberg_marquardt_refuses_batch_normalisation(data):
    with pytest.raises(NNFitError, match="BatchNorm1d is not among its layers") as caught:
        fit(*data, hidden_units=4, norm="batch_norm", optimizer="levenberg_marquardt")
    assert caught.value.argument == "optimizer"


def test_a_last_step_of_one_row_joins_the_one_before_under_batch_normalisation(data):
    x, y = data[0][:33], data[1][:33]
    options = {**ASKED, "norm": "batch_norm", "batch_size": 8, "epochs": 1}
    assert fit(x, y, **options).parameters["1.num_batches_tracked"] == 4
    assert fit(x[:32], y[:32], **options).parameters["1.num_batches_tracked"] == 4
    with pytest.raises(NNFitError, match="a step is one row") as caught:
        fit(x, y, **{**options, "batch_size": 1, "norm": "batch_norm"}, validation=0.97)
    assert caught.value.argument == "norm"


def test_running_statistics_are_buffers_and_come_back_with_the_best_epoch(data):
    made = fit(*data, validation=0.25, stop_iter=3, norm="batch_norm", **{**ASKED, "epochs": 60})
    assert made.buffers == [
        f"{place}.{name}" for place in (1, 4)
        for name in ("running_mean", "running_var", "num_batches_tracked")
    ]  # fmt: skip
    assert made.best_epoch < len(made.history["train_loss"])
    assert made.parameters["1.num_batches_tracked"] == made.best_epoch - 1
    error = np.square(made.fitted[made.validation_rows] - data[1][made.validation_rows]).mean()
    assert made.history["valid_loss"][made.best_epoch - 1] == pytest.approx(error, rel=1e-5)


def test_files_of_which_all_rows_are_a_step(data, tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    x, y = data
    columns = {f"x{j}": x[:, j] for j in range(4)}
    parquet.write_table(pa.table({**columns, "y": y[:, 0]}), tmp_path / "a.parquet")
    for asked, _ in CASES.values():
        options = {**ASKED, "dtype": "float64", **asked}
        files = fit_parquet(tmp_path / "a.parquet", "y", list(columns), **options)
        memory = fit(x, y, **options)
        np.testing.assert_allclose(
            files.history["train_loss"], memory.history["train_loss"], rtol=1e-8
        )


def test_batch_normalisation_needs_the_rows_of_a_step_together(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"x": np.arange(70_000.0), "y": np.arange(70_000.0)}), path)
    options = {**ASKED, "norm": "batch_norm", "epochs": 1}
    with pytest.raises(NNFitError, match="Give `batch_size`") as caught:
        fit_parquet(path, "y", ["x"], **options)
    assert caught.value.argument == "norm"
    made = fit_parquet(path, "y", ["x"], **options, batch_size=10_000)
    assert made.parameters["1.num_batches_tracked"] == 7


def test_all_are_options_of_training():
    assert {"norm", "residual", "skip", "init", "max_norm"} <= set(option_names("training"))
