# What the verdict of a method prescribes, as the options that it names: `scale = TRUE, epochs = 40`
# in each pair of backticks, the learning rate that is "at most" so much, the epochs that are
# "about" so many.
prescribed <- function(verdict) {
  number <- function(pattern) {
    if (!grepl(pattern, verdict)) return(NULL)
    as.numeric(gsub(",", "", sub(paste0(".*", pattern, ".*"), "\\1", verdict)))
  }
  code <- gsub("`", "", regmatches(verdict, gregexpr("`[^`]+ = [^`]+`", verdict))[[1]])
  ways <- lapply(rlang::set_names(code), function(one) {
    eval(parse(text = paste0("list(", one, ")")), baseenv())
  })
  if (grepl("needs about", verdict)) {
    last <- length(ways)
    ways[[last]]$epochs <- number("needs about ([0-9,]+)")
  }
  with_epochs <- number("with about ([0-9,]+)")
  if (length(with_epochs)) ways[["dtype = \"float64\""]]$epochs <- with_epochs
  rate <- number("; .*at most ([0-9.e-]+)")
  if (length(rate)) ways[["at most"]] <- list(learn_rate = rate)
  epochs <- number("six digits need about ([0-9,]+)")
  if (length(epochs)) ways[["epochs"]] <- list(epochs = epochs)
  ways
}

# The record of one method, by a call of lm_compare() with these options.
one_method <- function(formula, data, method, ..., family = NULL) {
  made <- lm_compare(formula, data, methods = c(one = method), family = family, ...)
  made$methods$one
}

# Every way that a verdict names is gone, and leads to a fit with six digits.
expect_cured <- function(formula, data, method, given, family = NULL, ways = NULL) {
  record <- do.call(one_method, c(list(formula, data, method, family = family), given))
  cures <- prescribed(record$verdict)
  if (!is.null(ways)) expect_identical(names(cures), ways)
  expect_gt(length(cures), 0)
  for (name in names(cures)) {
    options <- given
    options[names(cures[[name]])] <- cures[[name]]
    with <- options$methods %||% method
    options$methods <- NULL
    again <- do.call(one_method, c(list(formula, data, with, family = family), options))
    info <- paste0(record$verdict, " | ", name, " | ", again$verdict)
    expect_identical(again$verdict, "there: six digits", label = info)
  }
  invisible(record$verdict)
}
