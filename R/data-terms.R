# A formula's terms, worked out on its data, and what they use of the workspace.

formula_terms <- function(formula, data, call) {
  variables <- variables_in(formula)
  used <- if ("." %in% variables) names(data) else variables
  # terms() takes no blank name, used or not.
  check_unique_columns(names(data), c(used, intersect(names(data), "")), "data", call)
  environment(formula) <- own_environment(formula, data)
  terms <- try_data(stats::terms(formula, data = data), call)
  terms <- without_outcome(terms, data, call)
  if (is_special(terms[[2]], "Surv")) refuse_special_terms(terms, call)
  check_variables(terms, data, call)
  terms
}

# lm() drops the outcome where the formula names it as a predictor too.
without_outcome <- function(terms, data, call) {
  response <- rownames(attr(terms, "factors"))[attr(terms, "response")]
  if (!isTRUE(response %in% attr(terms, "term.labels"))) return(terms)
  warn_nnfit("outcome", c(
    "The outcome {.code {response}} is among the predictors of {.arg formula}.",
    "i" = "It is left out there, as in {.fn lm}."
  ), call)
  changes <- rlang::inject(. ~ . - !!terms[[2]])
  stats::terms(stats::update(stats::formula(terms), changes), data = data)
}

# What the formula itself uses of the workspace travels with the fit; the rest
# of the workspace does not. A function has its place beside a column of its name.
own_environment <- function(formula, data) {
  own <- new.env(parent = globalenv())
  called <- called_names(formula)
  used <- setdiff(variables_in(formula), c(names(data), "."))
  for (name in c(used, called)) {
    found <- find_own(name, environment(formula), if (name %in% used) "any" else "function")
    if (!is.null(found)) own[[name]] <- found
  }
  add_exported(own, called)
}

# all.vars() without the names of parts, such as `b` in `a$b`.
variables_in <- function(code) {
  if (rlang::is_call(code, c("$", "@"))) code <- code[[2]]
  if (!is.call(code)) return(all.vars(code))
  unique(unlist(lapply(as.list(code)[-1], variables_in)))
}

# The names that a formula uses as functions.
called_names <- function(formula) {
  names <- all.names(formula)
  variables <- all.names(formula, functions = FALSE)
  Filter(function(name) sum(names == name) > sum(variables == name), unique(names))
}

find_own <- function(name, env, mode) {
  top <- topenv(env)
  while (!identical(env, emptyenv())) { # of a constant
    if (exists(name, env, mode = mode, inherits = FALSE)) return(get(name, env, mode = mode))
    if (identical(env, top)) return(NULL)
    env <- parent.env(env)
  }
}

# An object of an attached package, such as `pi`, or `contr.sum` in
# `C(f, contr.sum)`. But a function can not be a predictor: `df` in `y ~ df` is the
# misspelt name of a column.
is_packaged <- function(name, terms) {
  packages <- parent.env(globalenv())
  itself <- name %in% vapply(as.list(attr(terms, "variables"))[-1], deparse1, "")
  exists(name, packages) && !(itself && is.function(get(name, packages)))
}

check_variables <- function(terms, data, call) {
  variables <- variables_in(attr(terms, "variables"))
  elsewhere <- ls(environment(terms), all.names = TRUE)
  absent <- Filter(
    function(name) !is_packaged(name, terms), setdiff(variables, c(names(data), elsewhere))
  )
  if (length(absent)) {
    near <- nearest(absent[1], names(data))
    abort_nnfit("data", c(
      "{.arg data} must have every column that is named in the formula.",
      "x" = "Not found: {.field {beginning(absent)}}.",
      "i" = if (length(near)) "Did you mean {.field {beginning(near)}}?"
        else "It has: {.field {beginning(names(data))}}."
    ), call)
  }
}

# Without the variables of which no term is left, such as `b` in `y ~ . - b`. (lm()
# drops the rows in which they are missing, and asks for them in new data.)
used_terms <- function(terms) {
  used <- used_variables(terms)
  if (all(used)) return(terms)
  factors <- attr(terms, "factors")
  if (length(factors)) attr(terms, "factors") <- factors[used, , drop = FALSE]
  for (part in c("variables", "predvars")) {
    if (!is.null(attr(terms, part))) attr(terms, part) <- attr(terms, part)[c(TRUE, used)]
  }
  attr(terms, "dataClasses") <- attr(terms, "dataClasses")[term_variables(terms)]
  # The response is the first of them anyway.
  if (length(attr(terms, "offset"))) attr(terms, "offset") <- cumsum(used)[attr(terms, "offset")]
  terms
}

used_variables <- function(terms) {
  number <- length(attr(terms, "variables")) - 1
  factors <- attr(terms, "factors")
  used <- if (length(factors)) rowSums(factors > 0) > 0 else rep(FALSE, number)
  used[c(attr(terms, "response"), attr(terms, "offset"))] <- TRUE
  unname(used)
}

# Functions that a formula calls by name alone, and the packages that have them.
exported <- c(Surv = "survival", strata = "survival", ns = "splines", bs = "splines")

# These are theirs where nothing else has the name, as Surv() and strata() are in coxph().
add_exported <- function(env, called) {
  for (name in intersect(names(exported), called)) {
    package <- exported[[name]]
    lacks <- !exists(name, env, mode = "function") && requireNamespace(package, quietly = TRUE)
    if (lacks) assign(name, getExportedValue(package, name), env)
  }
  env
}
