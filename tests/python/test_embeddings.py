"""Embedded columns from end to end: beside torch written out, in every way to fit."""

import warnings

import numpy as np
import pytest
import torch
from torch import nn

from nnfit.core import (
    NNFitError,
    NNFitWarning,
    cross_validate,
    fit,
    fit_parquet,
    predict,
    predict_conformal,
    predict_interval,
    predict_parquet,
)
from nnfit.core.data.arrays import ArraySource
from nnfit.core.data.table import Table
from nnfit.core.engines.base import Job
from nnfit.core.ground import memory
from nnfit.core.model import network as networks
from nnfit.core.options.asked import Asked
from nnfit.core.options.embed import Embedded
from nnfit.core.training.fault import fault_of

pandas = pytest.importorskip("pandas")

STATIONS = [f"s{place:02d}" for place in range(15)]


@pytest.fixture(scope="module")
def days():
    """Give 300 rows of 15 stations, each with a level of its own, and the outcome."""
    rng = np.random.default_rng(3)
    place, x, level = rng.integers(0, 15, 300), rng.normal(size=300), rng.normal(size=15)
    place[:15] = np.arange(15)
    y = level[place] + np.sin(2 * x) + rng.normal(0, 0.2, 300)
    rows = pandas.DataFrame({"x": x, "station": pandas.Categorical.from_codes(place, STATIONS)})
    return rows.assign(w=rng.normal(size=300)), y


def by_hand(rows, y, epochs, size=3, seed=5, penalty=0.0):
    """Train the same in a loop of torch's, on columns that are standardised here."""
    torch.manual_seed(seed)
    embed = nn.Embedding(15, size)
    with torch.no_grad():
        embed.weight.div_(size**0.5)
    layers = nn.Sequential(nn.Linear(2 + size, 4), nn.ReLU(), nn.Linear(4, 1))
    x = torch.tensor(((rows[["x", "w"]] - rows[["x", "w"]].mean()) / rows[["x", "w"]].std()).values)
    place = torch.tensor(rows["station"].cat.codes.to_numpy()).long()
    target = torch.tensor((y - y.mean()) / y.std(ddof=1)).float()[:, None]
    parameters = [*embed.parameters(), *layers.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=0.01)
    losses = []
    for _ in range(epochs):
        optimizer.zero_grad()
        output = layers(torch.cat([x.float(), embed(place)], 1))
        loss = nn.functional.mse_loss(output, target)
        losses.append(loss.item() * y.std(ddof=1) ** 2)
        decay = sum(p.square().sum() for p in parameters if p.ndim == 2)
        (loss + penalty / 2 * decay).backward()
        optimizer.step()
    return np.array(losses), embed.weight.detach().numpy()


@pytest.mark.parametrize("engine", ["fused", "autograd"])
@pytest.mark.parametrize("penalty", [0.0, 0.1])
def test_losses_are_those_of_torch_written_out(days, engine, penalty):
    rows, y = days
    losses, vectors = by_hand(rows, y, 40, penalty=penalty)
    ours = fit(rows, y, hidden_units=4, embed={"station": 3}, seed=5, epochs=40, penalty=penalty,
               engine=engine)  # fmt: skip
    np.testing.assert_allclose(ours.history["train_loss"], losses, rtol=2e-5)
    np.testing.assert_allclose(ours.parameters["embed.0.weight"], vectors, rtol=1e-3, atol=1e-4)


