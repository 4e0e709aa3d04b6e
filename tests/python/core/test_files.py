import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import (
    NNFitError,
    fit,
    fit_design,
    fit_parquet,
    predict,
    predict_parquet,
    scan_parquet,
)
from nnfit.core.data import parquet
from nnfit.core.model.folding import linear_coefficients

pa = pytest.importorskip("pyarrow")


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(parquet, "CHUNK_ROWS", (8, 16))
    monkeypatch.setattr(parquet, "CHUNK_BYTES", 1)


@pytest.fixture
def cars(write_parquet, mtcars):
    names = ["cyl", "disp", "hp", "drat", "wt", "qsec", "vs", "am", "gear", "carb"]
    return write_parquet({"mpg": mtcars.y, **dict(zip(names, mtcars.x.T))})


@pytest.fixture
def flowers(write_parquet, iris, rng):
    order = rng.permutation(150)
    columns = {name: iris.x[order, j] for j, name in enumerate("abcd")}
    return write_parquet({**columns, "species": iris.y[order]}), iris.x[order], iris.y[order]


def same_fit(streamed, whole, rtol):
    np.testing.assert_allclose(
        streamed["history"]["train_loss"], whole["history"]["train_loss"], rtol=rtol
    )
    for name, value in whole["parameters"].items():
        np.testing.assert_allclose(streamed["parameters"][name], value, rtol=rtol, atol=rtol)
    assert streamed["stopped"] == whole["stopped"]


def test_an_untuned_linear_fit_is_the_one_of_lm(cars, mtcars, least_squares):
    found = fit_parquet(cars, "mpg")
    coefficients = linear_coefficients(found)[0]
    np.testing.assert_allclose(coefficients, least_squares(mtcars.x, mtcars.y), rtol=1e-7)
    assert found["stopped"] == "converged"
    assert found["rows"] == {"train": 32, "validation": 0}
    assert found["fitted"] is None


@pytest.mark.parametrize(
    "options",
    [
        {"optimizer": "sgd"},
        {"optimizer": "sgd", "bias": False, "reduction": "sum", "learn_rate": 1e-4},
        {"optimizer": "adam", "scale": False, "learn_rate": 1e-4},
        {"optimizer": "sgd", "penalty": 0.1},
        {"optimizer": "rprop", "penalty": 0.1},
        {"loss": "huber", "optimizer": "sgd"},
    ],
)
def test_a_linear_trajectory_is_the_one_in_memory(cars, mtcars, options):
    whole = fit(mtcars.x, mtcars.y, seed=1, epochs=40, **options)
    same_fit(fit_parquet(cars, "mpg", seed=1, epochs=40, **options), whole, 1e-8)


@pytest.mark.parametrize("engine", ["fused", "autograd"])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("options", [{}, {"optimizer": "lbfgs"}, {"penalty": 0.1}])
def test_a_network_on_all_rows_is_the_one_in_memory(cars, mtcars, engine, reduction, options):
    options = {
        "hidden_units": 5,
        "seed": 1,
        "epochs": 20,
        "dtype": "float64",
        "engine": engine,
        "reduction": reduction,
        **options,
    }
    streamed = fit_parquet(cars, "mpg", **options)
    same_fit(streamed, fit(mtcars.x, mtcars.y, **options), 1e-6)
    assert streamed["options"]["engine"] == {"fused": "stream"}.get(engine, engine)


def test_a_loss_that_compares_all_rows_is_refused(cars):
    with pytest.raises(NNFitError, match="compares rows with all others, which have to be in mem"):
        fit_parquet(cars, "mpg", loss="cox")


def test_an_optimizer_that_needs_the_rows_in_memory_is_refused(cars):
    with pytest.raises(NNFitError, match="neither dropout nor rows from files"):
        fit_parquet(cars, "mpg", hidden_units=5, optimizer="levenberg_marquardt")


def test_classes_of_a_linear_model_are_those_in_memory(flowers):
    path, x, y = flowers
    whole, streamed = fit(x, y, epochs=15, seed=1), fit_parquet(path, "species", epochs=15, seed=1)
    same_fit(streamed, whole, 1e-7)


@pytest.mark.parametrize("engine", ["fused", "autograd"])
def test_mini_batches_from_a_large_buffer_are_those_in_memory(flowers, engine):
    path, x, y = flowers
    options = {"hidden_units": 5, "seed": 1, "epochs": 10, "batch_size": 32, "dtype": "float64"}
    whole = fit(x, y, engine=engine, **options)
    streamed = fit_parquet(path, "species", engine=engine, **options)
    same_fit(streamed, whole, 1e-9)
    assert streamed["options"]["levels"] == whole["options"]["levels"]
    assert streamed["options"]["engine"] == engine


