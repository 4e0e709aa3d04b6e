skip_if_no_torch()

# -- beside glm(), on data sets that come with R and MASS --

# glm() stops by the deviance, which says little of the last digits of coefficients that are
# no canonical link's: so it is made to go on for as long as the deviance changes at all.
tight <- stats::glm.control(epsilon = 1e-14, maxit = 100)
exact <- stats::glm.control(epsilon = 1e-300, maxit = 300)

clotting <- data.frame(
  u = c(5, 10, 15, 20, 30, 40, 60, 80, 100), lot = c(118, 58, 42, 35, 27, 25, 21, 19, 18)
)
budworm <- data.frame(
  ldose = rep(0:5, 2), sex = factor(rep(c("M", "F"), each = 6)),
  dead = c(1, 4, 9, 13, 18, 20, 0, 2, 6, 10, 12, 16), of = 20
)
with_offset <- transform(mtcars, known = 0.01 * qsec)

birth <- data.frame(
  low = rep(c(0, 0, 1), 20), age = 15 + (1:60 * 7) %% 23, lwt = 90 + (1:60 * 31) %% 97
)

# Of MASS, where it is there.
mass <- function(name) if (requireNamespace("MASS", quietly = TRUE)) getExportedValue("MASS", name)

# A formula, a family, data; `weights` and `offset` name columns. `dispersion`: where the
# covariance can be told apart from rounding.
cases <- function() {
  list(
    list(mpg ~ wt * hp, gaussian(), mtcars),
    list(Postwt ~ Prewt + Treat + offset(Prewt), gaussian(), mass("anorexia")),
    list(Ozone ~ Solar.R + Wind + Temp, gaussian("log"), airquality),
    list(len ~ supp * log(dose), gaussian("inverse"), ToothGrowth),
    list(weight ~ feed, gaussian("inverse"), chickwts, weights = "w"),
    list(low ~ age + lwt + factor(race), binomial(), mass("birthwt")),
    list(case ~ spontaneous + induced, binomial("probit"), infert),
    list(cbind(dead, of - dead) ~ sex + ldose, binomial("cauchit"), budworm),
    list(cbind(dead, of - dead) ~ sex * ldose, binomial("cloglog"), budworm),
    list(cbind(Menarche, Total - Menarche) ~ Age, binomial("probit"), mass("menarche")),
    list(cbind(ncases, ncontrols) ~ unclass(agegp), binomial("log"), esoph),
    list(cbind(ncases, ncontrols) ~ agegp + alcgp, binomial(), esoph),
    list(dead / of ~ sex + ldose, binomial("probit"), budworm, weights = "of"),
    list(am ~ splines::ns(wt, 2), binomial("cloglog"), mtcars),
    list(breaks ~ wool * tension, poisson(), warpbreaks),
    list(breaks ~ wool + tension, poisson("identity"), warpbreaks),
    list(count ~ spray, poisson("sqrt"), InsectSprays, weights = "w"),
    list(Claims ~ District + Group + Age + offset(log(Holders)), poisson(), mass("Insurance")),
    list(y ~ lbase + trt + offset(log(period * 2)), poisson(), mass("epil")),
    list(carb ~ poly(hp, 2), poisson("sqrt"), mtcars),
    list(lot ~ log(u), Gamma(), clotting),
    list(lot ~ log(u), Gamma("log"), clotting, weights = "u"),
    list(eruptions ~ waiting, Gamma("identity"), faithful),
    list(mpg ~ wt + qsec, Gamma("inverse"), with_offset, offset = "known"),
    list(lot ~ log(u), inverse.gaussian(), clotting),
    list(mpg ~ wt + hp, inverse.gaussian("log"), mtcars, weights = "gear"),
    list(mpg ~ splines::bs(disp, df = 4), inverse.gaussian("inverse"), mtcars),
    list(mpg ~ wt, inverse.gaussian("identity"), mtcars),
    list(breaks ~ wool * tension, quasipoisson(), warpbreaks),
    list(count ~ spray, quasipoisson("sqrt"), InsectSprays),
    list(cbind(ncases, ncontrols) ~ alcgp, quasibinomial("probit"), esoph),
    list(mpg ~ wt + factor(cyl), quasi("log", "mu^2"), mtcars),
    list(carb ~ wt, quasi("sqrt", "mu"), mtcars),
    list(mpg ~ wt, quasi("inverse", "mu^3"), mtcars),
    list(eruptions ~ waiting, quasi("log", "constant"), faithful),
    list(dead / of ~ sex + ldose, quasi("probit", "mu(1-mu)"), budworm),
    list(Examination ~ Agriculture + Catholic, quasipoisson("identity"), swiss),
    list(Days ~ Sex + Age + Eth, of_mass("negative.binomial", 2), mass("quine")),
    list(Days ~ Sex + Age, of_mass("negative.binomial", 2, "sqrt"), mass("quine")),
    list(stack.loss ~ Air.Flow + Water.Temp, Gamma("log"), stackloss),
    list(Volume ~ log(Girth) + log(Height), gaussian("log"), trees),
    list(breaks ~ wool * tension, poisson(), warpbreaks, contrasts = c("contr.sum", "contr.poly"))
  )
}

