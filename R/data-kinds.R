# What a column holds, as far as a model can use it, and whether new data hold the
# same: the rules of lm() (stats::.MFclass()), and a few that are stricter.

column_kind <- function(column) {
  if (is.logical(column)) return("logical")
  if (is.factor(column)) return("factor")
  if (is.character(column)) return("character")
  if (is_numbers(column)) "numeric" else "other"
}

# Numbers of a class that R does not count as numbers (dates, times, differences of
# times) or that have a unit are none: their figures depend on how they are stored. Case weights
# say how rows count, and nothing of what happens there.
is_numbers <- function(column) {
  is.numeric(column) && is.null(attr(column, "units")) && !inherits(column, "hardhat_case_weights")
}

usable_kinds <- c("numeric", "factor", "character", "logical")

check_columns <- function(data, arg, call) {
  usable <- vapply(data, column_kind, "") %in% usable_kinds
  if (!all(usable)) {
    wrong <- names(data)[!usable]
    kinds <- vapply(data[!usable], function(column) class(column)[1], "")
    abort_nnfit("data", c(
      "{.arg {arg}} must have columns of numbers, factors, strings or logicals.",
      "x" = "Of another kind: {.field {paste0(wrong, ' (', kinds, ')')}}.",
      "i" = if (any(vapply(data, inherits, NA, "hardhat_case_weights"))) {
        "Case weights are given as {.arg weights}, and left out of the predictors."
      } else {
        "Leave those columns out, or make numbers or factors of them."
      }
    ), call)
  }
}

# Columns of 64-bit integers as the numbers that they mean; others as they are.
plain_columns <- function(data, columns, arg, call) {
  for (name in intersect(columns, names(data))) {
    if (is_integer64(.subset2(data, name))) {
      data[[name]] <- plain_numbers(.subset2(data, name), name, arg, call)
    }
  }
  data
}

plain_numbers <- function(x, name, arg, call) {
  if (!is_integer64(x)) return(x)
  values <- integer64_to_double(x)
  if (is.null(values)) {
    abort_nnfit("data", c(
      "{.arg {arg}} must have whole numbers below 2^53, which a model can tell apart.",
      "x" = "Larger ones of the class integer64 are in {.field {name}}."
    ), call)
  }
  values
}

# Columns of new data beside those of the training data, by their kinds. Where the
# formula makes something of a column, `factor(cyl)` say, its kind may differ; only
# where the figures would mean something else it may not. A column without any
# value is one of missing values, whatever its kind.
check_raw_kinds <- function(data, kinds, arg, call) {
  columns <- intersect(names(kinds), names(data))
  now <- vapply(columns, function(name) raw_kind(.subset2(data, name)), "")
  then <- kinds[columns]
  other <- now != then & (!now %in% usable_kinds | !then %in% usable_kinds)
  counted <- then == "numeric" & now == "logical"
  refuse_kinds(columns, then, now, (other | counted) & now != "missing", arg, call)
}

# Other classes than those that a model uses are told apart by their names, and by the
# unit that `as.numeric(time)` counts in.
raw_kind <- function(column) {
  kind <- column_kind(column)
  if (kind == "logical" && all(is.na(column))) return("missing")
  if (kind != "other") return(kind)
  unit <- attr(column, "units")
  paste(c(class(column)[1], if (length(unit)) c("in", unlist(unclass(unit)))), collapse = " ")
}

# What a formula makes of new data beside what it made of the training data, by
# the rules of stats::.checkMFClasses().
check_frame_kinds <- function(frame, kinds, arg, call) {
  columns <- intersect(names(kinds), names(frame))
  now <- vapply(columns, function(name) raw_kind(.subset2(frame, name)), "")
  check_same_kinds(now, kinds[columns], arg, call)
}

check_same_kinds <- function(now, then, arg, call) {
  columns <- names(now)
  exchangeable <- c("factor", "character")
  same <- now == then | now == "missing" | (now %in% exchangeable & then %in% exchangeable)
  refuse_kinds(columns, then, now, !same, arg, call)
}

refuse_kinds <- function(columns, then, now, wrong, arg, call) {
  if (!any(wrong)) return(invisible())
  words <- list(beginning(columns), kind_words(now), kind_words(then))
  told <- do.call(sprintf, c("%s (%s in place of %s)", words))[wrong]
  abort_nnfit("data", c(
    "{.arg {arg}} must have columns of the kinds that the model was fitted on.",
    "x" = "Of another kind: {.field {told}}."
  ), call)
}

kind_words <- function(kinds) {
  words <- c(numeric = "numbers", factor = "a factor", character = "strings", logical = "logicals")
  ifelse(kinds %in% names(words), words[kinds], kinds)
}

# Columns are found by their names, which must be there and tell them apart.
check_unique_columns <- function(names, columns, arg, call) {
  unnamed <- is.na(names) | !nzchar(names)
  if (any(columns %in% names[unnamed])) {
    places <- as.character(which(unnamed))
    abort_nnfit("data", c(
      "{.arg {arg}} must have columns with names.",
      "x" = "Without a name {?is/are} column{?s} {places}."
    ), call)
  }
  repeated <- intersect(columns, names[duplicated(names)])
  if (length(repeated)) {
    abort_nnfit("data", c(
      "{.arg {arg}} must have columns with names of their own.",
      "x" = "More than one is named {.field {beginning(repeated)}}."
    ), call)
  }
}