OPTIONS = [
    {},
    {"batch_size": 32},
    {"optimizer": "lbfgs"},
    {"optimizer": "sgd", "momentum": 0.9},
    {"optimizer": "adamw", "penalty": 0.01},
    {"validation": 0.3},
    {"dropout": 0.2},
    {"clip_norm": 0.1},
    {"schedule": "cosine"},
    {"learn_rate": "find"},
    {"dtype": "float64", "scale": False},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_engines_agree(days, options):
    rows, y = days
    made = [
        fit(rows, y, hidden_units=[6, 4], activation="tanh", embed=["station"], seed=2, epochs=8,
            engine=engine, **options) for engine in ("fused", "autograd")
    ]  # fmt: skip
    for loss in ("train_loss", "valid_loss"):
        if made[0].history[loss] is not None:
            np.testing.assert_allclose(*(one.history[loss] for one in made), rtol=1e-4)
    np.testing.assert_allclose(made[0].fitted, made[1].fitted, rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize(
    "options",
    [
        {"skip": True},
        {"skip": True, "residual": True},
        {"residual": True, "norm": "layer_norm"},
        {"skip": True, "init": "orthogonal", "max_norm": 1.0},
    ],
    ids=str,
)
@pytest.mark.parametrize("units", [[6, 6], [5, 5]])  # of which the second are as many as inputs
def test_branches_begin_behind_them(days, options, units):
    rows, y = days
    options = {"embed": {"station": 3}, "seed": 2, "epochs": 8, "activation": "tanh", **options}
    made = [
        fit(rows, y, hidden_units=units, engine=engine, **options)
        for engine in ("fused", "autograd")
    ]
    np.testing.assert_allclose(*(one.history["train_loss"] for one in made), rtol=1e-5)
    np.testing.assert_allclose(made[0].fitted, made[1].fitted, rtol=2e-3, atol=2e-3)
    folds = [
        cross_validate(rows, y, folds=3, hidden_units=units, engine=engine, **options)
        for engine in ("stacked", "autograd")
    ] if "max_norm" not in options else []  # fmt: skip
    if folds:
        np.testing.assert_allclose(*(one["valid_loss"] for one in folds), rtol=1e-3)
    tuned = fit(rows, y, hidden_units=units, **{**options, "epochs": None, "max_norm": None})
    assert (tuned.tuning is not None) == ("residual" not in options)
    assert np.isfinite(tuned.fitted).all()


def test_levenberg_and_marquardt_know_them(days):
    rows, y = days
    options = {"hidden_units": 3, "activation": "tanh", "embed": {"station": 2}, "seed": 1}
    ours = fit(rows, y, optimizer="levenberg_marquardt", epochs=40, **options)
    assert ours.options["engine"] == "fused"
    assert ours.history["train_loss"][-1] < 0.06
    assert (
        ours.history["train_loss"][-1]
        < fit(rows, y, epochs=40, **options).history["train_loss"][-1]
    )


def test_replicas_side_by_side_are_those_in_turn(days):
    rows, y = days
    options = {"hidden_units": 4, "embed": {"station": 3}, "seed": 4, "epochs": 12}
    stacked = cross_validate(rows, y, folds=3, **options)
    assert stacked["options"]["engine"] == "stacked"
    alone = cross_validate(rows, y, folds=3, engine="autograd", **options)
    np.testing.assert_allclose(stacked["valid_loss"], alone["valid_loss"], rtol=1e-4)
    np.testing.assert_allclose(stacked["predicted"], alone["predicted"], rtol=1e-3, atol=1e-3)


def test_a_fold_without_a_level_is_answered_by_the_mean_of_its_others(days):
    rows, y = days
    fold = (rows["station"] == "s07").to_numpy().astype(int)
    options = {"hidden_units": 4, "embed": {"station": 3}, "seed": 4, "epochs": 12}
    stacked, alone = (
        cross_validate(rows, y, folds=fold, engine=engine, **options)
        for engine in ("stacked", "autograd")
    )
    np.testing.assert_allclose(stacked["valid_loss"], alone["valid_loss"], rtol=1e-4)
    np.testing.assert_allclose(stacked["predicted"], alone["predicted"], rtol=1e-3, atol=1e-3)
    # so does a fit to the first fold's rows, of the same values, whose level is held out
    seed = stacked["seeds"][1]
    held_out = np.flatnonzero(fold)
    by_rows = fit(rows, y, validation=held_out, **{**options, "seed": seed})
    expected = predict(by_rows, rows.iloc[held_out])
    np.testing.assert_allclose(stacked["predicted"][held_out, :, 0], expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("engine", ["fused", "autograd"])
def test_a_level_that_training_has_not_seen_gets_the_mean_for_good(days, engine):
    rows, y = days
    held_out = np.flatnonzero(rows["station"] == "s07")
    made = fit(rows, y, validation=held_out, hidden_units=4, embed={"station": 3}, seed=4,
               epochs=12, engine=engine)  # fmt: skip
    table = made.parameters["embed.0.weight"]
    np.testing.assert_allclose(table[7], np.delete(table, 7, axis=0).mean(0), rtol=1e-5)
    # what validation saw is what the fit answers
    ours = predict(made, rows.iloc[held_out])
    again = fit(rows, y, validation=held_out, hidden_units=4, embed={"station": 3}, seed=4,
                epochs=13, engine=engine)  # fmt: skip
    loss = np.mean((ours[:, 0] - y[held_out]) ** 2)
    assert again.history["valid_loss"][12] == pytest.approx(loss, rel=1e-4)


def test_side_by_side_it_gets_the_mean_too(days):
    rows, y = days
    held_out = np.flatnonzero(rows["station"] == "s07")
    made = fit(rows, y, validation=held_out, hidden_units=4, embed={"station": 3}, seed=4,
               epochs=12, restarts=3)  # fmt: skip
    assert made.options["engine"] == "stacked"
    table = made.parameters["embed.0.weight"]
    np.testing.assert_allclose(table[7], np.delete(table, 7, axis=0).mean(0), rtol=1e-5)
    alone = fit(rows, y, validation=held_out, hidden_units=4, embed={"station": 3}, epochs=12,
                seed=made.restarts["seeds"][made.restarts["best"]])  # fmt: skip
    np.testing.assert_allclose(made.history["valid_loss"], alone.history["valid_loss"], rtol=1e-4)


@pytest.mark.parametrize("also", [{}, {"members": 3, "epochs": 5}, {"epochs": 5}])
def test_new_levels_are_answered_by_the_mean_or_not_at_all(days, also):
    rows, y = days
    made = fit(rows, y, hidden_units=4, embed=True, seed=1, **also)
    new = rows.iloc[:3].assign(station=["s02", "other", "s03"])
    with pytest.warns(NNFitWarning, match='column `station` .*not fitted on: "other"') as caught:
        answered = predict(made, new)
    assert caught[0].filename == __file__
    with pytest.warns(NNFitWarning):
        missing = predict(made, new, new_levels="missing")
    assert np.isnan(missing[:, 0]).tolist() == [False, True, False]
    assert np.array_equal(missing[[0, 2]], answered[[0, 2]])
    # the mean, put in by hand: as the first level's vector
    first = dict(made)
    first["parameters"] = dict(made.parameters)
    table = made.parameters["embed.0.weight"].copy()
    table[..., 0, :] = table.mean(-2)
    first["parameters"]["embed.0.weight"] = table
    by_mean = predict(first, new.assign(station="s00"))
    np.testing.assert_allclose(answered[1], by_mean[1], rtol=1e-5)


def test_untuned_networks_embed_and_say_how_sure_they_are(days):
    rows, y = days
    made = fit(rows, y, hidden_units=8, embed={"station": 3}, seed=1)
    assert made.tuning is not None
    assert made.parameters["embed.0.weight"].shape == (10, 15, 3)
    plain = fit(rows, y, hidden_units=8, embed={"station": 3}, seed=1, epochs=500)
    assert np.mean(made.held_out["residual"] ** 2) < 0.2
    limits = predict_conformal(made, rows.iloc[:5], level=0.9)
    assert (limits["lwr"] < limits["fit"]).all()
    assert plain.tuning is None


def test_bootstrap_restarts_and_classes(days):
    rows, y = days
    options = {"hidden_units": 3, "embed": {"station": 2}, "epochs": 5, "seed": 1}
    replicated = fit(rows, y, bootstrap=3, **options)
    assert replicated.replicates["parameters"]["embed.0.weight"].shape == (3, 15, 2)
    limits = predict_interval(replicated, rows.iloc[:2])
    assert (limits["lwr"] <= limits["upr"]).all()
    assert fit(rows, y, restarts=3, **options).restarts["train_loss"].shape == (3,)
    kinds = np.array(["low", "middle", "high"])[np.digitize(y, [-0.5, 0.5])]
    classes = fit(rows, kinds, **options)
    np.testing.assert_allclose(predict(classes, rows).sum(1), 1)
    weighted = fit(rows, y, weights=np.arange(300.0), offset=y / 2, **options)
    assert weighted.history["train_loss"][-1] < weighted.history["train_loss"][0]


def test_columns_of_levels_are_never_scaled_nor_left_out(days):
    rows, y = days
    one = fit(rows.assign(c=1.0), y, hidden_units=3, embed={"station": 2}, epochs=3, seed=1)
    assert np.isinf(one.scaling["x_scale"]).tolist() == [False, False, False, True]
    assert (one.scaling["x_center"][1], one.scaling["x_scale"][1]) == (0, 1)
    folded = one.unscaled["0.weight"]
    assert folded.shape == (3, 5)
    assert (folded[:, 2] == 0).all()
    assert np.array_equal(folded[:, 3:], one.parameters["0.weight"][:, 3:])
    np.testing.assert_allclose(folded[:, 0], one.parameters["0.weight"][:, 0] / rows["x"].std())


@pytest.mark.parametrize("skip", [False, True])
def test_the_folded_network_is_the_fit(days, skip):
    rows, y = days
    made = fit(rows, y, hidden_units=3, embed={"station": 2}, epochs=3, seed=1, skip=skip)
    values = {**made.parameters, **made.unscaled}
    vectors = values["embed.0.weight"][rows["station"].cat.codes]
    inputs = np.column_stack([rows[["x", "w"]], vectors])
    hidden = np.maximum(inputs @ values["0.weight"].T + values["0.bias"], 0)
    output = hidden @ values["2.weight"].T + values["2.bias"]
    output = output + inputs @ values["skip.weight"].T if skip else output
    np.testing.assert_allclose(output, made.fitted, rtol=1e-4, atol=1e-5)


def test_validation_data_are_matched_by_label(days):
    rows, y = days
    shuffled = rows.iloc[:20].assign(station=rows["station"].iloc[:20].astype(str))
    held_out = shuffled[["station", "w", "x"]], y[:20]
    made = fit(rows, y, hidden_units=3, embed={"station": 2}, epochs=3, seed=1, validation=held_out)
    again = fit(rows, y, hidden_units=3, embed={"station": 2}, epochs=2, seed=1)
    loss = np.mean((predict(again, rows.iloc[:20])[:, 0] - y[:20]) ** 2)
    assert made.history["valid_loss"][2] == pytest.approx(loss, rel=1e-5)


def test_embedded_columns_alone_are_enough(days):
    rows, y = days
    made = fit(rows[["station"]], y, hidden_units=3, embed={"station": 2}, seed=1, epochs=20)
    assert made.history["train_loss"][-1] < made.history["train_loss"][0]


def test_faults_are_found_behind_them(days):
    rows, y = days
    bent = np.where(rows["x"] > 0, rows["x"], 0) * 3
    options = {"hidden_units": 4, "embed": {"station": 2}, "epochs": 30, "seed": 1}
    assert fit(rows, bent, **options).fault is None
    dead = fit(rows, bent, learn_rate=30, **{**options, "hidden_units": 2})
    assert (dead.fault["kind"], dead.fault["units"], dead.fault["redrawn"]) == ("dead", 2, 3)
    small = rows.assign(x=rows["x"] / 1e6, w=rows["w"] / 1e6)
    lost = fit(small, rows["x"], scale=False, **{**options, "epochs": 3})
    assert lost.fault["kind"] == "units"


@pytest.mark.parametrize(
    ("spread", "curvature", "activation", "kind"),
    [(0.2, 0, "relu", None), (1, 0.5, "relu", "straight"), (1, 0.5, "identity", None)],
)
def test_a_straight_line_is_one_of_the_vectors(spread, curvature, activation, kind):
    x, place = np.linspace(-spread, spread, 60), np.arange(60) % 6
    vectors = np.array([0, 1.0, 4, 9, 16, 25]) / 25  # no straight line of the positions
    y = x + vectors[place] + curvature * x**2
    one = Embedded("a", 1, tuple("abcdef"), 1).plain()
    spec = Asked.of({"loss": "mse", "hidden_units": 1, "scale": False, "embed": [one],
                     "activation": activation})  # fmt: skip
    spec = spec.resolved(2, 1)
    network = networks.build(spec)
    with torch.no_grad():
        network.embed.tables[0].copy_(torch.tensor(vectors)[:, None])
        for layer, weight, bias in ((network[1], 1.0, 9.0), (network[3], 1.0, curvature / 3 - 9)):
            layer.weight.fill_(weight)
            layer.bias.fill_(bias)
    rows = Table(np.column_stack([x, place]), y[:, None])
    fault = fault_of(Job(network, spec, ArraySource(rows, spec)))
    assert (None if fault is None else fault.kind) == kind


def test_large_tables_are_refused_by_their_name(days, monkeypatch):
    rows, y = days
    with pytest.raises(NNFitError, match="from 1 to 10000"):
        fit(rows, y, hidden_units=3, embed={"station": 20_000})
    one = Embedded("a", 0, tuple(map(str, range(10**6))), 10_000)
    asked = Asked.of({"loss": "mse", "hidden_units": 1, "embed": (one,)})
    monkeypatch.setattr(memory, "physical", lambda: 2**30)
    with pytest.raises(NNFitError, match="asks for 10,000,010,003 parameters") as caught:
        networks.resolve(None, Table(np.ones((2, 1)), np.ones((2, 1))), asked)
    assert caught.value.argument == "embed"


def test_a_fit_goes_through_plain_data(days, kept_by_r):
    rows, y = days
    made = fit(rows, y, hidden_units=3, embed={"station": 2}, epochs=3, seed=1)
    np.testing.assert_array_equal(predict(kept_by_r(made), rows), predict(made, rows))


def test_files_are_the_same_rows(days, write_parquet):
    rows, y = days
    path = write_parquet({
        "y": y, "w": rows["w"].to_numpy(), "station": list(rows["station"].astype(str)),
        "x": rows["x"].to_numpy(),
    })  # fmt: skip
    options = {"hidden_units": 4, "embed": {"station": 3}, "epochs": 10, "seed": 1}
    files = fit_parquet(path, "y", ["x", "station", "w"], **options)
    arrays = fit(rows, y, **options)
    np.testing.assert_allclose(files.history["train_loss"], arrays.history["train_loss"], rtol=1e-4)
    np.testing.assert_allclose(predict_parquet(files, path), arrays.fitted, rtol=1e-3, atol=1e-3)
    assert files.options["embed"] == arrays.options["embed"]
    batches = fit_parquet(path, "y", batch_size=50, validation=0.2, **options)
    assert batches.options["engine"] == "fused"
    by_rule = fit_parquet(path, "y", **{**options, "embed": True})
    assert by_rule.options["embed"][0]["size"] == 7


def test_files_with_new_levels_and_missing_ones(days, write_parquet):
    rows, y = days
    path = write_parquet({
        "y": y, "station": list(rows["station"].astype(str)), "x": rows["x"].to_numpy()
    })  # fmt: skip
    made = fit_parquet(path, "y", hidden_units=3, embed={"station": 2}, epochs=3, seed=1)
    new = write_parquet({"x": [0.0] * 3, "station": ["s01", "other", None]}, "new.parquet")
    with pytest.warns(NNFitWarning, match='column `station` .*not fitted on: "other"'):
        answered = predict_parquet(made, new)
    assert np.isnan(answered[:, 0]).tolist() == [False, False, True]
    with pytest.warns(NNFitWarning):
        missing = predict_parquet(made, new, new_levels="missing")
    assert np.isnan(missing[:, 0]).tolist() == [False, True, True]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        predict_parquet(made, path)


def test_a_warm_start_goes_on_where_levels_are_the_same(days):
    rows, y = days
    options = {"hidden_units": 4, "embed": {"station": 2}, "seed": 1}
    whole, half = (fit(rows, y, epochs=epochs, **options) for epochs in (10, 5))
    again = fit(rows, y, epochs=5, start=half, **options)
    np.testing.assert_array_equal(again.history["train_loss"], whole.history["train_loss"][5:])
    for station, words in (
        (rows["station"].cat.rename_categories({"s03": "zz"}), "differ in `s03`, `zz`"),
        (rows["station"].cat.reorder_categories(STATIONS[::-1]), "in another order"),
    ):
        with pytest.raises(NNFitError, match=f"to other levels of `station`, .*{words}") as caught:
            fit(rows.assign(station=station), y, epochs=5, start=half, **options)
        assert caught.value.argument == "start"
    with pytest.raises(NNFitError, match="columns station of 15 levels as 2 numbers, and here"):
        fit(rows, y, epochs=5, start=half, **{**options, "embed": {"station": 3}})


def test_vectors_of_an_earlier_fit_stay_where_no_row_trains_them(days):
    rows, y = days
    held_out = np.flatnonzero(rows["station"] == "s07")
    options = {"hidden_units": 4, "embed": {"station": 2}, "seed": 1, "epochs": 5,
               "optimizer": "sgd"}  # which has no momentum from before  # fmt: skip
    before = fit(rows, y, **options)
    after = fit(rows, y, start=before, validation=held_out, **options)
    table, was = (one.parameters["embed.0.weight"] for one in (after, before))
    assert np.array_equal(table[7], was[7])
    assert not np.array_equal(table[6], was[6])
    frozen = fit(rows, y, start=before, freeze=1, validation=held_out, **options)
    assert np.array_equal(frozen.parameters["embed.0.weight"], was)
    assert not np.array_equal(frozen.parameters["2.weight"], before.parameters["2.weight"])
