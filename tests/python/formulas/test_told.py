"""A fit must compute the columns that formulaic has made, and name those that it can not."""

import numpy as np
import pytest

pytest.importorskip("formulaic", reason="needs formulaic")

from nnfit.core import NNFitError
from nnfit.formulas.made import make
from nnfit.formulas.told import read_back, told

KNOWN = [
    "x", "x + C(g)", "x * g", "g * h", "g:h", "h + g + g:h", "0 + g", "0 + g + h", "g:x", "x:g:h",
    "C(k)", "C(k, contr.sum) * x", "C(g, contr.helmert)", "C(g, contr.poly)",
    "C(g, contr.treatment(base='b'))", "C(g, levels=['c', 'a', 'b'])", "0 + C(g, contr.sum)",
    "np.log(x) + I(x ** 2)", "poly(x, 3)", "poly(x, 2, raw=True)", "poly(center(x), 2):g",
    "bs(x, df=5)", "bs(x, knots=[2, 3], degree=2)", "0 + bs(x, df=4, include_intercept=True)",
    "bs(x, df=5, extrapolation='extend'):g", "center(z) + scale(x)", "scale(z, center=False)",
    "flag", "C(flag)", "{x + 1}", "{g == 'a'}", "`my col` * x", "(x + z + g) ** 2", "x * z - x",
    "1", "np.where(x > 2, x, 0)",
]  # fmt: skip


@pytest.mark.parametrize("formula", KNOWN)
def test_other_rows_become_the_columns_that_formulaic_makes(frame, formula):
    made = make(formula, frame)
    plain = told(made, formula, frame, None)
    if formula == "1":
        assert plain["variables"] == [] and plain["names"] == []
        return
    rows = frame.iloc[[7, 3, 3, 40]]
    columns, offset = read_back(plain).columns(rows)
    wanted = made.spec.get_model_matrix(rows.reset_index(drop=True))
    wanted = wanted.drop(columns="Intercept", errors="ignore")
    assert offset is None
    assert plain["names"] == list(wanted.columns)
    np.testing.assert_allclose(columns, wanted.to_numpy(dtype=float), atol=1e-12)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("cs(x, df=4)", r"the term `cs\(x, df=4\)`, which uses `cs\(\)`"),
        ("hashed(g, levels=3)", r"uses `hashed\(\)`"),
        ("bs(x, df=4, include_intercept=True)", "which a fit can not compute again"),
        ("3:x", "is multiplied by a number"),
        ("a:b + b:a + a:c", "."),
    ],
)
def test_a_term_that_can_not_be_told_is_named(frame, formula, said):
    data = frame.assign(a=frame["g"], b=frame["h"], c=frame["g"])
    made = make(formula, data)
    if said == ".":  # which formulaic takes for one
        told(made, formula, data, None)
        return
    with pytest.raises(NNFitError, match=f"`formula` has {'.*' + said}"):
        told(made, formula, data, None)


def test_columns_that_came_out_otherwise_are_named(frame):
    made = make("x + z", frame)
    wrong = made._replace(x=made.x.assign(z=made.x["z"] + 1e-3))
    with pytest.raises(NNFitError, match="the term `z`, which a fit can not compute again"):
        told(wrong, "x + z", frame, None)


def test_values_beyond_a_spline_are_refused(frame):
    plain = told(make("bs(x, df=4)", frame), "bs(x, df=4)", frame, None)
    with pytest.raises(NNFitError, match="has values that are not from"):
        read_back(plain).columns(frame.assign(x=99.0))
