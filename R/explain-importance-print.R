# Importances in the console, and as a table.

#' @rdname nn_importance
#' @export
print.nn_importance <- function(x, digits = max(3L, getOption("digits") - 4L), ...) {
  check_dots()
  check_digits(digits, rlang::current_env())
  cat(format(x, digits = digits), sep = "\n")
  invisible(x)
}

#' @rdname nn_importance
#' @export
format.nn_importance <- function(x, digits = max(3L, getOption("digits") - 4L), ...) {
  check_dots()
  check_digits(digits, rlang::current_env())
  if (is.null(attr(x, "metric"))) return(format(tibble::as_tibble(plain_table(x))))
  c(importance_lines(x, digits), "", number_lines(x, digits), importance_notes(x))
}

importance_lines <- function(x, digits) {
  higher <- is_maximized(attr(x, "metric"))
  rows <- switch(attr(x, "part"),
    "held out" = "that were held out", training = "that the fit was trained on", "of `data`"
  )
  heading <- paste0(
    "Permutation importance: how far the ", attr(x, "label"), if (higher) " falls" else " rises",
    " where the values of a term come from other rows"
  )
  now <- paste0(
    "As it is: ", format(attr(x, "baseline"), digits = digits), ", on ",
    counted_of(attr(x, "rows"), attr(x, "handed")), " ", rows,
    if (isTRUE(attr(x, "class_weighted"))) ", classes weighted as in training", "; ",
    counted(attr(x, "repeats"), "repeat")
  )
  c(strwrap(heading, exdent = 2), strwrap(now, exdent = 2))
}

# Of metrics by the table; of the loss less is better.
is_maximized <- function(metric) {
  table <- table_of_core("options", "metrics")
  isTRUE(table$maximize[match(metric, table$name)])
}

# The columns of a tibble, numbers of each to as many digits.
number_lines <- function(x, digits) {
  table <- as.list(plain_table(x))
  numbers <- names(table)[vapply(table, is.double, NA)]
  table[numbers] <- lapply(table[numbers], function(column) {
    format(zapsmall(column, digits + 2), digits = digits)
  })
  utils::capture.output(print_table(table, right = setdiff(names(table), c("term", "output"))))
}

importance_notes <- function(x) {
  notes <- c(
    if (attr(x, "part") == "training") {
      "These rows were trained on: on others the fit may go by less. Give `data`, or hold rows out."
    },
    if (is.null(attr(x, "outcome")) && isTRUE(attr(x, "several"))) {
      paste0(
        "Over all outcomes together, in their units: one of large values counts for most. Of one: ",
        "`outcome`."
      )
    },
    if (any(x$term %in% attr(x, "pairs"))) {
      "Of pairs: what moving either costs, less what moving both together does."
    }
  )
  if (length(notes)) c("", unlist(lapply(notes, strwrap, exdent = 2)))
}

# Without its class and attributes.
plain_table <- function(x) {
  tibble::new_tibble(stats::setNames(lapply(unclass(x), identity), names(x)), nrow = nrow(x))
}

#' @rdname nn_importance
#' @export
tidy.nn_importance <- function(x, ...) {
  check_dots()
  plain_table(x)
}