@pytest.mark.parametrize("arguments", [{"shuffle": False}, {"shuffle_buffer": 40}])
def test_mini_batches_in_file_order_and_from_a_small_buffer_learn_as_well(flowers, arguments):
    path, _, _ = flowers
    found = fit_parquet(
        path, "species", hidden_units=8, seed=1, epochs=60, batch_size=16, **arguments
    )
    assert found["history"]["train_loss"][-1] < 0.15
    again = fit_parquet(
        path, "species", hidden_units=8, seed=1, epochs=60, batch_size=16, **arguments
    )
    np.testing.assert_array_equal(found["history"]["train_loss"], again["history"]["train_loss"])


def test_a_shuffle_buffer_of_one_row_still_shuffles_batches(flowers):
    path, _, _ = flowers
    options = {"hidden_units": 4, "seed": 1, "epochs": 4, "batch_size": 16}
    one = fit_parquet(path, "species", shuffle_buffer=1, **options)
    batch = fit_parquet(path, "species", shuffle_buffer=16, **options)
    in_order = fit_parquet(path, "species", shuffle=False, **options)
    for name in ("train_loss",):  # the least buffer is a batch
        np.testing.assert_array_equal(one.history[name], batch.history[name])
        assert (one.history[name][1:] != in_order.history[name][1:]).all()


def test_strings_are_no_numbers_where_the_fit_had_numbers(write_parquet):
    x = np.arange(20.0)
    path = write_parquet({"x": x, "g": ["1", "2"] * 10, "y": x})
    made = fit_parquet(path, "y", seed=1)
    texts = write_parquet({"x": [str(v) for v in x], "g": ["1", "2"] * 10, "y": x}, "t.parquet")
    numbers = write_parquet({"x": x, "g": [1, 2] * 10, "y": x}, "n.parquet")
    with pytest.raises(NNFitError, match='`path` has text in its column "x", which was of numbers'):
        predict_parquet(made, texts)
    with pytest.raises(NNFitError, match='`path` has numbers in its column "g", which was of clas'):
        predict_parquet(made, numbers)
    with pytest.raises(NNFitError, match='`validation` has text in its column "x"'):
        fit_parquet(path, "y", validation=texts)
    with pytest.raises(NNFitError, match='`path` has text in its column "x"'):
        fit_design(texts, made.design)
    assert predict_parquet(made, path).shape == (20, 1)


def test_weights_are_a_column(write_parquet, mtcars, least_squares, rng):
    weights = rng.integers(0, 3, 32)
    path = write_parquet({"mpg": mtcars.y, "wt": mtcars.x[:, 4], "w": weights})
    found = fit_parquet(path, "mpg", weights="w")
    expected = least_squares(mtcars.x[:, [4]], mtcars.y, weights)
    np.testing.assert_allclose(linear_coefficients(found)[0], expected, rtol=1e-7)
    assert found["rows"]["train"] == np.count_nonzero(weights)
    options = {"hidden_units": 3, "seed": 1, "epochs": 20, "dtype": "float64"}
    whole = fit(mtcars.x[:, [4]], mtcars.y, weights=weights, **options)
    same_fit(fit_parquet(path, "mpg", weights="w", **options), whole, 1e-8)


def test_classes_are_indicators_and_tuples_products(write_parquet, rng, least_squares):
    x, g = rng.normal(size=60), rng.choice(["a", "b", "c"], 60)
    y = x + (g == "b") - x * (g == "c") + rng.normal(size=60)
    path = write_parquet({"x": x, "g": g, "y": y})
    found = fit_parquet(path, "y", ["x", "g", ("x", "g")])
    b, c = g == "b", g == "c"
    expected = least_squares(np.column_stack([x, b, c, x * b, x * c]), y)
    np.testing.assert_allclose(linear_coefficients(found)[0], expected, rtol=1e-7)


