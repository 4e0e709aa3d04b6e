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
    expect_identical(loss_heads(family$name), as.character(unlist(family$heads)))
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
  tryCatch({
    module$target(module$Outcome(values, levels), named(loss, list()), as.integer(NROW(y)))
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
    c(1, 1 + 1e-12), cbind(c(1, 2), c(0, 3)), factor(c("a", "b")), factor(c("a", "b", "c"))
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
  for (loss in catalog("loss")$name) expect_match(help, paste0("`\"", loss, "\"`"), fixed = TRUE)
  expect_match(help, "; for numbers above 0 `\"gamma_nll\"`", fixed = TRUE)
  page <- readLines(file.path(source_root(), "man", "nn_fit.Rd"))
  page <- gsub("\\s+", " ", paste(page, collapse = " "))
  written <- gsub("`\"([a-z0-9_]+)\"`", "\\\\code{\"\\1\"}", help)
  expect_true(grepl(written, page, fixed = TRUE), label = "the help page is that of the table")
})
