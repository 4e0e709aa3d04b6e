import json

import numpy as np
import pytest

import nnfit
from nnfit.core import fit
from nnfit.core.exported.about import factors_of, known_of, output_name, sentence, texts_of
from nnfit.core.formula.formula import Formula, Variable
from nnfit.core.model.fit import SCHEMA, FitView
from support import FIXTURES

X = np.random.default_rng(3).normal(size=(40, 2))
Y = X[:, 0] + np.random.default_rng(4).normal(size=40)
NET = {"hidden_units": [3], "epochs": 3, "seed": 1}


def said(made, ignored=(), shape=(2,), **beside):
    spec = FitView(made).spec
    texts = texts_of(spec, {**known_of(made), **beside}, list(ignored), shape)
    assert all(isinstance(one, str) for pair in texts.items() for one in pair)
    return spec, texts


def test_a_plain_fit_says_what_it_is():
    spec, texts = said(fit(X, Y, seed=1), ignored=[1])
    assert texts == {
        "nnfit": "1",
        "schema": str(SCHEMA),
        "written_by": texts["written_by"],
        "outcome": "numeric",
        "loss": "mse",
        "link": "identity",
        "columns": '["x1", "x2"]',
        "outputs": '["y1"]',
        "ignored": '["x2"]',
    }
    assert nnfit.__version__ in texts["written_by"]
    assert output_name(spec) == "response"
    assert sentence(spec, "`x`").startswith("A fit of nnfit. In: `x`, in the units of the data.")


def test_the_caller_knows_names():
    beside = {"columns": ["größe", "b"], "outcomes": ["z"], "formula": "z ~ .", "variables": "[1]"}
    _, texts = said(fit(X, Y, seed=1), **beside)
    assert texts["columns"] == '["größe", "b"]' and texts["outputs"] == '["z"]'
    assert texts["formula"] == "z ~ ." and texts["variables"] == "[1]"


@pytest.mark.parametrize("number", [2, 3])
def test_classes_are_outputs(number):
    labels = [f"c{one}" for one in range(number)]
    y = np.array(labels)[np.arange(40) % number]
    spec, texts = said(fit(X, y, **NET))
    assert json.loads(texts["classes"]) == json.loads(texts["outputs"]) == labels
    assert output_name(spec) == "probabilities"
    assert "a probability for each class" in sentence(spec, "`x`")
    spec, texts = said(fit(X, y, loss="multi_margin", **NET))
    assert json.loads(texts["outputs"]) == labels and output_name(spec) == "response"


def test_levels_are_outputs_in_ascending_order():
    loss = ["quantile", {"level": [0.9, 0.1]}]
    _, texts = said(fit(X, Y, loss=loss, **NET))
    assert json.loads(texts["outputs"]) == ["level_0.1", "level_0.9"]
    _, texts = said(fit(X, np.column_stack([Y, -Y]), loss=loss, **NET))
    assert json.loads(texts["outputs"]) == [
        "y1:level_0.1", "y2:level_0.1", "y1:level_0.9", "y2:level_0.9"
    ]  # fmt: skip


def test_rows_of_several_dimensions_have_no_columns():
    _, texts = said(fit(X, Y, seed=1), ignored=[0], shape=(2, 2))
    assert texts["columns"] == "[]" and "ignored" not in texts


def test_risks_and_offsets_are_said():
    times = nnfit.core.surv(np.ones(40, dtype=bool), np.exp(Y))
    spec, _ = said(fit(X, times, offset=Y, seed=1))
    words = sentence(spec, "`x`")
    assert "a risk" in words and "offset of each row" in words


def test_a_fit_of_r_has_a_formula():
    known = known_of(nnfit.load(FIXTURES / "fit-r.safetensors"))
    assert {"columns", "formula", "variables"} < set(known)
    for factor in known["variables"]:
        assert len(factor["levels"]) == len(factor["contrasts"])


def variable(name, levels, contrasts, embedded=False):
    code = {"column": name}
    return Variable(name, code, levels, contrasts and np.array(contrasts, float), embedded)


def test_each_way_that_a_factor_is_coded_in_is_said():
    formula = Formula(
        text="y ~ g + x:g + h:g + e",
        variables=[
            variable("g", ["a", "b", "c"], [[0, 0], [1, 0], [0, 1]]),
            variable("x", None, None),
            variable("h", ["u", "v"], [[1], [-1]]),
            variable("e", ["p", "q"], None, embedded=True),
        ],
        factors=np.array([[1, 0, 2, 1], [0, 0, 1, 0], [0, 0, 0, 2], [0, 1, 0, 0]]),
        offsets=[],
        names=[],
    )
    assert list(factors_of(formula)) == [
        {
            "name": "g",
            "levels": ["a", "b", "c"],
            "terms": ["g", "g:h"],
            "contrasts": [[0, 0], [1, 0], [0, 1]],
        },
        {
            "name": "g",
            "levels": ["a", "b", "c"],
            "terms": ["g:x"],
            "contrasts": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        },
        {"name": "h", "levels": ["u", "v"], "terms": ["g:h"], "contrasts": [[1, 0], [0, 1]]},
    ]