of_mass <- function(name, ...) {
  if (requireNamespace("MASS", quietly = TRUE)) getExportedValue("MASS", name)(...)
}

relative <- function(values, expected) max(abs(values - expected) / abs(expected))

# What glm() gives, and what the fit does.
both_fits <- function(case, control) {
  data <- as.data.frame(case[[3]])
  if (identical(case$weights, "w")) data$w <- rep_len(1:3, nrow(data))
  rows <- lapply(case[c("weights", "offset")], function(name) if (!is.null(name)) as.name(name))
  rows <- Filter(Negate(is.null), stats::setNames(rows, c("weights", "offset")))
  family <- case[[2]]
  call <- c(list(formula = case[[1]], data = quote(data), family = quote(family)), rows)
  reference <- suppressWarnings(eval(as.call(c(quote(stats::glm), call, control = quote(control)))))
  list(fit = eval(as.call(c(quote(nn_fit), call))), glm = reference)
}

test_that("linear fits are those of glm(): all families and links, on more than 20 data sets", {
  before <- options(contrasts = c("contr.treatment", "contr.poly"))
  on.exit(options(before))
  for (case in cases()) {
    if (is.null(case[[2]]) || is.null(case[[3]])) next
    if (!is.null(case$contrasts)) options(contrasts = case$contrasts)
    label <- paste(deparse1(case[[1]]), case[[2]]$family, case[[2]]$link)
    fits <- both_fits(case, exact)
    fit <- fits$fit
    expected <- fits$glm
    expect_named(coef(fit), names(coef(expected)))
    expect_lt(relative(coef(fit), coef(expected)), 1e-7, label = label)
    errors <- sqrt(diag(vcov(expected)))
    expect_lt(relative(sqrt(diag(vcov(fit))), errors), 1e-6, label = label)
    apart <- (vcov(fit) - vcov(expected)) / outer(errors, errors)
    expect_lt(max(abs(apart)), 1e-6, label = label)
    expect_lt(relative(deviance(fit), deviance(expected)), 1e-8, label = label)
    expect_identical(df.residual(fit), expected$df.residual, label = label)
    # Of quasi-likelihoods, which have none, versions of R count differently.
    if (is.na(logLik(expected))) {
      expect_true(is.na(logLik(fit)), label = label)
    } else {
      expect_equal(logLik(fit), logLik(expected), tolerance = 1e-8, label = label)
    }
    expect_equal(AIC(fit), AIC(expected), tolerance = 1e-8, label = label)
    expect_equal(fitted(fit), fitted(expected), tolerance = 1e-7, label = label)
    expect_equal(sigma(fit)^2, summary(expected)$dispersion, tolerance = 1e-7, label = label)
    for (type in c("response", "working", "deviance", "pearson")) {
      expect_equal(
        residuals(fit, type), residuals(expected, type), tolerance = 1e-6, label = label
      )
    }
  }
})

