# What a formula means, in numbers: from this Python makes the columns of a fit of a data
# frame (core/formula). What can not be said in numbers is named there when it is needed.

# A list for encode_tree(), in which what is always a list is one.
formula_meaning <- function(fit) {
  blueprint <- fit$blueprint
  outcome <- list(outcome_names = as.list(fit$outcome$names))
  if (!inherits(blueprint, "nn_formula_blueprint")) {
    names <- fit$columns$names
    plain <- tells_apart(names) && is.null(fit$columns$shape)
    return(c(list(text = NULL, feature_names = if (plain) as.list(names)), outcome))
  }
  terms <- predictor_terms(blueprint)
  factors <- meant_factors(terms, blueprint)
  used <- which(rowSums(factors) > 0)
  c(
    list(text = deparse1(stats::formula(terms)), feature_names = NULL), outcome,
    list(
      variables = unname(lapply(used, meant_variable, terms, blueprint)),
      factors = factors[used, , drop = FALSE], offsets = meant_offsets(terms, blueprint),
      names = as.list(fit$columns$names)
    )
  )
}

# Variables by terms: 1 by contrasts, 2 by a column for each level; without the strata. As
# model.matrix() has it, the first factor of a formula without intercept has all levels: of those
# that it is given, which strata are only where something depends on them.
meant_factors <- function(terms, blueprint) {
  factors <- attr(terms, "factors")
  if (!length(factors)) {
    variables <- length(attr(terms, "variables")) - 1
    return(matrix(0L, variables, 0))
  }
  factors <- unname(factors)
  storage.mode(factors) <- "integer"
  dropped <- seq_len(ncol(factors)) %in% blueprint$strata$terms
  if (attr(terms, "intercept") == 0) {
    classes <- vapply(term_variables(terms), function(name) {
      !is.null(meant_levels(name, blueprint)) && !name %in% blueprint$embedded
    }, NA)
    given <- !dropped | isTRUE(blueprint$strata$interacts)
    first <- which(factors > 0 & classes & given[col(factors)])[1]
    if (!is.na(first)) factors[first] <- 2L
  }
  factors[, !dropped, drop = FALSE]
}

meant_levels <- function(name, blueprint) {
  known <- blueprint$levels[[name]]
  if (!is.null(known)) return(known)
  kind <- blueprint$frame_kinds[name]
  if (!is.na(kind) && kind == "logical") c("FALSE", "TRUE")
}

meant_variable <- function(place, terms, blueprint) {
  name <- term_variables(terms)[place]
  codes <- attr(terms, "predvars") %||% attr(terms, "variables")
  levels <- meant_levels(name, blueprint)
  embedded <- name %in% blueprint$embedded
  list(
    name = name, code = meant_code(codes[[place + 1]], blueprint$columns, environment(terms)),
    levels = if (!is.null(levels)) as.list(levels),
    contrasts = if (!is.null(levels) && !embedded) meant_contrasts(name, levels, blueprint),
    embedded = embedded
  )
}

meant_contrasts <- function(name, levels, blueprint) {
  given <- blueprint$contrasts[[name]] %||% "contr.treatment"
  if (is.character(given)) {
    given <- get(given, asNamespace("stats"), mode = "function")(levels)
  }
  matrix(as.double(given), length(levels))
}

# `terms` without the outcome; the argument `offset` is code too.
meant_offsets <- function(terms, blueprint) {
  places <- attr(terms, "offset")
  codes <- attr(terms, "predvars") %||% attr(terms, "variables")
  offsets <- lapply(places, function(place) {
    meant_code(codes[[place + 1]], blueprint$columns, environment(terms))
  })
  given <- blueprint$offset
  # One that was given as values is to be given again.
  if (is.null(given) || !length(given$columns)) return(offsets)
  c(offsets, list(meant_code(given$expression, given$columns, given$env)))
}

# A tree of columns, values and calls; what is made of no column is a value already.
meant_code <- function(code, columns, env) {
  if (is.symbol(code) && as.character(code) %in% columns) {
    return(list(column = as.character(code)))
  }
  if (!any(variables_in(code) %in% columns)) return(list(value = meant_value(code, env)))
  arguments <- as.list(code)[-1]
  names <- lapply(rlang::names2(code)[-1], function(name) if (nzchar(name)) name)
  list(
    call = called_name(code[[1]]), args = unname(lapply(arguments, meant_code, columns, env)),
    names = names
  )
}

meant_value <- function(code, env) {
  value <- if (is.language(code)) tryCatch(eval(code, env), error = function(e) NULL) else code
  plain_value(value)
}

plain_value <- function(value) {
  if (rlang::is_bare_list(value)) return(lapply(value, plain_value))
  if (is.factor(value)) value <- as.character(value)
  if (is.object(value)) return(NULL)
  if (is.character(value)) return(if (length(value) == 1) value[[1]] else as.list(unname(value)))
  if (is.numeric(value) || is.logical(value)) plain_numbers_of(value)
}

plain_numbers_of <- function(value) {
  if (is.matrix(value)) return(unname(value))
  if (length(value) == 1) value[[1]] else array(as.vector(value), length(value))
}
