# New data made into predictors as the training data were: for predictions, and for
# validation.

# Without a blueprint, for a matrix, only the names and number of columns matter.
forge_design <- function(blueprint, columns, data, arg, call, outcomes = FALSE, offset = NULL,
                         new_levels = "mean") {
  if (is.null(blueprint)) {
    match <- if (is.null(columns$shape)) match_columns else match_array
    x <- match(data, columns, arg, call)
    return(list(x = x, offset = check_offset(offset, nrow(x), call, arg, rownames(x))))
  }
  if (is.matrix(data)) data <- as.data.frame(data)
  check_is_data_frame(data, arg, call)
  forged <- if (!outcomes && is.null(offset)) forge_plain(blueprint, data)
  if (!is.null(forged)) return(forged)
  needed <- blueprint$columns %||% names(blueprint$ptypes$predictors)
  needed <- c(needed, if (outcomes) blueprint$outcomes)
  check_new_columns(data, needed, arg, call)
  data <- plain_columns(data, needed, arg, call)
  if (inherits(blueprint, "nn_formula_blueprint")) {
    return(forge_formula(blueprint, data, needed, arg, call, outcomes, offset, new_levels))
  }
  check_frame_kinds(data, vapply(blueprint$ptypes$predictors, raw_kind, ""), arg, call)
  forged <- if (length(blueprint$embedded)) {
    forge_recipe(blueprint, data, arg, call, outcomes, new_levels)
  } else {
    try_data(hardhat::forge(data, blueprint, outcomes = outcomes), call)
  }
  list(
    x = forged$predictors, y = forged$outcomes, row_names = row.names(data),
    offset = check_offset(offset, nrow(data), call, arg, row.names(data))
  )
}

forge_formula <- function(blueprint, data, needed, arg, call, outcomes = FALSE, offset = NULL,
                          new_levels = "mean") {
  check_raw_kinds(data, blueprint$kinds[intersect(needed, names(blueprint$kinds))], arg, call)
  predictors <- predictor_terms(blueprint)
  terms <- if (outcomes) used_terms(blueprint$terms) else predictors
  frame <- try_data(stats::model.frame(terms, data, na.action = stats::na.pass), call)
  check_frame_rows(frame, data, arg, call)
  check_inside(blueprint$outside, arg, call)
  check_frame_kinds(frame, blueprint$frame_kinds, arg, call)
  check_widths(frame, blueprint$widths, arg, call)
  offset <- new_offset(blueprint$offset, stats::model.offset(frame), offset, data, arg, call)
  known <- setdiff(names(blueprint$levels), blueprint$embedded)
  frame[known] <- Map(match_levels, frame[known], blueprint$levels[known], known, arg, list(call))
  for (name in blueprint$embedded) {
    levels <- blueprint$levels[[name]]
    frame[[name]] <- level_codes(frame[[name]], levels, name, new_levels, arg, call)
  }
  strata <- blueprint$strata
  x <- unstratified_matrix(predictors, frame, strata, blueprint$contrasts)
  list(
    x = drop_intercept(x), y = if (outcomes) formula_outcome(frame),
    offset = offset, row_names = row.names(data),
    assign = attr(x, "assign")[colnames(x) != "(Intercept)"], # the term of each column
    strata = if (!is.null(strata)) new_strata(frame, strata)
  )
}

# A fit of an earlier version has no terms of the predictors alone.
predictor_terms <- function(blueprint) {
  blueprint$predictors %||% stats::delete.response(blueprint$terms)
}

# A formula such as `y ~ I(1:30)` gives the same rows whatever the data.
check_frame_rows <- function(frame, data, arg, call) {
  if (nrow(frame) != nrow(data)) {
    abort_nnfit("data", c(
      "{.arg {arg}} must have the values of every variable in the formula.",
      "x" = "It has {nrow(data)} row{?s}, and what the formula makes of it {nrow(frame)}.",
      "i" = "Name columns in the formula, and give their data frame: {.code nn_fit(y ~ x, data)}."
    ), call)
  }
}

# A variable that is a matrix, such as `cbind(a, b)` or a column with columns.
check_widths <- function(frame, widths, arg, call) {
  widths <- widths[names(widths) %in% names(frame)]
  now <- vapply(frame[names(widths)], NCOL, integer(1))
  other <- now != widths
  if (any(other)) {
    told <- sprintf("%s (%d, not %d)", names(widths), now, widths)[other]
    abort_nnfit("data", c(
      "{.arg {arg}} must have matrices of as many columns as the model was fitted on.",
      "x" = "Of another number of columns: {.field {beginning(told)}}."
    ), call)
  }
}

