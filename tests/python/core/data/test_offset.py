import numpy as np
import pytest

from nnfit.core import fit
from nnfit.core.data.arrays import ArraySource
from nnfit.core.data.batches import to_batch
from nnfit.core.data.offset import (
    as_offset,
    moves_along,
    offset_for,
    settle,
    to_output,
    usual_predictor,
)
from nnfit.core.data.table import Table
from nnfit.core.ground.errors import NNFitError
from nnfit.core.options.asked import Asked
from nnfit.core.options.catalog import Named
from nnfit.core.options.families import families, family

X, OFFSET = np.arange(4.0)[:, None], np.array([[1.0], [2.0], [3.0], [6.0]])


def spec_of(loss, n_outputs=1, has_offset=True, **options):
    asked = Asked.of({"loss": loss, "dtype": "float64", **options})
    return asked.with_outcome(None, has_offset).resolved(1, n_outputs)


def test_a_column_stands_for_every_outcome_and_not_for_every_class():
    mse, classes = family("mse"), family("cross_entropy")
    np.testing.assert_array_equal(as_offset(OFFSET[:, 0], 4, 2, mse), np.hstack([OFFSET] * 2))
    both = np.hstack([OFFSET, -OFFSET])
    np.testing.assert_array_equal(as_offset(both, 4, 2, mse), both)
    np.testing.assert_array_equal(as_offset(both, 4, 2, classes), both)
    with pytest.raises(NNFitError, match=r"has 1 column\(s\), and there are 2 classes\. Give a"):
        as_offset(OFFSET, 4, 2, classes)


@pytest.mark.parametrize(
    ("offset", "problem"),
    [
        (np.ones(3), r"`offset` has shape \(3, 1\), and x has 4 rows"),
        (np.ones((4, 2, 1)), r"`offset` has shape \(4, 2, 1\), and x has 4 rows"),
        (1.0, r"`offset` has shape \(1, 1\), and x has 4 rows"),
        (np.ones((4, 3)), r"`offset` has 3 column\(s\), and there are 2 outcomes\. Give a column"),
        ([1.0, np.nan, 1.0, np.inf], r"`offset` has 2 missing or infinite"),
        (["a", "b", "c", "d"], "`offset` must be numeric"),
    ],
)
def test_what_is_no_offset_is_refused_by_name(offset, problem):
    with pytest.raises(NNFitError, match=problem):
        as_offset(offset, 4, 2, family("mse"))


def test_a_fit_with_an_offset_needs_one_and_another_takes_none():
    with_one, without = spec_of("mse"), spec_of("mse", has_offset=False)
    assert offset_for(without, None, 4) is None
    np.testing.assert_array_equal(offset_for(with_one, OFFSET[:, 0], 4), OFFSET)
    for spec, offset, argument, problem in (
        (with_one, None, "offset", "is missing: the fit was made with one. Give that of these"),
        (without, OFFSET, "offset", "is not needed: the fit was made without one. Leave it out"),
        (with_one, None, "validation", r"has no offset, and the fit has one. Give \(x, y, offset"),
        (without, OFFSET, "validation", "has an offset, and the fit has none. Give"),
        (
            with_one,
            OFFSET[:3],
            "validation",
            r"has an offset that has shape \(3, 1\), and x has 4 rows",
        ),
    ):
        with pytest.raises(NNFitError, match=f"`{argument}` {problem}"):
            offset_for(spec, offset, 4, argument)


def test_losses_of_outcome_minus_output_alone_are_those_without_bounds():
    names = {loss.name for loss in families() if moves_along(Named(loss.name, {}))}
    assert names == {"mse", "l1", "huber", "smooth_l1", "quantile", "expectile", "gaussian_nll"}
    assert not moves_along(Named("mse", {"link": "log"}))
    # what else has several heads would need more than the first to be moved
    assert all(len(loss.heads) == 1 for loss in families() if loss.name not in names)


def test_what_is_like_the_first_head_alone_is_moved():
    np.testing.assert_array_equal(to_output(OFFSET, ("mean",)), OFFSET)
    np.testing.assert_array_equal(
        to_output(OFFSET, family("gaussian_nll").heads), np.hstack([OFFSET, 0 * OFFSET])
    )
    both = to_output(OFFSET, family("quantile").heads_under({"level": [0.1, 0.9]}))
    np.testing.assert_array_equal(both, np.hstack([OFFSET, OFFSET]))


def test_it_is_subtracted_where_that_says_the_same_and_kept_elsewhere():
    table = Table(X, X + 10, None, OFFSET)
    settled = settle(table, Named("mse", {}))
    np.testing.assert_array_equal(settled.y, X + 10 - OFFSET)
    assert settled.offset is None
    kept = settle(table, Named("poisson_nll", {}))
    np.testing.assert_array_equal(kept.y, table.y)
    np.testing.assert_array_equal(kept.offset, OFFSET)
    without = table._replace(offset=None)
    assert settle(without, Named("mse", {})) is without


