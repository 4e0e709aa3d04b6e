# The rows that a fit is explained on, as the variables that its user knows: the columns that a
# formula or a recipe names, or those of a matrix.

# `rows`: a data frame of these variables; `x`, `offset`: what the fit makes of them; `weights`:
# the fit's, of its `own` rows; `kept`: which rows of the data these are, in which nothing that
# the fit needs is missing; `given`: how many there were; `handed`: how many rows the user gave,
# of which `own` ones were taken. `module`: as recall_module() gives it. `generic`: who asks.
explained_rows <- function(fit, data, module, generic, call, user) {
  refuse_deep(fit, generic, call)
  looked_up <- is.null(data)
  if (looked_up) data <- explained_data(fit, generic, call, user)
  parts <- explained_parts(fit, data, generic, call)
  rows <- raw_rows(fit, parts$x, call)
  own <- own_explained(fit, rows, module, call)
  found <- withCallingHandlers(
    rows_by_data(fit, own, rows, parts$offset, looked_up, generic, call),
    nnfit_error = function(error) refuse_dollar(fit, generic, call)
  )
  if (!found$own) warn_weights_dropped(fit, nrow(rows), call)
  if (found$own && !looked_up) found$handed <- nrow(rows)
  found
}

# What is refused is not warned of before.
rows_by_data <- function(fit, own, rows, offset, looked_up, generic, call) {
  if (is.null(own) && looked_up) {
    abort_changed(fit, generic, "They do not give the fit's own predictions.", call)
  }
  said <- list()
  found <- withCallingHandlers(
    own %||% other_explained(fit, rows, offset, call),
    nnfit_warning = function(warning) {
      said <<- c(said, list(warning))
      rlang::cnd_muffle(warning)
    }
  )
  if (length(found$kept)) check_by_row(fit, found, call)
  for (one in said) rlang::cnd_signal(one)
  found
}

# So many rows may be those that the weights were of.
warn_weights_dropped <- function(fit, number, call) {
  if (!keeps_no_data(fit) || !isTRUE(fit$rows[["weighted"]] > 0)) return(invisible())
  if (!number %in% (fit$rows[["used"]] + c(0, fit$rows[["missing"]]))) return(invisible())
  warn_nnfit("weights", c(
    "The rows of {.arg data} count alike.",
    "i" = "The fit was made with weights, which a fit with {.code keep_data = FALSE} does not hold."
  ), call)
}

refuse_deep <- function(fit, generic, call) {
  if (!is.null(fit$columns$shape)) {
    abort_nnfit("argument", c(
      "{.fn {generic}} is for predictors that are columns, and {.arg fit} has rows of shape \\
        {paste(fit$columns$shape, collapse = ' x ')}."
    ), call)
  }
}

# What the fit's call names.
explained_data <- function(fit, generic, call, user) {
  data <- if (is.null(fit$rows)) find_data(fit, user)
  if (!is.null(data) && !is.function(data)) return(data)
  abort_nnfit("argument", c(
    if (is.null(fit$rows)) {
      "{.fn {generic}} reads the rows of the fit again, and does not find them."
    } else {
      "A fit {why_no_rows(fit)} does not hold its rows."
    },
    "i" = "Give them, or others like them: {.arg data}."
  ), call)
}

# A data frame, matrix or tensor of predictors, or `list(x, y)`, where an offset may be behind.
explained_parts <- function(fit, data, generic, call) {
  bare <- is.list(data) && !is.data.frame(data)
  if (bare && length(data) %in% 2:3) {
    parts <- validation_parts(data, call, "data")
    return(list(x = parts[[1]], offset = if (length(parts) == 3) parts[[3]]))
  }
  table <- is.data.frame(data) || inherits(data, "torch.Tensor") || length(dim(data)) == 2
  if (bare || !table) {
    abort_nnfit("argument", c(
      "{.arg data} must be what the fit was made on, or rows like it: a data frame, \\
        a matrix or {.code list(x, y)}.",
      "x" = "It is {describe(data)}."
    ), call)
  }
  list(x = data)
}

# A data frame of the variables, in the order of the fit.
raw_rows <- function(fit, data, call) {
  if (inherits(data, "torch.Tensor")) data <- as.array(data)
  if (is.null(fit$blueprint)) {
    x <- match_columns(data, fit$columns, "data", call)
    return(stats::setNames(as.data.frame(x), column_terms(fit)))
  }
  if (is.matrix(data)) data <- as.data.frame(data)
  check_is_data_frame(data, "data", call)
  names <- explained_columns(fit)
  data <- with_workspace(fit, data, names)
  check_new_columns(data, names, "data", call)
  plain_columns(data, names, "data", call)[names]
}

# The columns that new data need; of a formula those of its offset too.
explained_columns <- function(fit) {
  blueprint <- fit$blueprint
  unique(c(blueprint$columns %||% names(blueprint$ptypes$predictors), blueprint$offset$columns))
}

