# What an importance is of: variables, or groups of them, and the columns that follow from each.

# `players`: a list by name of the names of variables; `columns`: for each column of the design the
# numbers of the players that it follows from.
importance_terms <- function(fit, rows, variables, groups, type, call) {
  known <- explained_variables(fit, rows$rows, call)
  known <- Filter(function(one) length(one$columns) > 0, known)
  refuse_no_predictors(known, "An intercept alone owes nothing to a variable.", call)
  groups <- check_groups(groups, names(known), call)
  grouped <- unlist(groups, use.names = FALSE)
  single <- setdiff(names(known), grouped)
  players <- c(stats::setNames(as.list(single), single), groups)
  # In the order of the variables.
  players <- players[order(vapply(players, function(one) min(match(one, names(known))), 1))]
  wanted <- check_wanted(variables, names(players), type, call)
  list(players = players, wanted = wanted, columns = columns_of_players(players, known, fit))
}

columns_of_players <- function(players, known, fit) {
  number <- fit$options$n_features
  within <- lapply(players, function(names) {
    unique(unlist(lapply(known[names], `[[`, "columns")))
  })
  lapply(seq_len(number), function(column) {
    unname(which(vapply(within, function(places) column %in% places, NA)))
  })
}

check_groups <- function(groups, known, call) {
  if (is.null(groups) || identical(groups, list())) return(list())
  named <- rlang::is_bare_list(groups) && rlang::is_named(groups)
  words <- named && all(vapply(groups, is.character, NA)) && all(lengths(groups) > 0)
  if (!words) {
    abort_nnfit("argument", c(
      "{.arg groups} must be a named list of names of variables, not {describe(groups)}.",
      "i" = "For example {.code list(size = c(\"wt\", \"disp\"))}."
    ), call)
  }
  check_known(unlist(groups), known, "groups", call)
  all <- unlist(groups, use.names = FALSE)
  twice <- unique(c(
    all[duplicated(all)], intersect(names(groups), setdiff(known, all)),
    names(groups)[duplicated(names(groups))]
  ))
  if (length(twice)) {
    abort_nnfit("argument", c(
      "{.arg groups} must have each variable once, and names that are no variable's beside.",
      "x" = "Twice: {.val {beginning(twice)}}."
    ), call)
  }
  groups
}

check_known <- function(names, known, arg, call) {
  unknown <- setdiff(names, known)
  if (!length(unknown)) return(invisible())
  near <- nearest(unknown[1], known)
  abort_nnfit("argument", c(
    "{.arg {arg}} must name variables of the fit: {.val {beginning(known)}}.",
    "x" = "{.val {beginning(unknown)}} {?is/are} none.",
    "i" = if (length(near)) "Did you mean {.val {near}}?"
  ), call)
}

# The terms to report: those that are named and all groups. Shapley values need all.
check_wanted <- function(variables, terms, type, call) {
  if (is.null(variables)) return(terms)
  if (!is.character(variables) || !length(variables) || anyNA(variables)) {
    abort_nnfit("argument", c(
      "{.arg variables} must be names of variables, or {.code NULL}, not {describe(variables)}."
    ), call)
  }
  check_known(variables, terms, "variables", call)
  intersect(terms, variables)
}

is_name_pair <- function(x) is.character(x) && length(x) == 2 && !anyNA(x) && x[1] != x[2]

# Pairs of numbers of terms.
importance_pairs <- function(interactions, terms, call) {
  if (rlang::is_bool(interactions)) {
    if (!interactions || length(terms) < 2) return(list())
    return(utils::combn(length(terms), 2, simplify = FALSE))
  }
  if (is.character(interactions)) interactions <- list(interactions)
  if (!rlang::is_bare_list(interactions) || !all(vapply(interactions, is_name_pair, NA))) {
    abort_nnfit("argument", c(
      "{.arg interactions} must be {.code TRUE}, {.code FALSE} or a list of pairs of names, not
        {describe(interactions)}.",
      "i" = "For example {.code list(c(\"wt\", \"hp\"))}."
    ), call)
  }
  check_known(unlist(interactions), terms, "interactions", call)
  unique(lapply(interactions, function(pair) sort(match(pair, terms))))
}

most_pairs <- 500 # of terms that are not named: all of 32

# All pairs, where `variables` says which terms are wanted: those with one of them.
pairs_with <- function(pairs, terms, call) {
  wanted <- match(terms$wanted, names(terms$players))
  pairs <- Filter(function(pair) any(pair %in% wanted), pairs)
  if (length(pairs) <= most_pairs) return(pairs)
  abort_nnfit("argument", c(
    "{.arg interactions} {.code TRUE} would take {with_commas(length(pairs))} pairs, and takes
      {most_pairs} at most.",
    "i" = "Name some of the terms in {.arg variables}, whose pairs with all others are taken then,
      or give a list of pairs."
  ), call)
}
