skip_if_no_torch()

# Those of stats (and two of base) that answer for a fit by lm(), glm(), aov() or
# nls(); a default of stats may give nothing for another class.
of_models <- function() {
  found <- lapply(c("lm", "glm", "mlm", "aov", "nls"), function(class) {
    attr(utils::methods(class = class), "info")
  })
  known <- unique(do.call(rbind, found)[c("generic", "from")])
  stats <- ls(asNamespace("stats"), all.names = TRUE)
  sort(intersect(as.character(known$generic), c(stats, "kappa", "labels", "qr")))
}

# Not asked here, and why.
excused <- c(
  add1 = "needs a scope", model.frame.default = "no generic", confint = "has tests of its own",
  vcov = "has tests of its own", formula = "NULL without a formula, as documented",
  qqnorm = "not for lm() either, but where nlme is loaded"
)

answers <- function(fit) {
  vapply(setdiff(of_models(), names(excused)), function(generic) {
    tryCatch({
      utils::capture.output(value <- suppressWarnings(get(generic)(fit)))
      if (length(value)) "answers" else "gives nothing"
    }, error = function(error) {
      named <- grepl(paste0(generic, "("), flat_message(error), fixed = TRUE)
      if (inherits(error, "nnfit_error") && named) "refuses" else conditionMessage(error)
    })
  }, "")
}

expect_contains_names <- function(said, what, names) {
  expect_identical(setdiff(names, names(said)[said == what]), character())
}

test_that("every generic that lm() and glm() answer gives something, or refuses by name", {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  linear <- answers(nn_fit(mpg ~ wt + hp, mtcars, weights = qsec))
  expect_gt(length(linear), 35)
  expect_identical(linear[!linear %in% c("answers", "refuses")], linear[0])
  expect_contains_names(linear, "answers", c(
    "alias", "anova", "case.names", "cooks.distance", "deviance", "df.residual", "drop1",
    "extractAIC",
    "family", "hatvalues", "influence", "labels", "logLik", "model.frame", "model.matrix", "nobs",
    "predict", "residuals", "rstandard", "rstudent", "variable.names", "weights"
  ))
  expect_contains_names(linear, "answers", c(
    "dummy.coef", "effects", "kappa", "proj", "qr", "simulate"
  ))
  expect_contains_names(linear, "refuses", c("model.tables", "se.contrast", "TukeyHSD"))
  fits <- list(
    nn_fit(Species ~ ., iris, hidden_units = 2, epochs = 2, seed = 1),
    nn_fit(as.matrix(mtcars[2:3]), mtcars$mpg, loss = "huber", epochs = 2)
  )
  for (fit in fits) {
    said <- answers(fit)
    # They have no weights, as lm() says it, too.
    said <- said[names(said) != "weights"]
    said <- said[!grepl("without a formula", said)]
    expect_identical(said[!said %in% c("answers", "refuses")], said[0])
  }
})

test_that("a refusal says what to do instead", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  refused <- function(code, ...) expect_refused(code, "unsupported", ...)
  refused(estVar(fit), "estVar() is not there for an nn_fit()", "anova()", from = "estVar")
  refused(TukeyHSD(fit), "TukeyHSD() is not there", "aov()", from = "TukeyHSD")
})

test_that("tests of a network are refused without a word of AIC()", {
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  for (test in list(anova, profile, estVar, SSD, mauchly.test)) {
    expect_refused(test(network), "unsupported", "nn_cv()")
    expect_no_match(flat_message(tryCatch(test(network), error = identity)), "AIC")
  }
  printed <- utils::capture.output(
    expect_refused(step(network), "argument", "extractAIC() is for linear models", "nn_cv()")
  )
  expect_identical(printed, character())
})

test_that("profile() of a linear fit names what has the limits", {
  fit <- nn_fit(mpg ~ wt, mtcars)
  expect_refused(profile(fit), "unsupported", "confint(fit, method = profile)", from = "profile")
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2)
  expect_refused(profile(network), "unsupported", "Compare networks by nn_cv()")
})