# Variables of the workspace with a value for each row travel with the fit.
with_workspace <- function(fit, data, names) {
  env <- environment(fit$blueprint$terms)
  for (name in setdiff(names, names(data))) {
    value <- if (is.environment(env)) get0(name, env, inherits = FALSE)
    if (!is.null(value) && NROW(value) == nrow(data)) data[[name]] <- value
  }
  data
}

# The rows of the fit among those of the data, or NULL: they are others.
own_explained <- function(fit, rows, module, call) {
  if (!is.null(fit$rows)) return(NULL)
  kept <- fit$kept %||% seq_len(nrow(rows))
  if (length(kept) != nrow(fit$fitted) || max(kept, 0) > nrow(rows)) return(NULL)
  own <- rows[kept, , drop = FALSE]
  # What there is to warn of is said where the rows are taken for others.
  x <- tryCatch(suppressWarnings(forged_again(fit, own, call)),
    nnfit_error = function(error) NULL
  )
  if (is.null(x) || !are_own(fit, x, module, call)) return(NULL)
  list(
    rows = own, x = x, offset = fit$offset, weights = own_weights(fit), own = TRUE, kept = kept,
    given = length(kept)
  )
}

other_explained <- function(fit, rows, offset, call) {
  forged <- forge_design(fit$blueprint, fit$columns, rows, "data", call, offset = offset)
  check_offset_known(forged$offset, isTRUE(fit$options$has_offset), "data", call)
  outcomes <- fit$outcome$names %||% fit$outcome$levels
  offset <- by_outcome(forged$offset, outcomes, "data", call)
  complete <- complete_rows(forged$x, offset)
  if (!any(complete)) {
    abort_nnfit("data", "{.arg data} must have a row in which nothing is missing.", call)
  }
  x <- take_rows(forged$x, complete)
  check_finite(x, "data", call)
  list(
    rows = with_own_levels(fit, rows[complete, , drop = FALSE]), x = x,
    offset = if (!is.null(offset)) take_rows(offset, complete), weights = NULL, own = FALSE,
    kept = which(complete), given = nrow(rows)
  )
}

# Factors of other data may have other levels, or have them in another order.
with_own_levels <- function(fit, rows) {
  for (name in names(rows)[vapply(rows, is.factor, NA)]) {
    prototype <- fit$blueprint$ptypes$predictors[[name]]
    levels <- fit$blueprint$levels[[name]] %||% levels(prototype)
    if (is.null(levels)) next
    column <- rows[[name]]
    rows[[name]] <- factor(as.character(column), levels, ordered = is.ordered(column))
  }
  rows
}

# The design matrix of changed rows. Their offset stays what it is.
forged_again <- function(fit, rows, call) {
  offset <- if (!is.null(fit$blueprint$offset)) numeric(nrow(rows))
  forge_design(fit$blueprint, fit$columns, rows, "data", call, offset = offset)$x
}

# What a formula such as `y ~ I(x - mean(x))` makes of a row depends on all others, and so its
# predictions do.
check_by_row <- function(fit, found, call) {
  few <- utils::head(seq_along(found$kept), 3)
  # Levels that these few do not have are no fault of the data.
  alone <- suppressWarnings(forged_again(fit, found$rows[few, , drop = FALSE], call))
  if (isTRUE(all.equal(alone, found$x[few, , drop = FALSE], check.attributes = FALSE))) return()
  abort_nnfit("data", c(
    "The formula must make of each row what it is by itself, whatever the others are.",
    "x" = "It computes something of all rows of the data together, such as a mean.",
    "i" = "Make that a column of the data, and name it in the formula."
  ), call)
}

# Where that is why: `mtcars$wt` has the same rows whatever the data are.
refuse_dollar <- function(fit, generic, call) {
  if (!inherits(fit$blueprint, "nn_formula_blueprint")) return(invisible())
  terms <- fit$blueprint$terms
  parts <- dollars_in(attr(terms, "variables"))
  fixed <- Filter(function(part) length(fixed_value(part, environment(terms))) > 1, parts)
  if (!length(fixed)) return(invisible())
  abort_nnfit("argument", c(
    "{.fn {generic}} is for variables that the formula names, not {.code {deparse1(fixed[[1]])}}.",
    "x" = "Its rows are the same whatever {.arg data} are.",
    "i" = "Name the columns alone, and give their data frame: {.code nn_fit(y ~ x, data)}."
  ), call)
}

dollars_in <- function(code) {
  if (is.call(code) && rlang::is_call(code, c("$", "[["))) return(list(code))
  inner <- Filter(is.call, as.list(code))
  unlist(lapply(inner, dollars_in), recursive = FALSE)
}

# That of a number, such as `set$degree`, is one.
fixed_value <- function(part, env) {
  if (is.environment(env)) tryCatch(eval(part, env), error = function(error) NULL)
}
