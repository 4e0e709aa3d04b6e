import copy
import math

import numpy as np
import pytest
import torch
from torch import nn

from nnfit import core
from nnfit.core import NNFitError, NNFitWarning, fit, predict, predict_interval
from nnfit.core.model.folding import linear_coefficients
from nnfit.core.options import catalog
from nnfit.core.options.families import family
from nnfit.core.training import callbacks
from support import KINDS_TESTED


def accuracy(result, y):
    labels = np.array(result["options"]["levels"])[result["fitted"].argmax(1)]
    return np.mean(labels == y)


# -- the untuned call --


def test_a_line_through_the_thermometer_is_least_squares(thermometer, least_squares):
    result = fit(*thermometer, seed=1)
    assert result["stopped"] == "converged"
    np.testing.assert_allclose(
        linear_coefficients(result)[0], least_squares(*thermometer), rtol=1e-10
    )


@pytest.mark.parametrize("scale", [True, False])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_linear_fits_are_least_squares(thermometer, least_squares, scale, bias, weighted):
    weights = np.linspace(0, 2, 11) if weighted else None
    x = thermometer.x / 10  # mild enough to go without scaling
    result = fit(x, thermometer.y, weights=weights, bias=bias, scale=scale, seed=1)
    np.testing.assert_allclose(
        linear_coefficients(result)[0],
        least_squares(x, thermometer.y, weights, bias),
        rtol=1e-8,
        atol=1e-12,
    )


def test_several_outcomes_are_several_regressions(mtcars, least_squares):
    y = mtcars.x[:, :3] * [1, 0.1, 10]
    x = mtcars.x[:, 3:6]
    result = fit(x, y, seed=1)
    assert result["fitted"].shape == (32, 3)
    np.testing.assert_allclose(linear_coefficients(result).T, least_squares(x, y), rtol=1e-7)


@pytest.mark.parametrize("seed", range(5))
def test_an_untuned_network_classifies_iris(iris, seed):
    result = fit(*iris, hidden_units=16, seed=seed)
    assert accuracy(result, iris.y) >= 0.97
    assert result["seconds"] < 2
    np.testing.assert_allclose(result["fitted"].sum(1), 1)


def test_two_classes_give_the_probability_of_the_second(iris):
    rows = iris.y != "setosa"
    x, y = iris.x[rows], iris.y[rows]
    result = fit(x, y, hidden_units=8, seed=1)
    assert result["options"]["loss"] == "bce_with_logits"
    assert result["fitted"].shape == (100, 1)
    assert np.mean((result["fitted"][:, 0] > 0.5) == (y == "virginica")) > 0.95


# -- everything in the catalog trains --


@pytest.mark.parametrize("name", catalog.names("activation"))
def test_every_activation_trains(iris, name, kept_by_r):
    result = fit(iris.x[:, :3], iris.x[:, 3], hidden_units=8, activation=name, epochs=40, seed=1)
    losses = result["history"]["train_loss"]
    assert losses[-1] < losses[0]
    np.testing.assert_array_equal(predict(kept_by_r(result), iris.x[:, :3]), result["fitted"])


@pytest.mark.parametrize("name", catalog.names("loss"))
@pytest.mark.parametrize("hidden_units", [(), 6])
def test_every_loss_trains_and_predicts(iris, name, hidden_units):
    row = family(name)
    y = KINDS_TESTED[row.outcome].of_iris(row, iris)
    result = fit(iris.x[:, :3], y, loss=name, hidden_units=hidden_units, epochs=60, seed=1)
    losses = result["history"]["train_loss"]
    assert losses[-1] < losses[0]
    assert np.isfinite(result["fitted"]).all()
    if row.outcome == "binary":
        assert ((result["fitted"] >= 0) & (result["fitted"] <= 1)).all()
        assert np.mean((result["fitted"][:, 0] > 0.5) == y) > 0.85
    if row.outcome == "class":
        assert accuracy(result, iris.y) > 0.6
    if row.link == "log":
        assert (result["fitted"] > 0).all()


# -- units --


@pytest.mark.parametrize(
    "loss", ["mse", "l1", ("huber", {"delta": 2.0}), ("smooth_l1", {"beta": 2.0})], ids=str
)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_losses_are_in_the_users_units(mtcars, loss, reduction):
    """The last row must be the loss of the fitted values, whatever happened inside."""
    x, y = mtcars.x, mtcars.y * 1000
    result = fit(x, y, loss=loss, reduction=reduction, epochs=1, learn_rate=1e-30, seed=1)
    named = catalog.parse("loss", loss)
    criterion = catalog.build("loss", named, reduction=reduction)
    expected = criterion(torch.tensor(result["fitted"][:, 0]), torch.tensor(y)).item()
    assert result["history"]["train_loss"][0] == pytest.approx(expected)


