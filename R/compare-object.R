# What lm_compare() returns: the records of its methods, and R's own fit.

new_lm_compare <- function(reference, records, formula) {
  made <- structure(
    list(
      call = NULL, formula = formula, family = reference$family, reference = reference$fit,
      terms = reference$terms, methods = records, data = reference$frame
    ),
    class = "lm_compare"
  )
  made$coefficients <- compared_coefficients(made, reference)
  made
}

# One lm() and one linear nn_fit(): the table has them side by side.
new_lm_pair <- function(lm, fit, call) {
  check_linear_fit(fit, "y", call)
  check_responses(list(lm = lm, nn_fit = fit), call)
  made <- compare_records(list(lm = lm, nn_fit = fit), read_reference(lm, call), call)
  made$coefficients <- compare_coefficients(lm, coef(fit))
  made$mse <- vapply(made$methods, `[[`, 0, "mse")
  made$lm <- lm
  made$nn_fit <- fit
  structure(made, class = c("lm_pair", "lm_compare"))
}

compare_coefficients <- function(lm, torch) {
  terms <- names(stats::coef(lm))
  table <- reference_table(lm)
  tibble::tibble(
    term = terms,
    estimate = unname(table[, 1]), std.error = unname(table[, 2]),
    statistic = unname(table[, 3]), p.value = unname(table[, 4]),
    nn_estimate = unname(torch[terms]),
    gap = unname(torch[terms] - table[, 1])
  )
}

# A row for each method and term. A gap is known where the terms and the link are R's.
compared_coefficients <- function(compared, reference) {
  rows <- lapply(compared$methods, function(record) {
    if (is.null(record$coefficients)) return(NULL)
    terms <- names(record$coefficients)
    table <- record_table(record, reference)
    gap <- if (setequal(terms, reference$terms) && !isFALSE(record$comparable)) {
      unname(record$coefficients - reference$coefficients[terms])
    } else {
      rep(NA_real_, length(terms))
    }
    tibble::tibble(
      method = record$label, term = terms, estimate = unname(record$coefficients),
      std.error = table[, 2], statistic = table[, 3], p.value = table[, 4], gap = gap,
      gap_se = gap / unname(reference$table[match(terms, reference$terms), 2])
    )
  })
  do.call(rbind, unname(rows))
}

# Of R's fits alone: a descent's own error is no standard error.
record_table <- function(record, reference) {
  if (record$method == "qr") return(unname(record$table %||% reference$table))
  matrix(NA_real_, length(record$coefficients), 4)
}
