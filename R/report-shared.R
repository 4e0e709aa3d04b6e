# Are rows that were given some of the fit's own? A score of rows that it was trained on is no test.

# `trained`, `held_out`: how many of the rows that are given, of `n`, are such rows of the fit, or
# equal to one in the predictors and the outcome, each of which counts once. NULL: not known, as
# the rows of the fit are not at hand.
shared_rows <- function(about, rows, most = 1e7) {
  fit <- about$fit
  own <- tryCatch(
    suppressWarnings(diagnosed_rows(fit, NULL, about$module, about$call, about$user)),
    error = function(error) NULL
  )
  if (is.null(own) || length(own$x) + length(rows$x) > most) return(NULL)
  if (length(own$x) / nrow(own$x) != length(rows$x) / nrow(rows$x)) return(NULL)
  given <- row_keys(rows)
  known <- row_keys(own)
  trained <- used_rows(fit)
  held_out <- seq_along(known) %in% fit$validation_rows
  list(
    trained = times_shared(given, known[trained]), held_out = times_shared(given, known[held_out]),
    n = length(given)
  )
}

# A text of what is in a row, in as many digits as a computed column has for certain.
row_keys <- function(rows) {
  columns <- c(as.list(as.data.frame(matrix(rows$x, nrow(rows$x)))), keyed_outcome(rows$y))
  written <- lapply(unname(columns), function(column) {
    if (is.numeric(column)) format(signif(column, 9), digits = 9) else as.character(column)
  })
  do.call(paste, c(lapply(written, trimws), sep = "\r"))
}

keyed_outcome <- function(y) {
  if (is.list(y)) return(lapply(y, as.vector))
  if (length(dim(y)) == 2) as.list(as.data.frame(unclass(y))) else list(as.vector(y))
}

times_shared <- function(given, known) {
  values <- unique(given)
  times <- function(keys) tabulate(match(keys, values), length(values))
  sum(pmin(times(given), times(known)))
}

# NULL: nothing is claimed.
shared_words <- function(shared) {
  if (is.null(shared)) return(NULL)
  trained <- min(shared$trained, shared$n)
  held_out <- min(shared$held_out, shared$n - trained)
  if (trained + held_out == 0) return("These are other rows than those of the fit.")
  if (held_out == shared$n) return("These are rows that the fit held out.")
  if (trained == shared$n) {
    return("The fit was trained on these rows, or on their equals: this is no test of it.")
  }
  paste0(
    "Of these ", counted(shared$n, "row"), ", ", with_commas(trained),
    " are, or equal, rows that the fit was trained on",
    if (held_out > 0) paste0(", and ", with_commas(held_out), " rows that it held out"),
    if (trained > 0) ": of those this is no test", "."
  )
}
