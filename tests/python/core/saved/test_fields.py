import numpy as np
import pytest

from nnfit.core import Fit, fit
from nnfit.core.ground.foreign import Unreadable
from nnfit.core.model.fit import SCHEMA, fit_fields
from nnfit.core.saved.fields import KINDS, NEVER_NONE, checked

X, Y = np.arange(1.0, 9.0)[:, None], np.array([1.0, 3, 2, 5, 4, 6, 8, 7])


@pytest.fixture(scope="module")
def fields():
    return dict(fit(X, Y, hidden_units=[2, 3], epochs=4, validation=0.25, seed=1, bootstrap=2))


def test_every_kind_has_a_check(fields):
    assert {field.kind for field in fit_fields()} == set(KINDS)
    Fit(**checked(fields))


@pytest.mark.parametrize("name", [field.name for field in fit_fields()])
@pytest.mark.parametrize("value", [object, "a b", [1], {"a": "b"}, np.array(["a"]), 1.5, True])
def test_a_field_of_another_kind_is_named(fields, name, value):
    kind = next(field.kind for field in fit_fields() if field.name == name)
    if KINDS[kind](value) and name != "layers":
        return
    with pytest.raises(Unreadable, match=f"{name}|schema"):
        checked({**fields, name: value})


@pytest.mark.parametrize("name", [field.name for field in fit_fields() if field.always])
def test_a_field_that_every_fit_has_is_missed(fields, name):
    with pytest.raises(Unreadable, match="lacks the field|by which schema"):
        checked({other: value for other, value in fields.items() if other != name})
    if name in NEVER_NONE:
        with pytest.raises(Unreadable):
            checked({**fields, name: None})


def changed(fields, name, **values):
    return {**fields, name: {**fields[name], **values}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: 1, "no fields of a fit"),
        (lambda f: {**f, "schema": SCHEMA + 1}, "a later version"),
        (lambda f: {**f, "schema": 0}, "by which schema"),
        (lambda f: {**f, "other": 0}, "the field 'other', which no fit has"),
        (lambda f: {**f, "stopped": "tired"}, "`stopped`"),
        (lambda f: {**f, "best_epoch": 5}, "no such epoch"),
        (lambda f: {**f, "layers": [1]}, "`layers`"),
        (lambda f: {**f, "validation_rows": np.array([8])}, "`validation_rows`"),
        (lambda f: {**f, "fitted": np.ones(8)}, "`fitted`"),
        (lambda f: changed(f, "history", train_loss=None), "no losses"),
        (lambda f: changed(f, "history", valid_loss=np.ones(3)), "several lengths"),
        (lambda f: changed(f, "options", n_features=2), "can not be|other columns|names"),
        (lambda f: changed(f, "options", n_features="a"), "of no fit"),
        (lambda f: changed(f, "options", hidden_units=[2, 3], bias=False), "it differs in"),
        (lambda f: changed(f, "options", hidden_units=[10**9, 10**9]), "has 1000000000 values"),
        (lambda f: changed(f, "options", members=10**9), "that can not be|of no fit"),
        (lambda f: changed(f, "options", activation="system"), "`activation`"),
        (lambda f: changed(f, "options", loss=["mse", {"link": "eval"}]), "that can not be"),
        (lambda f: changed(f, "options", feature_names=["a", "b"]), "other names of columns"),
        (lambda f: changed(f, "options", feature_names=[{}]), "names in the options"),
        (lambda f: changed(f, "parameters", more=np.ones(1)), "it differs in"),
        (lambda f: changed(f, "scaling", x_scale=np.ones(2)), "other columns"),
        (lambda f: changed(f, "scaling", x_scale=np.zeros(1)), "divides by nothing"),
        (lambda f: changed(f, "scaling", y_center=np.ones(5)), "other outcomes"),
        (lambda f: changed(f, "scaling", y_scale="a"), "of no fit"),
    ],
)
def test_what_does_not_go_together_is_said(fields, change, message):
    with pytest.raises(Unreadable, match=message):
        checked(change(fields))


def test_options_that_came_by_way_of_r_are_as_python_has_them(fields):
    by_r = changed(fields, "options", norm=[], activation="relu", dropout=0.0, bias=True)
    assert checked(by_r)["options"] == fields["options"]
