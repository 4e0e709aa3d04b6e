# What a finished fit should tell its user.

warn_fit <- function(fit, call) {
  words <- stopped_warnings[[fit$stopped]]
  if (!is.null(words)) warn_nnfit(fit$stopped, words(fit), call)
  warn_fault(fit, call)
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

diverged_advice <- function(options) {
  rate <- options$learn_rate
  ways <- c(
    if (is.null(rate)) "another {.arg optimizer}",
    if (!is.null(rate)) paste0("a smaller {.arg learn_rate} (it was ", signif(rate, 3), ")"),
    if (!options$scale) "{.code scale = TRUE}"
  )
  paste0("Try ", paste(ways, collapse = " or "), ".")
}

collinear_words <- function(fit) {
  c(
    "The predictors are nearly collinear: their condition number is \\
      {signif(fit$options$condition, 2)}.",
    "x" = "The data hardly determine the single coefficients; the predictions stand.",
    "i" = "Leave out columns that follow from others, or give a {.arg penalty}."
  )
}
