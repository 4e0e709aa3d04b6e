# What nn_tune() returned, looked at.

#' @rdname nn_tune
#' @export
print.nn_tune <- function(x, digits = max(3L, getOption("digits") - 3L), ...) {
  check_dots()
  check_digits(digits, rlang::current_env())
  cat(describe_search(x), "\n", sep = "")
  cat(describe_candidates(x), "\n", sep = "")
  if (is.null(x$fit)) cat(describe_search_done(x), "\n", sep = "")
  row <- x$results[x$results$chosen, ]
  number <- function(value) format(signif(value, digits))
  error <- if (!is.na(row$std_error)) paste0(" (standard error ", number(row$std_error), ")")
  cat(
    search_chosen(x), ": ", options_text(x$best), "\n",
    score_name(x), " on rows held out ", number(row$mean), error, "\n", sep = ""
  )
  if (length(x$changed)) {
    cat("Fitted to all rows with ", options_text(x$changed), "\n", sep = "")
  }
  cat("\n")
  print_best(x, digits)
  cat(
    "\nThe score of the best of many flatters it: judge `$fit` by rows that had no part.\n"
  )
  invisible(x)
}

describe_search <- function(x) {
  what <- if (is.null(x$formula)) "A search" else rlang::quo_text(x$formula)
  judged <- if (is.null(x$folds)) {
    "rows held out once"
  } else {
    repeats <- ncol(x$folds)
    paste0(max(x$folds), " folds", if (repeats > 1) paste0(", ", repeats, " times"))
  }
  paste0(what, ": ", counted(x$rows, "row"), ", ", judged, describe_missing(x))
}

describe_candidates <- function(x) {
  how <- c(random = "drawn at random", grid = "of a grid", halving = "by successive halving")
  if (x$method == "random" && tries_all(x)) how["random"] <- "of all combinations"
  failed <- sum(is.na(x$results$mean))
  stages <- if (!is.null(x$stages)) {
    paste0(
      " (", paste0(x$stages$candidates, " for ", x$stages$epochs, collapse = ", "), " epochs)"
    )
  }
  paste0(
    counted(x$candidates, "candidate"), " ", how[[x$method]], stages,
    if (failed) paste0(", of which ", with_commas(failed), " failed: a loss is not finite"),
    ", ", format(signif(x$seconds, 2)), " s"
  )
}

tries_all <- function(x) {
  listed <- vapply(x$space, inherits, NA, what = "nn_choice")
  all(listed) && prod(lengths(lapply(x$space, `[[`, "values"))) == x$candidates
}

describe_search_done <- function(x) {
  paste0(
    "The search was interrupted: ", with_commas(nrow(x$results)), " of ",
    counted(x$candidates, "candidate"), " are done, and nothing is fitted to all rows."
  )
}

search_chosen <- function(x) {
  if (x$select == "best") "Best" else "Simplest within one standard error of the best"
}

score_name <- function(x) x$metric %||% "Loss"

options_text <- function(options) {
  paste0(names(options), " = ", vapply(options, candidate_text, ""), collapse = ", ")
}

# One value of an option, as it is said.
candidate_text <- function(value) {
  if (is.null(value)) return("NULL")
  if (is.numeric(value) && !length(value)) return("linear") # no hidden layer
  if (is.numeric(value)) value <- format(signif(value, 3), trim = TRUE, drop0trailing = TRUE)
  if (is.list(value)) {
    parts <- vapply(value, candidate_text, "")
    named <- rlang::have_name(value)
    parts[named] <- paste(names(value)[named], "=", parts[named])
    return(paste0(parts[1], "(", paste(parts[-1], collapse = ", "), ")"))
  }
  if (length(value) == 1) as.character(value) else paste0("c(", paste(value, collapse = ", "), ")")
}

print_best <- function(x, digits, most = 5) {
  table <- utils::head(x$results, most)
  shown <- lapply(table[names(x$space)], function(column) {
    format(vapply(column, candidate_text, ""), justify = "right")
  })
  numbers <- lapply(table[c("mean", "std_error")], function(column) {
    format(signif(column, digits))
  })
  if (all(is.na(table$std_error))) numbers$std_error <- NULL
  if (!is.null(x$stages)) numbers$epochs <- format(table$trained)
  made <- tibble::tibble(
    !!!shown, !!!numbers, chosen = ifelse(table$chosen, "*", "")
  )
  print_table(made, right = setdiff(names(made), "chosen"))
  left <- nrow(x$results) - nrow(table)
  if (left) cat("... and ", with_commas(left), " more in $results\n", sep = "")
}

#' @rdname nn_tune
#' @export
predict.nn_tune <- function(object, ...) {
  stats::predict(found_fit(object, "predict by", rlang::current_env()), ...)
}

found_fit <- function(object, aim, call) {
  if (!is.null(object$fit)) return(object$fit)
  abort_nnfit("interrupt", c(
    "There is no fit to {aim}: the search was interrupted.",
    "i" = "Fit one by {.fn nn_fit} with the options in {.code object$best}."
  ), call)
}

# Their default methods would say NULL, as if the fit had none.
#' @rdname nn_tune
#' @export
coef.nn_tune <- function(object, ...) {
  stats::coef(found_fit(object, "have coefficients of", rlang::current_env()), ...)
}

#' @rdname nn_tune
#' @export
fitted.nn_tune <- function(object, ...) {
  stats::fitted(found_fit(object, "have predicted", rlang::current_env()), ...)
}

#' @rdname nn_tune
#' @export
residuals.nn_tune <- function(object, ...) {
  stats::residuals(found_fit(object, "have residuals of", rlang::current_env()), ...)
}

#' @rdname nn_tune
#' @export
deviance.nn_tune <- function(object, ...) {
  stats::deviance(found_fit(object, "have a deviance of", rlang::current_env()), ...)
}

#' @rdname nn_tune
#' @export
tidy.nn_tune <- function(x, ...) {
  check_dots()
  x$results
}
