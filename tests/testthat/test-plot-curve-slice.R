skip_if_no_torch()

data <- transform(mtcars, cyl = factor(cyl), am = am == 1)
fit <- nn_fit(mpg ~ wt + hp + cyl + am, data)
slice <- function(..., fit = get("fit", parent.frame()), data = NULL, xlim = NULL, variables = NULL,
                  by = NULL) {
  slice_picture(fit, data, xlim, variables, by, NULL, parent.frame())
}

test_that("the others are held at their medians and most frequent levels", {
  picture <- slice()
  newdata <- data.frame(wt = picture$x, hp = 123, cyl = factor("8", levels(data$cyl)), am = FALSE)
  limits <- predict(lm(mpg ~ wt + hp + cyl + am, data), newdata, interval = "confidence")
  expect_equal(as.matrix(picture[c("y", "lwr", "upr")]), limits, tolerance = 1e-8,
    ignore_attr = TRUE
  )
  held <- "at hp = 123, cyl = 8, am = FALSE; 95% limits by the delta method"
  expect_identical(attr(picture, "sub"), held)
  expect_identical(range(picture$x), range(data$wt))
  expect_identical(range(slice(xlim = c(0, 9))$x), c(0, 9))
})

test_that("a variable is named, and each level of a factor has its curve", {
  picture <- slice(variables = "hp", by = "cyl")
  expect_identical(levels(picture$group), c("4", "6", "8"))
  at_100 <- predict(fit, data.frame(wt = 3.325, hp = 52, cyl = c("4", "6", "8"), am = FALSE))
  expect_equal(picture$y[picture$x == 52], unname(at_100), tolerance = 1e-8)
  levels <- slice(variables = "cyl", by = "am")
  expect_s3_class(levels, "nn_effect_levels")
  expect_identical(nrow(levels), 6L)
})

test_that("both systems draw it, by the fit's own plot()", {
  expect_silent(drawn(plot(fit, "curve")))
  expect_silent(drawn(plot(fit, "curve", variables = "hp", by = "cyl", xlim = c(50, 400))))
  held <- "at hp = 123, cyl = 8, am = FALSE; 95% limits by the delta method"
  expect_true(held %in% gsub("\n", " ", words_of(plot(fit, "curve"))))
  species <- nn_fit(Species ~ Sepal.Length + Petal.Length, iris, hidden_units = 3, epochs = 20,
    seed = 1
  )
  said <- words_of(plot(species, "curve", variables = "Petal.Length"))
  expect_true("Fitted curve, at Sepal.Length = 5.8" %in% said)
  skip_if_not_installed("ggplot2")
  expect_rendered(ggplot2::autoplot(fit, "curve", by = "am"))
  expect_rendered(ggplot2::autoplot(species, "curve"))
})

test_that("offsets are held at their median, matrices have their columns", {
  rates <- nn_fit(carb ~ wt + qsec + offset(log(hp)), mtcars, loss = "poisson_nll")
  picture <- slice(fit = rates)
  b <- coef(rates)
  eta <- b[1] + b[2] * picture$x + b[3] * median(mtcars$qsec) + median(log(mtcars$hp))
  expect_equal(picture$y, exp(eta), tolerance = 1e-8, ignore_attr = TRUE)
  held <- "at offset (of hp) = 4.812, qsec = 17.71; 95% limits by the delta method"
  expect_true(held %in% gsub("\n", " ", words_of(plot(rates, "curve"))))
  expect_refused(plot(rates, "curve", variables = "hq"), "argument",
    "variable of the fit: wt and qsec.", from = "plot"
  )
  alone <- nn_fit(carb ~ wt, mtcars, loss = "poisson_nll", offset = log(hp))
  held <- "at offset (of hp) = 4.812; 95% limits by the delta method"
  expect_true(held %in% gsub("\n", " ", words_of(plot(alone, "curve"))))
  x <- as.matrix(mtcars[c("wt", "hp")])
  of_matrix <- nn_fit(x, mtcars$mpg)
  picture <- slice(fit = of_matrix)
  expect_equal(picture$y[1], predict(of_matrix, cbind(wt = min(x[, 1]), hp = 123))[[1]])
})

test_that("what can not be drawn so is refused by name", {
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "plot")
  refused(plot(fit, "curve", variables = "wx"), "variables must name a variable")
  refused(plot(fit, "curve", by = "hp"), "by must be a factor")
  refused(plot(fit, "loss", variables = "wt"), "variables is for which = curve")
  refused(plot(fit, "loss", by = "am"), "by is for which = curve")
  none <- nn_fit(mpg ~ cyl + am, data)
  refused(plot(none, "curve"), "along a number by default", "cyl and am")
  expect_silent(drawn(plot(none, "curve", variables = "cyl")))
  offset <- nn_fit(carb ~ factor(cyl) + offset(log(hp)), mtcars, loss = "poisson_nll")
  said <- tryCatch(plot(offset, "curve"), error = conditionMessage)
  expect_match(said, "cyl", fixed = TRUE)
  expect_no_match(said, "hp", fixed = TRUE)
})

test_that("others that are not named are told what they are held at", {
  many <- nn_fit(mpg ~ ., mtcars)
  said <- attr(slice(fit = many), "sub")
  expect_match(said, "^at disp = [0-9.]+, .*, 5 others at their median or most [^;]+; 95% limits")
  expect_gt(length(words_of(plot(many, "curve"))), 0)
})

test_that("of variables that are not in the data there is no curve", {
  skip_if_no_torch()
  for (fit in list(
    nn_fit(mpg ~ mtcars$wt + hp, mtcars, seed = 1), nn_fit(mpg ~ mtcars$wt, mtcars, seed = 1)
  )) {
    expect_refused(plot(fit, "curve"), "argument", "formula names, not mtcars$wt", from = "plot")
  }
})

test_that("the caption says which band there is", {
  expect_identical(band_words("replicates"), "95% limits by replicates")
  tuned <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 2, seed = 1)
  expect_match(attr(slice(fit = tuned), "sub"), "; 95% limits by the jackknife over its networks$")
  plain <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 2, epochs = 5, seed = 1)
  expect_no_match(attr(slice(fit = plain), "sub"), "limits")
})
