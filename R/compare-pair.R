# One lm() and one nn_fit(), as they print.

#' @export
print.lm_pair <- function(x, digits = max(3L, getOption("digits") - 2L), ...) {
  check_dots()
  check_digits(digits, rlang::current_env())
  cat("lm() and nn_fit() on ", rlang::quo_text(stats::formula(x$lm)), "\n\n", sep = "")
  table <- as.data.frame(x$coefficients)
  shown <- lapply(table[-1], function(column) format(column, digits = digits))
  shown$p.value <- format.pval(table$p.value, digits = 3)
  shown$gap <- format(table$gap, digits = 2)
  print_table(c(table["term"], shown), right = names(shown))
  cat("\nMean squared error: lm() ", format(x$mse[["lm"]], digits = digits),
    ", nn_fit() ", format(x$mse[["nn_fit"]], digits = digits), "\n",
    sep = ""
  )
  cat(describe_result(x$nn_fit, digits), "\n", sep = "")
  record <- x$methods$nn_fit
  if (!record$there) {
    cat(strwrap(paste0("nn_fit(): ", record$verdict), getOption("width"), exdent = 2), sep = "\n")
  }
  invisible(x)
}

#' @export
tidy.lm_pair <- function(x, ..., conf.int = FALSE, conf.level = 0.95) {
  check_dots()
  check_conf_int(conf.int, conf.level, rlang::current_env())
  if (!conf.int) return(x$coefficients)
  with_interval(x$coefficients, x, conf.level)
}
