# Which rows are fitted, and how each counts: `subset`, `na.action`, `weights` and
# `offset`, as lm() has them.

# What a user wrote for them beside a formula, to be evaluated in the data; the
# action on missing values as a function.
row_arguments <- function(weights, subset, offset, na.action, call) {
  list(
    weights = weights, subset = subset, offset = offset,
    na_action = as_na_action(na.action, call)
  )
}

all_rows <- function() list(na_action = NULL)

as_na_action <- function(action, call) {
  named <- rlang::is_string(action) && nzchar(action)
  found <- if (named) get0(action, mode = "function") else action %||% stats::na.pass
  if (!is.function(found)) {
    abort_nnfit("argument", c(
      "{.arg na.action} must be a function or its name, such as {.fn stats::na.omit}, not
        {describe(action)}."
    ), call)
  }
  of_r <- list(stats::na.omit, stats::na.exclude, stats::na.pass, stats::na.fail)
  if (any(vapply(of_r, identical, NA, found))) found else careful_action(found, call)
}

# A function of the user's own may fail, or give something else than rows.
careful_action <- function(action, call) {
  function(frame) {
    left <- tryCatch(action(frame), error = conditionMessage)
    if (!is.data.frame(left)) {
      abort_nnfit("argument", c(
        "{.arg na.action} must give a data frame of the rows that are left.",
        "x" = "It gave {describe(left)}."
      ), call)
    }
    left
  }
}

# One of them in the data, or NULL.
eval_rows <- function(quosure, arg, data, call) {
  if (is.null(quosure) || rlang::quo_is_null(quosure)) return(NULL)
  value <- rlang::try_fetch(rlang::eval_tidy(quosure, data), error = function(error) {
    abort_nnfit("argument", "{.arg {arg}}: {conditionMessage(error)}.", call, parent = NA)
  })
  plain_numbers(value, arg, arg, call)
}

# The model frame of some terms, with the variables `(weights)` and `(offset)`
# where they are given, and the positions of its rows in the data.
model_rows <- function(terms, data, rows, call) {
  value <- lapply(
    rlang::set_names(c("weights", "subset", "offset")),
    function(arg) eval_rows(rows[[arg]], arg, data, call)
  )
  weights <- check_weights(value$weights, nrow(data), call)
  offset <- check_offset(value$offset, nrow(data), call, row_names = row.names(data))
  kept <- subset_rows(value$subset, data, call)
  # na.fail() does not say where something is missing: see check_finite().
  action <- if (identical(rows$na_action, stats::na.fail)) NULL else rows$na_action
  # It evaluates these arguments itself, in the data: values are put in their places.
  frame <- try_data(rlang::inject(stats::model.frame(
    terms, data, subset = !!kept, na.action = action, drop.unused.levels = TRUE,
    weights = !!weights, offset = !!offset
  )), call)
  if (nrow(frame) == 0) refuse_no_rows("data", call)
  omitted <- attr(frame, "na.action")
  kept <- kept %||% seq_len(nrow(data))
  if (length(omitted)) kept <- kept[-omitted]
  if (nrow(frame) < length(kept)) refuse_unsaid(call)
  list(frame = frame, kept = kept)
}

# Which rows are left, an action of the user's own has to say.
refuse_unsaid <- function(call) {
  abort_nnfit("argument", c(
    "{.arg na.action} must say which rows it leaves out.",
    "i" = "{.fn stats::na.omit} does it by the attribute {.val na.action} of what it returns."
  ), call)
}

refuse_no_rows <- function(arg, call) {
  abort_nnfit("data", c(
    "{.arg {arg}} must have rows in which nothing is missing.",
    "x" = "None is left after {.arg subset} and {.arg na.action}."
  ), call)
}

# Positions of rows by logicals, numbers or names; NULL: all of them.
subset_rows <- function(subset, data, call) {
  if (is.null(subset)) return(NULL)
  positions <- rlang::set_names(seq_len(nrow(data)), row.names(data))
  # As in lm(): a row that is missing is none.
  if (is.numeric(subset) && is.null(dim(subset))) subset <- subset[!is.na(subset)]
  if (!is_subset(subset, names(positions))) {
    unknown <- if (is.character(subset)) setdiff(subset, names(positions))
    abort_nnfit("argument", c(
      "{.arg subset} must be a logical for each of the {nrow(data)} rows, or numbers or names of
        rows, not {describe(subset)}.",
      "x" = if (length(unknown)) "No {cli::qty(unknown)}row{?s} {?has/have} the name{?s}
        {.val {beginning(unknown)}}."
    ), call)
  }
  kept <- unname(positions[subset])
  kept[!is.na(kept)]
}

