# Shapley values in the console, summed up, and as a table.

#' @rdname nn_importance
#' @export
print.nn_shap <- function(x, digits = max(3L, getOption("digits") - 4L), ...) {
  check_dots()
  check_digits(digits, rlang::current_env())
  cat(format(x, digits = digits), sep = "\n")
  invisible(x)
}

#' @rdname nn_importance
#' @export
format.nn_shap <- function(x, digits = max(3L, getOption("digits") - 4L), ...) {
  check_dots()
  check_digits(digits, rlang::current_env())
  if (is.null(attr(x, "predictions"))) return(format(plain_table(x)))
  rows <- unique(x$row)
  few <- max(1, min(2, most_lines_shown %/% (nrow(x) / length(rows))))
  shown <- x[x$row %in% utils::head(rows, few), ]
  left <- length(rows) - min(few, length(rows))
  c(
    shap_lines(x), "", number_lines(shown, digits),
    if (left) paste0("... and ", counted(left, "row"), " more; summary() sums them up")
  )
}

most_lines_shown <- 12

shap_lines <- function(x) {
  exact <- if ("std.error" %in% names(x)) ", by orders that were drawn" else ""
  heading <- paste0(
    "Shapley values of ", counted(length(unique(x$row)), "row"), ": what each term adds to the ",
    "mean prediction of ", counted(attr(x, "background"), "row"), exact
  )
  scale <- if (attr(x, "predict_type") == "link") "On the scale of the link"
  strwrap(c(heading, scale), exdent = 2)
}

#' @rdname nn_importance
#' @export
summary.nn_shap <- function(object, ...) {
  check_dots()
  several <- "output" %in% names(object)
  by <- paste(if (several) object$output, object$term, sep = "\r")
  first <- !duplicated(by)
  table <- tibble::tibble(
    output = if (several) object$output[first], term = object$term[first],
    importance = as.vector(tapply(abs(object$estimate), factor(by, by[first]), mean))
  )
  group <- if (several) match(table$output, unique(table$output)) else 0
  table[order(group + numeric(nrow(table)), -table$importance), ]
}

#' @rdname nn_importance
#' @export
tidy.nn_shap <- function(x, ...) {
  check_dots()
  plain_table(x)
}