def test_scaling_does_not_depend_on_the_users_units(mtcars):
    first = fit(mtcars.x, mtcars.y, hidden_units=4, dtype="float64", epochs=50, seed=1)
    second = fit(mtcars.x * 100 + 7, mtcars.y * 10 - 3, hidden_units=4, dtype="float64",
                 epochs=50, seed=1)  # fmt: skip
    np.testing.assert_allclose(second["fitted"], first["fitted"] * 10 - 3, rtol=1e-6)
    np.testing.assert_allclose(
        second["history"]["train_loss"], first["history"]["train_loss"] * 100, rtol=1e-6
    )


def test_scaling_comes_from_the_training_rows_alone(mtcars):
    result = fit(mtcars.x, mtcars.y, validation=0.25, seed=1)
    rows = np.setdiff1d(np.arange(32), result["validation_rows"])
    np.testing.assert_allclose(result["scaling"]["x_center"], mtcars.x[rows].mean(0))
    np.testing.assert_allclose(result["scaling"]["y_scale"], mtcars.y[rows].std(ddof=1))


# -- inputs --


def test_inputs_are_read_only_and_stay_as_they_are(iris):
    x = np.asfortranarray(iris.x)
    y = np.round(iris.x[:, 3])
    w = np.ones(150)
    before = [array.copy() for array in (x, y, w)]
    for array in (x, y, w):
        array.flags.writeable = False
    result = fit(x, y, weights=w, hidden_units=4, epochs=5, validation=0.2, batch_size=16, seed=1)
    predict(result, x)
    for array, copied in zip((x, y, w), before):
        np.testing.assert_array_equal(array, copied)


def test_tensors_and_arrays_are_the_same_to_a_fit(iris):
    options = {"hidden_units": 4, "epochs": 5, "seed": 1}
    array = fit(iris.x, iris.x[:, 3], **options)
    tensor = fit(torch.tensor(iris.x), torch.tensor(iris.x[:, 3]), **options)
    np.testing.assert_array_equal(array["fitted"], tensor["fitted"])


@pytest.mark.parametrize(
    ("change", "argument"),
    [
        ({"x": [[1.0]]}, "y"),
        ({"y": ["a", "b", "a"], "loss": "mse"}, "loss"),
        ({"weights": [1.0]}, "weights"),
        ({"validation": 1.0}, "validation"),
        ({"validation": "some"}, "validation"),
        ({"validation": (np.ones((2, 5)), np.ones(2))}, "validation"),
        ({"validation": (np.ones((2, 1)), np.ones(3))}, "validation"),
        ({"validation": (np.ones((2, 1)), ["a", "b"])}, "loss"),
        ({"progress": 3}, "progress"),
        ({"model": "resnet"}, "model"),
        ({"y": np.eye(3, 2), "model": nn.Linear(1, 4)}, "model"),
        ({"optimiser": "sgd"}, "optimiser"),
    ],
)
def test_errors_name_the_argument(change, argument):
    call = {"x": np.arange(3.0)[:, None], "y": np.arange(3.0), **change}
    with pytest.raises(NNFitError) as caught:
        fit(call.pop("x"), call.pop("y"), **call)
    assert caught.value.argument == argument


# -- results --


def test_the_result_holds_plain_types_only(iris):
    result = fit(*iris, hidden_units=[8, 4], activation=["relu", ("elu", {"alpha": 0.5})],
                 validation=0.2, stop_iter=5, epochs=10, seed=1)  # fmt: skip
    plain = (str, int, float, bool, type(None), np.ndarray)

    def check(value):
        if isinstance(value, dict):
            assert all(isinstance(name, str) for name in value)
            return all(check(one) for one in value.values())
        if isinstance(value, list):
            return all(check(one) for one in value)
        return type(value) in plain

    assert check(result.plain())
    assert set(result) == set(result.plain()) == {
        "schema", "parameters", "buffers", "unscaled", "layers", "scaling", "history", "stopped",
        "best_epoch", "validation_rows", "fitted", "options", "seconds",
    }  # fmt: skip
    assert all(value.dtype == np.float64 for value in result["parameters"].values())


# -- seeds --


