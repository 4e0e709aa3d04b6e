# nn_fit(keep_data = FALSE): a fit without what grows with the rows that it was trained on. Where
# these are asked for, it refuses as a fit on files does, which never had them.

# `rows` counts them; that it knows `nobs` tells such a fit from one on files.
without_data <- function(fit) {
  if (!is.null(fit$rows)) return(fit) # small already, or on files
  fit$rows <- c(
    row_counts(fit),
    nobs = stats::nobs(fit), used = sum(used_rows(fit)), missing = length(fit$na_action),
    weighted = as.integer(!is.null(fit$weights))
  )
  dropped <- intersect(fields_of_rows, names(fit))
  fit[dropped] <- list(NULL)
  fit[intersect(seldom_there, dropped)] <- NULL
  fit$outcome["values"] <- list(NULL)
  fit$outcome$strata <- NULL
  fit$outcome$trials <- NULL
  fit["own_loss"] <- list(NULL) # with all that it was defined beside
  fit <- formula_alone(fit)
  fit$call <- without_values(fit$call, environment(fit$formula) %||% globalenv())
  if (!is.null(fit$blueprint$recipe)) fit$blueprint$recipe <- recipe_alone(fit$blueprint$recipe)
  settle_promises(fit$given_family)
  fit
}

fields_of_rows <- c(
  "weights", "offset", "row_names", "kept", "na_action", "validation_rows", "fitted",
  "fitted_link", "held_out"
)

# The fields that not every fit has are left out where they are empty.
seldom_there <- c("fitted_link", "held_out")

keeps_no_data <- function(fit) "nobs" %in% names(fit[["rows"]])

# Why a fit does not hold its rows, as words behind "A fit".
why_no_rows <- function(fit) {
  if (keeps_no_data(fit)) return("with `keep_data = FALSE`")
  if (is_of_python(fit)) "from Python" else "on files"
}

# What would be NULL, as if there had been none. `count`: of what was dropped, in `rows`.
refuse_dropped <- function(fit, count, what, call) {
  if (keeps_no_data(fit) && fit$rows[[count]] > 0) {
    abort_nnfit("argument", "A fit with {.code keep_data = FALSE} does not hold {what}.", call)
  }
}

# do.call(), and packages that build calls, write values into them: data, functions with what is
# beside them, formulas with the place where they are from.
without_values <- function(call, own) {
  given <- as.list(call)
  for (i in seq_along(given)[-1]) {
    value <- given[[i]]
    name <- rlang::names2(given)[i]
    of_rows <- name %in% c(arguments_of_rows, "") && !is.language(value) && NROW(value) > 1
    if (inherits(value, "family")) settle_promises(value)
    if (inherits(value, "formula")) {
      environment(given[[i]]) <- own
    } else if (of_rows || is.function(value)) {
      given[[i]] <- as.name(paste0("<", name, ">"))
    }
  }
  as.call(given)
}

arguments_of_rows <- c("x", "y", "data", "weights", "offset", "subset", "validation", "start")

# The functions of a family are closures over the arguments that it was made of: as promises,
# which hold on to the place where they were written until they are kept. Those that can not be
# kept (the name of a link without quotes) have been used by their text.
settle_promises <- function(family) {
  for (part in Filter(is.function, family)) {
    env <- environment(part)
    if (is.null(env) || isNamespace(env) || !isNamespace(parent.env(env))) next
    for (name in ls(env, all.names = TRUE)) {
      tryCatch(get(name, env), error = function(error) rm(list = name, envir = env))
    }
  }
}

# What the formula found in the workspace with a value for each row has no part in predictions,
# which ask newdata for it. Another fit may share the environment that has it.
formula_alone <- function(fit) {
  blueprint <- fit$blueprint
  if (!inherits(blueprint, "nn_formula_blueprint")) return(fit)
  before <- environment(blueprint$terms)
  there <- as.list(before, all.names = TRUE)
  by_row <- setdiff(c(blueprint$columns, blueprint$outcomes), names(blueprint$kinds))
  if (!any(by_row %in% names(there))) return(fit)
  own <- list2env(there[setdiff(names(there), by_row)], parent = parent.env(before))
  hand_places_on(before, own)
  environment(fit$formula) <- own
  for (part in c("terms", "predictors")) environment(fit$blueprint[[part]]) <- own
  fit
}

# The steps of a recipe keep the place where they were written, but use it no more: a trained
# step has the names of its columns, and `terms` only say how these were chosen.
recipe_alone <- function(recipe) {
  recipe$steps <- lapply(recipe$steps, function(step) {
    if (rlang::is_quosures(step$terms)) {
      step$terms <- rlang::as_quosures(lapply(step$terms, rlang::quo_set_env, globalenv()))
    }
    step
  })
  recipe["template"] <- list(NULL)
  recipe
}

# butcher::butcher() makes any model small, by generics of its own; all of them do the same here.
register_butcher <- function() {
  if (isNamespaceLoaded("butcher")) register_axes(asNamespace("butcher"))
  setHook(packageEvent("butcher", "onLoad"), function(...) register_axes(asNamespace("butcher")))
}

register_axes <- function(namespace) {
  axe <- function(x, verbose = FALSE, ...) without_data(x)
  for (generic in c("axe_call", "axe_data", "axe_env", "axe_fitted")) {
    registerS3method(generic, "nn_fit", axe, envir = namespace)
  }
}
