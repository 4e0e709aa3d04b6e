# Models by lm() and glm() and the equal fits, of the data `d` in the place of the test, which is
# not the workspace.

client_data <- function() {
  rows <- seq_len(54)
  data.frame(
    warpbreaks, w = rep(1:3, 18), z = rows / 54, group = rep(1:9, 6), o = log(rep(1:3, 18)),
    many = as.numeric(warpbreaks$breaks > 26), half = ifelse(rows %% 7 == 3, NA, rows^2 / 3000)
  )
}

tight <- stats::glm.control(epsilon = 1e-14, maxit = 100)

# By name the model and the fit.
client_pairs <- function(names = NULL, where = parent.frame()) {
  made <- list(
    lm = quote(list(lm(breaks ~ wool * tension + z, d), nn_fit(breaks ~ wool * tension + z, d))),
    weighted = quote(list(
      lm(breaks ~ wool + tension + z, d, weights = w, offset = z),
      nn_fit(breaks ~ wool + tension + z, d, weights = w, offset = z)
    )),
    padded = quote(list(
      lm(breaks ~ wool + half, d, na.action = na.exclude),
      nn_fit(breaks ~ wool + half, d, na.action = na.exclude)
    )),
    poisson = quote(list(
      glm(breaks ~ wool * tension + offset(o), poisson, d, control = tight),
      nn_fit(breaks ~ wool * tension + offset(o), d, loss = "poisson_nll")
    )),
    logistic = quote(list(
      glm(many ~ wool + tension + z, binomial, d, control = tight),
      nn_fit(many ~ wool + tension + z, d, loss = "bce_with_logits")
    )),
    gamma = quote(list(
      glm(breaks ~ wool + tension + half, Gamma("log"), d, weights = w, control = tight),
      nn_fit(breaks ~ wool + tension + half, d, weights = w, loss = "gamma_nll")
    )),
    deficient = quote(list(
      lm(breaks ~ wool + z + I(2 * z) + tension, d),
      nn_fit(breaks ~ wool + z + I(2 * z) + tension, d)
    ))
  )
  # Of the one that is deficient a fit says so.
  suppressWarnings(lapply(made[if (is.null(names)) names(made) else names], eval, where))
}

# Some packages look for the data of lm() and glm() in the workspace only.
local_workspace <- function() {
  assign("d", client_data(), globalenv())
  assign("tight", tight, globalenv())
  withr::defer(
    rm(list = intersect(c("d", "tight"), ls(globalenv())), envir = globalenv()),
    testthat::teardown_env()
  )
}

# `ask` gives the same for both.
expect_same_answer <- function(pairs, ask, tolerance = 1e-6, ...) {
  for (name in names(pairs)) {
    expected <- ask(pairs[[name]][[1]])
    expect_equal(ask(pairs[[name]][[2]]), expected, tolerance = tolerance, label = name, ...)
  }
}
