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
  if (nrow(x) <= most_lines_shown) return(c(shap_lines(x), "", number_lines(x, digits)))
  sizes <- shap_sizes(x)
  shown <- utils::head(sizes, most_lines_shown)
  left <- nrow(sizes) - nrow(shown)
  c(
    shap_lines(x), "", "Mean size of what each term adds:", number_lines(shown, digits),
    if (left) paste0("... and ", left, " more; summary() has all"),
    "", "Row by row: tidy(), or plot()"
  )
}

most_lines_shown <- 20

shap_lines <- function(x) {
  exact <- if ("std.error" %in% names(x)) ", by orders that were drawn" else ""
  heading <- paste0(
    "Shapley values, ", counted(length(unique(x$row)), "row"), " x ",
    counted(length(unique(x$term)), "term"), ": what each term adds to the ",
    "mean prediction of ", counted(attr(x, "background"), "row"), exact
  )
  scale <- if (attr(x, "predict_type") == "link") "On the scale of the link"
  strwrap(c(heading, scale), exdent = 2)
}

#' @rdname nn_importance
#' @export
summary.nn_shap <- function(object, ...) {
  check_dots()
  shap_sizes(object)
}

# The mean absolute estimate of each term, the largest first.
shap_sizes <- function(object) {
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
