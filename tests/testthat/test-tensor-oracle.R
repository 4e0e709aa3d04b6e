# Base R judges every family of functions on tensors; see helper-tensor-oracle.R.

skip_if_no_torch()
skip_on_cran() # it takes long; `make test` has it

ARITHMETIC <- c("+", "-", "*", "/", "^", "%%", "%/%")
COMPARISON <- c("==", "!=", "<", "<=", ">", ">=")

# Where base R refuses the operands, torch broadcasts them or refuses too.
broadcasts <- function(op, a, b) {
  force(op)
  both <- broadcast(as_r(a), as_r(b))
  function(got) {
    if (is.null(both)) return(is_refused(got))
    wanted <- answer_or_refusal(op, both)
    if (is_refused(wanted)) is_refused(got) else agrees(got, wanted, precision(a, b))
  }
}

# R drops the dimensions of a one-element array beside a longer vector, in
# arithmetic but not in comparisons, and calls that deprecated; tensors
# broadcast.
is_one_element_matrix <- function(x) length(dim(x)) > 1L && length(x) == 1L
is_longer_vector <- function(x) !is_tensor(x) && is.null(dim(x)) && length(x) > 1L

operator_case <- function(op, dtypes) {
  # A power leaves what the half floats can hold.
  dtype <- pick(if (op == "^") setdiff(dtypes, c("float16", "bfloat16")) else dtypes)
  special <- if (op %in% c("+", "-", "*", COMPARISON)) 0.05 else 0
  x <- draw_tensor(dtype, pick(SHAPES), special)
  y <- if (stats::runif(1) < 0.4) draw_tensor(dtype, pick(SHAPES)) else draw_beside(dtype)
  if (is_one_element_matrix(x) && is_longer_vector(y)) return("")
  args <- if (stats::runif(1) < 0.5) list(x, y) else list(y, x)
  verdict(op, op, args, broadcasts(op, args[[1]], args[[2]]))
}

test_that("operators", {
  withr::local_seed(1)
  expect_base_r(vapply(cases(1800), function(i) {
    operator_case(pick(c(ARITHMETIC, COMPARISON, "&", "|")), REALS)
  }, ""))
})

test_that("operators of complex tensors", {
  withr::local_seed(2)
  expect_base_r(vapply(cases(300), function(i) {
    operator_case(pick(c("+", "-", "*", "==", "!=")), c(COMPLEXES, "float64", "int64"))
  }, ""))
})

# Of a complex number divided by zero, versions of R disagree.
test_that("division of complex tensors", {
  withr::local_seed(15)
  expect_base_r(vapply(cases(50), function(i) {
    x <- draw_tensor(pick(COMPLEXES), c(3L, 4L))
    verdict("/", `/`, list(x, sample(c(-2:-1, 1:2), pick(c(1L, 3L, 12L)), TRUE) * 1i))
  }, ""))
})

test_that("unary operators", {
  withr::local_seed(3)
  expect_base_r(vapply(cases(150), function(i) {
    verdict("unary", pick(c("+", "-", "!")), list(draw_tensor(pick(REALS), pick(SHAPES))))
  }, ""))
})

MATH <- c(
  "abs", "sign", "sqrt", "floor", "ceiling", "trunc", "round", "signif", "exp", "log", "expm1",
  "log1p", "log2", "log10", "cos", "sin", "tan", "cospi", "sinpi", "acos", "asin", "atan", "cosh",
  "sinh", "tanh", "acosh", "asinh", "atanh", "gamma", "lgamma", "digamma", "trigamma", "cumsum",
  "cumprod", "cummax", "cummin", "is.na", "is.nan", "is.finite", "is.infinite"
)

test_that("Math and the questions asked of every element", {
  withr::local_seed(4)
  expect_base_r(vapply(cases(800), function(i) {
    name <- pick(MATH)
    # The half floats run out of digits and of range in a product or an exp().
    dtypes <- setdiff(REALS, c("float16", "bfloat16"))
    verdict(name, name, list(draw_tensor(pick(dtypes), pick(SHAPES), 0.05)))
  }, ""))
})