def test_a_seed_governs_everything_random_and_nothing_else(iris):
    options = {"hidden_units": 8, "dropout": 0.2, "batch_size": 32, "validation": 0.2, "epochs": 3}
    before = torch.get_rng_state()
    first = fit(*iris, seed=5, **options)
    assert torch.equal(torch.get_rng_state(), before)
    torch.rand(3)
    second = fit(*iris, seed=5, **options)
    other = fit(*iris, seed=6, **options)
    np.testing.assert_array_equal(first["fitted"], second["fitted"])
    np.testing.assert_array_equal(first["validation_rows"], second["validation_rows"])
    assert not np.array_equal(first["fitted"], other["fitted"])


def test_without_a_seed_torchs_generator_decides(iris):
    fits = []
    for _ in range(2):
        torch.manual_seed(3)
        fits.append(fit(*iris, hidden_units=4, epochs=2)["fitted"])
    np.testing.assert_array_equal(*fits)
    assert not np.array_equal(fit(*iris, hidden_units=4, epochs=2)["fitted"], fits[0])


# -- modules of one's own --


def mixed_module():
    return nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 3)
    )


@pytest.mark.parametrize("stop_iter", [math.inf, 2])
def test_a_module_with_buffers_comes_back_bit_for_bit(iris, stop_iter, kept_by_r):
    result = fit(*iris, model=mixed_module(), epochs=15, batch_size=50, validation=0.2,
                 stop_iter=stop_iter, seed=1)  # fmt: skip
    assert result["buffers"] == ["1.running_mean", "1.running_var", "1.num_batches_tracked"]
    again = predict(kept_by_r(result), iris.x, model=mixed_module())
    np.testing.assert_array_equal(again, result["fitted"])


def test_the_users_module_is_not_changed(iris):
    module = mixed_module().eval()
    before = copy.deepcopy(module.state_dict())
    result = fit(*iris, model=module, epochs=3, seed=1)
    predict(result, iris.x, model=module)
    assert not module.training
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


def test_a_module_keeps_its_dtype_and_starts_from_its_parameters(thermometer):
    line = nn.Linear(1, 1, dtype=torch.float64)
    result = fit(*thermometer, model=line, epochs=1, learn_rate=1e-30, scale=False)
    assert result["options"]["dtype"] == "float64"
    assert result["parameters"]["weight"] == pytest.approx(line.weight.detach().numpy())


def test_frozen_parameters_stay(thermometer):
    module = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1))
    module[0].requires_grad_(False)
    result = fit(*thermometer, model=module, epochs=5, penalty=0.1)
    np.testing.assert_array_equal(
        result["parameters"]["0.weight"], module[0].weight.detach().numpy()
    )


def test_a_module_may_take_images():
    images = np.random.default_rng(1).standard_normal((12, 1, 4, 4))
    module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 1))
    result = fit(images, images.mean((1, 2, 3)), model=module, epochs=3, seed=1)
    np.testing.assert_array_equal(predict(result, images, model=module), result["fitted"])


class Watcher(nn.Module):
    """Notes how many threads it runs on, and can be told to fail."""

    def __init__(self):
        super().__init__()
        self.line = nn.Linear(1, 1)
        self.threads = []
        self.fails_after = math.inf

    def __deepcopy__(self, memo):
        return self  # so that the test sees what the fit did

    def forward(self, x):
        self.threads.append(torch.get_num_threads())
        if len(self.threads) > self.fails_after:
            raise ZeroDivisionError
        return self.line(x)


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("fails_after", [math.inf, 4])
def test_small_fits_run_on_one_thread_and_give_the_setting_back(
    two_threads, thermometer, fails_after
):
    watcher = Watcher()
    watcher.fails_after = fails_after
    try:
        fit(*thermometer, model=watcher, epochs=5)
    except ZeroDivisionError:
        assert fails_after == 4
    assert torch.get_num_threads() == 2
    assert set(watcher.threads[2:]) == {1}  # the first two are trials of its output


def test_progress_reports_by_the_clock(monkeypatch, thermometer):
    clock = iter(np.arange(0, 1000, 0.01))
    monkeypatch.setattr(callbacks.time, "monotonic", lambda: next(clock))
    calls = []
    fit(
        *thermometer,
        hidden_units=4,
        epochs=100,
        validation=0.2,
        seed=1,
        progress=lambda *row: calls.append(row),
    )
    assert 5 <= len(calls) <= 10
    epoch, epochs, train_loss, valid_loss = calls[0]
    assert (type(epoch), epochs) == (int, 100)
    assert isinstance(train_loss, float)
    assert isinstance(valid_loss, float)


def test_progress_may_use_autograd(monkeypatch, thermometer):
    monkeypatch.setattr(callbacks.Progress, "FIRST", 0.0)
    slopes = []

    def report(*_):
        x = torch.ones(1, requires_grad=True)
        (3 * x).backward()
        slopes.append(x.grad.item())

    fit(*thermometer, hidden_units=4, epochs=3, progress=report, seed=1)
    assert set(slopes) == {3.0}


