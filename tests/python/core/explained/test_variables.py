"""What fits by a formula have learnt of its variables, against loops over `predict()`."""

import itertools
import math

import numpy as np
import pytest

pytest.importorskip("formulaic", reason="needs formulaic")

from nnfit import core
from nnfit.core import NNFitError
from nnfit.core.explained import variables
from nnfit.core.explained.variables import Variables
from nnfit.core.formula.formula import Formula
from nnfit.formulas import fit_formula


@pytest.fixture
def frame(rng):
    import pandas as pd

    x, z = rng.uniform(1, 3, 90), rng.normal(size=90)
    g = np.array(["low", "mid", "top"])[np.arange(90) % 3]
    y = x**2 + z * (g == "mid") - 2 * z * (g == "top") + 0.1 * rng.normal(size=90)
    return pd.DataFrame({"y": y, "x": x, "z": z, "g": g, "s": rng.normal(size=90)})


@pytest.fixture
def made(frame):
    return fit_formula(
        "y ~ poly(x, 2) + g*z + s", frame, hidden_units=3, epochs=20, penalty=0.01, seed=1,
        dtype="float64",
    )  # fmt: skip


def slope(made, frame, name, by=1e-5):
    moved = [core.predict(made, frame.assign(**{name: frame[name] + d})) for d in (by, -by)]
    return ((moved[0] - moved[1]) / (2 * by)).mean()


def test_what_the_columns_are_made_of(made, frame):
    known = Variables.of(Formula.of(made), frame)
    assert sorted(known.names) == ["g", "s", "x", "z"]
    assert {"g", "z"} in known.sources and {"x"} in known.sources
    assert known.alone(["x"]) and not known.alone(["z"]) and known.alone(["z", "g"])
    assert known.classes("g").tolist() == ["low", "mid", "top"] and known.classes("x") is None
    assert known.smooth("x") and not known.smooth("g")
    assert Variables.of(None, frame) is None


def test_average_effects_move_interactions_and_polynomials(made, frame):
    found = core.effects(made, frame, ["z", "x", "g"], type="average")
    assert found["variables"] == ["z", "x", "g: mid - low", "g: top - low"]
    means = [core.predict(made, frame.assign(g=one)).mean() for one in ("low", "mid", "top")]
    wanted = [slope(made, frame, "z"), slope(made, frame, "x"), *(np.array(means[1:]) - means[0])]
    np.testing.assert_allclose(found["estimate"][:, 0], wanted, rtol=1e-5)


def test_standard_errors_of_a_linear_fit_are_of_the_variable(frame):
    linear = fit_formula("y ~ z*g", frame)
    found = core.effects(linear, frame, "z", type="average")
    np.testing.assert_allclose(found["estimate"][0, 0], slope(linear, frame, "z"), rtol=1e-6)
    design = np.column_stack([np.ones(90), *(
        Formula.of(linear).columns(frame)[0].T
    )])  # fmt: skip
    moved = design.copy()
    moved[:, 1:] = Formula.of(linear).columns(frame.assign(z=frame["z"] + 1))[0]
    gradient = (moved - design).mean(0)
    residual = frame["y"] - linear.fitted[:, 0]
    covariance = np.linalg.inv(design.T @ design) * (residual @ residual) / (90 - 6)
    np.testing.assert_allclose(
        found["std_error"][0, 0], np.sqrt(gradient @ covariance @ gradient), rtol=1e-5
    )


@pytest.mark.parametrize("name", ["x", "z", "g"])
def test_partial_dependence_is_a_loop_over_predict(made, frame, name):
    found = core.effects(made, frame, name, type="ice", grid=4, curves=3)
    assert len(found["values"][0]) == (3 if name == "g" else 4)
    for place, value in enumerate(found["values"][0]):
        at = core.predict(made, frame.assign(**{name: value}))
        np.testing.assert_allclose(found["estimate"][place], at.mean(0), rtol=1e-6)
        np.testing.assert_allclose(found["curves"][:, place], at[found["rows"]], rtol=1e-6)


