# The summary of a linear fit, as summary.lm() and summary.glm() have it.

summary_of_linear <- function(fit) {
  coefficients <- flat_coefficients(coef(fit))
  of_likelihood <- if (is.null(no_information(fit))) likelihood_summary(fit)
  c(list(coefficients = coefficient_table(fit), aliased = is.na(coefficients)), of_likelihood)
}

likelihood_summary <- function(fit) {
  information <- fit$information
  rank <- dim(information$root)[3]
  summary <- list(df = c(rank, information$freedom, dim(information$root)[2]))
  if (is_normal(fit)) {
    sigma <- sqrt(dispersion_of(fit))
    return(c(
      summary, list(sigma = stats::setNames(sigma, outcome_columns_of(fit))), square_statistics(fit)
    ))
  }
  if (is.null(information$deviance)) return(summary)
  c(summary, generalised_summary(fit, information))
}

generalised_summary <- function(fit, information) {
  named <- function(values) {
    stats::setNames(as.vector(values), if (length(values) > 1) fit$outcome$names)
  }
  in_memory <- !is.null(fit$fitted)
  rows <- information$freedom + dim(information$root)[3]
  list(
    dispersion = named(dispersion_of(fit)),
    deviance = named(information$deviance),
    null.deviance = if (in_memory) named(null_deviance(fit, NULL)),
    df.residual = information$freedom, df.null = rows - as.integer(fit$options$bias),
    aic = if (in_memory && !length(fit$validation_rows)) aic_of(fit)
  )
}

# Numbers that are no counts have no log-likelihood.
aic_of <- function(fit) {
  tryCatch(stats::AIC(fit), nnfit_error = function(error) NULL)
}

# The part of the print that a linear fit has in the place of its layers.
print_linear_summary <- function(summary, digits, stars) {
  summary <- unclass(summary) # what is not there is NULL
  table <- summary$coefficients
  cat("\nCoefficients:\n")
  if (all(is.na(table[, "Std. Error"]))) {
    print(coef(summary$fit), digits = digits)
    cat("No standard errors. ", no_standard_errors(summary$fit), "\n", sep = "")
  } else {
    stats::printCoefmat(with_aliased(table, summary$aliased),
      digits = digits, signif.stars = stars, na.print = "NA"
    )
  }
  cat(paste0(describe_likelihood(summary, digits), "\n", recycle0 = TRUE), sep = "")
}

# Those that are NA have a row in the print.
with_aliased <- function(table, aliased) {
  whole <- matrix(NA_real_, length(aliased), ncol(table), dimnames = list(
    names(aliased), colnames(table)
  ))
  whole[!aliased, ] <- table
  whole
}

# The lines below the table of coefficients.
describe_likelihood <- function(summary, digits) {
  if (!is.null(summary$sigma)) return(describe_squares(summary, digits))
  if (is.null(summary$deviance)) return(character())
  number <- function(x) format(signif(x, max(5L, digits + 1L)))
  fit <- summary$fit
  scatters <- fit$information$scatters
  c(
    paste0(
      "(Dispersion ", if (scatters) "estimated as " else "taken to be ",
      toString(number(summary$dispersion)), ")"
    ),
    if (!is.null(summary$null.deviance)) paste0(
      "Null deviance ", toString(number(summary$null.deviance)), " on ",
      counted_freedom(summary$df.null)
    ),
    paste0(
      "Residual deviance ", toString(number(summary$deviance)), " on ",
      counted_freedom(summary$df.residual), if (!is.null(summary$aic)) ", AIC ",
      if (!is.null(summary$aic)) format(summary$aic, digits = max(4L, digits + 1L))
    )
  )
}

counted_freedom <- function(n) paste(with_commas(n), "degrees of freedom")

describe_squares <- function(summary, digits) {
  number <- function(x) toString(formatC(x, digits = digits))
  test <- summary$fstatistic
  c(
    paste0(
      "Residual standard error ", toString(format(signif(summary$sigma, digits))), " on ",
      counted_freedom(summary$df[2])
    ),
    if (!is.null(test)) paste0(
      "R-squared ", number(summary$r.squared), ", adjusted ", number(summary$adj.r.squared)
    ),
    if (is.numeric(test) && is.null(dim(test))) paste0(
      "F ", number(test[["value"]]), " on ", test[["numdf"]], " and ",
      counted_freedom(test[["dendf"]]), ", p ", describe_p(test, digits)
    )
  )
}

describe_p <- function(test, digits) {
  p <- stats::pf(test[["value"]], test[["numdf"]], test[["dendf"]], lower.tail = FALSE)
  said <- format.pval(p, digits = digits)
  if (startsWith(said, "<")) paste("<", trimws(substring(said, 2))) else paste("=", said)
}