@pytest.mark.parametrize("loss", ["poisson_nll", "gamma_nll", "bce_with_logits"])
def test_training_sees_it_centred_and_the_output_takes_the_middle_up(loss):
    spec = spec_of(loss)
    table = Table(X, np.array([[0.0], [1.0], [1.0], [1.0]]) + (loss == "gamma_nll"), None, OFFSET)
    scaling = ArraySource(table, spec).scaling()
    of_outcome = np.log(scaling.y_scale) if loss == "gamma_nll" else 0.0
    np.testing.assert_allclose(scaling.output_center, of_outcome - 3)
    np.testing.assert_allclose(
        to_batch(table, scaling, spec).offset.numpy(), OFFSET - 3, atol=1e-14
    )


@pytest.mark.parametrize(
    ("loss", "options"),
    [
        ("poisson_nll", {"bias": False}),  # nothing could take the middle up
        ("poisson_nll", {"scale": False}),
        ("bce", {}),  # its output is a probability already
    ],
)
def test_elsewhere_it_is_taken_as_it_is(loss, options):
    spec = spec_of(loss, **options)
    table = Table(X, np.array([[0.0], [1.0], [1.0], [1.0]]), None, OFFSET)
    scaling = ArraySource(table, spec).scaling()
    np.testing.assert_array_equal(to_batch(table, scaling, spec).offset.numpy(), OFFSET)
    assert scaling is None or not scaling.output_center.any()


@pytest.mark.parametrize(
    ("loss", "start"),
    [
        (("poisson_nll", {"link": "identity"}), 0.75),
        (("poisson_nll", {"log_input": False}), 0.75),
        (("poisson_nll", {"link": "sqrt"}), np.sqrt(0.75)),
        (("bce_with_logits", {"link": "cloglog"}), np.log(-np.log(0.25))),
        (("mse", {"link": "inverse"}), 1 / 0.75),
        (("gamma_nll", {"link": "1/mu^2"}), 1 / 0.75**2),
    ],
)
def test_under_another_link_training_starts_at_the_mean_outcome(loss, start):
    spec = spec_of(loss)
    table = Table(X, np.array([[0.0], [1.0], [1.0], [1.0]]), None, OFFSET)
    scaling = ArraySource(table, spec).scaling()
    np.testing.assert_allclose(scaling.output_center, start - OFFSET.mean(axis=0))
    # what is trained on is in the loss's units
    batch = to_batch(table, scaling, spec)
    user = batch.offset.numpy() * scaling.output_scale
    np.testing.assert_allclose(user, OFFSET + scaling.output_center, atol=1e-14)


def test_a_usual_predictor_is_that_of_the_mean_outcome():
    table = Table(X, np.array([[0.0], [1.0], [1.0], [6.0]]), None, None)
    for loss, usual in (("sqrt", np.sqrt(2)), ("identity", 2.0), ("1/mu^2", 0.25)):
        spec = spec_of(("poisson_nll", {"link": loss}), has_offset=False)
        scaling = ArraySource(table, spec).scaling()
        assert usual_predictor(scaling, spec) == pytest.approx(usual)
    assert usual_predictor(None, spec) is None
    plain = spec_of("poisson_nll", has_offset=False)
    assert usual_predictor(scaling, plain) is None


def test_columns_of_a_frame_are_found_by_the_names_of_outcomes_or_classes():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"b": [1.0, 2.0], "a": [3.0, 4.0]})
    for name in ("mse", "cross_entropy"):
        read = as_offset(frame, 2, 2, family(name), names=("a", "b"))
        assert read.tolist() == [[3, 1], [4, 2]]
        with pytest.raises(NNFitError, match="`offset` lacks columns that the fit has: `c`"):
            as_offset(frame, 2, 2, family(name), names=("a", "c"))
    assert as_offset(frame[["a"]], 2, 2, family("mse"), names=("u", "v")).tolist() == [
        [3, 3],
        [4, 4],
    ]
    assert as_offset(frame, 2, 2, family("mse")).tolist() == frame.to_numpy().tolist()


@pytest.mark.parametrize(
    ("name", "right", "wrong", "remedy"),
    [
        ("mse", 1e140, 1e160, "Divide it by some power of ten, and y too."),
        ("poisson_nll", 600.0, 1e300, 'on the scale of the link "log"'),
        ("bce_with_logits", 600.0, -1e300, 'on the scale of the link "logit"'),
        ("cross_entropy", 600.0, 1e5, 'on the scale of the link "softmax"'),
    ],
)
def test_an_offset_beyond_what_numbers_can_be_is_refused(name, right, wrong, remedy):
    both = np.ones((4, 2))
    assert as_offset(both * right, 4, 2, family(name)).max() == right
    with pytest.raises(NNFitError, match="^`offset` has values up to") as caught:
        as_offset(both * wrong, 4, 2, family(name))
    assert remedy in caught.value.remedy
    with pytest.raises(NNFitError, match="^`validation` has an offset that has values up to"):
        as_offset(both * wrong, 4, 2, family(name), "validation")


def test_an_offset_may_be_large_where_the_link_is_the_identity():
    y = np.arange(1.0, 5)
    told = {"loss": ("poisson_nll", {"log_input": False}), "epochs": 1}
    assert fit(y, y, offset=np.full(4, 1e4), **told).stopped is not None
    with pytest.raises(NNFitError, match="^`offset` has values up to 1e.300"):
        fit(y, y, offset=np.full(4, 1e300))