test_that("glm() where it stops by itself is as near as its deviance says", {
  for (case in cases()[c(3, 7, 17, 28)]) {
    fits <- both_fits(case, tight)
    expect_lt(relative(coef(fits$fit), coef(fits$glm)), 1e-7)
    expect_lt(relative(deviance(fits$fit), deviance(fits$glm)), 1e-12)
  }
})

test_that("a Tweedie fit is that of statmod's family", {
  skip_if_not_installed("statmod")
  skip_if_not_installed("MASS")
  # By name: set-up does not install it, so it is not among the packages that are suggested.
  made <- getExportedValue("statmod", "tweedie")(var.power = 1.4, link.power = 0)
  fit <- nn_fit(Days ~ Sex + Age, MASS::quine, family = made)
  expected <- glm(Days ~ Sex + Age, made, MASS::quine, control = exact)
  expect_lt(relative(coef(fit), coef(expected)), 1e-7)
  expect_equal(vcov(fit), vcov(expected), tolerance = 1e-6)
  expect_equal(deviance(fit), deviance(expected), tolerance = 1e-8)
  expect_identical(family(fit), made)
  own <- family(nn_fit(Days ~ Sex + Age, MASS::quine, loss = list("tweedie_nll", power = 1.4)))
  mean <- c(0.5, 2, 30)
  expect_equal(own$variance(mean), made$variance(mean))
  expect_equal(own$dev.resids(c(0, 1, 40), mean, 1:3), made$dev.resids(c(0, 1, 40), mean, 1:3))
  expect_true(is.na(own$aic(1, 1, 1, 1, 1)))
  expect_true(is.na(AIC(fit)))
})

# -- what family may be --

test_that("a family is an object, its function or its name, and comes back", {
  fits <- list(
    nn_fit(breaks ~ wool, warpbreaks, family = poisson()),
    nn_fit(breaks ~ wool, warpbreaks, family = poisson),
    nn_fit(breaks ~ wool, warpbreaks, family = "poisson")
  )
  for (fit in fits) {
    expect_s3_class(family(fit), "family")
    expect_identical(family(fit)$family, "poisson")
    expect_equal(coef(fit), coef(fits[[1]]))
  }
  quasi <- quasi("log", "mu^2")
  expect_identical(family(nn_fit(breaks ~ wool, warpbreaks, family = quasi)), quasi)
})

test_that("a link that the loss has by itself is its own fast path", {
  fit <- nn_fit(breaks ~ wool, warpbreaks, family = poisson())
  expect_identical(component_text(fit$options$loss), "poisson_nll")
  expect_identical(fit$options$optimizer, "lbfgs")
  fit <- nn_fit(breaks ~ wool, warpbreaks, family = poisson("sqrt"))
  expect_identical(component_text(fit$options$loss), "poisson_nll(link = \"sqrt\")")
  expect_identical(fit$options$engine, "reweighted")
})

test_that("a power that has a name is that link", {
  fit <- nn_fit(mpg ~ wt, mtcars, family = quasi(power(0.5), "mu"))
  expect_identical(fit$options$link, "sqrt")
})

test_that("what is no family is refused", {
  refused <- function(family, ..., data = mtcars, formula = mpg ~ wt) {
    expect_refused(nn_fit(formula, data, family = family), "argument", ...)
  }
  refused("normal", "family must be a family as glm() takes it", "not normal")
  refused(3, "family must be a family")
  refused(function() 1, "family must be a family")
  refused(list(family = "poisson"), "family must be a family")
  odd <- poisson()
  odd$family <- "skellam"
  refused(odd, "family skellam is none that a loss stands for", "gaussian()")
  odd <- poisson()
  odd$variance <- function(mu) mu^3
  refused(odd, "family poisson is none that a loss stands for")
  refused(quasi("log", "mu"), "family quasi needs an outcome of numbers of at least 0",
    formula = I(wt - 3) ~ hp
  )
  refused(quasi(power(0.3), "mu"), "family quasi can have the links", "This one has mu^0.3")
})

