core_module <- function(name) {
  skip_if_no_torch()
  reticulate::import_from_path(paste0("nnfit.core.", name), path = core_folder())
}

test_that("what a cell of the table names is there", {
  losses <- catalog("loss")
  expect_setequal(losses$outcome, names(outcome_kinds))
  expect_setequal(stats::na.omit(losses$likelihood), names(likelihoods))
  flags <- c(
    "whole", "sign_coded", "default", "probabilities", "smooth", "convex", "least_squares", "fused"
  )
  for (flag in flags) expect_type(losses[[flag]], "logical")
  for (number in c("at_least", "above", "at_most")) expect_true(is.numeric(losses[[number]]))
})

test_that("both languages read the same of every loss", {
  families <- core_module("options.families")
  words <- core_module("data.outcome")$domain
  for (family in families$families()) {
    ours <- loss_family(family$name)
    if (is.na(ours$heads_by)) {
      expect_identical(loss_heads(family$name), as.character(unlist(family$heads)))
    }
    expect_identical(if (!is.na(ours$heads_by)) ours$heads_by, family$heads_by)
    expect_identical(loss_domain(ours), words(family))
    for (name in names(family$arguments)) {
      expect_equal(loss_argument(family$name, name), family$arguments[[name]])
    }
    for (flag in c("probabilities", "least_squares", "whole")) {
      expect_identical(isTRUE(ours[[flag]]), family[[flag]])
    }
    expect_identical(if (!is.na(ours$likelihood)) ours$likelihood, family$likelihood)
  }
})

# Whether R and Python take an outcome under a loss.
taken_in_r <- function(y, loss) {
  tryCatch({
    check_loss(list(loss), as_outcome(y, "y", NULL), NULL)
    TRUE
  }, nnfit_error_argument = function(error) FALSE)
}

taken_in_python <- function(y, loss, module, named) {
  outcome <- as_outcome(y, "y", NULL)
  levels <- if (length(outcome$levels)) reticulate::tuple(as.list(outcome$levels))
  values <- reticulate::np_array(outcome$values)
  censored <- outcome$kind == "survival"
  tryCatch({
    read <- module$Outcome(values, levels, censored)
    module$target(read, named(loss, list()), as.integer(NROW(y)))
    TRUE
  }, error = function(error) {
    expect_match(conditionMessage(error), "NNFitError")
    FALSE
  })
}

test_that("both languages take the same outcomes under every loss", {
  module <- core_module("data.outcome")
  named <- core_module("options.catalog")$Named
  outcomes <- list(
    c(-1.5, 2), c(-1, 2), c(0, 2), c(0.5, 2), c(1e-12, 2), c(1, 2), c(0, 1), c(0.5, 1),
    c(1, 1 + 1e-12), cbind(c(1, 2), c(0, 3)), factor(c("a", "b")), factor(c("a", "b", "c")),
    structure(cbind(1:2, 0:1), class = "Surv", type = "right")
  )
  for (loss in catalog("loss")$name) {
    r <- vapply(outcomes, taken_in_r, NA, loss = loss)
    python <- vapply(outcomes, taken_in_python, NA, loss = loss, module = module, named = named)
    expect_identical(r, python, label = loss)
    expect_true(any(r) && !all(r), label = loss)
  }
})

test_that("an argument is the one given, or the table's default", {
  expect_identical(loss_argument("huber", "delta"), 1L)
  expect_identical(loss_argument(list("huber", list(delta = 2.5)), "delta"), 2.5)
  expect_identical(loss_argument("gaussian_nll", "full"), FALSE)
  expect_identical(loss_family(list("huber", list(delta = 2.5)))$torch, "HuberLoss")
})

test_that("a domain in words", {
  family <- function(at_least = NA, above = NA, at_most = NA, whole = NA) {
    list(at_least = at_least, above = above, at_most = at_most, whole = whole)
  }
  expect_identical(loss_domain(family()), "numbers")
  expect_identical(loss_domain(family(at_most = 1)), "numbers of at most 1")
  expect_identical(
    loss_domain(family(above = -1, at_most = 1.5)), "numbers above -1 and of at most 1.5"
  )
  expect_identical(loss_domain(family(at_least = 0, at_most = 1)), "numbers from 0 to 1")
  expect_identical(loss_domain(family(whole = TRUE)), "whole numbers")
})

