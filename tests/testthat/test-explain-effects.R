skip_if_no_torch()

line <- nn_fit(mpg ~ wt + hp + factor(cyl), mtcars)
bumps <- local({
  set.seed(1)
  n <- 400
  x1 <- runif(n, -2, 2)
  data <- data.frame(x1, x2 = runif(n, -2, 2), x3 = 0.9 * x1 + 0.3 * rnorm(n))
  data$y <- with(data, x1^2 + sin(2 * x2) + x1 * x3)
  data
})
curved <- nn_fit(y ~ x1 + x2 + x3, bumps, hidden_units = 32, penalty = 1e-4, activation = "tanh",
  optimizer = "lbfgs", epochs = 300, seed = 1
)

test_that("of a linear fit average effects are the coefficients, with their standard errors", {
  found <- nn_effects(line)
  reference <- summary(lm(mpg ~ wt + hp + factor(cyl), mtcars))$coefficients[-1, ]
  expect_identical(found$term, c("wt", "hp", "cyl", "cyl"))
  expect_identical(found$contrast, c("slope", "slope", "6 - 4", "8 - 4"))
  expect_equal(found$estimate, unname(reference[, 1]), tolerance = 1e-8)
  expect_equal(found$std.error, unname(reference[, 2]), tolerance = 1e-8)
  limits <- confint(lm(mpg ~ wt + hp + factor(cyl), mtcars), level = 0.9)[-1, ]
  found <- nn_effects(line, level = 0.9)
  expect_equal(cbind(found$conf.low, found$conf.high), unname(limits), tolerance = 1e-8)
})

test_that("so on the scale of the link of a glm; on that of the response by the delta method", {
  fit <- nn_fit(factor(am) ~ hp + wt, mtcars)
  reference <- glm(am ~ hp + wt, binomial, mtcars)
  found <- nn_effects(fit, predict_type = "link")
  table <- summary(reference)$coefficients[-1, ]
  expect_equal(found$estimate, unname(table[, 1]), tolerance = 1e-5)
  expect_equal(found$std.error, unname(table[, 2]), tolerance = 1e-4)
  # by hand: the mean of b * p * (1 - p), and its gradient by the coefficients
  x <- model.matrix(reference)
  b <- coef(fit)
  p <- as.vector(plogis(x %*% b))
  v <- vcov(fit)
  by_hand <- vapply(2:3, function(j) {
    gradient <- colMeans(b[j] * p * (1 - p) * (1 - 2 * p) * x)
    gradient[j] <- gradient[j] + mean(p * (1 - p))
    c(mean(b[j] * p * (1 - p)), sqrt(gradient %*% v %*% gradient))
  }, numeric(2))
  found <- nn_effects(fit)
  expect_equal(rbind(found$estimate, found$std.error), unname(by_hand), tolerance = 1e-8)
})

test_that("Poisson fits with an offset have it in every row; it has no effect itself", {
  data <- transform(mtcars, big = disp > 200)
  fit <- nn_fit(carb ~ wt + big + offset(log(hp)), data, loss = "poisson_nll")
  b <- coef(fit)
  eta <- with(data, b[1] + b[2] * wt + b[3] * big + log(hp))
  both <- nn_effects(fit)
  expect_identical(both$term, c("wt", "big"))
  expect_equal(both$estimate[1], mean(exp(eta)) * b[[2]], tolerance = 1e-8)
  base <- exp(eta - b[3] * data$big)
  expect_equal(both$estimate[2], mean(base * (exp(b[3]) - 1)), tolerance = 1e-8)
  expect_refused(nn_effects(fit, "hp"), "argument", "hp", "in the offset", from = "nn_effects")
  grid <- nn_effects(fit, "wt", values = c(2, 3))
  for (k in 1:2) {
    eta <- with(data, b[1] + b[2] * c(2, 3)[k] + b[3] * big + log(hp))
    expect_equal(grid$effect[k], mean(exp(eta)), tolerance = 1e-8)
  }
})

