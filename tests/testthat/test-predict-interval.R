test_that("an interval is a matrix as predict.lm() gives it", {
  skip_if_no_torch()
  fit <- nn_fit(c ~ u, thermometer, bootstrap = 200, seed = 1)
  new <- data.frame(u = c(20, NA, 50), row.names = c("a", "b", "c"))
  band <- predict(fit, new, interval = "confidence")
  expect_identical(dimnames(band), list(c("a", "b", "c"), c("fit", "lwr", "upr")))
  expect_equal(band[, "fit"], predict(fit, new))
  expect_true(all(is.na(band["b", ])))
  expect_true(all(band[-2, "lwr"] < band[-2, "fit"] & band[-2, "fit"] < band[-2, "upr"]))
  wide <- predict(fit, new, interval = "confidence", level = 0.99)
  expect_true(all(wide[-2, "upr"] > band[-2, "upr"]))
  expect_true(all(is.na(predict(fit, data.frame(u = NA_real_), interval = "confidence"))))
})

test_that("a linear model's limits are those of its replicates' lines", {
  skip_if_no_torch()
  fit <- nn_fit(c ~ u, thermometer, bootstrap = 30, seed = 1)
  lines <- coef_replicates(fit, "coef", NULL)
  at <- lines[, 1] + 40 * lines[, 2]
  band <- predict(fit, data.frame(u = 40), interval = "confidence", level = 0.9)
  expect_equal(unname(band[, c("lwr", "upr")]), quantile(at, c(0.05, 0.95), names = FALSE))
})

test_that("probabilities have limits, of two classes and of more", {
  skip_if_no_torch()
  iris <- fixture("iris.csv")
  names(iris)[5] <- "Species"
  new <- iris[c(1, 60, 120), ]
  fit <- nn_fit(Species ~ ., iris, hidden_units = 3, epochs = 30, bootstrap = 5, seed = 1)
  bands <- predict(fit, new, interval = "confidence")
  expect_named(bands, fit$outcome$levels)
  point <- predict(fit, new)
  for (level in names(bands)) expect_equal(bands[[level]][, "fit"], point[, level])

  two <- iris[iris$Species != fit$outcome$levels[1], ]
  fit <- nn_fit(Species ~ ., two, hidden_units = 3, epochs = 30, bootstrap = 5, seed = 1)
  band <- predict(fit, two, interval = "confidence")
  expect_equal(band[, "fit"], predict(fit, two))
  both <- predict(fit, two, type = "prob", interval = "confidence")
  expect_equal(both[[2]], band)
  expect_equal(unname(both[[1]]), unname(1 - band[, c("fit", "upr", "lwr")]))
  link <- predict(fit, two, type = "link", interval = "confidence")
  expect_equal(stats::plogis(link[, "fit"]), band[, "fit"], tolerance = 1e-5)
})

test_that("what has no interval is refused", {
  skip_if_no_torch()
  fit <- nn_fit(c ~ u, thermometer, bootstrap = 3, seed = 1)
  new <- data.frame(u = 20)
  expect_refused(
    predict(nn_fit(c ~ u, thermometer, loss = "l1", bootstrap = 3), new, interval = "prediction"),
    "argument", "not how far single outcomes scatter", from = "predict"
  )
  band_of <- function(...) predict(..., interval = "confidence")
  expect_refused(band_of(fit), "argument", "newdata must be given")
  network <- nn_fit(c ~ u, thermometer, hidden_units = 2, epochs = 2, bootstrap = 2, seed = 1)
  expect_refused(band_of(network), "argument", "newdata must be given")
  expect_refused(predict(network, new, interval = "prediction"), "argument", "held out")
  expect_refused(band_of(fit, "new.parquet"), "argument", "newdata must be in memory")
  expect_refused(band_of(fit, new, level = 95), "argument", "level must be a number")
  expect_error(predict(fit, new, interval = "both"), "interval")
  expect_refused(band_of(nn_fit(c ~ u, thermometer, loss = "l1"), new), "argument",
    "An interval needs to know how sure", "bootstrap = 100"
  )
  cold <- transform(thermometer, cold = c < 10)
  classes <- nn_fit(cold ~ u, cold, penalty = 0.1, bootstrap = 2, seed = 1)
  expect_refused(band_of(classes, new, type = "class"), "argument", "gives classes")
})

