# Which terms drop1() and add1() are asked for.

# Those that no interaction needs.
droppable_terms <- function(fit) {
  terms <- fit$blueprint$terms
  setdiff(stats::drop.scope(terms), strata_labels(terms))
}

# The labels of those of a scope.
terms_to_drop <- function(fit, scope, stepping, call) {
  fixed <- strata_labels(fit$blueprint$terms)
  check_scope_text(scope, call)
  named <- if (is.character(scope)) scope else labels(terms_of_scope(scope, fit, call))
  strange <- setdiff(named, labels(fit))
  if (length(strange) || !length(named)) {
    abort_nnfit("argument", c(
      "{.arg scope} must name terms of the model.",
      "x" = if (length(strange)) "These are none: {.val {beginning(strange)}}."
    ), call)
  }
  of_scope <- is.character(scope) && !stepping
  if (of_scope && any(named %in% fixed)) refuse_strata_change(intersect(named, fixed), call)
  # step() needs a row of the table, and takes none of NA.
  if (stepping && all(named %in% fixed)) named else setdiff(named, fixed)
}

# The calls of those that come, named by their labels.
terms_to_add <- function(fit, scope, call) {
  check_scope_text(scope, call)
  terms <- fit$blueprint$terms
  if (is.character(scope)) {
    added <- lapply(setdiff(scope, labels(fit)), read_label, call)
    names(added) <- setdiff(scope, labels(fit))
  } else {
    upper <- terms_of_scope(scope, fit, call)
    names <- try_scope(stats::add.scope(terms, upper), call)
    added <- lapply(match(names, labels(upper)), function(place) term_call(upper, place))
    names(added) <- names
  }
  if (!length(added)) refuse_nothing_to_add(call)
  special <- vapply(added, function(code) "strata" %in% all.names(code), NA)
  censored <- fit$outcome$kind == "survival"
  if (censored && any(special)) refuse_strata_change(names(added)[special], call)
  added
}

refuse_nothing_to_add <- function(call) {
  abort_nnfit("argument", c(
    "{.arg scope} must name a term that the model does not have yet.",
    "i" = "For example {.code add1(fit, ~ . + x)}."
  ), call)
}

check_scope_text <- function(scope, call) {
  check_rule(scope, rule("a formula, such as `~ . + x`, or names of terms", function(x) {
    rlang::is_formula(x) || is.character(x) && length(x) > 0 && !anyNA(x)
  }), "scope", call)
}

# A name of a term that is none of the model.
read_label <- function(label, call) {
  code <- term_of_label(label)
  if (is.null(code)) {
    abort_nnfit("argument", c(
      "{.arg scope} must name terms of a formula, not {.val {label}}.",
      "i" = "A comparison in an interaction goes into {.code I()}, as in {.code I(x > 3):z}."
    ), call)
  }
  code
}

# Those of a formula in which `.` stands for what is there.
terms_of_scope <- function(scope, fit, call) {
  check_scope_text(scope, call)
  # A block of code is no term, and would be run.
  if ("{" %in% all.names(scope)) refuse_scope(describe(scope), call)
  try_scope(stats::terms(changed_terms(fit$blueprint$terms, scope)), call)
}

# What stats finds wrong on its way can only be the terms.
try_scope <- function(code, call) {
  tryCatch(code, error = function(error) refuse_scope(conditionMessage(error), call))
}

refuse_scope <- function(said, call) {
  abort_nnfit("argument", c("{.arg scope} must name terms of a formula.", "x" = "{said}"), call)
}

strata_labels <- function(terms) {
  names <- labels(terms)
  Filter(function(name) {
    place <- match(name, names)
    used <- attr(terms, "factors")[, place] > 0
    all(vapply(term_calls(terms)[used], is_special, NA, "strata"))
  }, names)
}

is_strata_label <- function(name, fit) name %in% strata_labels(fit$blueprint$terms)

refuse_strata_change <- function(names, call) {
  abort_nnfit("argument", c(
    "{.arg scope} must not name strata: {.code {beginning(names)}}.",
    "x" = "Likelihoods of other risk sets can not be compared."
  ), call)
}
