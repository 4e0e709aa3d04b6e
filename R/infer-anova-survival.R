# Analysis of deviance of Cox models, as survival's anova.coxph() has it.

anova_of_risks <- function(fits, test, call, user) {
  outcome <- outcome_text(fits[[1]])
  title <- paste0("Analysis of Deviance Table\n Cox model: response is ", outcome, "\n")
  if (length(fits) > 1) {
    check_comparable(fits, "anova", call)
    formulas <- vapply(fits, right_side, "")
    models <- paste0(" Model ", seq_along(fits), ": ", formulas, collapse = "\n")
    found <- lapply(fits, stats::logLik)
    names <- as.character(seq_along(fits))
    return(likelihood_table(found, names, test, paste0(title, models)))
  }
  fit <- fits[[1]]
  rows <- training_rows(fit, "anova", call, user)
  terms <- unique(rows$assign)
  models <- lapply(utils::head(terms, -1), function(last) {
    stats::logLik(refit(fit, rows$x[, rows$assign <= last, drop = FALSE], call))
  })
  nothing <- structure(fit$baseline$log_likelihood[1], df = 0)
  found <- c(list(nothing), models, list(stats::logLik(fit)))
  title <- paste0(title, "Terms added sequentially (first to last)\n")
  likelihood_table(found, c("NULL", labels(fit)[terms]), test, title)
}

right_side <- function(fit) rlang::quo_text(stats::formula(fit)[-2])

likelihood_table <- function(found, names, test, title) {
  values <- vapply(found, as.numeric, 0)
  freedom <- vapply(found, attr, 0, "df")
  table <- data.frame(
    values, c(NA, abs(2 * diff(values))), c(NA, abs(diff(freedom))), row.names = names
  )
  names(table) <- c("loglik", "Chisq", "Df")
  if (test != "none") {
    table[["Pr(>|Chi|)"]] <- stats::pchisq(table$Chisq, table$Df, lower.tail = FALSE)
  }
  new_anova(table, title)
}