test_that("several outcomes have a matrix each", {
  skip_if_no_torch()
  fit <- nn_fit(cbind(mpg, wt) ~ hp, mtcars, bootstrap = 4, seed = 1)
  bands <- predict(fit, mtcars[1:2, ], interval = "confidence")
  expect_named(bands, c("mpg", "wt"))
  expect_equal(bands$wt[, "fit"], predict(fit, mtcars[1:2, ])[, "wt"])
})

test_that("the picture of the curve has a band", {
  skip_if_no_torch()
  fit <- nn_fit(c ~ u, thermometer, hidden_units = 3, epochs = 30, bootstrap = 20, seed = 1)
  curve <- curve_picture(fit, thermometer, NULL, NULL)
  expect_false(anyNA(curve$lwr[curve$part == "curve"]))
})

tuned <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 4, seed = 1)

test_that("prediction intervals come from rows that were held out", {
  band <- predict(tuned, mtcars, interval = "prediction", level = 0.9)
  expect_identical(dimnames(band), list(rownames(mtcars), c("fit", "lwr", "upr")))
  expect_equal(band[, "fit"], predict(tuned, mtcars), tolerance = 1e-6)
  inside <- mean(band[, "lwr"] <= mtcars$mpg & mtcars$mpg <= band[, "upr"])
  expect_gt(inside, 0.85)
  narrow <- predict(tuned, mtcars, interval = "prediction", level = 0.5)
  expect_true(all(narrow[, "lwr"] >= band[, "lwr"] & narrow[, "upr"] <= band[, "upr"]))
  wide <- predict(tuned, mtcars[1:2, ], interval = "prediction", level = 0.99)
  expect_identical(unname(wide[, "upr"]), c(Inf, Inf))
  holes <- predict(tuned, data.frame(wt = c(3, NA), hp = 100), interval = "prediction")
  expect_identical(unname(is.na(holes[, "lwr"])), c(FALSE, TRUE))
})

test_that("limits of counts are wider where counts scatter more", {
  set.seed(1)
  d <- data.frame(x = runif(400, 0, 4))
  d$y <- rpois(400, exp(d$x))
  fit <- nn_fit(y ~ x, d, hidden_units = 8, family = poisson, seed = 1)
  new <- data.frame(x = runif(4000, 0, 4))
  y <- rpois(4000, exp(new$x))
  band <- predict(fit, new, interval = "prediction")
  inside <- band[, "lwr"] <= y & y <= band[, "upr"]
  # In each quarter of x; with one width for all rows they were 1, 1, 0.97 and 0.81.
  covered <- tapply(inside, floor(new$x), mean)
  expect_true(all(covered > 0.9 & covered < 0.99))
})

test_that("members say how sure the curve is", {
  band <- predict(tuned, mtcars, interval = "confidence")
  expect_equal(band[, "fit"], predict(tuned, mtcars), tolerance = 1e-6)
  middle <- rowMeans(band[, c("lwr", "upr")])
  expect_equal(middle, band[, "fit"])
  wide <- predict(tuned, mtcars, interval = "confidence", level = 0.99)
  ratio <- (wide[, "upr"] - middle) / (band[, "upr"] - middle)
  expect_equal(unname(ratio), rep(qt(0.995, 4) / qt(0.975, 4), 32), tolerance = 1e-8)
  outcomes <- predict(tuned, mtcars, interval = "prediction")
  expect_gt(mean(outcomes[, "upr"] - outcomes[, "lwr"]), mean(band[, "upr"] - band[, "lwr"]))
  classes <- nn_fit(Species ~ Petal.Width, iris, hidden_units = 4, seed = 1)
  expect_refused(
    predict(classes, iris, interval = "confidence"), "argument", "a network for classes needs",
    "bootstrap = 100", from = "predict"
  )
  plain <- nn_fit(mpg ~ wt, mtcars, hidden_units = 4, epochs = 5, members = 3)
  expect_refused(predict(plain, mtcars, interval = "confidence"), "argument", "bootstrap = 100")
})

test_that("counts have limits by replicates alone, however many different ones there are", {
  set.seed(1)
  d <- data.frame(x = runif(80), z = runif(80))
  d$y <- seq(0, 790, 10)
  d$few <- rep(0:1, 40)
  refused <- function(fit, ...) {
    expect_refused(
      predict(fit, d, interval = "confidence"), "argument", ..., "bootstrap = 100",
      from = "predict"
    )
  }
  many <- nn_fit(y ~ x + z, d, hidden_units = 3, family = poisson, seed = 1)
  expect_false(many$tuning$evenly)
  refused(many, "An interval of a network for counts needs replicates")
  refused(nn_fit(few ~ x, d, hidden_units = 3, family = poisson, seed = 1), "for counts")
  few <- nn_fit(few ~ x, d, hidden_units = 3, loss = "mse", seed = 1)
  refused(few, "numbers of few different values")
  shares <- nn_fit(y / 790 ~ x, d, hidden_units = 3, loss = "bce_with_logits", seed = 1)
  refused(shares, "classes or shares")
  curve <- slice_picture(many, d, NULL, "x", NULL, NULL, environment())
  expect_false(anyNA(curve$y))
  expect_true(all(is.na(curve$lwr)))
})