is_subset <- function(x, names) {
  if (length(dim(x)) > 1 || is.object(x)) return(FALSE)
  if (is.logical(x)) return(length(x) == length(names))
  if (is.character(x)) return(all(x %in% names))
  is_wholes(x) && all(abs(x) <= length(names))
}

check_weights <- function(weights, rows, call) {
  if (is.null(weights)) return(NULL)
  if (hardhat::is_case_weights(weights)) weights <- plain_case_weights(weights, call)
  plain <- (is.numeric(weights) || is.logical(weights)) && NROW(weights) == length(weights)
  if (!plain) {
    abort_nnfit("argument", c(
      "{.arg weights} must be numbers, one per row, not {describe(weights)}."
    ), call)
  }
  if (length(weights) != rows) {
    abort_nnfit("argument", c(
      "{.arg weights} must be numbers, one per row.",
      "x" = "There {cli::qty(rows)}{?is/are} {rows} row{?s}; it has {length(weights)} value{?s}."
    ), call)
  }
  weights <- as.double(unclass(weights)) # labels (haven) are no part of the numbers
  known <- weights[!is.na(weights)]
  if (!all(is.finite(known) & known >= 0) || sum(known) == 0) {
    abort_nnfit("argument", c(
      "{.arg weights} must be finite, at least 0, and not all 0."
    ), call)
  }
  weights
}

# Of classes of weights that other packages may add nobody here knows how they count.
plain_case_weights <- function(weights, call) {
  if (!inherits(weights, c("hardhat_importance_weights", "hardhat_frequency_weights"))) {
    abort_nnfit("argument", c(
      "{.arg weights} must be importance or frequency weights, where they are case weights of
        hardhat.",
      "x" = "These are of the class {.cls {class(weights)[1]}}.",
      "i" = "{.code as.double()} makes numbers of them, which count as prior weights."
    ), call)
  }
  as.double(weights)
}

# Data that were not given by a formula: the rows in which something is missing are
# left out by the same rule. Of classes, `values` are the codes.
complete_task <- function(task, na_action, call) {
  force(na_action) # a wrong one is refused where nothing is missing too
  given <- c(list(x = task$design$x, y = task$outcome$values), task$options[c("weights", "offset")])
  given <- given[lengths(given) > 0]
  if (is_deep(given$x)) given$x <- worst_of_rows(given$x)
  if (all(vapply(given, sums_up, NA)) || !any(vapply(given, anyNA, NA))) return(task)
  # na.fail() says less than check_finite() does, which is yet to come.
  if (identical(na_action, stats::na.fail)) return(task)
  rows <- seq_len(nrow(task$design$x))
  columns <- unlist(lapply(unname(given), column_list), recursive = FALSE)
  left <- try_data(na_action(structure(columns, row.names = rows, class = "data.frame")), call)
  omitted <- attr(left, "na.action")
  if (nrow(left) + length(omitted) != length(rows)) refuse_unsaid(call)
  if (!length(omitted) && !anyNA(left)) refuse_filled(call)
  if (length(omitted)) keep_rows(task, rows[-omitted], omitted, call) else task
}

refuse_filled <- function(call) {
  abort_nnfit("argument", c(
    "{.arg na.action} can leave rows out, but fill nothing in, where the data are not given by a
      formula.",
    "i" = "Fill in the values before the fit."
  ), call)
}

keep_rows <- function(task, rows, omitted, call) {
  if (!length(rows)) refuse_no_rows(task$design$arg, call)
  keep <- function(x) take_rows(x, rows)
  task$design$x <- keep(task$design$x)
  for (part in c("row_names", "kept")) task$design[[part]] <- task$design[[part]][rows]
  task$design$na_action <- omitted
  task$outcome$values <- keep(task$outcome$values)
  task$outcome <- classes_left(task$outcome, task$design$arg, call)
  for (arg in c("weights", "offset")) {
    if (!is.null(task$options[[arg]])) task$options[[arg]] <- keep(task$options[[arg]])
  }
  task
}

# Files are read in Python, where rows have no positions to choose or leave out.
check_path_rows <- function(rows, no_action, call) {
  arg <- c(if (!rlang::quo_is_null(rows$subset)) "subset", if (!no_action) "na.action")
  if (length(arg)) {
    abort_nnfit("argument", c(
      "{.arg {arg[1]}} can not be used where {.arg data} is a path: it needs the rows in memory."
    ), call)
  }
}
