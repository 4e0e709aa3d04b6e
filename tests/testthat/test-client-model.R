skip_if_no_torch()

d <- client_data()
pairs <- client_pairs()

test_that("the equal model has the parts of lm() and glm()", {
  strange <- c(
    "iter", "call", "terms", "model", "data", "control", "formula", "qr", "family", "effects", "R"
  )
  for (name in names(pairs)) {
    expected <- pairs[[name]][[1]]
    found <- equal_model(pairs[[name]][[2]], "bread")
    expect_identical(class(found), class(expected))
    expect_setequal(setdiff(names(found), "offset"), setdiff(names(expected), "offset"))
    for (part in setdiff(names(expected), strange)) {
      expect_equal(found[[part]], expected[[part]], tolerance = 1e-6, label = paste(name, part))
    }
    expect_equal(coef(summary(found)), coef(summary(expected)), tolerance = 1e-6, label = name)
    expect_equal(abs(qr.R(found$qr)), abs(qr.R(expected$qr)), tolerance = 1e-6, label = name)
    rank <- seq_len(found$rank)
    expect_equal(
      abs(found$effects[rank]), abs(expected$effects[rank]), tolerance = 1e-5, label = name
    )
    expect_equal(
      as.data.frame(found$model), as.data.frame(expected$model), ignore_attr = TRUE, label = name
    )
    if (!is.null(expected$R)) expect_identical(dimnames(found$R), dimnames(expected$R))
    expect_equal(predict(found), predict(expected), tolerance = 1e-6, label = name)
  }
})

test_that("its coefficients are the fit's own, and its call is one of lm() or glm()", {
  fit <- pairs$poisson[[2]]
  expect_identical(coef(equal_model(fit, "bread")), coef(fit))
  expect_identical(deparse1(equal_model(fit, "bread")$call), paste0(
    "glm(formula = breaks ~ wool * tension + offset(o), family = poisson(link = \"log\"), data = d)"
  ))
  weighted <- equal_model(pairs$weighted[[2]], "bread")
  expect_identical(as.list(weighted$call)[c("weights", "offset")], list(
    weights = quote(w), offset = quote(z)
  ))
})

test_that("a negative binomial fit is a glm() of its family", {
  skip_if_not_installed("MASS")
  quine <- MASS::quine
  fit <- nn_fit(Days ~ Sex + Age, quine, loss = list("negative_binomial_nll", dispersion = 0.8))
  expected <- glm(Days ~ Sex + Age, MASS::negative.binomial(1 / 0.8), quine,
    control = glm.control(epsilon = 1e-14)
  )
  found <- equal_model(fit, "bread")
  expect_equal(found$weights, expected$weights, tolerance = 1e-6)
  expect_equal(found$deviance, expected$deviance, tolerance = 1e-6)
})

test_that("a model without an intercept has none", {
  fit <- nn_fit(breaks ~ tension - 1, warpbreaks)
  expected <- lm(breaks ~ tension - 1, warpbreaks)
  found <- equal_model(fit, "bread")
  expect_equal(summary(found)$r.squared, summary(expected)$r.squared, tolerance = 1e-8)
  without <- equal_model(nn_fit(breaks ~ z, client_data(), bias = FALSE), "bread")
  expect_equal(
    summary(without)$r.squared, summary(lm(breaks ~ z - 1, client_data()))$r.squared,
    tolerance = 1e-8
  )
})

test_that("fits that are no lm() or glm() are refused, with the reason", {
  refused <- function(fit, ...) {
    bread <- function(fit) equal_model(fit, "bread")
    expect_refused(bread(fit), "argument", ..., from = "bread")
  }
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  refused(network, "bread() is for linear models", "A networks weights have no meaning one by one")
  refused(nn_fit(mpg ~ wt, mtcars, penalty = 1), "A penalty draws them to zero")
  refused(nn_fit(cbind(mpg, hp) ~ wt, mtcars), "bread() is for one outcome")
  refused(nn_fit(Species ~ Sepal.Width, iris), "bread() is not there for scores of several")
  refused(nn_fit(as.matrix(mtcars[2:3]), mtcars$mpg), "bread() needs a formula")
  refused(nn_fit(mpg ~ wt, mtcars, validation = 0.2, seed = 1), "holds out 6 rows")
})

test_that("data that have changed are refused", {
  mine <- client_data()
  fit <- nn_fit(breaks ~ z, mine)
  mine$z <- rev(mine$z)
  bread <- function(fit) equal_model(fit, "bread")
  expect_refused(bread(fit), "argument", "bread() reads the rows", "do not give the fits own")
  mine <- mine[1:20, ]
  expect_refused(bread(fit), "argument", "They have other rows, or columns")
  rm(mine)
  expect_refused(bread(fit), "argument", "bread() reads the rows", "mine")
})
