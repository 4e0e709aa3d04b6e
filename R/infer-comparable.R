# Which fits may be compared by their likelihoods: those of the same family, outcome, rows and
# weights.

# `generic` compares them.
check_comparable <- function(fits, generic, call) {
  for (part in names(comparable_parts)) {
    same <- vapply(fits[-1], comparable_parts[[part]], NA, fits[[1]])
    if (!all(same)) {
      abort_nnfit("argument", c(
        "{.fn {generic}} compares fits of the same family and outcome, in the same rows, with \\
          the same weights.",
        "x" = "Fit {which(!same)[1] + 1} has {part}."
      ), call)
    }
  }
}

# By what a fit has that is not as in the first.
comparable_parts <- list(
  "another loss, or other arguments of it" = function(fit, first) {
    identical(fit$options$loss, first$options$loss)
  },
  "another link" = function(fit, first) identical(fit$options$link, first$options$link),
  "another outcome" = function(fit, first) {
    parts <- c("kind", "levels")
    identical(fit$outcome[parts], first$outcome[parts]) && same_values(fit, first)
  },
  "other weights" = function(fit, first) identical(fit$weights, first$weights),
  "other rows of the same data" = function(fit, first) same_positions(fit, first),
  "other rows held out" = function(fit, first) {
    setequal(fit$validation_rows, first$validation_rows)
  },
  "other strata" = function(fit, first) {
    identical(as.character(fit$outcome$strata), as.character(first$outcome$strata))
  }
)

same_values <- function(fit, first) {
  identical(unname(fit$outcome$values), unname(first$outcome$values))
}

# Outcomes that are equal by chance, such as many zeros, do not show it.
same_positions <- function(fit, first) {
  data <- fit$call$data
  told <- !is.null(data) && identical(data, first$call$data) && is.symbol(data)
  !told || identical(fit$kept, first$kept) || identical(fit$row_names, first$row_names)
}
