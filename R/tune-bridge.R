# From what was asked of a search to what it has found: one crossing.

nn_tune_bridge <- function(design, outcome, options, asked, search, call, formula = NULL,
                           na_action = NULL) {
  check_search(search, options, outcome$kind, call)
  space <- core_space(asked, outcome, call)
  if (!is.null(search$validation)) options["validation"] <- list(search$validation)
  task <- check_task(design, outcome, options, na_action, call)
  folds <- if (is.null(search$validation)) {
    read_folds(search$folds %||% 5, search$repeats, task$design, call)
  }
  arguments <- search_arguments(task, space, search, folds$dealt)
  made <- train_core("tune", arguments, call, task$options$isolate)
  asked$written <- search_call(call, asked, search)
  make <- function() new_nn_tune(made, task, asked, search, formula, call, folds$labels)
  found <- deliver(make, made$interrupted, describe_search_done, call, arguments$checkpoint$path)
  tell_own_loss(task$options$loss)
  if (!is.null(found$fit)) warn_fit(found$fit, call)
  found
}

check_search <- function(search, options, outcome, call) {
  refuse_replicates(options, "a search", call)
  for (name in c("callback", "start")) {
    if (!is.null(options[[name]])) {
      abort_nnfit("argument", c(
        "{.arg {name}} is not an option of {.fn nn_tune}: it is for one fit, and there are many."
      ), call)
    }
  }
  if (length(options$metrics)) {
    abort_nnfit("argument", c(
      "{.arg metrics} is not an option of {.fn nn_tune}: they are measured in each epoch of a fit.",
      "i" = "Give the {.arg metric} to judge by."
    ), call)
  }
  for (name in setdiff(search_names, c("folds", "validation"))) {
    check_option(search[[name]], name, call, outcome)
  }
  check_ways(search, call)
}

# What of a search goes with what else of it.
check_ways <- function(search, call) {
  if (search$method == "grid" && !is.null(search$candidates)) {
    abort_nnfit("argument", c(
      "{.arg candidates} must be `NULL` with {.code method = \"grid\"}, which has all combinations."
    ), call)
  }
  if (is.null(search$validation)) return(invisible())
  check_option(search$validation, "validation", call)
  if (!is.null(search$folds) || search$repeats > 1) {
    name <- if (is.null(search$folds)) "repeats" else "folds"
    abort_nnfit("argument", c(
      "{.arg {name}} does not go with {.arg validation}: rows are held out once.",
      "i" = "Leave one of the two out."
    ), call)
  }
  if (identical(search$validation, 0)) {
    abort_nnfit("argument", c(
      "{.arg validation} must hold out some rows to judge by, not 0.",
      "i" = "Leave it out: then rows are dealt into folds."
    ), call)
  }
}

# Splits of rsample as the rows that they hold out.
search_splits <- function(search, data, call) {
  search["validation"] <- list(split_rows(search$validation, data, call))
  search["folds"] <- list(split_folds(search$folds, data, call))
  search
}

# `folds`: as they cross; NULL: rows are held out once.
search_arguments <- function(task, space, search, folds) {
  arguments <- core_arguments(task$design$x, task$outcome, task$options)
  arguments[c("callback", "start", "metrics", names(space))] <- NULL
  if (is.null(search$validation)) arguments$validation <- NULL
  given <- search[setdiff(search_names, c("validation", "folds"))]
  c(arguments, list(space = space, folds = folds, processes = task$options$processes), given)
}
