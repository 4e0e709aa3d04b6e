skip_if_no_torch()

exact <- glm.control(epsilon = 1e-15, maxit = 100)

data <- withr::with_seed(4, {
  table <- data.frame(x = rnorm(120), z = runif(120), w = rep(c(0, 1, 2.5), 40))
  mean <- exp(1 + 0.5 * table$x)
  table$count <- rpois(120, mean)
  table$over <- rnbinom(120, size = 2, mu = mean)
  table$positive <- rgamma(120, 3, scale = mean / 3)
  table$win <- as.numeric(runif(120) < plogis(table$x))
  table
})

# A fit and glm()'s or lm()'s of the same model.
pairs <- function(weights = NULL) {
  data$use <- weights %||% rep(1, nrow(data))
  fits <- function(formula, family, loss) {
    list(
      fit = nn_fit(formula, data, loss = loss, weights = if (!is.null(weights)) use),
      reference = suppressWarnings( # a binomial with weights that are not whole
        glm(formula, family, data, weights = use, control = exact)
      )
    )
  }
  list(
    normal = fits(positive ~ x + z, gaussian(), "mse"),
    poisson = fits(count ~ x + z, poisson(), "poisson_nll"),
    gamma = fits(positive ~ x + z, Gamma("log"), "gamma_nll"),
    binomial = fits(win ~ x + z, binomial(), "bce_with_logits"),
    negative = if (requireNamespace("MASS", quietly = TRUE)) fits(
      over ~ x + z, MASS::negative.binomial(2, "log"),
      # The dispersion beside theta is estimated, as by glm().
      list("negative_binomial_nll", dispersion = 0.5, scatter = TRUE)
    )
  )
}

expect_same_figures <- function(pair, name) {
  fit <- pair$fit
  reference <- pair$reference
  expect_equal(deviance(fit), deviance(reference), tolerance = 1e-8, label = name)
  expect_identical(df.residual(fit), reference$df.residual, label = name)
  known <- suppressWarnings(summary(reference)) # of rows with weight 0
  spread <- known$sigma %||% sqrt(known$dispersion)
  expect_equal(sigma(fit), spread, tolerance = 1e-6, label = name)
  expect_identical(nobs(fit), nobs(reference), label = name)
  expect_equal(weights(fit) %||% rep(1, 120), unname(weights(reference)))
  # glm() takes the outcome of a binomial for 0 in rows of weight 0.
  compared <- name != "binomial" | weights(reference) > 0
  for (type in c("response", "working", "deviance", "pearson")) {
    expect_equal(
      residuals(fit, type = type)[compared], residuals(reference, type = type)[compared],
      tolerance = 1e-5, ignore_attr = TRUE, label = paste(name, type)
    )
  }
}

test_that("deviance, degrees of freedom, sigma and residuals are glm()'s", {
  each <- Filter(function(pair) !is.null(pair$fit), pairs())
  for (name in names(each)) expect_same_figures(each[[name]], name)
})

test_that("with weights, of which some are 0, too", {
  each <- Filter(function(pair) !is.null(pair$fit), pairs(data$w))
  for (name in names(each)) expect_same_figures(each[[name]], name)
})

test_that("they are lm()'s for squared error, with weights, and of several outcomes", {
  fit <- nn_fit(mpg ~ wt + factor(cyl), mtcars, weights = hp)
  reference <- lm(mpg ~ wt + factor(cyl), mtcars, weights = hp)
  expect_equal(deviance(fit), deviance(reference))
  expect_identical(df.residual(fit), df.residual(reference))
  expect_equal(sigma(fit), sigma(reference))
  for (type in c("response", "working", "deviance", "pearson")) {
    expect_equal(residuals(fit, type), residuals(reference, type), tolerance = 1e-7)
  }
  two <- nn_fit(cbind(mpg, hp) ~ wt, mtcars)
  reference <- lm(cbind(mpg, hp) ~ wt, mtcars)
  expect_equal(deviance(two), deviance(reference))
  expect_identical(df.residual(two), df.residual(reference))
  expect_equal(sigma(two), sigma(reference))
})

test_that("for classes the deviance is that of glm() and of multinom()", {
  two <- nn_fit(factor(am) ~ wt, mtcars)
  reference <- glm(am ~ wt, binomial, mtcars, control = exact)
  expect_equal(deviance(two), deviance(reference), tolerance = 1e-8)
  expect_equal(residuals(two, "deviance"), residuals(reference), tolerance = 1e-6)
  expect_identical(df.residual(two), df.residual(reference))
  skip_if_not_installed("nnet")
  data <- transform(iris, Species = factor(rev(as.character(Species))))
  three <- nn_fit(Species ~ Sepal.Width, data)
  reference <- nnet::multinom(Species ~ Sepal.Width, data, trace = FALSE, reltol = 1e-14)
  expect_equal(deviance(three), reference$deviance, tolerance = 1e-6)
  expect_refused(df.residual(three), "argument", "df.residual() is defined for")
  expect_refused(residuals(three, "pearson"), "argument", "residuals(type = pearson)")
})