test_that("limits of censored times are refused in their words", {
  skip_if_not_installed("survival")
  Surv <- survival::Surv
  fit <- nn_fit(Surv(time, status) ~ age, survival::lung, hidden_units = 3, seed = 1)
  expect_refused(
    predict(fit, survival::lung[1:2, ], interval = "confidence"), "argument",
    "An interval of a network for censored times needs replicates", from = "predict"
  )
  expect_refused(
    predict(fit, survival::lung[1:2, ], type = "lp", interval = "confidence"), "argument",
    "With bootstrap = 100 its predictions have", from = "predict"
  )
  expect_refused(vcov(tuned), "argument", "Its predictions have")
})

test_that("they go through a file, and for several outcomes", {
  file <- withr::local_tempfile(fileext = ".rds")
  saveRDS(tuned, file)
  expect_equal(
    predict(readRDS(file), mtcars[1:3, ], interval = "prediction"),
    predict(tuned, mtcars[1:3, ], interval = "prediction")
  )
  two <- nn_fit(cbind(mpg, qsec) ~ wt, mtcars, hidden_units = 4, seed = 1)
  expect_named(predict(two, mtcars[1:2, ], interval = "prediction"), c("mpg", "qsec"))
})

test_that("a prediction interval is refused where there is none", {
  new <- mtcars[1:2, ]
  expect_refused(
    predict(tuned, new, interval = "prediction", type = "link"), "argument",
    "goes with type = response, not link"
  )
  classes <- nn_fit(factor(am) ~ wt, mtcars, hidden_units = 4, seed = 1)
  expect_refused(predict(classes, new, interval = "prediction"), "argument", "type = set")
  expect_refused(predict(tuned, interval = "prediction"), "argument", "newdata must be given")
})

test_that("sets of classes hold the most probable one, and more the surer they must be", {
  fit <- nn_fit(Species ~ Sepal.Length + Sepal.Width, iris, hidden_units = 8, seed = 1)
  sets <- predict(fit, iris, type = "set", level = 0.9)
  expect_identical(dimnames(sets), list(as.character(1:150), levels(iris$Species)))
  expect_type(sets, "logical")
  best <- cbind(1:150, as.integer(predict(fit, iris, type = "class")))
  expect_true(all(sets[best]))
  expect_gt(mean(sets[cbind(1:150, as.integer(iris$Species))]), 0.88)
  expect_true(all(sets <= predict(fit, iris, type = "set", level = 0.99)))
  gap <- transform(iris[c(1, 60), ], Sepal.Width = c(NA, 3))
  expect_identical(is.na(predict(fit, gap, type = "set"))[, 1], c("1" = TRUE, "60" = FALSE))
  expect_true(all(is.na(predict(fit, gap[1, ], type = "set"))))
  two <- nn_fit(factor(am) ~ wt, mtcars, hidden_units = 4, seed = 1)
  expect_identical(dim(predict(two, mtcars, type = "set")), c(32L, 2L))
})

test_that("sets are refused where there is nothing to make them of", {
  fit <- nn_fit(Species ~ Sepal.Length, iris, hidden_units = 4, seed = 1)
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "predict")
  refused(predict(fit, type = "set"), "newdata must be given for sets of classes")
  refused(predict(fit, "a.parquet", type = "set"), "newdata must be in memory for sets")
  refused(
    predict(fit, iris, type = "set", interval = "prediction"), "does not go with type = set"
  )
  refused(predict(fit, iris, type = "set", level = 2), "level")
  plain <- nn_fit(Species ~ Sepal.Length, iris, optimizer = "adam", epochs = 5, seed = 1)
  refused(predict(plain, iris, type = "set"), "needs probabilities of rows that were held out")
  refused(predict(tuned, mtcars, type = "set"), "is for an outcome of classes")
  expect_output(print(summary(fit)), "(temperature)", fixed = TRUE)
})
