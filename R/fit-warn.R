# What a finished fit should tell its user.

warn_fit <- function(fit, call) {
  words <- stopped_warnings[[fit$stopped]]
  if (!is.null(words)) warn_nnfit(fit$stopped, words(fit), call)
  warn_left_out(fit, call)
  # Beyond what is left out: lm() drops a column at a tolerance of 1e-7.
  collinear <- isTRUE(fit$options$condition > 1e7) && fit$options$penalty == 0
  if (collinear) warn_nnfit("collinear", collinear_words(fit), call)
}

stopped_warnings <- list(
  diverged = function(fit) {
    c(
      "The fit diverged: its loss is not finite at epoch {length(fit$history$train_loss)}.",
      "i" = diverged_advice(fit$options)
    )
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

# lm() says so by an NA; a network has no coefficient that could.
warn_left_out <- function(fit, call) {
  columns <- column_terms(fit)[left_out(fit)]
  if (!length(columns)) return()
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
    "x" = "As in {.fn lm}, {cli::qty(columns)}{?it takes/they take} no part, and {?its/their} \\
      coefficient{?s} {?is/are} {.code NA}."
  ), call)
}

collinear_words <- function(fit) {
  c(
    "The predictors are nearly collinear: their condition number is \\
      {signif(fit$options$condition, 2)}.",
    "x" = "The data hardly determine the single coefficients; the predictions stand.",
    "i" = "Leave out columns that follow from others, or give a {.arg penalty}."
  )
}