def test_partial_dependence_of_two_and_of_named_classes(made, frame):
    found = core.effects(made, frame, ["g", "z"], grid=3)
    moved = frame.assign(g=found["values"][0][2], z=found["values"][1][1])
    np.testing.assert_allclose(found["estimate"][2, 1], core.predict(made, moved).mean(0))
    found = core.effects(made, frame, "g", values=["top"])
    np.testing.assert_allclose(
        found["estimate"][0], core.predict(made, frame.assign(g="top")).mean(0)
    )


def test_local_effects_move_what_follows(made, frame):
    found = core.effects(made, frame, "z", type="ale", grid=2)
    ends = found["values"][0]
    for place, cell in enumerate([frame["z"] <= ends[1], frame["z"] > ends[1]]):
        at = [core.predict(made, frame[cell].assign(z=ends[place + side])) for side in (0, 1)]
        wanted = (at[1] - at[0]).mean()
        assert np.diff(found["estimate"][:, 0])[place] == pytest.approx(wanted, rel=1e-6)
    with pytest.raises(NNFitError, match="`g`, whose classes have no order"):
        core.effects(made, frame, "g", type="ale")


def test_importance_moves_variables(made, frame):
    y = frame["y"]
    found = core.importance(made, frame, y, repeats=89, metric="mae", interactions=[("z", "g")])
    assert sorted(found["term"]) == ["g", "s", "x", "z", "z:g"]

    def cost(*names):
        rises = []
        for shift in range(1, 90):
            given = {one: np.roll(frame[one].to_numpy(), -shift) for one in names}
            rises.append(np.abs(core.predict(made, frame.assign(**given))[:, 0] - y).mean())
        return np.mean(rises) - np.abs(made.fitted[:, 0] - y).mean()

    wanted = {name: cost(name) for name in "xzgs"}
    wanted["z:g"] = wanted["z"] + wanted["g"] - cost("z", "g")
    for name, value in zip(found["term"], found["importance"]):
        assert value == pytest.approx(wanted[name], rel=1e-6, abs=1e-9)
    grouped = core.importance(made, frame, y, groups={"both": ["z", "g"]}, repeats=89, metric="mae")
    assert grouped["importance"][0] == pytest.approx(cost("z", "g"), rel=1e-6)


def test_rows_of_no_weight_take_no_part(made, frame):
    weights = np.where(np.arange(90) < 60, 1.0, 0.0)
    given = core.importance(made, frame, frame["y"], weights=weights, repeats=59)
    part = core.importance(made, frame[:60], frame["y"][:60], repeats=59)
    np.testing.assert_allclose(given["importance"], part["importance"], rtol=1e-6)


def test_shapley_values_are_of_variables(made, frame):
    x, background = frame[:3], frame[40:47]
    found = core.shapley(made, x, background)
    names = found["groups"]
    assert sorted(names) == ["g", "s", "x", "z"]

    def worth(row, members):
        mixed = background.assign(**{name: frame[name][row] for name in members})
        return core.predict(made, mixed).mean()

    for row, (at, name) in itertools.product(range(3), enumerate(names)):
        others = [one for one in names if one != name]
        value = sum(
            (worth(row, (*those, name)) - worth(row, those)) / (4 * math.comb(3, size))
            for size in range(4) for those in itertools.combinations(others, size)
        )  # fmt: skip
        assert found["values"][row, at, 0] == pytest.approx(value, rel=1e-6, abs=1e-8)
    few = core.shapley(made, x, background, groups={"z": "z"})
    wanted = worth(0, ["z"]) - worth(0, [])
    assert few["values"][0, 0, 0] == pytest.approx(wanted, rel=1e-6)
    product = fit_formula("y ~ z:s", frame)
    few = core.shapley(product, x, background, groups={"z": "z"})
    other = background["s"]
    wanted = [(frame["z"][0] * other).mean() - (background["z"] * other).mean()]
    np.testing.assert_allclose(
        few["values"][0, 0], wanted * core.coefficients(product).estimate[1:]
    )