test_that("round(), signif() and log() with a second argument", {
  withr::local_seed(5)
  expect_base_r(vapply(cases(200), function(i) {
    x <- as_tensor(signif(stats::rnorm(5) * 10^sample(-3:6, 1), sample(1:8, 1)))
    name <- pick(c("round", "signif", "log"))
    second <- if (name == "log") pick(c(2, 10, 1.5)) else pick(c(-2:6))
    verdict(name, name, list(x, second))
  }, ""))
})

test_that("Complex", {
  withr::local_seed(6)
  expect_base_r(vapply(cases(150), function(i) {
    name <- pick(c("Re", "Im", "Mod", "Arg", "Conj", "abs", "exp", "sqrt", "cos", "cumsum", "sum"))
    verdict(name, name, list(draw_tensor(pick(COMPLEXES), pick(SHAPES))))
  }, ""))
})

test_that("Summary, mean() and median()", {
  withr::local_seed(7)
  expect_base_r(vapply(cases(700), function(i) {
    name <- pick(c("all", "any", "sum", "prod", "max", "min", "range", "mean", "median"))
    x <- draw_tensor(pick(setdiff(REALS, c("float16", "bfloat16"))), pick(SHAPES), 0.1)
    args <- list(x, na.rm = stats::runif(1) < 0.5)
    if (name == "mean" && stats::runif(1) < 0.3) args$trim <- pick(c(0.1, 0.25, 0.5))
    verdict(name, name, args)
  }, ""))
})

SHAPING <- list(
  t = t, rev = rev, c = c, dim = dim, length = length, as.vector = as.vector,
  as.matrix = as.matrix, seq_along = seq_along, is.matrix = is.matrix, is.array = is.array,
  head = function(x) utils::head(x, 2L), tail = function(x) utils::tail(x, 2L, keepnums = FALSE),
  `head -1` = function(x) utils::head(x, -1L), rep = function(x) rep(x, 2),
  `rep each` = function(x) rep(x, each = 2, length.out = 7), sort = sort,
  aperm = function(x) aperm(x), `aperm last` = function(x) aperm(x, rev(seq_along(dim(x)))),
  `dim<-` = function(x) `dim<-`(x, c(2L, length(x) / 2)), diag = function(x) diag(as_matrix(x))
)
as_matrix <- function(x) if (is.matrix(x)) x else stop("no matrix")

test_that("shape and order", {
  withr::local_seed(8)
  expect_base_r(vapply(cases(500), function(i) {
    name <- pick(names(SHAPING))
    # Of nothing, base R's rev() and rep() keep the dimensions.
    shape <- pick(Filter(function(shape) prod(shape) > 0, SHAPES))
    verdict(name, SHAPING[[name]], list(draw_tensor(pick(REALS), shape)))
  }, ""))
})

test_that("c(), cbind() and rbind()", {
  withr::local_seed(9)
  expect_base_r(vapply(cases(400), function(i) {
    shapes <- list(NULL, 3L, 3L, 4L, c(3L, 4L), c(3L, 2L), c(2L, 4L), 1L)
    args <- lapply(seq_len(sample(1:3, 1)), function(k) {
      shape <- pick(shapes)
      if (k == 1 || stats::runif(1) < 0.5) return(draw_tensor(pick(REALS), shape))
      draw_data(pick(c("bool", "int64", "float64")), shape)
    })
    name <- pick(c("c", "cbind", "rbind"))
    verdict(name, name, args)
  }, ""))
})

