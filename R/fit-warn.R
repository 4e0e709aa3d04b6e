# What a finished fit should tell its user.

warn_fit <- function(fit, call) {
  if (fit$stopped %in% names(stopped_warnings)) {
    warn_nnfit(fit$stopped, stopped_warnings[[fit$stopped]](fit), call)
  }
  warn_fault(fit, call)
  warn_left_out(fit, call)
  # Beyond what is left out: lm() drops a column at a tolerance of 1e-7.
  collinear <- isTRUE(fit$options$condition > 1e7) && fit$options$penalty == 0
  if (collinear) warn_nnfit("collinear", collinear_words(fit), call)
  short <- !is.null(fit$information) && fit$information$gap > near_maximum
  # A descent goes as far as it is told; these optimizers go on until they are there.
  if (short && is_settling(fit) && is.null(fit$fault)) {
    warn_nnfit("not_converged", not_converged_words(fit), call)
  }
}

# Of a fit that goes where nobody sees what was said of it.
warn_useless <- function(fit, call) {
  if (fit$stopped %in% names(stopped_warnings)) {
    warn_nnfit(fit$stopped, stopped_warnings[[fit$stopped]](fit), call)
  }
  if (isTRUE(fit$fault$kind %in% names(fault_words))) warn_fault(fit, call)
}

is_settling <- function(fit) {
  fit$options$optimizer %in% c("lbfgs", "levenberg_marquardt", "fisher_scoring") &&
    fit$stopped %in% c("epochs", "converged") && fit$options$engine != "least_squares"
}

not_converged_words <- function(fit) {
  c(
    "Training ended {signif(fit$information$gap, 2)} standard errors from the maximum of the \
      likelihood.",
    if (isTRUE(fit$options$condition > 100)) {
      c(
        "x" = "The condition number of the predictors is {signif(fit$options$condition, 2)}.",
        "i" = "Leave out columns that follow from others, or give a {.arg penalty}."
      )
    } else {
      c("i" = "Train for more {.arg epochs}.")
    }
  )
}

stopped_warnings <- list(
  diverged = function(fit) {
    c(
      "The fit diverged: its loss is not finite at epoch {length(fit$history$train_loss)}.",
      "i" = diverged_advice(fit$options)
    )
  }
)

# For a message where `fit` is what diverged.
diverged_advice <- function(options) {
  if (is.null(options$learn_rate)) {
    if (options$scale) {
      "Try another {.arg optimizer}."
    } else {
      "Try another {.arg optimizer} or {.code scale = TRUE}."
    }
  } else if (options$scale) {
    "Try a smaller {.arg learn_rate} (it was {signif(fit$options$learn_rate, 3)})."
  } else {
    "Try a smaller {.arg learn_rate} (it was {signif(fit$options$learn_rate, 3)}) or \\
      {.code scale = TRUE}."
  }
}

# lm() says so by an NA; a network has no coefficient that could.
warn_left_out <- function(fit, call) {
  if (!any(left_out(fit))) return()
  columns <- column_terms(fit)[left_out(fit)]
  if (!is_linear(fit)) {
    warn_nnfit("constant", c(
      "{.val {columns}} {?is/are} constant in the training rows.",
      "x" = "{cli::qty(columns)}{?It takes/They take} no part: predictions do not depend on \\
        {?it/them}."
    ), call)
    return()
  }
  warn_nnfit("collinear", c(
    "{.val {columns}} {?is/are} constant, or follow{?s/} from the columns before {?it/them}.",
    "x" = "As in {.fn {equal_function(fit)}}, {cli::qty(columns)}{?it takes/they take} no \\
      part, and {?its/their} coefficient{?s} {?is/are} {.code NA}."
  ), call)
}

# The function of R that fits the same.
equal_function <- function(fit) {
  if (fit$outcome$kind == "survival") return("coxph")
  likelihood <- loss_likelihood(fit$options$loss)
  if (!is_normal(fit) && likelihood %in% names(stats_families)) "glm" else "lm"
}

collinear_words <- function(fit) {
  c(
    "The predictors are nearly collinear: their condition number is \\
      {signif(fit$options$condition, 2)}.",
    "x" = "The data hardly determine the single coefficients; the predictions stand.",
    "i" = "Leave out columns that follow from others, or give a {.arg penalty}."
  )
}