test_that("partial dependence is the mean prediction with the variable put to a value", {
  for (fit in list(line, curved)) {
    data <- if (identical(fit, line)) mtcars else bumps
    name <- if (identical(fit, line)) "wt" else "x1"
    at <- c(1.6, 1.9)
    found <- nn_effects(fit, name, data, values = at)
    by_hand <- vapply(at, function(value) {
      data[[name]] <- value
      mean(predict(fit, data))
    }, 0)
    expect_equal(found$effect, by_hand, tolerance = 1e-6)
  }
  expect_equal(diff(nn_effects(line, "wt", values = 2:3)$effect), coef(line)[["wt"]],
    tolerance = 1e-8
  )
})

test_that("intervals of a mean prediction are those of predict() where all rows are alike", {
  alone <- nn_fit(mpg ~ wt, mtcars)
  found <- nn_effects(alone, "wt", values = 2:4)
  limits <- predict(alone, data.frame(wt = 2:4), interval = "confidence")
  expect_equal(as.matrix(found[c("effect", "conf.low", "conf.high")]), limits, tolerance = 1e-8,
    ignore_attr = TRUE
  )
  classes <- nn_fit(factor(am) ~ wt, mtcars)
  found <- nn_effects(classes, "wt", values = 2:4)
  limits <- predict(classes, data.frame(wt = 2:4), interval = "confidence")
  expect_equal(as.matrix(found[c("effect", "conf.low", "conf.high")]), limits, tolerance = 1e-8,
    ignore_attr = TRUE
  )
  several <- nn_fit(Species ~ Sepal.Length, iris)
  found <- nn_effects(several, "Sepal.Length", values = 4.5)
  limits <- predict(several, data.frame(Sepal.Length = 4.5), interval = "confidence")
  expect_equal(
    as.matrix(found[c("effect", "conf.low", "conf.high")]), do.call(rbind, limits),
    tolerance = 1e-6, ignore_attr = TRUE
  )
})

test_that("terms that two variables share are made of the rows", {
  fit <- nn_fit(mpg ~ wt * hp + log(disp) + poly(qsec, 2) * factor(am), mtcars)
  reference <- lm(mpg ~ wt * hp + log(disp) + poly(qsec, 2) * factor(am), mtcars)
  b <- coef(reference)
  found <- nn_effects(fit)
  slope <- function(name) found$estimate[found$term == name]
  expect_equal(slope("wt"), b[["wt"]] + b[["wt:hp"]] * mean(mtcars$hp), tolerance = 1e-7)
  expect_equal(slope("disp"), b[["log(disp)"]] * mean(1 / mtcars$disp), tolerance = 1e-7)
  moved <- function(step) predict(reference, transform(mtcars, qsec = qsec + step))
  expect_equal(slope("qsec"), mean(moved(1e-4) - moved(-1e-4)) / 2e-4, tolerance = 1e-6)
  put <- function(...) mean(predict(reference, replace(mtcars, ...)))
  at <- function(am) put("am", am)
  expect_equal(slope("am"), at(1) - at(0), tolerance = 1e-7)
  # the gradient by hand: 1 for wt, the mean of hp for their product
  v <- vcov(reference)[c("wt", "wt:hp"), c("wt", "wt:hp")]
  g <- c(1, mean(mtcars$hp))
  expect_equal(found$std.error[1], sqrt(drop(g %*% v %*% g)), tolerance = 1e-6)
  grid <- nn_effects(fit, c("wt", "am"), values = list(wt = 2:3))
  by_hand <- Map(function(wt, am) put(c("wt", "am"), list(wt, am)), grid$wt, grid$am)
  expect_equal(grid$effect, unlist(by_hand), tolerance = 1e-7)
})

test_that("a grid that would be too large crosses in parts, with the same answer", {
  fit <- nn_fit(mpg ~ wt * hp, mtcars)
  whole <- nn_effects(fit, "wt", grid = 9)
  single <- nn_effects(fit, "wt", grid = 9, type = "ice", curves = 4, center = TRUE)
  of_two <- nn_fit(cbind(mpg, qsec) ~ wt * factor(am), mtcars)
  by <- nn_effects(of_two, "wt", grid = 9, by = "am")
  withr::defer(utils::assignInNamespace("numbers_at_once", 2e7, "nnfit"))
  utils::assignInNamespace("numbers_at_once", 32 * 2 * 4, "nnfit")
  expect_equal(nn_effects(fit, "wt", grid = 9), whole, tolerance = 1e-12)
  expect_equal(nn_effects(fit, "wt", grid = 9, type = "ice", curves = 4, center = TRUE), single,
    tolerance = 1e-12
  )
  expect_equal(nn_effects(of_two, "wt", grid = 9, by = "am"), by, tolerance = 1e-12)
})

