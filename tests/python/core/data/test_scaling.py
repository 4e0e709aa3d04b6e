import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnfit.core import fit
from nnfit.core.data import scaling
from nnfit.core.data.reading import Counts
from nnfit.core.data.scaling import Scaling, check_shape
from nnfit.core.ground.errors import NNFitError


def test_columns_are_standardised_as_r_does(mtcars):
    scale = scaling.measure(mtcars.x, None, 1)
    x = scaling.encode(
        mtcars.x, scale.x_center, scale.x_scale, np.empty(mtcars.x.shape, np.float64)
    )
    np.testing.assert_allclose(x.mean(0), 0, atol=1e-14)
    np.testing.assert_allclose(x.std(0, ddof=1), 1)


def test_a_row_of_little_weight_does_not_set_the_scale(rng):
    """And so no penalty is another than glmnet's, which standardises by weighted moments."""
    x = np.append(rng.normal(size=(99, 1)), [[1e3]], axis=0)
    y = x[:, 0] + rng.normal(0, 0.1, 100)
    weights = np.append(np.ones(99), 1e-9)
    without = fit(x[:99], y[:99], penalty=0.5)
    beside = fit(x, y, penalty=0.5, weights=weights)
    np.testing.assert_allclose(beside.unscaled["0.weight"], without.unscaled["0.weight"], rtol=0.01)
    twice = fit(x, y, penalty=0.5, weights=2 * weights)
    np.testing.assert_allclose(twice.unscaled["0.weight"], beside.unscaled["0.weight"], rtol=1e-9)


@pytest.mark.parametrize("options", [{"penalty": 0.5}, {"hidden_units": 3, "epochs": 20}], ids=str)
def test_whole_weights_may_stand_for_rows(options, rng):
    x, y = rng.normal(size=(40, 2)), rng.normal(size=40)
    often = rng.integers(0, 4, 40)
    given = {"seed": 1, "dtype": "float64", **options}
    repeated = fit(x.repeat(often, axis=0), y.repeat(often), **given)
    counted = fit(x, y, weights=Counts(often), **given)
    for name, value in counted.parameters.items():
        np.testing.assert_allclose(value, repeated.parameters[name], rtol=1e-7, atol=1e-10)


def test_columns_of_y_share_one_scale():
    y = np.array([[0.0, 0.0], [2.0, 20.0]])
    scale = scaling.measure(y, y, 2)
    assert scale.y_center.tolist() == [1.0, 10.0]
    assert scale.y_scale == pytest.approx(np.sqrt((2 + 200) / 2))


def test_an_outcome_that_keeps_its_units_is_left_alone():
    scale = scaling.measure(np.ones((3, 1)), None, 2)
    assert scale.y_center.tolist() == [0, 0]
    assert scale.y_scale == 1.0


@pytest.mark.parametrize("value", [0.0, 0.1, 1e9 + 0.1])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("rounded", [False, True])
def test_nothing_is_left_of_a_constant_column_whatever_it_is_elsewhere(value, dtype, rounded):
    x = np.full((7, 1), value, dtype=dtype)
    if rounded:  # as sums that ought to be the same come out
        x[::2] = np.nextafter(x[0], dtype(np.inf))
    scale = scaling.measure(x, x.astype(np.float64), 1)
    assert scale.left_out.tolist() == [True] or (rounded and value == 0)
    assert scale.y_scale == 1.0 or (rounded and dtype == np.float32)
    for others in (x, x + dtype(7e4)):
        if scale.left_out[0]:
            out = np.empty(x.shape, dtype)
            assert not scaling.encode(others, scale.x_center, scale.x_scale, out).any()
            weights = np.ones((1, 1)), np.array([2.0])
            assert (
                scaling.linear_output(others, *weights, scale) == 2 * scale.y_scale + scale.y_center
            ).all()


def test_a_constant_is_the_intercept_of_a_model_without_one_unless_it_is_zero():
    x = np.column_stack([np.full(7, 5.0), np.zeros(7)])
    assert scaling.measure(x, None, 1, center=False).left_out.tolist() == [False, True]


def test_columns_can_be_left_out_of_rows_that_are_taken_as_they_are():
    assert scaling.without(None, None, 2) is None
    assert scaling.without(None, np.zeros(2, dtype=bool), 2) is None
    scale = scaling.without(None, np.array([False, True]), 4, ("mean", "log_variance"))
    assert scale.left_out.tolist() == [False, True]
    x = np.array([[3.0, 4.0]])
    out = scaling.encode(x, scale.x_center, scale.x_scale, np.empty((1, 2)))
    assert out.tolist() == [[3.0, 0.0]]
    outputs = np.arange(4.0)[None]
    np.testing.assert_array_equal(scaling.decode(outputs, scale), outputs)
    assert scale.y_center.shape == (2,)
    measured = scaling.measure(np.array([[3.0], [4.0]]), None, 1)
    assert scaling.without(measured, np.array([True]), 1).left_out.all()