test_that("a family and a loss say the same", {
  expect_refused(
    nn_fit(mpg ~ wt, mtcars, family = poisson(), loss = "mse"), "argument",
    "family and loss say the same: give one of them"
  )
})

test_that("an outcome that the family does not have is refused", {
  expect_refused(
    nn_fit(mpg ~ wt, mtcars, family = binomial()), "argument",
    "family binomial needs an outcome of two classes, or numbers from 0 to 1"
  )
  expect_refused(
    nn_fit(I(mpg - 20) ~ wt, mtcars, family = Gamma()), "argument",
    "family Gamma needs an outcome of numbers above 0"
  )
  expect_refused(
    nn_fit(Species ~ ., iris, family = binomial()), "argument", "needs an outcome of two classes"
  )
  expect_refused(
    nn_fit(factor(am) ~ wt, mtcars, family = gaussian()), "argument",
    "family gaussian needs an outcome of numbers"
  )
})

test_that("a link by the loss's own argument is the family's", {
  fit <- nn_fit(breaks ~ wool, warpbreaks, loss = list("poisson_nll", link = "identity"))
  expect_identical(family(fit)$link, "identity")
  plain <- nn_fit(breaks ~ wool, warpbreaks, loss = list("poisson_nll", log_input = FALSE))
  expect_equal(coef(plain), coef(fit), tolerance = 1e-8)
  expect_equal(coef(fit), coef(glm(breaks ~ wool, poisson("identity"), warpbreaks)))
  expect_refused(
    nn_fit(mpg ~ wt, mtcars, loss = list("mse", link = "probit")), "argument",
    "loss mse takes a link that is identity, log, sqrt"
  )
  expect_refused(
    nn_fit(mpg ~ wt, mtcars, loss = list("huber", link = "log")), "argument",
    "loss huber has no argument link"
  )
})

test_that("a dispersion is estimated under a quasi-likelihood, which has no likelihood", {
  fit <- nn_fit(breaks ~ wool, warpbreaks, loss = list("poisson_nll", scatter = TRUE))
  expected <- glm(breaks ~ wool, quasipoisson(), warpbreaks, control = exact)
  expect_equal(vcov(fit), vcov(expected), tolerance = 1e-6)
  expect_identical(family(fit)$family, "quasipoisson")
  expect_true(is.na(logLik(fit)))
  expect_true(is.na(AIC(fit)))
  expect_true(fit$information$scatters)
})

# -- where else --

test_that("predictions and their limits are on the scale of the link", {
  for (family in list(binomial("cloglog"), binomial("probit"), binomial("cauchit"))) {
    fit <- nn_fit(low ~ age + lwt, birth, family = family)
    expected <- glm(low ~ age + lwt, family, birth, control = exact)
    new <- birth[1:4, ]
    for (type in c("response", "link")) {
      mine <- predict(fit, new, type = type, se.fit = TRUE)
      theirs <- predict(expected, new, type = type, se.fit = TRUE)
      expect_equal(mine$fit, theirs$fit, tolerance = 1e-7)
      expect_equal(mine$se.fit, theirs$se.fit, tolerance = 1e-6, ignore_attr = TRUE)
    }
  }
  for (family in list(Gamma("inverse"), inverse.gaussian(), poisson("sqrt"))) {
    fit <- nn_fit(carb ~ wt, mtcars, family = family)
    expected <- suppressWarnings(glm(carb ~ wt, family, mtcars, control = exact))
    mine <- predict(fit, mtcars[1:4, ], se.fit = TRUE)
    theirs <- predict(expected, mtcars[1:4, ], type = "response", se.fit = TRUE)
    expect_equal(mine$fit, theirs$fit, tolerance = 1e-7)
    expect_equal(mine$se.fit, theirs$se.fit, tolerance = 1e-6, ignore_attr = TRUE)
    limits <- predict(fit, mtcars[1:4, ], interval = "confidence")
    expect_true(all(limits[, "lwr"] < limits[, "fit"] & limits[, "fit"] < limits[, "upr"]))
  }
})

