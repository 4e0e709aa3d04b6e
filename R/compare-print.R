# A comparison in the console.

#' @rdname lm_compare
#' @export
print.lm_compare <- function(x, digits = max(3L, getOption("digits") - 2L), ...) {
  check_dots()
  check_digits(digits, rlang::current_env())
  cat(compare_heading(x), "\n\n", sep = "")
  print_coefficients(x, digits)
  cat("\n")
  print_measures(x, digits)
  verdicts <- vapply(x$methods, `[[`, "", "verdict")
  shown <- verdicts != "the reference"
  if (any(shown)) cat("\n")
  lines <- paste0(names(verdicts), ": ", verdicts)[shown]
  cat(strwrap(lines, width = getOption("width"), exdent = 2), sep = "\n")
  invisible(x)
}

compare_heading <- function(x) {
  family <- paste0(", ", x$family$family, "(", x$family$link, ")")
  paste0(
    counted(length(x$methods), "fit"), " of ", rlang::quo_text(x$formula),
    if (!is_least_squares(x$family)) family, " on ",
    counted(nrow(x$data), "row")
  )
}

# A row for each term, a column for each method.
print_coefficients <- function(x, digits) {
  table <- x$coefficients
  terms <- unique(table$term)
  methods <- intersect(names(x$methods), table$method)
  columns <- lapply(rlang::set_names(methods), function(method) {
    own <- table[table$method == method, ]
    number <- own$estimate[match(terms, own$term)]
    shown <- format(number, digits = digits)
    shown[is.na(match(terms, own$term))] <- ""
    shown
  })
  print_table(c(list(term = terms), columns), right = methods)
}

# A row for each method.
print_measures <- function(x, digits) {
  records <- x$methods
  number <- function(name) vapply(records, function(record) as.double(record[[name]]), 0)
  blank <- function(text, values) format(ifelse(is.na(values), "", text), justify = "right")
  gaps <- vapply(names(records), largest_gap, 0, x)
  epochs <- number("epochs")
  seconds <- number("seconds")
  columns <- list(
    method = names(records), "gap (se)" = blank(each(gaps, 2), gaps),
    MSE = each(number("mse"), digits), epochs = blank(with_commas(epochs), epochs),
    seconds = blank(format(round(seconds, 3)), seconds)
  )
  print_table(columns, right = names(columns)[-1])
}

# Each for itself: one that has diverged would take the digits of the others.
each <- function(values, digits) {
  format(vapply(values, format, "", digits = digits), justify = "right")
}

# In standard errors, of whichever coefficient is the farthest.
largest_gap <- function(label, x) {
  gaps <- x$coefficients$gap_se[x$coefficients$method == label]
  gaps <- gaps[!is.na(gaps)]
  if (length(gaps)) max(abs(gaps)) else NA_real_
}