test_that("a network gives known functions back", {
  # of x2, on which nothing else depends: sin(2 * x2), but for a constant
  away <- function(found, truth) {
    found <- found - mean(found)
    max(abs(found - (truth - mean(truth))))
  }
  for (type in c("partial", "ale")) {
    found <- nn_effects(curved, "x2", type = type, grid = 20)
    expect_lt(away(found$effect, sin(2 * found$x2)), 0.15)
  }
  # x1 hangs together with x3: rows of both ends are not where the other is
  local <- nn_effects(curved, "x1", type = "ale", grid = 20)
  # the derivative by x1 is 2 * x1 + x3, and x3 is 0.9 * x1 on average
  expect_lt(away(local$effect, 1.45 * local$x1^2), 0.5)
  mean_of <- nn_effects(curved, "x1", values = c(-1, 0, 1))
  truth <- c(1 - mean(bumps$x3), 0, 1 + mean(bumps$x3))
  expect_gt(max(abs(diff(local$effect)) > 0), 0)
  expect_lt(away(mean_of$effect, truth), 0.5)
})

test_that("together two variables do what is no effect of one of them", {
  found <- nn_effects(curved, c("x1", "x3"), type = "ale", grid = 6)
  expect_gt(cor(found$effect, found$x1 * found$x3), 0.7)
  plain <- nn_effects(line, c("wt", "hp"), type = "ale", grid = 4)
  expect_lt(max(abs(plain$effect)), 1e-8)
})

test_that("accumulated local effects of a linear fit are its lines", {
  found <- nn_effects(line, "wt", type = "ale", grid = 5)
  expect_equal(diff(found$effect) / diff(found$wt), rep(coef(line)[["wt"]], nrow(found) - 1),
    tolerance = 1e-8
  )
  levels <- nn_effects(line, "cyl", type = "ale")
  expect_equal(levels$effect - levels$effect[levels$cyl == 4],
    unname(c(0, coef(line)[4:5]))[match(levels$cyl, c(4, 6, 8))],
    tolerance = 1e-8
  )
  shares <- table(mtcars$cyl)[as.character(levels$cyl)]
  expect_equal(sum(shares * levels$effect), 0, tolerance = 1e-8)
})

test_that("means are weighted as the fit is, and rows of no weight have no part", {
  data <- transform(mtcars, w = c(0, 2, rep(1, 30)))
  fit <- nn_fit(mpg ~ wt * hp, data, weights = w)
  slope <- with(data, sum(w * hp) / sum(w))
  found <- nn_effects(fit, "wt", type = "average")
  expect_equal(found$estimate, coef(fit)[["wt"]] + coef(fit)[["wt:hp"]] * slope, tolerance = 1e-8)
  # of other rows there are no weights
  other <- nn_effects(fit, "wt", data[3:20, ], type = "average")
  slope <- mean(data$hp[3:20])
  expect_equal(other$estimate, coef(fit)[["wt"]] + coef(fit)[["wt:hp"]] * slope, tolerance = 1e-8)
})

test_that("rows with something missing are left out, and the order of rows is nothing", {
  data <- airquality
  fit <- nn_fit(Ozone ~ Wind + Temp, data, hidden_units = 4, epochs = 20, seed = 1)
  complete <- data[complete.cases(data[c("Ozone", "Wind", "Temp")]), ]
  found <- nn_effects(fit, "Wind", grid = 5)
  expect_identical(attr(found, "about")$rows, nrow(complete))
  gaps <- rbind(complete, transform(complete[1:3, ], Temp = NA))
  expect_equal(nn_effects(fit, "Wind", gaps, grid = 5)$effect, found$effect, tolerance = 1e-6)
  set.seed(2)
  mixed <- complete[sample(nrow(complete)), ]
  for (type in c("partial", "ale", "average")) {
    grid <- if (type != "average") 5
    expect_equal(
      nn_effects(fit, "Wind", mixed, type = type, grid = grid)[[if (is.null(grid)) 3 else 2]],
      nn_effects(fit, "Wind", complete, type = type, grid = grid)[[if (is.null(grid)) 3 else 2]],
      tolerance = 1e-5
    )
  }
})

