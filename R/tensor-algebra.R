# Matrix products and solutions of tensors, with R's promotion of vectors.

#' Matrix products with tensors
#'
#' `x %*% y`, `crossprod(x, y)` and `tcrossprod(x, y)` where one or both are
#' tensors. Vectors are promoted as in R; tensors with more than two dimensions
#' are batches of matrices, as in `torch$matmul()`.
#'
#' R looks for methods of `%*%` from version 4.3 on, and of the other two from
#' 4.4 on. Where R is older, this package exports functions of these names that
#' hand everything but tensors to R's own.
#'
#' @param x,y Tensors, or R matrices and vectors beside a tensor.
#' @param ... Not used.
#' @return A tensor.
#' @aliases %*% crossprod tcrossprod
#' @name tensor-products
#' @examplesIf nnfit:::has_torch()
#' x <- as_tensor(matrix(1:6, 2))
#' x %*% c(1, 10, 100)
#' crossprod(x)
#' @rawNamespace
#' if (getRversion() >= "4.3") S3method("%*%", torch.Tensor) else export("%*%")
#' if (getRversion() >= "4.4") S3method(crossprod, torch.Tensor) else export(crossprod)
#' if (getRversion() >= "4.4") S3method(tcrossprod, torch.Tensor) else export(tcrossprod)
NULL

tensor_product <- function(rule, x, y, frame = parent.frame()) {
  side <- function(data) {
    if (is_tensor(data)) data else crossing(operand_data(data, rule, frame), frame)
  }
  if (is.null(y)) {
    tensor_call(rule, x, frame = frame)
  } else {
    tensor_call(rule, side(x), side(y), frame = frame)
  }
}

`%*%.torch.Tensor` <- function(x, y) tensor_product("%*%", x, y)
crossprod.torch.Tensor <- function(x, y = NULL, ...) {
  check_dots()
  tensor_product("crossprod", x, y)
}
tcrossprod.torch.Tensor <- function(x, y = NULL, ...) {
  check_dots()
  tensor_product("tcrossprod", x, y)
}

# For an R that does not look for methods of these.
with_tensors <- function(rule, otherwise) {
  force(rule)
  force(otherwise)
  function(x, y = NULL, ...) {
    if (is_tensor(x) || is_tensor(y)) tensor_product(rule, x, y) else otherwise(x, y, ...)
  }
}
if (getRversion() < "4.3") {
  `%*%` <- function(x, y) {
    if (is_tensor(x) || is_tensor(y)) tensor_product("%*%", x, y) else base::`%*%`(x, y)
  }
}
if (getRversion() < "4.4") {
  crossprod <- with_tensors("crossprod", base::crossprod)
  tcrossprod <- with_tensors("tcrossprod", base::tcrossprod)
}

#' Linear algebra with tensors
#'
#' `solve()`, `chol()`, `det()`, `determinant()` and `qr()` of a tensor, in
#' torch and differentiable. `solve(qr(x), y)` is the least squares solution.
#' `diag(x)` reads the diagonal; `torch$diag(x)` makes a matrix of one.
#'
#' `svd()`, `outer()`, `%o%` and `eigen()` are not generic: R converts the
#' tensor first and answers with R data, through which no gradient runs. For a
#' tensor take `torch$linalg$svd(x)`, `tcrossprod(x, y)` of two vectors, and
#' `torch$linalg$eigh(x)`.
#'
#' @param a,x A square tensor; for `qr()` an (n, p) tensor with n >= p.
#' @param b A vector or matrix. Missing: the inverse of `a`.
#' @param logarithm Whether to give the logarithm of the modulus.
#' @param ... Not used.
#' @return A tensor. `qr()`: a list with the tensors `q` and `r`.
#'   `determinant()`: a list as R's, of tensors.
#' @name tensor-algebra
#' @examplesIf nnfit:::has_torch()
#' a <- as_tensor(matrix(c(2, 1, 1, 3), 2))
#' solve(a, c(1, 2))
#' det(a)
#'
#' x <- as_tensor(cbind(1, 1:5))
#' solve(qr(x), c(1.1, 1.9, 3.2, 3.9, 5.1))
NULL

#' @rdname tensor-algebra
#' @export
solve.torch.Tensor <- function(a, b, ...) {
  check_dots()
  if (missing(b)) tensor_call("solve", a) else tensor_product("solve", a, b)
}

#' @rdname tensor-algebra
#' @export
chol.torch.Tensor <- function(x, ...) {
  check_dots()
  tensor_call("chol", x)
}

#' @rdname tensor-algebra
#' @export
determinant.torch.Tensor <- function(x, logarithm = TRUE, ...) {
  check_dots()
  check_truth(logarithm, "logarithm")
  parts <- tensor_ask("determinant", x)
  modulus <- if (logarithm) parts[[2]] else exp(parts[[2]])
  structure(list(modulus = modulus, sign = parts[[1]]), class = "det")
}

#' @rdname tensor-algebra
#' @export
qr.torch.Tensor <- function(x, ...) {
  check_dots()
  structure(stats::setNames(tensor_ask("qr", x), c("q", "r")), class = "tensor_qr")
}

#' @export
solve.tensor_qr <- function(a, b, ...) {
  check_dots()
  if (missing(b)) refuse_missing("b", rlang::current_env())
  if (!is_tensor(b)) b <- crossing(operand_data(b, "solve", environment()))
  tensor_call("solve.qr", a$q, a$r, b)
}