test_that("extractAIC() is lm()'s, glm()'s and multinom()'s", {
  models <- list(mpg ~ wt, mpg ~ wt + hp - 1, mpg ~ wt * factor(cyl))
  for (model in models) {
    reference <- lm(model, mtcars)
    expect_equal(extractAIC(nn_fit(model, mtcars)), extractAIC(reference), tolerance = 1e-7)
    expect_equal(
      extractAIC(nn_fit(model, mtcars), scale = 5, k = 3), extractAIC(reference, 5, k = 3),
      tolerance = 1e-7
    )
  }
  each <- Filter(function(pair) !is.null(pair$fit), pairs())
  for (name in setdiff(names(each), "normal")) {
    pair <- each[[name]]
    expect_equal(extractAIC(pair$fit, k = 5), extractAIC(pair$reference, k = 5), tolerance = 1e-8)
  }
  # lm() counts rows of weight 0 here, though not in AIC(); they have no part in a fit.
  data$use <- data$w
  kept <- data[data$w > 0, ]
  expect_equal(
    extractAIC(nn_fit(positive ~ x, data, weights = use)),
    extractAIC(lm(positive ~ x, kept, weights = use)), tolerance = 1e-8
  )
})

test_that("what has none of these is refused by name", {
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2)
  expect_equal(deviance(network), sum(residuals(network)^2))
  expect_refused(df.residual(network), "argument", "df.residual() is for linear models")
  expect_refused(sigma(network), "argument", "sigma() is for linear models", from = "sigma")
  expect_refused(extractAIC(network), "argument", "extractAIC() is for linear models")
  robust <- nn_fit(mpg ~ wt, mtcars, loss = "huber")
  noisy <- nn_fit(mpg ~ wt, mtcars, loss = "gaussian_nll")
  held_out <- nn_fit(mpg ~ wt, mtcars, validation = 0.25)
  for (generic in c("deviance", "df.residual", "sigma", "extractAIC")) {
    ask <- get(generic)
    expect_refused(ask(robust), "argument", paste0(generic, "() is defined for"), "the loss huber")
    if (generic == "extractAIC") expect_refused(ask(held_out), "argument", "holds out 8 rows")
    if (generic != "extractAIC") {
      expect_refused(ask(noisy), "argument", paste0(generic, "() is defined for"), "gaussian_nll")
    }
  }
  expect_refused(residuals(robust, "pearson"), "argument", "residuals(type = pearson)", "huber")
  expect_refused(extractAIC(network, k = "two"), "argument", "k must be a number")
  expect_refused(extractAIC(network, scale = -1), "argument", "scale must be")
})

test_that("rows that were left out have no part, padded or not", {
  holes <- transform(data, positive = replace(positive, 3:9, NA))
  fit <- nn_fit(positive ~ x + z, holes, loss = "gamma_nll", na.action = na.exclude)
  reference <- glm(positive ~ x + z, Gamma("log"), holes, control = exact)
  expect_length(residuals(fit), 120)
  expect_equal(sigma(fit), sqrt(summary(reference)$dispersion), tolerance = 1e-6)
  expect_equal(deviance(fit), deviance(reference), tolerance = 1e-8)
})

test_that("where rows are held out, the others have numbers of their own", {
  seen <- mtcars[-(1:8), ]
  fit <- nn_fit(mpg ~ wt + hp, mtcars, validation = 1:8)
  model <- lm(mpg ~ wt + hp, seen)
  expect_equal(deviance(fit), deviance(model), tolerance = 1e-8)
  expect_equal(sigma(fit), sigma(model), tolerance = 1e-8)
  expect_equal(sigma(fit), unname(summary(fit)$sigma))
  expect_identical(df.residual(fit), model$df.residual)
  fit <- nn_fit(carb ~ wt + hp, mtcars, validation = 1:8, family = Gamma("log"), weights = gear)
  model <- glm(carb ~ wt + hp, Gamma("log"), seen, weights = gear)
  expect_equal(deviance(fit), deviance(model), tolerance = 1e-6)
  expect_equal(deviance(fit), summary(fit)$deviance, tolerance = 1e-8)
  expect_equal(sigma(fit)^2, summary(model)$dispersion, tolerance = 1e-5)
  expect_refused(extractAIC(fit), "argument", "without validation", from = "extractAIC")
  classes <- nn_fit(tension ~ breaks, warpbreaks, validation = 1:10)
  part <- nn_fit(tension ~ breaks, warpbreaks[-(1:10), ])
  expect_equal(deviance(classes), deviance(part), tolerance = 1e-5)
  skip_if_not_installed("survival")
  Surv <- survival::Surv
  risks <- nn_fit(Surv(time, status) ~ age, survival::lung, validation = 1:50)
  model <- survival::coxph(Surv(time, status) ~ age, survival::lung[-(1:50), ])
  expect_equal(deviance(risks), -2 * model$loglik[2], tolerance = 1e-8)
})

test_that("as many coefficients as rows leave nothing to estimate from, as in lm()", {
  two <- data.frame(x = 1:2, y = c(1, 3))
  fit <- nn_fit(y ~ x, two)
  expect_identical(sigma(fit), NaN)
  expect_identical(df.residual(fit), 0L)
  expect_identical(as.numeric(logLik(fit)), Inf)
  expect_identical(logLik(fit)[1], as.numeric(logLik(lm(y ~ x, two))))
  expect_identical(extractAIC(fit), c(2, -Inf))
  expect_error(step(fit, trace = 0), "AIC is -infinity")
  wide <- suppressWarnings(nn_fit(mpg ~ ., mtcars[1:6, ]))
  expect_identical(as.numeric(logLik(wide)), Inf)
  expect_identical(AIC(wide), -Inf)
})
