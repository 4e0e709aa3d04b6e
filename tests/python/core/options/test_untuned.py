import math

import numpy as np
import pytest

from nnfit.core import fit, fit_parquet
from nnfit.core.options.asked import Asked
from nnfit.core.options.rows import option_names
from nnfit.core.options.untuned import SAY_HOW, is_untuned


def test_a_network_of_which_its_size_is_said_is_untuned():
    assert is_untuned(Asked.of({"hidden_units": 8}))
    others = {"activation": "tanh", "loss": "l1", "bias": False, "seed": 1, "dtype": "float64"}
    assert is_untuned(Asked.of({"hidden_units": [8, 4], **others, "penalty": None, "epochs": None}))


@pytest.mark.parametrize("options", [{}, {"hidden_units": 8, "penalty": 0}], ids=str)
def test_linear_models_and_those_with_a_penalty_are_not(options):
    assert not is_untuned(Asked.of(options))


def test_what_the_network_is_leaves_it_open_unless_it_is_trained_otherwise():
    def untuned(**options):
        return is_untuned(Asked.of({"hidden_units": [8, 8], **options}))

    assert untuned(skip=True, init="orthogonal")
    for options in ({"norm": "layer_norm"}, {"residual": True}, {"max_norm": 1.0}):
        assert not untuned(**options)
    assert not untuned(init="zeros")  # from which the networks of all folds would go alike


def test_a_skip_connection_and_initial_values_are_used_in_the_choice_of_the_penalty():
    rng = np.random.default_rng(1)
    x = rng.standard_normal((60, 3))
    y = x[:, 0] + 0.1 * rng.standard_normal(60)
    made = fit(x, y, hidden_units=4, skip=True, init="orthogonal", seed=1)
    assert made.tuning is not None
    assert made.parameters["skip.weight"].shape == (10, 1, 3)
    assert made.parameters["skip.weight"][:, 0, 0].min() > 0.5 * x[:, 0].std() / y.std()
    other = fit(x, y, hidden_units=4, skip=True, seed=1)
    assert not np.allclose(other.parameters["0.weight"], made.parameters["0.weight"])
    plain = fit(x, y, hidden_units=4, norm="layer_norm", seed=1)
    assert plain.tuning is None and plain.parameters["1.weight"].shape == (4,)


def test_a_module_of_the_users_own_is_not():
    assert not is_untuned(Asked.of({}, own_model=True))


def test_what_says_how_to_train_are_options():
    assert set(SAY_HOW) <= set(option_names("training"))


def test_the_best_epoch_comes_back_where_rows_are_held_out_and_no_more_is_said():
    rng = np.random.default_rng(1)
    x = rng.standard_normal((40, 6))
    data = x, x[:, 0] + rng.standard_normal(40)
    made = fit(*data, hidden_units=16, validation=0.3, seed=1)
    losses = made.history["valid_loss"]
    assert len(losses) == 500
    assert made.best_epoch == np.argmin(losses) + 1 < 500
    for more in ({"penalty": 0}, {"epochs": 500}, {"stop_iter": math.inf, "learn_rate": 0.01}):
        last = fit(*data, hidden_units=16, validation=0.3, seed=1, **more)
        assert last.best_epoch is None
        np.testing.assert_array_equal(last.history["valid_loss"], losses)
    assert fit(*data, validation=0.3, seed=1).best_epoch is None  # a linear model


def test_files_that_are_held_out_tell_the_best_epoch_too(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rng = np.random.default_rng(1)
    table = pa.table({"x": rng.standard_normal(60), "y": rng.standard_normal(60)})
    parquet.write_table(table, tmp_path / "a.parquet")
    options = {"validation": 0.3, "hidden_units": 8, "seed": 1, "columns": ["x"]}
    made = fit_parquet(tmp_path / "a.parquet", "y", **options)
    assert made.best_epoch == np.argmin(made.history["valid_loss"]) + 1
    assert fit_parquet(tmp_path / "a.parquet", "y", **options, epochs=20).best_epoch is None
