# Each activation is compared with torch's own module.

# In one layer of two units: what the units are given, and what torch makes of it.
in_torch <- function(name, args = list(), x) {
  of_torch <- catalog("activation")
  module <- torch$nn[[of_torch$torch[of_torch$name == name]]]
  args <- utils::modifyList(switch(name,
    softmax = , softmin = , log_softmax = list(dim = -1L),
    threshold = list(threshold = 0, value = 0), list()
  ), args)
  made <- do.call(module, args)$double()$eval()
  as.array(made(as_tensor(t(x)))$detach())
}

values <- rbind(
  c(-800, -30, -3, -1, -0.5, -0.2, 0, 0.1, 0.5, 1, 3, 6, 20.5, 30, 800),
  rev(seq(-1, 1, length.out = 15))
)

test_that("every activation of the catalog is torch's", {
  skip_if_no_torch()
  names <- catalog("activation")$name
  expect_setequal(names(activations), names)
  for (name in names) {
    learned <- if (name == "prelu") 0.25
    ours <- activation_function(name, learned)(values)
    expect_lte(apart(ours, t(in_torch(name, x = values))), 1e-15, label = name)
  }
})

test_that("and with every argument of theirs", {
  skip_if_no_torch()
  given <- list(
    celu = list(alpha = 0.3), elu = list(alpha = 2), gelu = list(approximate = "tanh"),
    hardshrink = list(lambd = 0.2), softshrink = list(lambd = 0.2),
    hardtanh = list(min_val = -0.3, max_val = 2), leaky_relu = list(negative_slope = 0.4),
    rrelu = list(lower = 0.1, upper = 0.9), softplus = list(beta = 3, threshold = 1),
    threshold = list(threshold = 0.3, value = -2), softmax = list(dim = 1L),
    softmin = list(dim = 1L), log_softmax = list(dim = -1L)
  )
  for (name in names(given)) {
    ours <- activation_function(list(name, given[[name]]))(values)
    torch <- t(in_torch(name, given[[name]], values))
    expect_lte(apart(ours, torch), 1e-15, label = name)
  }
  rows <- table_of_core("options", "arguments", colClasses = "character")
  rows <- rows[rows$kind == "activation" & !is.na(rows$of), ]
  known <- unlist(lapply(seq_len(nrow(rows)), function(row) {
    paste(strsplit(rows$of[row], " ")[[1]], rows$argument[row])
  }))
  # Those that change no value, and the parameters of "prelu", which a fit holds.
  known <- grep("inplace$|^prelu ", known, value = TRUE, invert = TRUE)
  tested <- unlist(lapply(names(given), function(name) paste(name, names(given[[name]]))))
  expect_setequal(tested, known)
})

test_that("a fit with each of them predicts the same", {
  skip_if_no_torch()
  for (name in catalog("activation")$name) {
    fit <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = c(4, 3), activation = name, epochs = 2,
      seed = 1, dtype = "float64"
    )
    expect_scored(fit, mtcars, info = name)
  }
  units <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 4, epochs = 3, seed = 1,
    activation = list("prelu", num_parameters = 4L, init = -0.5)
  )
  expect_scored(units, mtcars)
})

test_that("what is no number stays none", {
  for (name in setdiff(names(activations), "prelu")) {
    expect_true(all(is.nan(activation_function(name)(matrix(NaN)))), info = name)
  }
})
