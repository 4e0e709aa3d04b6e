import itertools

import numpy as np
import pytest
import torch

from nnfit.core import NNFitError, cross_validate, fit, surv
from nnfit.core.data.censored import codes_of, read_censored
from nnfit.core.data.compared import compare, slope
from nnfit.core.data.risk_sets import RiskSets
from nnfit.core.model.cox import PartialLikelihood
from support import read_survival

TIMES, MORE, WEIGHT, OFFSET, X = read_survival()
Y = surv(**TIMES)


# R, survival 3.5-3: coxph(), with and without `ties = "breslow"`, `strata(stratum)`,
# `weights = weight`, `Surv(start, stop, event)` and `offset(o)`; its loglik, and the standard
# errors of its inverse information
@pytest.mark.parametrize(
    ("kept", "options", "coefficients", "log_likelihood", "errors"),
    [
        ([], {}, [0.4202540588519, -0.3271661660550], [-83.4489118933, -80.9739905988],
         [0.203625225930, 0.393159545811]),
        ([], {"loss": ("cox", {"ties": "breslow"})}, [0.4039872740926, -0.3118581044291],
         [-84.47873390647, -82.19629565008], [0.203566254704, 0.393229711386]),
        (["stratum"], {"weights": WEIGHT}, [0.3422287757430, -0.2501602774074],
         [-168.8060117377, -166.1019226829], [0.157460929011, 0.286025231517]),
        (["start"], {}, [0.4222982314610, -0.5404888370724], [-76.51593391955, -73.22619492583],
         [0.199471567966, 0.402754717158]),
        (["start", "stratum"], {"weights": WEIGHT, "offset": OFFSET},
         [0.4086644136338, -0.5542488647716], [-158.4561274208, -152.7625391570],
         [0.155530346541, 0.290614561938]),
    ],
)  # fmt: skip
def test_a_linear_fit_is_coxph(kept, options, coefficients, log_likelihood, errors):
    y = surv(**TIMES, **{name: MORE[name] for name in kept})
    result = fit(X, y, **options)
    np.testing.assert_allclose(result.unscaled["0.weight"][0], coefficients, rtol=1e-10)
    np.testing.assert_allclose(result.baseline["log_likelihood"], log_likelihood, rtol=1e-11)
    root = result.information["root"][0]
    np.testing.assert_allclose(np.sqrt((root**2).sum(axis=1)), errors, rtol=1e-9)
    assert "0.bias" not in result.parameters
    assert result.stopped == "converged"
    assert result.options["loss"] == (list(options["loss"]) if "loss" in options else "cox")


def test_scale_and_reduction_change_no_coefficient():
    plain = fit(X, Y).unscaled["0.weight"]
    for options in ({"scale": False}, {"reduction": "sum"}, {"bias": False}):
        result = fit(X, Y, **options)
        found = {**result.parameters, **(result.unscaled or {})}["0.weight"]
        np.testing.assert_allclose(found, plain, rtol=1e-8)


def test_the_loss_is_minus_the_log_likelihood_by_row_or_as_a_sum():
    total = fit(X, Y, reduction="sum")
    mean = fit(X, Y, weights=WEIGHT)
    assert total.history["train_loss"][-1] == pytest.approx(-total.baseline["log_likelihood"][1])
    expected = -mean.baseline["log_likelihood"][1] / WEIGHT.sum()
    assert mean.history["train_loss"][-1] == pytest.approx(expected)


def test_a_ridge_is_where_the_slope_is_that_of_the_penalty():
    result = fit(X, Y, penalty=0.1)
    scaled = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)
    weight = result.parameters["0.weight"][0]
    sets = RiskSets(torch.from_numpy(codes_of(read_censored(Y, "y")[0])))
    along = scaled.T @ slope(sets, compare(sets, torch.from_numpy(scaled @ weight))).numpy()
    np.testing.assert_allclose(along / 40, 0.1 * weight, rtol=1e-8)


def target_of(rows=slice(None)):
    return torch.from_numpy(codes_of(read_censored(Y, "y")[0]))[rows]


def test_its_gradient_is_that_of_differences():
    output = torch.randn(40, 1, dtype=torch.float64, requires_grad=True)
    loss = PartialLikelihood("efron")
    assert torch.autograd.gradcheck(lambda o: loss(o, target_of()), output)


def test_rows_are_sorted_anew_only_where_they_are_others():
    loss, output, target = PartialLikelihood("efron"), torch.randn(40, 1), target_of()
    loss(output, target)
    sets = loss.sets
    loss(output, target)
    assert loss.sets is sets
    before = loss(output, target).item()
    target.copy_(target_of().flip(0))  # as a batch is written over the one before, in training
    assert loss(output.flip(0), target).item() == pytest.approx(before, rel=1e-5)
    assert loss.sets is not sets