test_that("columns have the names of classes, outcomes or heads", {
  fit <- function(loss, n_outputs, levels = NULL, names = NULL) {
    list(
      outcome = list(levels = levels, names = names),
      options = list(loss = loss, n_outputs = n_outputs)
    )
  }
  expect_identical(column_names(fit("nll", 3, letters[1:3]), 3), letters[1:3])
  expect_null(column_names(fit("bce", 1, c("no", "yes")), 1))
  expect_identical(column_names(fit("mse", 2, names = c("a", "b")), 2), c("a", "b"))
  expect_identical(column_names(fit("gaussian_nll", 2, names = "y"), 2), c("mean", "log_variance"))
  expect_identical(column_names(fit("gaussian_nll", 2, names = "y"), 1), "y")
  two <- fit("gaussian_nll", 4, names = c("a", "b"))
  expect_identical(column_names(two, 2), c("a", "b"))
  expect_identical(
    column_names(two, 4), c("a:mean", "b:mean", "a:log_variance", "b:log_variance")
  )
  expect_identical(column_names(fit("gaussian_nll", 4), 4)[3], "1:log_variance")
  expect_identical(vapply(c("link", "response"), prediction_width, 1, fit = two),
    c(link = 4, response = 2))
})

test_that("the help page has every loss, under what it needs", {
  help <- loss_help()
  expect_match(help, "; for censored times (Surv(time, status)) `\"cox\"`", fixed = TRUE)
  for (loss in catalog("loss")$name) expect_match(help, paste0("`\"", loss, "\"`"), fixed = TRUE)
  expect_match(help, "; for numbers above 0 `\"gamma_nll\"`", fixed = TRUE)
  page <- readLines(file.path(source_root(), "man", "nn_fit.Rd"))
  page <- gsub("\\s+", " ", paste(page, collapse = " "))
  written <- gsub("`\"([a-z0-9_]+)\"`", "\\\\code{\"\\1\"}", help)
  expect_true(grepl(written, page, fixed = TRUE), label = "the help page is that of the table")
})

quantiles <- function(...) {
  skip_if_no_torch()
  nn_fit(..., loss = list("quantile", level = c(0.9, 0.1, 0.5)))
}

test_that("levels are columns that are named by them, in ascending order", {
  fit <- quantiles(mpg ~ wt, mtcars)
  columns <- c("level_0.1", "level_0.5", "level_0.9")
  expect_identical(loss_heads(fit$options$loss), columns)
  expect_identical(colnames(coef(fit)), columns)
  predicted <- predict(fit, mtcars)
  expect_identical(dimnames(predicted), list(rownames(mtcars), columns))
  expect_equal(fitted(fit), predicted)
  expect_equal(residuals(fit), mtcars$mpg - predicted)
  expect_true(all(apply(predicted, 1, diff) >= 0))
  expect_identical(prediction_width(fit, "response"), 3)
  expect_output(print(fit), "Loss quantile(level = c(0.1, 0.5, 0.9)) (mean), interior_point",
    fixed = TRUE)
})

test_that("of several outcomes each has its levels", {
  fit <- quantiles(cbind(mpg, qsec) ~ wt, mtcars, bootstrap = 10, seed = 1)
  columns <- paste0(c("mpg", "qsec"), ":level_", rep(c(0.1, 0.5, 0.9), each = 2))
  expect_identical(colnames(fitted(fit)), columns)
  expect_identical(rownames(confint(fit))[1:2], c("mpg:level_0.1:(Intercept)", "mpg:level_0.1:wt"))
  limits <- predict(fit, mtcars[1:2, ], interval = "confidence")
  expect_named(limits, columns)
  alone <- nn_fit(qsec ~ wt, mtcars, loss = list("quantile", level = 0.9))
  expect_equal(coef(fit)[, 6], coef(alone), tolerance = 1e-6)
})