def test_an_interrupt_from_progress_keeps_the_fit(monkeypatch, thermometer):
    monkeypatch.setattr(callbacks.Progress, "FIRST", 0.0)

    def stop(epoch, *_):
        if epoch >= 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(callbacks.Progress, "EVERY", 0.0)
    with pytest.raises(KeyboardInterrupt) as caught:
        fit(*thermometer, hidden_units=4, epochs=100, progress=stop, seed=1)
    result = caught.value.fit
    assert result["stopped"] == "interrupted"
    assert len(result["history"]["train_loss"]) == 5


def test_a_pair_is_the_validation_data(iris):
    x, y = iris.x[::2], iris.y[::2]
    result = fit(x, y, hidden_units=8, validation=(iris.x[1::2], iris.y[1::2]), epochs=1,
                 learn_rate=1e-30, seed=1)  # fmt: skip
    assert result["validation_rows"] is None
    probability = predict(result, iris.x[1::2])
    codes = np.searchsorted(result["options"]["levels"], iris.y[1::2])
    expected = -np.mean(np.log(probability[np.arange(75), codes]))
    assert result["history"]["valid_loss"][0] == pytest.approx(expected, rel=1e-5)


def test_a_fraction_holds_rows_out_after_the_model_is_initialised(thermometer):
    with_split = fit(*thermometer, hidden_units=4, validation=0.2, epochs=1, scale=False,
                     learn_rate=1e-30, seed=1)  # fmt: skip
    without = fit(*thermometer, hidden_units=4, epochs=1, scale=False, learn_rate=1e-30, seed=1)
    np.testing.assert_array_equal(
        with_split["parameters"]["0.weight"], without["parameters"]["0.weight"]
    )
    assert len(with_split["validation_rows"]) == 2


class TestFrames:
    """A fit on a data frame knows its columns by name: in whatever order they come again."""

    pandas = pytest.importorskip("pandas")

    @pytest.fixture
    def cars(self, mtcars):
        names = ["cyl", "disp", "hp", "drat", "wt", "qsec", "vs", "am", "gear", "carb"]
        return self.pandas.DataFrame(mtcars.x, columns=names), mtcars.y

    @pytest.mark.parametrize("hidden_units", [(), 3])
    def test_columns_in_another_order_predict_the_same(self, cars, hidden_units, kept_by_r):
        x, y = cars
        made = fit(x, y, hidden_units=hidden_units, epochs=5, seed=1, bootstrap=2)
        turned = x[x.columns[::-1]].assign(more="text")
        for kept in (made, kept_by_r(made)):
            np.testing.assert_allclose(predict(kept, turned), predict(kept, x), rtol=1e-6)
        np.testing.assert_allclose(predict(made, turned), made["fitted"], rtol=1e-5)
        band, same = predict_interval(made, turned), predict_interval(made, x)
        np.testing.assert_allclose(band["upr"], same["upr"], rtol=1e-6)

    def test_one_column_keeps_its_name_on_its_way_through_r(self, cars, kept_by_r):
        x, y = cars
        made = fit(x[["wt"]], y)
        np.testing.assert_allclose(predict(kept_by_r(made), x), made["fitted"])

    def test_new_data_that_do_not_match_are_refused(self, cars):
        x, y = cars
        made = fit(x, y, seed=1)
        for new, problem in (
            (x.drop(columns="wt"), "lacks columns that the fit has: `wt`"),
            (x.rename(columns=str.upper), "lacks columns"),
            (x.astype({"wt": "category"}), r"Of another type: wt \(category\)"),
            (self.pandas.concat([x, x["wt"]], axis=1), "several columns of one name: `wt`"),
        ):
            with pytest.raises(NNFitError, match=problem) as caught:
                predict(made, new)
            assert caught.value.argument == "x"

    def test_rows_without_the_names_of_a_fit_are_taken_by_their_places(self, cars):
        x, y = cars
        made = fit(x, y, penalty=0.1, seed=1)
        with pytest.warns(NNFitWarning, match="`x` has no names of columns.* taken as `cyl`, `di"):
            np.testing.assert_array_equal(predict(made, x.to_numpy()), made["fitted"])

    def test_names_that_a_fit_does_not_know_do_not_count(self, cars):
        x, y = cars
        made = fit(x.to_numpy(), y)
        with pytest.warns(NNFitWarning, match="`x` has names of columns, and the fit was made wit"):
            np.testing.assert_allclose(predict(made, x), made["fitted"])

    @pytest.mark.parametrize("name", ["effects", "importance", "shapley", "diagnose"])
    def test_all_functions_say_so(self, cars, name):
        x, y = cars
        made = fit(x.to_numpy(), y, penalty=0.1, seed=1)
        more = {"effects": 0, "shapley": x[:5]}.get(name, y)
        with pytest.warns(NNFitWarning, match="has names of columns") as told:
            getattr(core, name)(made, x, more)
        named = [one.message.argument for one in told]
        assert named == ["x", "background"] if name == "shapley" else ["x"]

    def test_rows_to_validate_on_have_names_where_the_others_have(self, cars):
        x, y = cars
        with pytest.warns(NNFitWarning, match="`validation` has no names of columns"):
            fit(x, y, validation=(x.to_numpy(), y), epochs=2, hidden_units=2, seed=1)

    def test_held_out_labels_are_the_labels_of_training(self, iris):
        """The classes 1, 2, 3 are no positions among the levels that were found."""
        numbers = np.unique(iris.y, return_inverse=True)[1] + 1
        options = {"loss": "cross_entropy", "seed": 1, "epochs": 4}
        losses = [
            fit(iris.x, y, validation=(iris.x, y), **options)["history"]["valid_loss"]
            for y in (numbers, iris.y)
        ]
        np.testing.assert_array_equal(*losses)