def test_a_single_row_can_be_scaled():
    scale = scaling.measure(np.array([[3.0]]), np.array([[2.0]]), 1)
    assert (scale.x_scale[0], scale.y_scale) == (np.inf, 1.0)  # all of its columns are constant


def test_without_bias_nothing_is_shifted():
    scale = scaling.measure(np.array([[3.0], [4.0]]), np.array([[6.0], [8.0]]), 1, center=False)
    assert scale.x_center[0] == scale.y_center[0] == 0
    assert scale.x_scale[0] == 5.0  # root mean square with n - 1, as R's scale()
    assert scale.y_scale == 10.0


def test_centring_happens_before_rounding_to_float32():
    x = 1e8 + np.arange(5.0)[:, None]  # float32 cannot tell these apart
    scale = scaling.measure(x, None, 1)
    x32 = scaling.encode(x, scale.x_center, scale.x_scale, np.empty(x.shape, np.float32))
    np.testing.assert_allclose(x32[:, 0], (np.arange(5) - 2) / np.std(np.arange(5), ddof=1))


@pytest.fixture(params=["few", "many"])
def parts(request, monkeypatch):
    """Give how many numbers are copied at once: all, or some twenty."""
    if request.param == "many":
        monkeypatch.setattr(scaling, "FEW", 0)
        monkeypatch.setattr(scaling, "UNSHARED", 20)
        monkeypatch.setattr(scaling, "SCALED", 20)


@pytest.mark.usefixtures("parts")
@pytest.mark.parametrize("center", [None, np.zeros(2)])
def test_the_copy_is_its_own_and_in_c_order(center):
    x = np.asfortranarray(np.arange(6.0).reshape(3, 2))
    x.flags.writeable = False
    copy = scaling.encode(x, center, np.ones(2), np.empty(x.shape, np.float64))
    assert not np.shares_memory(copy, x)
    assert copy.flags.c_contiguous
    assert copy.flags.writeable
    np.testing.assert_array_equal(copy, x)


@pytest.mark.usefixtures("parts")
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("read", [np.float64, np.float32])
@pytest.mark.parametrize("kept", [np.float64, np.float32])
def test_the_copy_is_numpys_to_the_last_digit(order, read, kept, rng):
    x = np.asarray(1e3 * rng.standard_normal((101, 3)), dtype=read, order=order)
    x.flags.writeable = False
    center, scale = rng.standard_normal(3), rng.uniform(0.1, 10, 3)
    center.flags.writeable = scale.flags.writeable = False
    out = scaling.encode(x, center, scale, np.empty(x.shape, kept))
    expected = ((x.astype(np.float64) - center) / scale).astype(kept)
    np.testing.assert_array_equal(out, expected)
    column = scaling.encode(x[:, 0], center[:1], 7.0, np.empty(101, kept))
    np.testing.assert_array_equal(column, ((x[:, 0] - center[:1]) / 7).astype(kept))
    plain = scaling.encode(x, None, 1.0, np.empty(x.shape, kept))
    np.testing.assert_array_equal(plain, x.astype(kept))


@pytest.mark.usefixtures("parts")
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("center", [None, np.zeros(1)])
def test_a_value_beyond_the_range_is_found_in_every_part(center):
    x = np.ones((45, 1))
    for value in 1e39, np.inf:
        x[44] = value
        with pytest.raises(scaling.Beyond):
            scaling.encode(x, center, 1.0, np.empty(x.shape, np.float32))
    large = np.full((44, 1), 3e38)  # whose sum alone is beyond it
    out = scaling.encode(large, center, 1.0, np.empty(large.shape, np.float32))
    assert np.isfinite(out).all()


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20),
    st.floats(1e-3, 1e3),
)
def test_decode_undoes_encode(values, width):
    y = np.array(values)[:, None] * width
    scale = scaling.measure(y, y, 1)
    encoded = scaling.encode(y, scale.y_center, scale.y_scale, np.empty(y.shape, np.float64))
    np.testing.assert_allclose(
        scaling.decode(encoded, scale), y, rtol=1e-9, atol=1e-9 * np.abs(y).max() + 1e-300
    )


def test_scalars_from_r_are_read_back():
    plain = {"x_center": 1.0, "x_scale": 2.0, "y_center": 3.0, "y_scale": 4}
    scale = Scaling.of_fit(plain)
    assert scale.x_center.shape == scale.x_scale.shape == scale.y_center.shape == (1,)
    assert Scaling.of_fit(None) is None


def test_a_fit_of_an_earlier_version_scaled_its_output_as_the_outcome():
    plain = {"x_center": [1.0], "x_scale": [2.0], "y_center": [3.0, 4.0], "y_scale": 5.0}
    output = np.array([[1.0, 2.0]])
    assert scaling.decode(output, Scaling.of_fit(plain)).tolist() == [[8.0, 14.0]]


