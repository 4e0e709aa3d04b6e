# The data: how many rows, of what, and what each predictor is like.

report_data <- function(about) {
  fit <- about$fit
  list(report_list(row_items(fit)), report_outcome(fit), report_predictors(about))
}

row_items <- function(fit) {
  rows <- row_counts(fit)
  said <- function(number, what) if (number > 0) counted(number, what)
  c(
    "Trained on" = counted(rows[["train"]], "row"),
    "Held out" = said(rows[["validation"]], "row"),
    "Left out for missing values" = said(length(fit$na_action), "row"),
    "Inputs" = counted(fit$columns$number, "column"),
    "Weighted" = if (!is.null(own_weights(fit))) "each row counts by its weight"
  )
}

report_outcome <- function(fit) {
  outcome <- fit$outcome
  if (is.null(outcome$values)) return(NULL)
  values <- switch(outcome$kind,
    class = list(factor(outcome$levels[outcome$values + 1L], outcome$levels)),
    survival = as.list(as.data.frame(unclass(outcome$values))),
    as.list(as.data.frame(observed_values(fit)))
  )
  names <- if (outcome$kind == "survival") names(values) else outcome_names(fit)
  names <- rep_len(if (outcome$kind == "class") outcome_words(fit) %||% "outcome" else names,
    length(values))
  report_table(described_columns(values, names), "The outcome, of all rows of the fit")
}

report_predictors <- function(about) {
  seen <- about$seen
  if (is.null(seen$data)) return(report_reason(seen$why))
  frame <- predictor_frame(about$fit, seen$data)
  if (is.null(frame)) return(report_note("The predictors are no columns of a table."))
  if (!length(frame)) return(report_note("There are no predictors."))
  list(
    if (!is.null(seen$shared)) report_note(shared_words(seen$shared)),
    report_rows_of(
      described_columns(as.list(frame), names(frame)),
      if (seen$own) "The predictors" else "The predictors, of the rows that were given", "column"
    )
  )
}

# A row for each column: its range, or its commonest values.
described_columns <- function(columns, names) {
  rows <- lapply(columns, describe_column)
  made <- data.frame(Name = names, do.call(rbind, rows), check.names = FALSE)
  known <- vapply(made, function(column) !all(is.na(column)), NA)
  if (all(made$Missing == 0)) known["Missing"] <- FALSE
  made[known]
}

describe_column <- function(x) {
  number <- is.numeric(x) && !is.factor(x)
  values <- if (number) x[is.finite(x)] else numeric()
  at <- function(f) if (length(values)) as.double(f(values)) else NA_real_
  data.frame(
    Kind = report_kind(x), Least = at(min), Median = at(stats::median), Mean = at(mean),
    Most = at(max), SD = if (length(values) > 1) at(stats::sd) else NA_real_,
    Values = if (number) NA_character_ else common_values(x), Missing = sum(is.na(x)),
    check.names = FALSE
  )
}

report_kind <- function(x) {
  if (is.factor(x)) return(paste(if (is.ordered(x)) "ordered factor" else "factor", "of",
    counted(nlevels(x), "level")))
  if (is.numeric(x)) return(if (is.object(x)) class(x)[1] else "number")
  class(x)[1]
}

common_values <- function(x, number = 4) {
  if (!is.atomic(x) || length(dim(x)) > 1) return(NA_character_)
  counts <- sort(table(x), decreasing = TRUE)
  shown <- utils::head(counts, number)
  text <- paste0(class_names(names(shown)), ": ", with_commas(as.vector(shown)), collapse = ", ")
  if (length(counts) > number) paste0(text, ", ", length(counts) - number, " more") else text
}
