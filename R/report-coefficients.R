# Of linear models: coefficients, and how sure they are.

report_coefficients <- function(about) {
  fit <- about$fit
  if (!is_linear(fit)) return(NULL)
  found <- tryCatch(tidy(fit, conf.int = TRUE), nnfit_error = function(error) said_shortly(error))
  if (is.character(found)) {
    return(list(report_reason(found), plain_coefficients(coef(fit))))
  }
  words <- c(
    response = "Outcome", term = "Term", estimate = "Estimate", std.error = "Standard error",
    statistic = "Statistic", p.value = "p-value", conf.low = "95% from", conf.high = "to"
  )
  names(found) <- ifelse(names(found) %in% names(words), words[names(found)], names(found))
  found[["p-value"]] <- p_text(found[["p-value"]])
  report_rows_of(as.data.frame(found, check.names = FALSE), "Estimates", "coefficient")
}

p_text <- function(p) ifelse(is.na(p), NA, format.pval(p, digits = 2, eps = 0.001))

plain_coefficients <- function(values) {
  names <- if (is.matrix(values)) {
    paste(rep(colnames(values), each = nrow(values)), rownames(values), sep = ": ")
  } else {
    names(values)
  }
  report_rows_of(
    data.frame(Term = names, Estimate = as.vector(values)), "Estimates", "coefficient"
  )
}