test_that("matrix products", {
  withr::local_seed(10)
  shapes <- list(NULL, 1L, 3L, 4L, c(3L, 4L), c(4L, 3L), c(1L, 3L), c(4L, 1L), c(1L, 1L))
  expect_base_r(vapply(cases(500), function(i) {
    name <- pick(c("%*%", "crossprod", "tcrossprod"))
    dtype <- pick(setdiff(REALS, c("float16", "bfloat16")))
    x <- draw_tensor(dtype, pick(shapes))
    tensors <- stats::runif(1) < 0.5
    y <- if (tensors) draw_tensor(dtype, pick(shapes)) else draw_data("float64", pick(shapes))
    args <- if (stats::runif(1) < 0.5) list(x, y) else list(y, x)
    verdict(name, get(name), args, is_refused)
  }, ""))
})

# One index for an extent of n, of every sort that R knows.
draw_index <- function(n) {
  index <- switch(
    sample.int(10, 1),
    TRUE, sample.int(max(n, 1L), 1L), sample.int(max(n, 1L), 4L, TRUE), -sample.int(max(n, 1L), 1L),
    sample(c(TRUE, FALSE), n, TRUE), c(TRUE, FALSE), c(0, 1), n + 1L, integer(), seq_len(n) + 0.7
  )
  if (stats::runif(1) < 0.05) index <- c(index, NA)
  if (stats::runif(1) < 0.03) index <- c(1, -1)
  if (stats::runif(1) < 0.2 && length(index) && !anyNA(index)) as_tensor(index) else index
}

draw_indices <- function(extents) {
  if (!length(extents)) return(list(draw_index(1L)))
  form <- stats::runif(1)
  if (form < 0.3) return(list(draw_index(prod(extents))))
  if (form < 0.4 && length(extents) > 1L && prod(extents)) {
    return(list(sapply(extents, function(n) sample.int(n, 3L, TRUE))))
  }
  if (form < 0.45) extents <- c(extents, 2L)
  lapply(extents, draw_index)
}

test_that("[ with every sort of index", {
  withr::local_seed(11)
  expect_base_r(vapply(cases(800), function(i) {
    # Only floating tensors have a NaN for what is not there.
    x <- draw_tensor(pick(FLOATS), pick(SHAPES[lengths(SHAPES) > 0]))
    args <- c(list(x), draw_indices(dim(x)), if (stats::runif(1) < 0.3) list(drop = FALSE))
    verdict("[", `[`, args, is_refused)
  }, ""))
})

test_that("[ with logical tensors of the same shape", {
  withr::local_seed(12)
  expect_base_r(vapply(cases(150), function(i) {
    shape <- pick(SHAPES)
    verdict("[mask]", `[`, list(draw_tensor(pick(REALS), shape), draw_tensor("bool", shape)))
  }, ""))
})

test_that("[[", {
  withr::local_seed(13)
  expect_base_r(vapply(cases(200), function(i) {
    x <- draw_tensor(pick(REALS), pick(SHAPES[lengths(SHAPES) > 0]))
    extents <- if (stats::runif(1) < 0.5) length(x) else dim(x)
    index <- lapply(extents, function(n) sample.int(n + 1L, 1L))
    verdict("[[", `[[`, c(list(x), index), is_refused)
  }, ""))
})

expect_refusal <- function(args) {
  if (is_refused(answer_or_refusal(`[<-`, args))) "" else "[<- made a tensor grow"
}

test_that("[<- with every sort of index", {
  withr::local_seed(14)
  expect_base_r(vapply(cases(600), function(i) {
    x <- draw_tensor(pick(REALS), pick(SHAPES[lengths(SHAPES) > 0]))$detach()
    dtype <- sub("torch.", "", format_dtype(x), fixed = TRUE)
    value <- draw_values(dtype, pick(c(1L, 1L, 2L, 3L, 4L, 12L)))
    value <- if (stats::runif(1) < 0.2) as_tensor(value, dtype) else value
    args <- c(list(x), draw_indices(dim(x)), list(value = value))
    # Where an R vector grows, a tensor refuses.
    wanted <- answer_or_refusal(`[<-`, lapply(args, as_r))
    if (length(wanted) > length(x)) expect_refusal(args) else verdict("[<-", `[<-`, args)
  }, ""))
})
