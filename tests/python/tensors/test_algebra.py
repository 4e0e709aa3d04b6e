"""Products and solutions of matrices, beside NumPy's; vectors turn as in R."""

import numpy as np
import pytest
import torch

from nnfit.tensors import RULES, algebra

A = np.array([[4.0, 1.0, 2.0], [1.0, 5.0, 3.0], [2.0, 3.0, 6.0]])  # positive definite


def check(answer, expected, digits=12):
    np.testing.assert_allclose(answer.numpy(), expected, rtol=10.0**-digits, atol=1e-14)


def both_ways(name, x, y):
    """The answer where only x, only y, and both are tensors; they have to be the same."""
    tensors = torch.from_numpy(x), torch.from_numpy(y)
    answers = [RULES[name](*pair) for pair in (tensors, (tensors[0], y), (x, tensors[1]))]
    for answer in answers[1:]:
        assert torch.equal(answer, answers[0])
    return answers[0]


def test_products_of_matrices_are_numpys(rng):
    x, y = rng.normal(size=(2, 3)), rng.normal(size=(3, 4))
    check(both_ways("%*%", x, y), x @ y)
    check(both_ways("crossprod", x, x + 1), x.T @ (x + 1))
    check(both_ways("tcrossprod", x, x + 1), x @ (x + 1).T)
    check(RULES["crossprod"](torch.from_numpy(x)), x.T @ x)
    check(RULES["tcrossprod"](torch.from_numpy(x)), x @ x.T)


def test_a_vector_is_the_row_or_the_column_that_fits(rng):
    x, two, three = rng.normal(size=(2, 3)), rng.normal(size=2), rng.normal(size=3)
    check(both_ways("%*%", x, three), (x @ three)[:, None])
    check(both_ways("%*%", two, x), (two @ x)[None, :])
    row, column = three[None, :], three[:, None]
    check(both_ways("%*%", column, two), np.outer(three, two))
    check(both_ways("%*%", two, row), np.outer(two, three))
    check(both_ways("%*%", row, three), [[three @ three]])
    check(both_ways("crossprod", x, two), (x.T @ two)[:, None])
    check(both_ways("crossprod", two, x), (two @ x)[None, :])
    check(both_ways("tcrossprod", two, column), np.outer(two, three))
    check(both_ways("tcrossprod", row, three), [[three @ three]])
    check(both_ways("tcrossprod", column, two), np.outer(three, two))


def test_two_vectors_have_inner_and_outer_products(rng):
    x, y = rng.normal(size=3), rng.normal(size=3)
    check(both_ways("%*%", x, y), [[x @ y]])
    check(both_ways("crossprod", x, y), [[x @ y]])
    check(both_ways("tcrossprod", x, y), np.outer(x, y))
    check(both_ways("tcrossprod", x, y[:2]), np.outer(x, y[:2]))
    check(RULES["%*%"](torch.tensor(2.0, dtype=torch.float64), y), [2 * y])
    check(RULES["%*%"](3, torch.from_numpy(y)), [3 * y])


@pytest.mark.parametrize(
    ("name", "x", "y", "shapes"),
    [
        ("%*%", (2, 3), (2, 3), "2 x 3 and 2 x 3"),
        ("%*%", (2, 3), (2,), "2 x 3 and 2 x 1"),
        ("%*%", (3,), (2, 2), "1 x 3 and 2 x 2"),
        ("%*%", (3,), (2,), "1 x 3 and 2 x 1"),
        ("crossprod", (2, 3), (3, 2), "3 x 2 and 3 x 2"),
        ("tcrossprod", (2, 3), (2, 2), "2 x 3 and 2 x 2"),
        ("crossprod", (3,), (1, 2), "1 x 3 and 1 x 2"),
    ],
)
def test_shapes_that_do_not_fit_are_named(name, x, y, shapes):
    with pytest.raises(ValueError, match=f"non-conformable arguments: {shapes}"):
        RULES[name](torch.ones(x), torch.ones(y))


def test_more_dimensions_are_batches(rng):
    x, y = rng.normal(size=(5, 2, 3)), rng.normal(size=(3, 4))
    check(RULES["%*%"](torch.from_numpy(x), torch.from_numpy(y)), np.matmul(x, y))
    check(RULES["crossprod"](torch.from_numpy(x)), np.matmul(x.transpose(0, 2, 1), x))


def test_integers_are_multiplied_as_doubles():
    x = torch.tensor([[1, 2], [3, 4]], dtype=torch.int8)
    for answer in (RULES["%*%"](x, x), RULES["crossprod"](x), RULES["solve"](x)):
        assert answer.dtype == torch.float64
    assert RULES["%*%"](torch.ones(2, 2), x.numpy()).dtype == torch.float32


def test_an_integer_tensor_beside_a_floating_one_is_no_double():
    x, whole = torch.eye(2), torch.tensor([[2, 1], [1, 3]])
    for name in ("%*%", "crossprod", "tcrossprod", "solve"):
        assert RULES[name](x, whole).dtype == RULES[name](whole, x).dtype == torch.float32
    q, r = algebra.decompose(x)
    assert algebra.least_squares(q, r, whole).dtype == torch.float32