def test_a_network_in_float32_keeps_times_that_float32_does_not():
    """Ties change the likelihood: 2^25 and 2^25 + 1 are one number in float32."""
    time = 2.0**25 + np.arange(40)
    y = surv(np.ones(40, dtype=bool), time)
    result = fit(X, y, hidden_units=2, epochs=1, optimizer="sgd", learn_rate=1e-30, seed=1)
    assert result.options["dtype"] == "float32"
    link = np.log(result.fitted)
    sets = RiskSets(torch.from_numpy(codes_of(read_censored(y, "y")[0])))
    expected = compare(sets, torch.from_numpy(link[:, 0])).log_likelihood
    assert len(sets.tied) > 30
    assert result.history["train_loss"][0] == pytest.approx(-float(expected) / 40, rel=1e-5)


def test_a_step_of_a_network_is_torchs_on_the_partial_likelihood_of_its_rows(rng):
    """Adam by hand on all rows, where the fit is told to go on for five epochs."""
    result = fit(X, Y, hidden_units=3, epochs=5, optimizer="adam", scale=False, seed=3)
    torch.manual_seed(3)
    network = torch.nn.Sequential(
        torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1, bias=False)
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=result.options["learn_rate"])
    x = torch.from_numpy(X).float()
    risk_rows = [
        (i, torch.from_numpy(TIMES["time"] >= TIMES["time"][i])) for i in range(40)
        if TIMES["event"][i]
    ]  # fmt: skip
    untied = fit(X, Y, hidden_units=3, epochs=5, optimizer="adam", scale=False, seed=3,
                 loss=("cox", {"ties": "breslow"}))  # fmt: skip
    for epoch in range(5):
        out = network(x)[:, 0]
        loss = -sum(out[i] - torch.logsumexp(out[rows], 0) for i, rows in risk_rows) / 40
        assert untied.history["train_loss"][epoch] == pytest.approx(loss.item(), rel=1e-5)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    np.testing.assert_allclose(
        untied.parameters["0.weight"], network[0].weight.detach(), rtol=1e-3, atol=1e-5
    )


def test_batches_are_their_own_risk_sets():
    """Also those without any event."""
    event = np.arange(40) < 4
    result = fit(X, surv(event, TIMES["time"]), batch_size=3, epochs=4, seed=1)
    assert np.isfinite(result.history["train_loss"]).all()
    assert result.history["train_loss"][0] < fit(X, Y).history["train_loss"][0]


def test_an_epoch_in_batches_is_torchs_on_one_of_the_ways_to_deal_rows():
    """Each batch a step on the likelihood of its own rows, by hand, for every possible deal."""
    n, rate = 6, 0.3
    x, time = X[:n], np.array([3.0, 1.0, 5.0, 2.0, 6.0, 4.0])
    event = np.array([1, 1, 0, 1, 1, 1], dtype=bool)
    result = fit(x, surv(event, time), hidden_units=2, epochs=1, batch_size=3, optimizer="sgd",
                 learn_rate=rate, scale=False, seed=5)  # fmt: skip

    def by_hand(deal):
        torch.manual_seed(5)
        layers = torch.nn.Linear(2, 2), torch.nn.ReLU(), torch.nn.Linear(2, 1, bias=False)
        network = torch.nn.Sequential(*layers)
        losses = []
        for rows in deal:
            out = network(torch.from_numpy(x[rows]).float())[:, 0]
            at_risk = [torch.from_numpy(time[rows] >= time[i]) for i in rows]
            each = [
                torch.logsumexp(out[there], 0) - out[k]
                for k, there in enumerate(at_risk) if event[rows[k]]
            ]  # fmt: skip
            loss = torch.stack(each).sum() / len(rows)
            network.zero_grad()
            loss.backward()
            with torch.no_grad():
                for parameter in network.parameters():
                    parameter -= rate * parameter.grad
            losses.append(loss.item())
        return network[0].weight.detach().numpy(), np.mean(losses)

    firsts = [list(rows) for rows in itertools.combinations(range(n), 3)]
    deals = [(first, [i for i in range(n) if i not in first]) for first in firsts]
    found = [by_hand(deal) for deal in deals]
    gaps = [np.abs(weight - result.parameters["0.weight"]).max() for weight, _ in found]
    best = int(np.argmin(gaps))
    assert gaps[best] < 1e-6
    assert sorted(gaps)[1] > 1e-4  # no other deal would pass
    assert result.history["train_loss"][0] == pytest.approx(found[best][1], rel=1e-6)


