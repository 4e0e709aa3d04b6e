import copy
import dataclasses
import pickle

import numpy as np
import pytest

from nnfit.core import Fit, NNFitError, fit, predict
from nnfit.core.model.fit import SCHEMA, FitView, fit_fields


def test_the_list_of_fields_is_that_of_the_type():
    listed = {field.name: field for field in fit_fields()}
    assert set(listed) == {field.name for field in dataclasses.fields(Fit)}
    optional = {
        field.name
        for field in dataclasses.fields(Fit)
        if field.default is None  # the schema has another default
    }
    assert {name for name, field in listed.items() if not field.always} == optional
    assert all(field.meaning and field.kind for field in listed.values())


def test_a_fit_is_read_by_attribute_and_by_name(thermometer):
    made = fit(*thermometer, seed=1)
    assert isinstance(made, Fit)
    assert made.parameters is made["parameters"]
    assert list(made.plain()) == list(made)
    assert len(made) == len(made.plain())
    assert "replicates" not in made
    assert made.replicates is None
    with pytest.raises(KeyError):
        made["replicates"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.stopped = "early"


def test_it_survives_a_file(thermometer):
    made = fit(*thermometer, hidden_units=3, epochs=5, seed=1)
    again = pickle.loads(pickle.dumps(made))
    np.testing.assert_array_equal(predict(again, thermometer.x), predict(made, thermometer.x))


def test_parts_of_a_fit_are_enough_and_a_later_version_is_refused(thermometer):
    made = fit(*thermometer, seed=1)
    parts = {name: made[name] for name in ("parameters", "scaling", "options")}
    assert FitView(parts).spec.linear
    assert FitView({**parts, "schema": float(SCHEMA)}).scaling.y_scale == made.scaling["y_scale"]
    with pytest.raises(NNFitError, match="`fit` was made by a later version"):
        predict({**parts, "schema": SCHEMA + 1}, thermometer.x)


def test_it_prints_what_was_fitted_and_not_the_arrays(thermometer):
    made = fit(*thermometer, hidden_units=3, epochs=5, seed=1)
    loss = made["history"]["train_loss"][-1]
    assert repr(made) == (
        f"<Fit: 10 parameters, adam, engine fused, 5 epochs (epochs), training loss {loss:.6g}>"
    )
    made = fit(*thermometer, optimizer=("sgd", {"nesterov": True}), momentum=0.5, epochs=5)
    assert repr(made).startswith("<Fit: 2 parameters, sgd, engine least_squares, 5 epochs")


def test_two_fits_are_equal_where_they_are_one(thermometer):
    made = fit(*thermometer, seed=1)
    assert made == made
    assert made != copy.deepcopy(made)
    assert len({made, made}) == 1


def test_it_prints_that_nothing_was_learned():
    fault = {"kind": "dead", "layer": 2, "units": 3, "dead": 3, "redrawn": 3, "cured": False}
    made = fit([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    text = repr(dataclasses.replace(made, fault=fault))
    assert text.endswith(", learned nothing: 3 of 3 units of hidden layer 2 dead>")
    assert repr(dataclasses.replace(made, fault={**fault, "cured": True})) == repr(made)
