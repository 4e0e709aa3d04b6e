# What summary(), anova() and drop1() of an lm() warn of: residuals that are rounding alone, of
# which no standard error and no test says anything.

# `what` may be unreliable; `share`: so small the mean square of the residuals is beside that of
# the predictions.
warn_perfect <- function(fit, what, share, call) {
  if (!is_linear(fit) || !is_normal(fit) || is.null(fit$fitted) || is.null(fit$information)) {
    return(invisible())
  }
  left <- as.vector(fit$information$deviance)
  # Most fits leave so much that the predictions of large data need not be summed.
  if (all(left > share * 1e14 * as.vector(fit$information$null_deviance))) return(invisible())
  used <- used_rows(fit)
  size <- colSums(used_weights(fit) * fit$fitted[used, , drop = FALSE]^2)
  if (any(left < share * size)) {
    warn_nnfit("perfect", c(
      "The fit is essentially perfect: {what} may be unreliable.",
      "x" = "What is left of the outcome is {format(min(left / size), digits = 2)} of its sum of
        squares."
    ), call)
  }
}

# As summary.lm() has it, with room for another order of the same sums.
rounding_share <- 1e-28
# As anova.lm() and drop1() have it.
tested_share <- 1e-10
