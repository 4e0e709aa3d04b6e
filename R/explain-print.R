# Effects in the console, and as a plain table.

#' @rdname nn_effects
#' @param x,object What `nn_effects()` gave.
#' @param n Whole number: how many rows to print. `NULL`: as tibbles do.
#' @export
print.nn_effects <- function(x, n = NULL, ...) {
  check_dots()
  check_rule(n, rule("`NULL` or a whole number above 0", or_null(function(x) {
    is_whole(x, 1) || is_infinity(x)
  })), "n", rlang::current_env())
  if (!is.null(attr(x, "about"))) cat(effects_lines(attr(x, "about")), sep = "\n")
  print(plain_effects(x), n = n)
  invisible(x)
}

#' @rdname nn_effects
#' @export
tidy.nn_effects <- function(x, ...) {
  check_dots()
  plain_effects(x)
}

plain_effects <- function(x) {
  attr(x, "about") <- NULL
  class(x) <- setdiff(class(x), "nn_effects")
  x
}

effects_lines <- function(about) {
  several <- length(about$variables) > 3
  words <- if (several) "the variables" else word_list(about$variables)
  together <- if (about$type == "ale" && length(about$variables) == 2) " together"
  y <- about$y
  if (length(about$several) > 1) {
    y <- if (length(about$several) > 3) "the outcomes" else word_list(about$several)
  }
  title <- paste0(
    effects_title(about$type, y, words), together, if (!is.null(about$by)) " by ", about$by
  )
  over <- paste0(
    "Over ", counted_of(about$rows, about$handed),
    if (!is.null(about$handed)) ", which the fit was made on", if (about$weighted) ", weighted",
    if (about$missing) paste0("; ", about$missing, " with something missing left out"), ". ",
    interval_words(about)
  )
  c(strwrap(paste0(title, "."), exdent = 2), strwrap(over, exdent = 2))
}

# Where the user gave more rows than those that the fit was made on.
counted_of <- function(rows, handed) {
  if (is.null(handed)) return(counted(rows, "row"))
  paste(with_commas(rows), "of the", counted(handed, "row"), "given")
}

# How many they were, if they were more.
handed_more <- function(rows) if (isTRUE(rows$handed > nrow(rows$x))) rows$handed

# What was computed of `y` and of variables, in words.
effects_title <- function(type, y, words) {
  switch(type,
    partial = paste("Mean prediction of", y, "along", words),
    ice = paste("Predictions of", y, "along", words, "row by row"),
    ale = paste("Accumulated local effects on", y, "of", words),
    average = paste("Average effects on", y, "of", words)
  )
}

interval_words <- function(about) {
  level <- paste0(format(100 * about$level), "% intervals")
  if (about$type == "ice") return("Intervals are of their mean.")
  switch(about$source,
    replicates = paste0(level, " by replicates."),
    likelihood = paste0(level, " by the delta method."),
    "No intervals without replicates (`bootstrap`)."
  )
}

word_list <- function(words) {
  last <- length(words)
  if (last < 2) words else paste(toString(words[-last]), "and", words[last])
}