test_that("at the optimum no line has less of the loss", {
  skip_if_no_torch()
  pinball <- function(b, level) {
    error <- mtcars$mpg - b[1] - b[2] * mtcars$wt
    mean(pmax(level * error, (level - 1) * error))
  }
  # An optimum goes through two of the rows.
  pairs <- utils::combn(nrow(mtcars), 2, function(two) {
    X <- cbind(1, mtcars$wt[two])
    if (abs(det(X)) > 1e-9) solve(X, mtcars$mpg[two]) else c(NA, NA)
  })
  for (level in c(0.1, 0.5, 0.8)) {
    fit <- nn_fit(mpg ~ wt, mtcars, loss = list("quantile", level = level))
    best <- min(apply(pairs, 2, pinball, level), na.rm = TRUE)
    expect_equal(pinball(coef(fit), level), best, tolerance = 1e-9)
  }
})

test_that("expectiles are asymmetric least squares", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt + hp, mtcars, loss = list("expectile", level = 0.9))
  line <- lm(mpg ~ wt + hp, mtcars)
  for (i in 1:100) {
    weight <- ifelse(residuals(line) > 0, 0.9, 0.1)
    line <- lm(mpg ~ wt + hp, mtcars, weights = weight)
  }
  expect_equal(coef(fit), coef(line), tolerance = 1e-6)
})

test_that("folds, offsets and files take levels, and single numbers are one column", {
  cv <- nn_cv(mpg ~ wt, mtcars, loss = list("expectile", level = c(0.2, 0.8)), folds = 4)
  expect_identical(colnames(fitted(cv)), c("level_0.2", "level_0.8"))
  with <- quantiles(mpg ~ wt, mtcars, offset = 2 * hp / 100)
  shifted <- transform(mtcars, mpg = mpg - 2 * hp / 100)
  expect_equal(predict(with, mtcars), predict(quantiles(mpg ~ wt, shifted), mtcars) +
    2 * mtcars$hp / 100, tolerance = 1e-6)
  one <- nn_fit(mpg ~ wt, mtcars, loss = list("quantile", level = 0.25))
  expect_named(predict(one, mtcars), rownames(mtcars))
  skip_if_no_pyarrow()
  path <- write_parquet(mtcars)
  fit <- quantiles(mpg ~ wt, path, epochs = 3, seed = 1)
  expect_identical(fit$options$optimizer, "adam")
  expect_identical(dim(predict(fit, path)), c(32L, 3L))
})

test_that("a prediction interval of several levels is refused by name", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, seed = 1,
    loss = list("expectile", level = c(0.2, 0.8)))
  expect_false(is.null(fit$tuning))
  expect_error(predict(fit, mtcars, interval = "prediction"), "interval", class = "nnfit_error")
})

test_that("levels are checked before Python is asked", {
  for (level in list(0, 1, c(0.1, 0.1), "a", NULL, numeric())) {
    expect_error(
      nn_options(loss = list("quantile", level = level)), "`level` that is different numbers",
      class = "nnfit_error_argument"
    )
  }
})

test_that("focal is cross-entropy without focus, and weighs classes by name", {
  skip_if_no_torch()
  weight <- c(virginica = 3, setosa = 1, versicolor = 2)
  one <- nn_fit(Species ~ ., iris, loss = list("focal", gamma = 0, weight = weight), penalty = 0.01)
  other <- nn_fit(Species ~ ., iris, loss = list("cross_entropy", weight = weight), penalty = 0.01)
  expect_equal(predict(one, iris), predict(other, iris), tolerance = 1e-3)
  expect_equal(rowSums(predict(one, iris, type = "prob")), rep(1, 150), ignore_attr = TRUE)
})

test_that("with arguments that reweigh it a loss is no likelihood, and says so", {
  skip_if_no_torch()
  weighed <- list("bce_with_logits", list(pos_weight = 3))
  expect_identical(loss_likelihood(weighed), NA_character_)
  expect_identical(loss_likelihood(list("poisson_nll", list(full = TRUE))), "poisson")
  expect_identical(loss_text(weighed), "bce_with_logits with pos_weight")
  fit <- nn_fit(am ~ wt, mtcars, loss = list("bce_with_logits", pos_weight = 3))
  expect_refused(logLik(fit), "argument", "has the loss bce_with_logits with pos_weight")
  expect_refused(vcov(fit), "argument", "Its loss is no likelihood")
  expect_refused(
    nn_fit(am ~ wt, mtcars, loss = list("bce_with_logits", pos_weight = 3, link = "probit")),
    "argument", "takes no pos_weight"
  )
})