test_that("replicates give percentiles, members of a network nothing", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars, bootstrap = 10, seed = 1)
  found <- nn_effects(fit, "wt", values = 3, level = 0.8)
  newdata <- transform(mtcars, wt = 3)
  each <- vapply(1:10, function(r) {
    b <- fit$replicates
    one <- with_parts(fit, parameters = lapply(b$parameters, function(a) {
      array(a[slice.index(a, 1) == r], if (length(dim(a)) > 1) dim(a)[-1] else 1)
    }), scaling = lapply(b$scaling, function(a) {
      array(a[slice.index(as.array(a), 1) == r])
    }))
    one$scaling$y_scale <- as.vector(one$scaling$y_scale)
    mean(predict(one, newdata))
  }, 0)
  expect_equal(c(found$conf.low, found$conf.high), unname(quantile(each, c(0.1, 0.9))),
    tolerance = 1e-6
  )
  expect_equal(found$std.error, sd(each), tolerance = 1e-6)
  tuned <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 2, seed = 1, epochs = 50)
  expect_identical(names(nn_effects(tuned, "wt")), c("wt", "effect"))
})

test_that("several classes and outcomes have rows of their own", {
  fit <- nn_fit(Species ~ Sepal.Width + Petal.Length, iris, hidden_units = 3, epochs = 20, seed = 1)
  found <- nn_effects(fit, "Petal.Length", grid = 3)
  expect_identical(names(found), c("response", "Petal.Length", "effect"))
  expect_equal(as.vector(tapply(found$effect, found$Petal.Length, sum)), rep(1, 3),
    tolerance = 1e-6
  )
  one <- nn_effects(fit, "Petal.Length", grid = 3, outcome = "virginica")
  expect_equal(tidy(one), tidy(found)[7:9, ], tolerance = 1e-12)
  expect_refused(nn_effects(fit, outcome = "rose"), "argument", "outcome must be among",
    from = "nn_effects"
  )
  slopes <- nn_effects(fit)
  expect_equal(as.vector(tapply(slopes$estimate, slopes$term, sum)), c(0, 0), tolerance = 1e-6)
  two <- nn_fit(cbind(mpg, qsec) ~ wt, mtcars)
  expect_equal(nn_effects(two)$estimate, unname(coef(two)["wt", ]), tolerance = 1e-8)
  expect_identical(nn_effects(two)$response, c("mpg", "qsec"))
})

test_that("of two classes the first has what is left of the second", {
  fit <- nn_fit(factor(am, labels = c("no", "yes")) ~ wt, mtcars)
  plain <- nn_effects(fit, "wt", grid = 3)
  yes <- nn_effects(fit, "wt", grid = 3, outcome = "yes")
  expect_equal(tidy(yes)[-1], tidy(plain))
  no <- nn_effects(fit, "wt", grid = 3, outcome = "no")
  expect_identical(no$response, rep("no", 3))
  expect_equal(no$effect, 1 - yes$effect)
  expect_equal(no$std.error, yes$std.error)
  expect_equal(no$conf.low, 1 - yes$conf.high)
  expect_equal(tidy(nn_effects(fit, "wt", grid = 3, outcome = c("yes", "no"))),
    rbind(tidy(yes), tidy(no))
  )
  expect_output(print(no), "probability of no along wt")
  for (type in c("average", "ale")) {
    slopes <- tidy(nn_effects(fit, "wt", type = type, outcome = c("no", "yes")))
    values <- matrix(slopes[[if (type == "ale") "effect" else "estimate"]], ncol = 2)
    expect_equal(values[, 1], -values[, 2])
    expect_true(all(slopes$conf.low <= slopes$conf.high))
  }
  curves <- nn_effects(fit, "wt", type = "ice", grid = 3, outcome = c("no", "yes"))
  expect_equal(curves$effect[curves$response == "no"], 1 - curves$effect[curves$response == "yes"])
})