@pytest.mark.parametrize("options", [{}, {"hidden_units": 3, "epochs": 20, "dtype": "float64"}])
def test_held_out_files_are_watched(write_parquet, mtcars, options):
    x, y = mtcars.x[:, [4]], mtcars.y
    weights = np.linspace(0.5, 2, 20)
    path = write_parquet({"mpg": y[:20], "wt": x[:20, 0], "w": weights})
    held_out = write_parquet({"mpg": y[20:], "wt": x[20:, 0]}, "held-out.parquet")
    found = fit_parquet(path, "mpg", weights="w", validation=held_out, seed=1, **options)
    pair = (x[20:], y[20:])
    whole = fit(x[:20], y[:20], weights=weights, validation=pair, seed=1, **options)
    np.testing.assert_allclose(
        found["history"]["valid_loss"][:5], whole["history"]["valid_loss"][:5], rtol=1e-8
    )
    assert found["rows"] == {"train": 20, "validation": 12}


def test_a_held_out_share_is_drawn_under_the_seed(cars):
    options = {"hidden_units": 4, "epochs": 10, "validation": 0.3, "stop_iter": 3}
    found = fit_parquet(cars, "mpg", seed=1, **options)
    again = fit_parquet(cars, "mpg", seed=1, **options)
    np.testing.assert_array_equal(found["history"]["valid_loss"], again["history"]["valid_loss"])
    assert found["rows"]["train"] + found["rows"]["validation"] == 32
    assert found["rows"]["validation"] > 0
    assert found["best_epoch"] is not None
    # the network starts from the same values as without validation
    alone = fit_parquet(cars, "mpg", seed=1, hidden_units=4, epochs=1, learn_rate=1e-12)
    started = fit_parquet(cars, "mpg", seed=1, hidden_units=4, epochs=1, learn_rate=1e-12,
                          validation=0.3)  # fmt: skip
    np.testing.assert_allclose(alone["parameters"]["0.weight"], started["parameters"]["0.weight"])


def test_two_outcomes(write_parquet, rng, least_squares):
    x, y = rng.normal(size=(50, 2)), rng.normal(size=(50, 2))
    path = write_parquet({"u": x[:, 0], "v": x[:, 1], "a": y[:, 0], "b": y[:, 1]})
    found = fit_parquet(path, ["a", "b"])
    expected = np.stack([least_squares(x, y[:, 0]), least_squares(x, y[:, 1])])
    np.testing.assert_allclose(linear_coefficients(found), expected, rtol=1e-6, atol=1e-9)


def test_a_module_of_the_users_own(cars, mtcars):
    torch.manual_seed(1)
    module = nn.Sequential(nn.Linear(10, 3), nn.Sigmoid(), nn.Linear(3, 1)).double()
    options = {"epochs": 10, "seed": 1}
    whole = fit(mtcars.x, mtcars.y, model=module, **options)
    same_fit(fit_parquet(cars, "mpg", model=module, **options), whole, 1e-8)


class Factor(nn.Module):
    """Multiplies a column with a number; without weights that a penalty could fall on."""

    def __init__(self):
        super().__init__()
        self.number = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return x * self.number


def test_a_penalty_on_a_module_without_weights_changes_nothing(cars):
    options = {"model": Factor(), "optimizer": "rprop", "learn_rate": 0.1, "epochs": 10, "seed": 1}
    free, bound = (fit_parquet(cars, "mpg", ["wt"], penalty=p, **options) for p in (0.0, 0.3))
    assert free["parameters"]["number"] != 1
    same_fit(bound, free, 0)


def test_the_users_generator_is_left_alone(cars):
    before = torch.get_rng_state()
    fit_parquet(cars, "mpg", hidden_units=2, epochs=2, batch_size=8, seed=1, validation=0.2)
    assert torch.equal(torch.get_rng_state(), before)


