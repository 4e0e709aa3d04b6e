# The variables of a fit: what each is, and which columns of the design follow from it.

# A list by name. Of each: `name`; `kind`: "number", "factor", "string", "logical" or "other";
# `levels`: the values of all but numbers (of a number that the formula makes a factor of, numbers);
# `usual`: its median or, without one, its most frequent value; `columns`: the places in the design
# that depend on it; `others`: the variables on which these depend too, and `alone`: whether there
# are none; `smooth`: whether they move with it, so that there is a slope; `part`: "predictor",
# "offset" or "strata".
explained_variables <- function(fit, rows, call) {
  places <- variable_places(fit, rows, call)
  variables <- lapply(names(places), function(name) {
    column <- rows[[name]]
    levels <- variable_levels(fit, name, column)
    kind <- variable_kind(column, levels)
    c(
      list(name = name, kind = kind, levels = levels, usual = usual_value(column, levels)),
      smooth = kind == "number" && !length(made_classes(fit, name)), places[[name]]
    )
  })
  stats::setNames(variables, names(places))
}

# `columns`, `others`, `alone` and `part` of each.
variable_places <- function(fit, rows, call) {
  if (inherits(fit$blueprint, "nn_formula_blueprint")) return(formula_places(fit, rows, call))
  names <- names(rows)
  places <- if (is.null(fit$blueprint)) {
    as.list(seq_along(names))
  } else if (inherits(fit$blueprint, "default_xy_blueprint")) {
    lapply(names, function(name) moved_columns(fit, rows, name, call))
  }
  every <- seq_len(fit$options$n_features) # what steps of a recipe make is not known from here
  stats::setNames(lapply(seq_along(names), function(at) {
    others <- if (is.null(places)) names[-at] else character()
    list(
      columns = places[[at]] %||% every, others = others, alone = !length(others),
      part = "predictor"
    )
  }), names)
}

# Those that change where this variable alone does.
moved_columns <- function(fit, rows, name, call) {
  values <- unique(rows[[name]])
  if (length(values) > 64 && is.numeric(values)) values <- values[1:2]
  if (is.factor(values)) values <- factor(levels(values), levels(values))
  if (length(values) == 1 && is.numeric(values)) values <- values + 0:1
  moved <- rows[rep(1, length(values)), , drop = FALSE]
  moved[[name]] <- values
  x <- forged_again(fit, moved, call)
  which(colSums(x != rep(x[1, ], each = nrow(x)), na.rm = TRUE) > 0)
}

# By the terms of the formula that have a variable within.
formula_places <- function(fit, rows, call) {
  terms <- predictor_terms(fit$blueprint)
  within <- lapply(term_calls(terms), function(code) intersect(variables_in(code), names(rows)))
  factors <- attr(terms, "factors")
  of_terms <- lapply(seq_along(attr(terms, "term.labels")), function(term) {
    unique(unlist(within[factors[, term] > 0]))
  })
  assign <- assigned_terms(fit, rows, call)
  offset <- unique(c(unlist(within[attr(terms, "offset")]), fit$blueprint$offset$columns))
  strata <- unlist(within[row.names(factors) %in% fit$blueprint$strata$variables])
  lapply(rlang::set_names(names(rows)), function(name) {
    own <- which(vapply(of_terms, function(those) name %in% those, NA))
    others <- setdiff(unlist(of_terms[own]), name)
    list(
      columns = which(assign %in% own), others = as.character(others), alone = !length(others),
      part = if (name %in% offset) "offset" else if (name %in% strata) "strata" else "predictor"
    )
  })
}

# The term of each column.
assigned_terms <- function(fit, rows, call) {
  blueprint <- fit$blueprint
  few <- rows[seq_len(min(3, nrow(rows))), , drop = FALSE]
  offset <- if (!is.null(blueprint$offset)) numeric(nrow(few))
  forge_formula(blueprint, few, names(rows), "data", call, offset = offset)$assign
}

# Of a formula the names of variables, as it writes them, that are classes and made of this one.
made_classes <- function(fit, name) {
  blueprint <- fit$blueprint
  if (!inherits(blueprint, "nn_formula_blueprint")) return(character())
  terms <- predictor_terms(blueprint)
  written <- term_variables(terms)
  logical <- blueprint$frame_kinds[written] %in% "logical"
  classes <- logical | written %in% names(blueprint$levels)
  of_it <- vapply(term_calls(terms), function(code) name %in% variables_in(code), NA)
  written[classes & of_it]
}

variable_levels <- function(fit, name, column) {
  if (is.logical(column)) return(c(FALSE, TRUE))
  if (is.factor(column) || is.character(column)) {
    used <- unique(as.character(column))
    known <- fit$blueprint$levels[[name]] %||% levels(column) %||% sort(used)
    return(if (is.null(fit$blueprint$levels[[name]])) intersect(known, used) else known)
  }
  # A number of which the formula makes a factor, as `factor(cyl)` does.
  classes <- made_classes(fit, name)
  values <- if (length(classes) && is_numbers(column)) sort(unique(as.vector(column)))
  if (length(values) && any(length(values) <= lengths(fit$blueprint$levels[classes]))) values
}

variable_kind <- function(column, levels) {
  kinds <- c(factor = "factor", character = "string", logical = "logical", numeric = "number")
  kind <- column_kind(column)
  if (!kind %in% names(kinds) || !is.null(dim(column))) return("other")
  if (kind == "numeric" && !is.null(levels)) "factor" else kinds[[kind]]
}

# What the other variables are held at: a median, or the most frequent value, of several the first.
usual_value <- function(column, levels) {
  if (length(dim(column))) return(column[1, , drop = FALSE])
  if (is.null(levels) && is_numbers(column)) return(stats::median(column))
  if (is.null(levels)) return(column[1])
  counts <- tabulate(match(as.character(column), as.character(levels)), length(levels))
  like_column(levels[which.max(counts)], column)
}

# Values of a variable as its column has them: of a factor with its levels.
like_column <- function(values, column) {
  if (!is.factor(column)) return(values)
  factor(as.character(values), levels(column), ordered = is.ordered(column))
}

# One of them by its name.
one_variable <- function(variables, name, arg, call) {
  check_rule(name, rule("the name of a variable", rlang::is_string), arg, call)
  if (name %in% names(variables)) return(variables[[name]])
  # Not those that can not be moved, as in an offset.
  offered <- names(Filter(function(one) !any(one$part %in% c("offset", "strata")), variables))
  near <- nearest(name, offered)
  abort_nnfit("argument", c(
    "{.arg {arg}} must name a variable of the fit: {.val {beginning(offered)}}.",
    "x" = "{.val {beginning(name)}} is none.",
    "i" = if (length(near)) "Did you mean {.val {beginning(near)}}?"
  ), call)
}

refuse_no_predictors <- function(known, why, call) {
  if (length(known)) return(invisible())
  abort_nnfit("argument", c("{.arg fit} has no predictors.", "i" = "{why}"), call)
}
