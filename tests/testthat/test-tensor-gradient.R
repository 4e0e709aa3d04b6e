# Gradients through R's operators against finite differences.

skip_if_no_torch()

numeric_gradient <- function(f, x, step = 1e-6) {
  gradient <- x
  for (k in seq_along(x)) {
    up <- down <- x
    up[k] <- up[k] + step
    down[k] <- down[k] - step
    gradient[k] <- (as.vector(f(as_tensor(up))) - as.vector(f(as_tensor(down)))) / (2 * step)
  }
  gradient
}

expect_gradient <- function(f, x, label) {
  w <- as_tensor(x, requires_grad = TRUE)
  f(w)$backward()
  expect_equal(as.array(w$grad), numeric_gradient(f, x), tolerance = 1e-6, label = label)
}

x <- matrix(c(0.3, 1.2, 0.7, 0.45, 0.9, 0.6), 2)
weights <- matrix(c(1, -2, 0.5, 3, 1.5, -1), 2)

test_that("operators", {
  through <- list(
    `+` = function(w) w + 1:2, `-` = function(w) 1 - w, `*` = function(w) w * weights,
    `/` = function(w) weights / w, `^` = function(w) w^(1:2), `^ base` = function(w) 2^w,
    `%%` = function(w) w %% 0.5, `unary -` = function(w) -w,
    tensors = function(w) w * w - w / (w + 1)
  )
  for (name in names(through)) {
    expect_gradient(function(w) sum(through[[name]](w) * weights), x, name)
  }
})

test_that("Math", {
  smooth <- c(
    "abs", "sqrt", "exp", "log", "expm1", "log1p", "log2", "log10", "cos", "sin", "tan", "cospi",
    "sinpi", "tanpi", "atan", "cosh", "sinh", "tanh", "asinh", "gamma", "lgamma", "digamma",
    "trigamma", "cumsum", "cumprod", "cummax", "cummin"
  )
  for (name in smooth) {
    f <- get(name)
    expect_gradient(function(w) sum(f(w) * as.vector(weights)), x, name)
  }
  for (name in c("acos", "asin", "atanh")) {
    f <- get(name)
    expect_gradient(function(w) sum(f(w / 2) * weights), x, name)
  }
  expect_gradient(function(w) sum(trigamma(-w)), x, "trigamma of negative numbers")
  expect_gradient(function(w) sum(log(w, 3)), x, "log(x, base)")
})

test_that("Summary, shape, indices and products", {
  through <- list(
    sum = function(w) sum(w, w * 2), prod = prod, max = max, min = min, mean = mean,
    median = median, range = function(w) sum(range(w)), trim = function(w) mean(w, trim = 0.2),
    rows = function(w) sum(w[1, ] * w[2, ]), mask = function(w) sum(w[w > 0.5]^2),
    places = function(w) sum(w[cbind(1:2, 2:3)]), linear = function(w) w[5] * w[[2]],
    t = function(w) sum(t(w)[2:3, ] * weights[, 1]), aperm = function(w) sum(aperm(w) * t(weights)),
    rev = function(w) sum(rev(w) * 1:6), sort = function(w) sum(sort(w) * 1:6),
    bind = function(w) sum(cbind(w, 1, w[, 1])^2), rep = function(w) sum(rep(w, 2)^2),
    dim = function(w) {
      dim(w) <- c(3, 2)
      sum(w * 1:3)
    },
    product = function(w) sum(crossprod(w) %*% c(1, 2, 3)),
    tcrossprod = function(w) sum(tcrossprod(w)),
    solve = function(w) sum(solve(w[, 1:2], 1:2)), det = function(w) sum(det(w[, 1:2])),
    chol = function(w) sum(chol(crossprod(w[, 2:3]))),
    least_squares = function(w) sum(solve(qr(t(w)), 1:3)),
    assigned = function(w) {
      copy <- w$clone()
      copy[1, ] <- w[2, ] * 3
      sum(copy^2)
    }
  )
  for (name in names(through)) expect_gradient(through[[name]], x, name)
})