test_that("by a factor the rows of each level are averaged by themselves", {
  found <- nn_effects(line, "wt", values = 3, by = "cyl")
  expect_equal(found$cyl, c(4, 6, 8))
  by_hand <- vapply(c(4, 6, 8), function(cyl) {
    rows <- transform(mtcars[mtcars$cyl == cyl, ], wt = 3)
    mean(predict(line, rows))
  }, 0)
  expect_equal(found$effect, by_hand, tolerance = 1e-8)
  shared <- nn_fit(mpg ~ wt * factor(cyl), mtcars)
  slopes <- nn_effects(shared, "wt", type = "average", by = "cyl")
  reference <- coef(lm(mpg ~ factor(cyl) / wt, mtcars))[4:6]
  expect_equal(slopes$estimate, unname(reference), tolerance = 1e-7)
  local <- nn_effects(shared, "wt", type = "ale", by = "cyl", grid = 3)
  expect_equal(
    as.vector(tapply(local$effect, local$cyl, function(e) e[length(e)] - e[1])),
    unname(reference * as.vector(tapply(mtcars$wt, mtcars$cyl, function(x) diff(range(x))))),
    tolerance = 1e-7
  )
})

test_that("other interfaces, embedded factors and censored times have effects", {
  x <- as.matrix(mtcars[c("wt", "hp")])
  known <- nn_fit(x, mtcars$mpg)
  expect_equal(nn_effects(known)$estimate, unname(coef(known)[-1]), tolerance = 1e-8)
  frame <- data.frame(wt = mtcars$wt, cyl = factor(mtcars$cyl), gear = as.integer(mtcars$gear))
  of_frame <- nn_fit(frame, mtcars$mpg)
  found <- nn_effects(of_frame)
  expect_identical(found$contrast, c("slope", "6 - 4", "8 - 4", "slope"))
  expect_identical(nn_effects(of_frame, "gear")$gear, 3:5)
  skip_if_not_installed("survival")
  lung <- na.omit(getExportedValue("survival", "lung")[c("time", "status", "age", "sex")])
  cox <- nn_fit(Surv(time, status) ~ age + strata(sex), lung)
  strata <- getExportedValue("survival", "strata")
  reference <- survival::coxph(survival::Surv(time, status) ~ age + strata(sex), lung)
  found <- nn_effects(cox, predict_type = "link")
  expect_equal(found$estimate, coef(reference)[["age"]], tolerance = 1e-5)
  expect_equal(found$std.error, sqrt(vcov(reference)[[1]]), tolerance = 1e-4)
  expect_refused(nn_effects(cox, "sex"), "argument", "stratum", from = "nn_effects")
  alone <- nn_fit(Surv(time, status) ~ age, lung)
  for (scale in c("link", "response")) {
    found <- nn_effects(alone, "age", values = c(50, 70), predict_type = scale)
    limits <- predict(alone, data.frame(age = c(50, 70)), type = scale, interval = "confidence")
    expect_equal(as.matrix(found[c("effect", "conf.low", "conf.high")]), limits,
      tolerance = 1e-8, ignore_attr = TRUE
    )
  }
})

test_that("embedded factors, and data with other levels, have the levels of the fit", {
  data <- transform(mtcars, cyl = factor(cyl))
  fit <- nn_fit(mpg ~ wt + cyl, data, embed = list(cyl = 2), hidden_units = 3, epochs = 20,
    seed = 1
  )
  found <- nn_effects(fit)
  expect_identical(found$contrast, c("slope", "6 - 4", "8 - 4"))
  at <- function(level) mean(predict(fit, transform(data, cyl = level)))
  expect_equal(found$estimate[2:3], c(at("6") - at("4"), at("8") - at("4")), tolerance = 1e-5)
  plain <- nn_fit(mpg ~ wt + cyl, data)
  other <- transform(mtcars, cyl = factor(replace(cyl, cyl == 4, 5), c(8, 6, 5)))
  expect_warning(found <- nn_effects(plain, "cyl", other), class = "nnfit_warning_levels")
  expect_identical(as.character(found$cyl), c("4", "6", "8"))
  expect_equal(diff(found$effect), unname(diff(c(0, coef(plain)[3:4]))), tolerance = 1e-8)
})