def test_shapley_values_of_columns_in_no_group(rng):
    x = rng.normal(size=(30, 2))
    fit = core.fit(x, x @ [1, 2])
    net = core.fit(x, x[:, 0] * x[:, 1], hidden_units=3, epochs=3, penalty=0, seed=1)
    for one in (fit, net):
        found = core.shapley(one, x[:2], x[5:9], groups={"a": 0})
        mixed = x[5:9].copy()
        mixed[:, 0] = x[0, 0]
        wanted = core.predict(one, mixed).mean()
        assert found["predicted"][0, 0] == pytest.approx(wanted, rel=1e-4)
        baseline = core.predict(one, x[5:9]).mean()
        assert found["values"][0, 0, 0] == pytest.approx(wanted - baseline, rel=1e-4)


def test_what_cannot_be_is_refused(made, frame, monkeypatch):
    for call in (
        lambda: core.effects(made, frame, "g[T.mid]"),
        lambda: core.effects(made, frame, 0),
    ):
        with pytest.raises(NNFitError, match="`variables` must be names of variables, .*`z`"):
            call()
    with pytest.raises(NNFitError, match="`values` must be levels of `g`: `low`, `mid`, `top`"):
        core.effects(made, frame, "g", values=["else"])
    with pytest.raises(NNFitError, match="`groups` must be names of variables"):
        core.importance(made, frame, frame["y"], groups={"a": "poly"})
    with pytest.raises(NNFitError, match="`background` must have what x has"):
        core.shapley(made, frame, Formula.of(made).columns(frame)[0])
    with pytest.raises(NNFitError, match="each variable in one group"):
        core.shapley(made, frame, frame, groups={"a": "z", "b": "z"})
    made_classes = fit_formula("y ~ I(x > 2) + z", frame)
    with pytest.raises(NNFitError, match="of which the formula makes classes"):
        core.effects(made_classes, frame, "x", type="average")
    monkeypatch.setattr(variables, "MOST_NUMBERS", 10)
    with pytest.raises(NNFitError, match="`x` has too many rows"):
        core.effects(made, frame, "z")
    with pytest.raises(NNFitError, match="`x` has too many rows"):
        core.shapley(made, frame, frame)


def test_a_variable_by_name_is_not_a_column_of_an_array(made, frame):
    x = Formula.of(made).columns(frame)[0]
    calls = [
        lambda name: core.effects(made, x, name),
        lambda name: core.importance(made, x, frame["y"], groups={"a": name}),
        lambda name: core.shapley(made, x[:2], x[:9], groups={"a": [name]}),
    ]
    for call in calls:
        call("s")
        with pytest.raises(NNFitError, match="`x` must be a data frame for the variable `z`"):
            call("z")


LABELLED = {
    "effects": ("x", lambda made, frame, given: core.effects(made, frame, "x", **given)),
    "importance": ("x", lambda made, frame, given: core.importance(made, frame, frame.y, **given)),
    "diagnose": ("x", lambda made, frame, given: core.diagnose(made, frame, frame.y, **given)),
    "shapley": ("background", lambda made, frame, given: core.shapley(made, frame, frame, **given)),
}


@pytest.mark.parametrize("name", LABELLED)
def test_weights_and_offsets_of_other_rows_are_refused(made, frame, name):
    reference, call = LABELLED[name]
    turned = frame["x"].iloc[::-1]
    with pytest.raises(NNFitError, match=rf"`weights` has other row labels.* than {reference}\."):
        call(made, frame, {"weights": turned})
    with pytest.raises(NNFitError, match=r"`offset` has other row labels.* than x\."):
        call(made, frame, {"offset": turned})