class TestBiasOfEachLayer:
    @pytest.mark.parametrize("bias", [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)])
    def test_fused_and_autograd_train_it_and_the_units_are_the_datas(self, mtcars, bias):
        options = {"hidden_units": (3, 2), "activation": "tanh", "bias": list(map(bool, bias))}
        options |= {"epochs": 5, "seed": 1, "dtype": "float64", "optimizer": "sgd"}
        fused, autograd = (
            fit(*mtcars, engine=engine, **options) for engine in ("fused", "autograd")
        )
        np.testing.assert_allclose(fused["fitted"], autograd["fitted"], rtol=1e-8)
        there = [f"{layer}.bias" in fused["parameters"] for layer in (0, 2, 4)]
        assert there == list(map(bool, bias))
        # by hand, from the parameters in the data's units
        values = {**fused["parameters"], **fused["unscaled"]}
        hidden = mtcars.x
        for layer in (0, 2, 4):
            hidden = hidden @ values[f"{layer}.weight"].T + values.get(f"{layer}.bias", 0)
            hidden = hidden if layer == 4 else np.tanh(hidden)
        np.testing.assert_allclose(hidden, fused["fitted"], rtol=1e-8)

    @pytest.mark.parametrize("loss", ["mse", "huber", "gamma_nll", "poisson_nll"])
    @pytest.mark.parametrize("bias", [[True, False], [False, True]])
    def test_a_scaled_outcome_comes_back_whether_or_not_the_output_has_a_bias(
        self, mtcars, loss, bias
    ):
        """Scaling is another start of the same problem: what is learned has the outcome's size."""
        y = mtcars.y + 100
        made = fit(
            mtcars.x[:, [4]], y, hidden_units=8, activation="tanh", bias=bias, loss=loss,
            epochs=3000, optimizer="adam", learn_rate=0.02, seed=3,
        )  # fmt: skip
        assert abs(made["fitted"][:, 0] - y).mean() < 5
        np.testing.assert_allclose(predict(made, mtcars.x[:, [4]]), made["fitted"], rtol=1e-5)

    def test_more_columns_than_rows(self, rng):
        x, y = rng.normal(size=(12, 3000)) + 5, rng.normal(size=12)
        for bias in ([False, True], [True, False]):
            options = {"hidden_units": 3, "activation": "tanh", "bias": bias, "epochs": 500}
            options |= {"seed": 1, "dtype": "float64", "optimizer": "sgd"}
            wide, usual = (fit(x, y, engine=e, **options) for e in ("span_of_rows", "autograd"))
            np.testing.assert_allclose(wide["fitted"], usual["fitted"], atol=1e-5)


def test_what_other_functions_predict_is_told_of_them(thermometer):
    made = fit(*thermometer)
    for given, argument, says in (
        ({"type": "survival"}, "type", r"are by predict_survival\(\)"),
        ({"type": "risk"}, "type", 'the "response" is the risk'),
        ({"type": "prob"}, "type", 'of classes are the "response"'),
        ({"type": "survival", "times": [1.0]}, "times", r"predict_survival\(\) takes it"),
        ({"level": 0.9}, "level", r"predict_interval\(\) takes it"),
        ({"offsets": None}, "offsets", 'Did you mean "offset"'),
    ):
        with pytest.raises(NNFitError, match=says) as told:
            predict(made, thermometer.x, **given)
        assert told.value.argument == argument