# What is taken from elsewhere has the values of the training rows.
check_inside <- function(outside, arg, call) {
  if (length(outside)) {
    abort_nnfit("data", c(
      "{.arg {arg}} must have the values of every variable in the formula.",
      "x" = "{.code {outside}} {?has/have} a value for each training row, and {?takes/take} none of
        the data.",
      "i" = "Make it a column, and name the column alone."
    ), call)
  }
}

# An unknown level, which lm() refuses, becomes a missing value, as with recipes:
# one odd row among thousands should not cost the others their predictions.
match_levels <- function(column, levels, name, arg, call) {
  new <- setdiff(as.character(column), c(levels, NA))
  if (length(new)) {
    warn_nnfit("levels", c(
      "{.arg {arg}} has levels of {.field {beginning(name)}} that the model was not fitted on:
        {.val {beginning(new)}}.",
      "i" = "They are taken for missing."
    ), call)
  }
  factor(as.character(column), levels, exclude = if (anyNA(levels)) NULL else NA)
}

# A matrix by its columns' names, where these tell the columns apart; else by
# place, where there must be as many, and no other names.
match_columns <- function(data, columns, arg, call) {
  if (inherits(data, "torch.Tensor")) data <- as.array(data)
  data <- plain_numbers(data, arg, arg, call)
  if (is.null(dim(data)) && (is_numbers(data) || is.logical(data))) data <- as.matrix(data)
  if (tells_apart(columns$names) && !is.null(colnames(data))) {
    check_new_columns(list_of_columns(data), columns$names, arg, call, columns$python)
    data <- data[, columns$names, drop = FALSE]
  } else {
    check_same_names(colnames(data), columns$names, arg, call)
  }
  if (is.data.frame(data)) data <- frame_matrix(data, columns$kind, arg, call)
  check_matrix(data, columns, arg, call)
  as_doubles(data)
}

check_matrix <- function(data, columns, arg, call) {
  usable <- column_kind(data) %in% (columns$kind %||% c("numeric", "logical"))
  usable <- usable || is.atomic(data) && all(is.na(data)) # which takes a pass over all
  if (!usable || length(dim(data)) != 2 || ncol(data) != columns$number) {
    abort_nnfit("data", c(
      "{.arg {arg}} must be a matrix of {columns$number} column{?s} of
        {kind_words(columns$kind %||% 'numeric')}.",
      "x" = if (length(dim(data)) != 2) "It is {describe(data)}."
        else "It has {ncol(data)} of type {.cls {typeof(data)}}."
    ), call)
  }
}

tells_apart <- function(names) {
  !is.null(names) && !anyNA(names) && all(nzchar(names)) && !anyDuplicated(names)
}

# An empty list with the names of the columns, for checks that look at these alone.
list_of_columns <- function(data) stats::setNames(vector("list", ncol(data)), colnames(data))

# Names that repeat or are blank can not say which column is which, but other
# names say that these are other columns.
check_same_names <- function(names, known, arg, call) {
  # Without names, the places alone; another number is refused as such.
  if (identical(names, known) || length(names) != length(known)) return(invisible())
  abort_nnfit("data", c(
    "{.arg {arg}} must have the columns that the model was fitted on, in their order.",
    "x" = "Their names repeat or are blank, so that they are told apart by their places alone,
      and here the names are others.",
    "i" = "Leave the names away ({.code unname()}) if the places are right."
  ), call)
}

# as.matrix() would make text of the numbers beside a column of text.
frame_matrix <- function(data, kind, arg, call) {
  data <- plain_columns(data, names(data), arg, call)
  kinds <- stats::setNames(rep(kind %||% "numeric", length(data)), names(data))
  check_frame_kinds(data, kinds, arg, call)
  as.matrix(data)
}

# `python`: the formula by which Python made the columns, if it did.
check_new_columns <- function(data, columns, arg, call, python = NULL) {
  check_unique_columns(names(data), columns, arg, call)
  missing <- setdiff(columns, names(data))
  if (length(missing)) {
    abort_nnfit("data", c(
      "{.arg {arg}} must have the columns that the model was fitted on.",
      "x" = "Missing: {.field {beginning(missing)}}.",
      "i" = if (!is.null(python)) "The fit was made in Python by the formula
        {.code {beginning(python)}}, which R can not build: give the columns that it makes, as they
        are named here, or predict in Python."
    ), call)
  }
}