test_that("a fit on files has effects on data that are given", {
  skip_if_no_pyarrow()
  path <- write_parquet(mtcars)
  fit <- nn_fit(mpg ~ wt + hp, path)
  expect_refused(nn_effects(fit), "argument", "does not hold its rows", from = "nn_effects")
  expect_equal(nn_effects(fit, data = mtcars)$estimate,
    unname(coef(lm(mpg ~ wt + hp, mtcars))[-1]), tolerance = 1e-6
  )
})

test_that("recipes have the effects of what goes into them", {
  skip_if_not_installed("recipes")
  recipe <- recipes::recipe(mpg ~ wt + hp, mtcars)
  recipe <- recipes::step_normalize(recipe, wt, hp)
  fit <- nn_fit(recipe, mtcars)
  expect_equal(nn_effects(fit)$estimate, unname(coef(lm(mpg ~ wt + hp, mtcars))[-1]),
    tolerance = 1e-7
  )
  expect_equal(diff(nn_effects(fit, "wt", values = 2:3)$effect),
    coef(lm(mpg ~ wt + hp, mtcars))[["wt"]], tolerance = 1e-7
  )
})

test_that("a module of one's own, and a fit whose data are gone, have effects", {
  x <- as.matrix(mtcars[c("wt", "hp")])
  fit <- nn_fit(x, mtcars$mpg, model = torch$nn$Linear(2L, 1L), epochs = 5, seed = 1)
  found <- nn_effects(fit)
  moved <- x
  moved[, 1] <- moved[, 1] + 1
  expect_equal(found$estimate[1], mean(predict(fit, moved) - predict(fit, x)), tolerance = 1e-4)
  lost <- local({
    gone <- mtcars
    unserialize(serialize(nn_fit(mpg ~ wt, gone), NULL))
  })
  expect_refused(nn_effects(lost), "argument", "does not find them", from = "nn_effects")
  expect_equal(nrow(nn_effects(lost, data = mtcars)), 1)
  expect_refused(nn_effects(), "argument", "fit", from = "nn_effects")
  expect_refused(nn_effects(mtcars), "argument", "fit must be a fit", from = "nn_effects")
})

test_that("single rows are chosen by what they are predicted, and nothing is drawn at random", {
  set.seed(4)
  before <- .Random.seed
  found <- nn_effects(curved, "x1", type = "ice", curves = 5, grid = 4)
  expect_identical(.Random.seed, before)
  expect_identical(length(unique(found$row)), 5L)
  rows <- bumps[found$row, ]
  rows$x1 <- found$x1
  expect_equal(found$effect, unname(predict(curved, rows)), tolerance = 1e-5)
  at <- rank(predict(curved, bumps))[sort(unique(found$row))]
  expect_lt(max(abs(sort(at) - seq(1, 400, length.out = 5))), 1.01)
  centred <- nn_effects(curved, "x1", type = "ice", curves = 5, grid = 4, center = TRUE)
  expect_identical(centred$effect[found$x1 == min(found$x1)], rep(0, 5))
})

test_that("an intercept alone has no effects", {
  line <- nn_fit(mpg ~ 1, mtcars)
  expect_error(nn_effects(line, data = mtcars), "has no predictors", class = "nnfit_error_argument")
})

test_that("of one class of several the print and the pictures say which", {
  skip_if_no_torch()
  fit <- nn_fit(Species ~ Petal.Width + Sepal.Width, iris, hidden_units = 2, epochs = 5, seed = 1)
  one <- nn_effects(fit, c("Petal.Width", "Sepal.Width"), outcome = "virginica")
  expect_output(print(one), "Mean prediction of probability of virginica")
  expect_match(attr(effects_picture(one), "title"), "mean probability of virginica$")
  expect_output(print(nn_effects(fit, "Petal.Width")), "prediction of probability along")
})
