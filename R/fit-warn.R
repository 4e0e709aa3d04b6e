# What a finished fit should tell its user.

warn_fit <- function(fit, call) {
  if (fit$stopped %in% names(stopped_warnings)) {
    warn_nnfit(fit$stopped, stopped_warnings[[fit$stopped]](fit), call)
  }
  # lm() drops a column at a tolerance of 1e-7 (its argument `tol`).
  collinear <- isTRUE(fit$options$condition > 1e7) && fit$options$penalty == 0
  if (collinear) warn_nnfit("collinear", collinear_words(fit), call)
}

stopped_warnings <- list(
  diverged = function(fit) {
    c(
      "The fit diverged: its loss is not finite at epoch {length(fit$history$train_loss)}.",
      "i" = diverged_advice(fit$options)
    )
  },
  interrupted = function(fit) {
    "The fit was interrupted after {length(fit$history$train_loss)} epochs; \\
      it is returned as it was then."
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

collinear_words <- function(fit) {
  c(
    "The predictors are nearly collinear: their condition number is \\
      {signif(fit$options$condition, 2)}.",
    "x" = "The data hardly determine the single coefficients; the predictions stand.",
    "i" = "Leave out columns that follow from others, or give a {.arg penalty}."
  )
}