def test_batches_lead_to_where_all_rows_do(rng):
    """Tarkhan and Simon: their minimum is the same where hazards are proportional."""
    n, beta = 4000, np.array([0.8, -0.5])
    x = rng.normal(size=(n, 2))
    time, censored = rng.exponential(np.exp(-x @ beta)), rng.exponential(2.0, n)
    y = surv(time <= censored, np.minimum(time, censored))
    result = fit(x, y, batch_size=64, epochs=30, optimizer="adam", learn_rate=0.01, seed=1,
                 schedule="cosine")  # fmt: skip
    np.testing.assert_allclose(result.unscaled["0.weight"][0], beta, atol=0.08)


def refused(argument, match, *given, **options):
    with pytest.raises(NNFitError, match=match) as caught:
        fit(*given, **options)
    assert caught.value.argument == argument


def test_what_makes_no_sense_with_censored_times_is_refused_by_name():
    plain = TIMES["time"]
    refused("loss", "needs censored times in y", X, plain, loss="cox")
    refused("loss", "needs censored times in y", X, plain > 3, loss="cox")
    refused("loss", '"mse" does not go with censored times', X, Y, loss="mse")
    refused("loss", '"bce_with_logits" does not go', X, Y, loss="bce_with_logits")
    refused("loss", "is a function", X, Y, loss=lambda p, t: (p - t) ** 2)
    refused("loss", '`ties` that is "efron" or "breslow"', X, Y, loss=("cox", {"ties": "exact"}))
    refused("class_weights", "of classes, and this one has none", X, Y, class_weights="balanced")
    refused("levels", "of classes, and y has times", X, Y, levels=["a", "b"])
    refused("metrics", "not for an outcome of censored times", X, Y, metrics="rmse")
    refused("optimizer", '"levenberg_marquardt" does not apply', X, Y, hidden_units=2,
            optimizer="levenberg_marquardt")  # fmt: skip
    refused("x", 'no columns, and a model under the loss "cox" has no intercept', X[:, :0], Y)
    refused("engine", "does not apply", X, Y, engine="least_squares")
    refused("y", "has 39 rows, and x has 40", X, Y[1:])


def test_a_part_without_events_is_refused():
    event = np.arange(40) < 3
    refused("validation", "has no event in a part", X, surv(event, TIMES["time"]),
            validation=np.arange(20, 40), hidden_units=2, epochs=2)  # fmt: skip
    refused("y", "has no event in a part", X, surv(event, TIMES["time"]),
            validation=np.arange(10), hidden_units=2, epochs=2)  # fmt: skip
    with pytest.raises(NNFitError, match="has no event in a part"):
        cross_validate(X, surv(event, TIMES["time"]), folds=np.arange(40) // 10, epochs=2)
    refused("y", "has no event in a part", X, Y, weights=(~TIMES["event"]).astype(float))


def test_further_ways_to_fit_work():
    network = {"hidden_units": 2, "epochs": 3, "seed": 1}
    first = fit(X, Y, **network)
    onward = fit(X, Y, start=first, **network)
    assert onward.history["train_loss"][0] < first.history["train_loss"][0]
    whole = fit(X, Y, **{**network, "epochs": 6})
    np.testing.assert_allclose(onward.fitted, whole.fitted, rtol=1e-6)
    held_out = fit(X, Y, validation=(X, Y), **network)
    np.testing.assert_allclose(
        held_out.history["valid_loss"], held_out.history["train_loss"], rtol=1e-6
    )
    replicated = fit(X, Y, bootstrap=5, seed=1)
    assert replicated.replicates["unscaled"]["0.weight"].shape == (5, 1, 2)
    found = cross_validate(X, Y, folds=4, repeats=2, seed=1, metrics="concordance_survival")
    assert np.isfinite(found["valid_loss"]).all()
    assert found["predicted"].shape == (40, 1, 2)
    lasso = fit(X, Y, penalty=1.0, mixture=1.0)
    assert not lasso.parameters["0.weight"].any()


@pytest.mark.parametrize("model", [{}, {"hidden_units": 2, "epochs": 5}, {"hidden_units": 2}])
def test_folds_whose_last_event_weighs_nothing_are_those_without_its_row(model):
    weights = WEIGHT.copy()
    weights[np.argsort(TIMES["time"])[-6:]] = 0.0
    weights[::7] = 0.0
    kept, fold = weights > 0, np.arange(40) % 2
    event = TIMES["event"] | ~kept
    some = surv(event[kept], TIMES["time"][kept])
    options = {"seed": 1, "metrics": "concordance_survival", **model}
    all_rows = cross_validate(X, surv(event, TIMES["time"]), weights=weights, folds=fold, **options)
    without = cross_validate(X[kept], some, weights=weights[kept], folds=fold[kept], **options)
    for name in ("train_loss", "valid_loss"):
        np.testing.assert_allclose(all_rows[name], without[name], rtol=1e-5)
    for name, values in without["metrics"].items():
        np.testing.assert_allclose(all_rows["metrics"][name], values)
    np.testing.assert_allclose(all_rows["predicted"][kept], without["predicted"], rtol=1e-4)