def test_decompositions_of_integers_are_doubles():
    whole = torch.tensor([[4, 1], [1, 3]])
    for name in ("solve", "determinant", "qr", "chol"):
        answer = RULES[name](whole)
        for part in answer if type(answer) is tuple else (answer,):
            assert part.dtype == torch.float64


def test_complex_matrices_are_not_conjugated(rng):
    z = rng.normal(size=(2, 3)) + 1j * rng.normal(size=(2, 3))
    check(RULES["crossprod"](torch.from_numpy(z)), z.T @ z)
    check(RULES["%*%"](torch.from_numpy(z), [z.real.T, z.imag.T]), z @ z.T)
    assert RULES["%*%"](torch.ones(1, 2), [np.zeros(2), np.ones(2)]).item() == 2j


def test_two_devices_are_refused():
    with pytest.raises(ValueError, match="'cpu'.*'meta'"):
        RULES["%*%"](torch.ones(2, 2), torch.ones(2, 2, device="meta"))


def test_solve_is_numpys(rng):
    check(RULES["solve"](torch.from_numpy(A)), np.linalg.inv(A))
    for b in (np.arange(3.0), rng.normal(size=(3, 2))):
        check(RULES["solve"](torch.from_numpy(A), b), np.linalg.solve(A, b))
        check(RULES["solve"](torch.from_numpy(A), torch.from_numpy(b)), np.linalg.solve(A, b))
    with pytest.raises(RuntimeError, match="singular"):
        RULES["solve"](torch.zeros(2, 2))


@pytest.mark.parametrize("x", [A, -A, A[[1, 0, 2]]], ids=["positive", "negative", "turned"])
def test_determinant_gives_sign_and_logarithm(x):
    answer = RULES["determinant"](torch.from_numpy(x))
    assert type(answer) is tuple  # what reticulate turns into a list
    for part, expected in zip(answer, np.linalg.slogdet(x)):
        check(part, expected)


def test_chol_is_the_upper_factor():
    check(RULES["chol"](torch.from_numpy(A)), np.linalg.cholesky(A).T)
    assert RULES["chol"](torch.tensor([[4]])).tolist() == [[2]]


def test_qr_gives_orthonormal_columns_and_a_triangle(rng):
    x = rng.normal(size=(6, 3))
    answer = RULES["qr"](torch.from_numpy(x))
    assert type(answer) is tuple
    q, r = (part.numpy() for part in answer)
    np.testing.assert_allclose(q.T @ q, np.eye(3), atol=1e-14)
    np.testing.assert_allclose(q @ r, x)
    np.testing.assert_array_equal(np.tril(r, -1), 0)


@pytest.mark.parametrize("shape", [(8,), (8, 2)])
def test_solve_of_qr_is_least_squares(shape, rng):
    x, y = rng.normal(size=(8, 3)), rng.normal(size=shape)
    q, r = RULES["qr"](torch.from_numpy(x))
    expected = np.linalg.lstsq(x, y, rcond=None)[0]
    check(RULES["solve.qr"](q, r, y), expected, digits=11)
    check(RULES["solve.qr"](q, r, torch.from_numpy(y)), expected, digits=11)


def test_least_squares_of_complex_numbers_is_numpys(rng):
    z = rng.normal(size=(6, 2)) + 1j * rng.normal(size=(6, 2))
    q, r = algebra.decompose(torch.from_numpy(z))
    expected = np.linalg.lstsq(z, np.arange(6.0), rcond=None)[0]
    check(algebra.least_squares(q, r, np.arange(6.0)), expected, digits=11)


def test_least_squares_of_a_wider_right_side_keeps_all_of_it(rng):
    x, y = rng.normal(size=(6, 2)), rng.normal(size=6) + 1j * rng.normal(size=6)
    expected = np.linalg.lstsq(x, y, rcond=None)[0]
    q, r = algebra.decompose(torch.from_numpy(x))
    check(algebra.least_squares(q, r, [y.real, y.imag]), expected, digits=11)
    q, r = algebra.decompose(torch.from_numpy(x).float())
    assert algebra.least_squares(q, r, torch.from_numpy(y.real)).dtype == torch.float64
    assert algebra.least_squares(q, r, y.real).dtype == torch.float32  # as R's data always


FUNCTIONS = {
    "crossprod": RULES["crossprod"],
    "tcrossprod": RULES["tcrossprod"],
    "solve": RULES["solve"],
    "determinant": RULES["determinant"],
    "qr": RULES["qr"],
    "chol": lambda x: RULES["chol"](x @ x.mT),
    "%*%": lambda x: RULES["%*%"](x, np.arange(3.0)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradients_flow(name):
    x = torch.from_numpy(A.copy()).requires_grad_()
    assert torch.autograd.gradcheck(FUNCTIONS[name], (x,))