def test_each_head_comes_back_in_its_own_units():
    """Of two outcomes: means in their units, logarithms of variances by those of the units."""
    y = np.array([[10.0, 0.0], [10.0, 8.0]])
    scale = scaling.measure(y, y, 4, heads=("mean", "log_variance"))
    s = scale.y_scale
    output = np.array([[1.0, 2.0, 3.0, 4.0]])
    expected = [10 + s, 4 + 2 * s, 3 + 2 * np.log(s), 4 + 2 * np.log(s)]
    np.testing.assert_allclose(scaling.decode(output, scale)[0], expected)
    assert scale.y_center.tolist() == [10.0, 4.0]


def test_an_outcome_above_zero_is_divided_and_its_log_mean_shifted():
    y = np.array([[3.0], [4.0]])
    scale = scaling.measure(y, y, 1, center_y=False, heads=("log_mean",))
    assert (scale.y_center[0], scale.y_scale) == (0.0, 5.0)
    assert scale.x_center[0] == 3.5
    assert scaling.decode(np.array([[1.0]]), scale)[0, 0] == pytest.approx(1 + np.log(5.0))


def test_two_heads_of_an_outcome_that_keeps_its_units():
    scale = scaling.measure(np.ones((3, 1)), None, 4, heads=("mean", "log_variance"))
    assert scale.y_center.tolist() == [0.0, 0.0]
    assert scale.output_center.tolist() == [0.0] * 4
    assert scale.output_scale.tolist() == [1.0] * 4


@pytest.mark.parametrize("order", ["C", "F"])
def test_linear_output_is_that_of_scaled_columns(rng, order, monkeypatch):
    monkeypatch.setattr(scaling, "CHUNK", 4)
    x = np.asarray(1e6 + rng.standard_normal((10, 3)), order=order)
    weight, bias = rng.standard_normal((2, 3)), rng.standard_normal(2)
    scale = scaling.measure(x, rng.standard_normal((10, 2)), 2)
    inputs = scaling.encode(x, scale.x_center, scale.x_scale, np.empty(x.shape))
    np.testing.assert_allclose(
        scaling.linear_output(x, weight, bias, scale),
        scaling.decode(inputs @ weight.T + bias, scale),
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        scaling.linear_output(x, weight, bias, None), x @ weight.T + bias, rtol=1e-12
    )


def test_columns_beyond_float32_are_scaled_before_they_are_rounded():
    x = np.array([[1e150, -1e-60], [3e150, 1e-60]])
    out = scaling.encode(x, x.mean(axis=0), np.array([1e150, 1e-60]), np.empty((2, 2), np.float32))
    assert out.tolist() == [[-1.0, -1.0], [1.0, 1.0]]


def test_rows_of_another_shape_are_not_scaled_by_what_broadcasts():
    like = np.ones((2, 6, 5))
    check_shape(np.ones((3, 2, 6, 5)), like, "x")
    check_shape(np.ones((3, 1, 1)), np.ones(1), "x")  # by way of R
    for shape in ((3, 2, 1, 5), (3, 2, 6, 1), (3, 2, 5), (3, 2)):
        with pytest.raises(
            NNFitError, match=r"has rows of shape .*and those of the fit have \(2, 6, 5"
        ):
            check_shape(np.ones(shape), like, "x")


@pytest.mark.filterwarnings("error")
def test_columns_that_leave_no_coefficient_are_refused_without_a_warning_of_numpys(rng):
    x = np.linspace(1, 2, 20)[:, None] * 1e-320
    with pytest.raises(NNFitError, match="^`x` has columns so small"):
        fit(x, rng.standard_normal(20))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("stored", [np.float32, np.float64, np.int64])
def test_columns_side_by_side_are_encoded_to_the_same_numbers(rng, dtype, stored):
    a = (100 * rng.normal(size=(2 * scaling.CHUNK + 7, 3))).astype(stored)
    center, scale = rng.normal(size=3), np.array([0.3, 7.0, np.inf])
    for s in (scale, 0.7):
        rows, columns = np.empty(a.shape, dtype), np.empty(a.shape, dtype)
        scaling.encode(a, center, s, rows)
        scaling.encode(np.asfortranarray(a), center, s, columns)
        np.testing.assert_array_equal(columns, rows)
    far = np.asfortranarray(a.astype(float))
    far[-1, 1] = 1e300
    if dtype == np.float32:
        with pytest.raises(scaling.Beyond):
            scaling.encode(far, center, scale, np.empty(a.shape, dtype))


def test_spreads_are_the_same_however_many_rows_are_looked_at_at_once(rng, monkeypatch):
    x = 1e3 + rng.standard_normal((50, 3))
    whole = scaling.center_and_spread(x, True)
    monkeypatch.setattr(scaling, "NUMBERS", 20)
    np.testing.assert_allclose(scaling.center_and_spread(x, True), whole, rtol=1e-12)
    np.testing.assert_allclose(whole, [x.mean(axis=0), x.std(axis=0, ddof=1)], rtol=1e-12)