def test_scan_parquet_without_columns_names_the_kinds(cars):
    assert set(scan_parquet(cars)["kinds"].values()) == {"number"}
    assert scan_parquet(cars, "mpg")["rows"] == 32


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"outcome": "mgp"}, '`outcome` names the column "mgp".* Did you mean "mpg"'),
        ({"outcome": []}, "`outcome` must name one column at least"),
        ({"columns": ["wt", "mt"]}, '`columns` names the column "mt"'),
        ({"columns": "wt"}, "`columns` must be a list of names, not of type str"),
        ({"columns": [3]}, "`columns` must be names, and tuples of names"),
        ({"weights": ["am"]}, "`weights` must name columns"),
        ({"validation": 1.5}, "`validation` must be a share"),
        ({"validation": 0.001}, "`validation` leaves one side without rows"),
        ({"shuffle_buffer": 0}, "`shuffle_buffer` must be a whole number from 1"),
        ({"shuffle_buffer": 2.5}, "`shuffle_buffer` must be a whole number"),
        ({"shuffle": "no"}, "`shuffle` must be True or False"),
        ({"fully_shard": 1.5}, "`fully_shard` must be True or False"),
        ({"fully_shard": True}, "`fully_shard` is for a `model` of your own"),
        (
            {"fully_shard": True, "model": nn.Linear(1, 1), "checkpoint": "somewhere"},
            "`checkpoint` does not go with `fully_shard`, where no process has all",
        ),
        (
            {"fully_shard": True, "model": nn.Linear(1, 1), "learn_rate": "find"},
            "`learn_rate` does not go with `fully_shard`",
        ),
        ({"progress": 3}, "`progress` must be a function"),
        ({"bootstrap": 5}, "`bootstrap` is not an option of this function"),
        ({"weights": "am"}, None),
        ({"weights": "minus"}, "`weights` must be a column of numbers, not negative"),
        ({"outcome": "one"}, "holds a single class"),
        ({"outcome": "two", "loss": ["cross_entropy", {"weight": [1.0, 2.0]}]}, "weights for cl"),
        ({"columns": ["hole"]}, r"`path` has 1 row\(s\) with missing or infinite values, in hole"),
    ],
)
def test_what_can_not_work_is_refused(write_parquet, mtcars, change, message):
    path = write_parquet(
        {"mpg": mtcars.y, "wt": mtcars.x[:, 4], "am": mtcars.x[:, 7], "minus": -mtcars.y,
         "one": ["a"] * 32, "two": ["a", "b"] * 16, "hole": [None] + [1.0] * 31}
    )  # fmt: skip
    arguments = {"outcome": "mpg", "columns": ["wt"], "epochs": 2, "seed": 1, **change}
    if message is None:
        fit_parquet(path, **arguments)
        return
    with pytest.raises(NNFitError, match=message):
        fit_parquet(path, **arguments)


def test_new_levels_in_held_out_files_are_refused(write_parquet):
    path = write_parquet({"y": [1.0, 2.0, 3.0, 4.0], "g": ["a", "b", "a", "b"]})
    held_out = write_parquet({"y": [1.0], "g": ["c"]}, "held-out.parquet")
    with pytest.raises(NNFitError, match=r'`validation` has levels in "g" .* lack: \[\'c\'\]'):
        fit_parquet(path, "y", validation=held_out)


pa = pytest.importorskip("pyarrow")


@pytest.fixture
def flower_file(write_parquet, iris):
    columns = {name: iris.x[:, j] for j, name in enumerate("abcd")}
    return write_parquet({**columns, "species": iris.y})


@pytest.fixture
def found(flower_file):
    return fit_parquet(flower_file, "species", hidden_units=4, epochs=20, seed=1)


@pytest.mark.parametrize("kind", ["response", "link"])
def test_files_are_predicted_as_arrays_are(flower_file, found, iris, kind, monkeypatch):
    monkeypatch.setattr(parquet, "CHUNK_ROWS", (8, 16))
    monkeypatch.setattr(parquet, "CHUNK_BYTES", 1)
    streamed = predict_parquet(found, flower_file, type=kind)
    np.testing.assert_allclose(streamed, predict(found, iris.x, type=kind), rtol=1e-5, atol=1e-6)


def test_a_row_with_a_missing_predictor_is_nan(found, write_parquet):
    new = {name: [1.0, 2.0, 3.0] for name in "abc"}
    path = write_parquet({**new, "d": [1.0, None, 3.0]}, "new.parquet")
    missing = np.isnan(predict_parquet(found, path))
    np.testing.assert_array_equal(missing.all(axis=1), [False, True, False])
    np.testing.assert_array_equal(missing.any(axis=1), [False, True, False])


def test_predictions_that_can_not_be_made_are_refused(found, flower_file, write_parquet):
    with pytest.raises(NNFitError, match="`type` must be"):
        predict_parquet(found, flower_file, type="class")
    with pytest.raises(NNFitError, match='no column "a"'):
        predict_parquet(found, write_parquet({"z": [1.0]}, "z.parquet"))


def test_one_fit_on_files_is_not_trained_as_if_it_were_several(write_parquet, mtcars):
    path = write_parquet({"mpg": mtcars.y, "wt": mtcars.x[:, 4]})
    with pytest.raises(NNFitError, match='`engine` "stacked" does not apply: it is for several'):
        fit_parquet(path, "mpg", engine="stacked")
