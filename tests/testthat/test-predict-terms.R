skip_if_no_torch()

data <- transform(mtcars, cyl = factor(cyl), w = replace(qsec, 3, 0))
new <- data[c(3, 5, 9), ]
new$wt[2] <- NA

formulas <- list(
  mpg ~ wt * cyl + hp, mpg ~ 0 + cyl + wt, mpg ~ I(wt^2) + log(hp) + splines::ns(qsec, 3),
  mpg ~ poly(wt, 2) + (hp > 100) + offset(qsec)
)

test_that("terms, their standard errors and partial residuals are those of lm()", {
  for (formula in formulas) {
    for (weights in list(NULL, quote(w))) {
      fit <- eval(bquote(nn_fit(formula, data, weights = .(weights))))
      model <- eval(bquote(lm(.(formula), data, weights = .(weights))))
      same <- function(...) {
        ours <- suppressWarnings(predict(fit, type = "terms", ...))
        theirs <- suppressWarnings(predict(model, type = "terms", ...))
        expect_equal(ours, theirs, tolerance = 1e-6)
      }
      same()
      same(se.fit = TRUE)
      same(newdata = new)
      same(newdata = new, se.fit = TRUE)
      same(terms = labels(fit)[2])
      same(terms = rev(labels(fit)), se.fit = TRUE)
      expect_equal(residuals(fit, "partial"), residuals(model, "partial"), tolerance = 1e-6)
    }
  }
})

test_that("and those of glm()", {
  for (one in list(
    list(carb ~ cyl * wt + offset(log(qsec)), poisson()), list(mpg ~ wt + cyl, Gamma("log")),
    list(am ~ wt, binomial())
  )) {
    fit <- nn_fit(one[[1]], data, family = one[[2]])
    model <- glm(one[[1]], one[[2]], data, control = glm.control(epsilon = 1e-14, maxit = 100))
    expect_equal(predict(fit, type = "terms"), predict(model, type = "terms"), tolerance = 1e-6)
    ours <- predict(fit, new, type = "terms", se.fit = TRUE)
    theirs <- predict(model, new, type = "terms", se.fit = TRUE)
    expect_equal(ours[names(theirs)], theirs, tolerance = 1e-5)
    expect_equal(residuals(fit, "partial"), residuals(model, "partial"), tolerance = 1e-6)
  }
})

test_that("terms add up to the linear predictor", {
  fit <- nn_fit(mpg ~ wt * cyl, data, penalty = 0.1)
  terms <- predict(fit, new[1, ], type = "terms")
  expect_equal(sum(terms) + attr(terms, "constant"), unname(predict(fit, new[1, ])))
})

test_that("columns that follow from others add nothing, and rows held out have no mean", {
  fit <- suppressWarnings(nn_fit(mpg ~ hp + I(2 * hp) + wt, data))
  model <- lm(mpg ~ hp + I(2 * hp) + wt, data)
  expect_equal(predict(fit, type = "terms"), predict(model, type = "terms"), tolerance = 1e-6)
  nothing <- predict(nn_fit(mpg ~ 1, data), type = "terms", se.fit = TRUE)
  expect_identical(dim(nothing$fit), c(32L, 0L))
  expect_equal(attr(nothing$fit, "constant"), mean(data$mpg))
  part <- nn_fit(mpg ~ wt + hp, data, validation = 1:8)
  model <- lm(mpg ~ wt + hp, data[-(1:8), ])
  expect_equal(
    predict(part, data, type = "terms", se.fit = TRUE),
    predict(model, data, type = "terms", se.fit = TRUE), tolerance = 1e-6
  )
})

test_that("rows in which something was missing are left out, or NA", {
  for (action in list(na.omit, na.exclude)) {
    fit <- nn_fit(Ozone ~ Wind + Solar.R, airquality, na.action = action)
    model <- eval(bquote(lm(Ozone ~ Wind + Solar.R, airquality, na.action = action)))
    plain <- function(x) matrix(x, nrow(x), dimnames = dimnames(x))
    expect_equal(plain(predict(fit, type = "terms")), plain(predict(model, type = "terms")))
    expect_equal(plain(residuals(fit, "partial")), plain(residuals(model, "partial")))
  }
})

test_that("termplot() draws a fit as it draws lm()", {
  drawn <- function(model) {
    file <- withr::local_tempfile(fileext = ".png")
    grDevices::png(file)
    stats::termplot(model, partial.resid = TRUE, se = TRUE, terms = 1:2)
    grDevices::dev.off()
    readBin(file, "raw", file.size(file))
  }
  formula <- mpg ~ wt + cyl
  skip_if_not(capabilities("png"))
  expect_identical(drawn(nn_fit(formula, data)), drawn(lm(formula, data)))
})

test_that("what is no sum of terms is refused by name", {
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "predict")
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  refused(predict(network, type = "terms"), "is for linear models of one outcome", "network")
  expect_refused(
    residuals(network, "partial"), "argument", "is for linear models of one outcome",
    from = "residuals"
  )
  several <- nn_fit(cbind(mpg, hp) ~ wt, mtcars)
  refused(predict(several, type = "terms"), "This fit has several outcomes")
  fit <- nn_fit(mpg ~ wt, mtcars)
  refused(predict(fit, type = "terms", interval = "confidence"), "interval does not go with")
  refused(predict(fit, terms = "wt"), "terms goes with type = terms")
  for (wrong in list("w", 0, 5, 1.5, NA, list("wt"), NA_character_)) {
    refused(predict(fit, type = "terms", terms = wrong), "terms must name terms of the model")
  }
  refused(predict(fit, "file.parquet", type = "terms"), "newdata must be in memory")
  matrix <- nn_fit(as.matrix(mtcars["wt"]), mtcars$mpg)
  refused(predict(matrix, type = "terms"), "predict() needs a formula")
  penalised <- nn_fit(mpg ~ wt, mtcars, penalty = 1)
  refused(predict(penalised, type = "terms", se.fit = TRUE), "se.fit needs to know", "penalty")
  skip_if_not_installed("survival")
  risks <- nn_fit(Surv(time, status) ~ age, survival::lung)
  refused(predict(risks, type = "terms"), "gives the whole sum")
})