test_that("networks, replicates, folds and changed fits have families", {
  fit <- nn_fit(low ~ age + lwt, birth, family = binomial("cloglog"), hidden_units = 4, epochs = 50)
  expect_identical(family(fit)$link, "cloglog")
  expect_true(all(fitted(fit) > 0 & fitted(fit) < 1))
  expect_equal(
    fitted(fit), -expm1(-exp(predict(fit, birth, type = "link"))), tolerance = 1e-5,
    ignore_attr = TRUE
  )
  tuned <- nn_fit(carb ~ wt + hp, mtcars, family = poisson("sqrt"), hidden_units = 3, seed = 1)
  expect_true(tuned$options$tuned)
  expect_true(all(predict(tuned, mtcars) > 0))
  replicated <- nn_fit(carb ~ wt, mtcars, family = poisson("sqrt"), bootstrap = 20, seed = 1)
  expected <- vcov(glm(carb ~ wt, poisson("sqrt"), mtcars))
  expect_lt(max(abs(log(diag(vcov(replicated)) / diag(expected)))), 1)
  folds <- nn_cv(carb ~ wt, mtcars, family = poisson("sqrt"), folds = 3, seed = 1)
  expect_true(all(is.finite(folds$loss$valid_loss)))
  plain <- nn_fit(carb ~ wt, mtcars, family = poisson("sqrt"))
  larger <- update(plain, . ~ . + hp)
  expected <- glm(carb ~ wt + hp, poisson("sqrt"), mtcars, control = exact)
  expect_equal(coef(larger), coef(expected), tolerance = 1e-7)
})

test_that("files have families, too", {
  skip_if_no_pyarrow()
  file <- write_parquet(mtcars)
  for (family in list(poisson("sqrt"), quasipoisson(), Gamma())) {
    fit <- nn_fit(carb ~ wt + hp, file, family = family, weights = "gear")
    expected <- glm(carb ~ wt + hp, family, mtcars, weights = gear, control = exact)
    expect_equal(coef(fit), coef(expected), tolerance = 1e-7)
    expect_equal(vcov(fit), vcov(expected), tolerance = 1e-6)
    expect_identical(family(fit), family)
  }
  expect_refused(
    nn_fit(cbind(vs, am) ~ wt, file, family = binomial()), "argument",
    "family binomial can not have two columns as outcome where data is a path"
  )
})

test_that("a normal model whose link is another is glm()'s, not lm()'s", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars, family = gaussian("log"))
  expected <- glm(mpg ~ wt + hp, gaussian("log"), mtcars, control = exact)
  expect_equal(extractAIC(fit), extractAIC(expected), tolerance = 1e-8)
  expect_equal(summary(fit)$coefficients, summary(expected)$coefficients, tolerance = 1e-6)
  expect_equal(
    anova(fit)$Deviance, anova(expected, test = "F")$Deviance, tolerance = 1e-6, ignore_attr = TRUE
  )
  expect_equal(cooks.distance(fit), cooks.distance(expected), tolerance = 1e-6)
  expect_refused(predict(fit, mtcars, interval = "prediction"), "argument", "interval")
})

test_that("where means can go no further a warning says so", {
  data <- data.frame(x = 0:5, y = c(9, 4, 1, 0, 0, 0))
  warning <- expect_warning(
    fit <- nn_fit(y ~ x, data, family = poisson("identity")), class = "nnfit_warning_boundary"
  )
  expect_match(flat_message(warning), "some means are at the end of what they can be")
  expect_output(print(fit), "Ended where some means can go no further")
  expect_refused(vcov(fit), "argument", "Some means are at the end of what they can be")
})

test_that("the negative binomial is named with its theta, and its dispersion printed", {
  refused <- expect_error(nn_fit(carb ~ wt, mtcars, family = "negative.binomial"))
  expect_match(conditionMessage(refused), "MASS::negative.binomial(theta = 2)", fixed = TRUE)
  skip_if_no_torch()
  fit <- nn_fit(carb ~ wt, mtcars, loss = "negative_binomial_nll")
  expect_match(capture.output(print(fit)), "negative_binomial_nll(dispersion = 1)", fixed = TRUE,
    all = FALSE)
})
