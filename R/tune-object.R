# What nn_tune() returns: plain R data.

new_nn_tune <- function(made, task, asked, search, formula, call, labels = NULL) {
  results <- search_results(made, asked$space)
  chosen <- results[results$chosen, names(asked$space)]
  best <- lapply(as.list(chosen), function(value) if (is.list(value)) value[[1]] else value)
  found <- list(
    call = asked$written, formula = formula, results = results,
    scores = search_scores(made, labels), folds = search_dealt(made$folds),
    validation_rows = search_held_out(made$validation_rows),
    stages = search_stages(made$stages), best = best, fit = NULL, method = search$method,
    select = search$select, metric = made$metric, maximize = made$maximize,
    candidates = nrow(made$points), space = asked$space, rows = nrow(task$design$x),
    na_action = task$design$na_action, options = made$options, changed = made$changed,
    seed = taken_seed(task$options, list(seed = made$seed)), seconds = made$seconds
  )
  # as the assignment of NULL would take it away
  if (!is.null(made$fit)) {
    found$fit <- search_fit(made, task, asked, best, formula)
    found$fit$searched <- searched_lines(found) # for its report
  }
  structure(found, class = "nn_tune")
}

# A row for each candidate that was done, the best first.
search_results <- function(made, space) {
  order <- as.integer(made$order) + 1L
  points <- matrix(as.double(made$points), ncol = length(space))[order, , drop = FALSE]
  columns <- lapply(seq_along(space), function(i) axis_column(space[[i]], points[, i]))
  finite_or_na <- function(x) replace(as.double(x), !is.finite(as.double(x)), NA_real_)
  tibble::tibble(
    rank = seq_along(order), candidate = order,
    !!!stats::setNames(columns, names(space)),
    mean = finite_or_na(made$mean[order]), std_error = finite_or_na(made$std_error[order]),
    trained = as.integer(made$epochs[order]), stage = as.integer(made$stage[order]),
    stopped = vapply(made$stopped[order], worst_end, ""),
    chosen = order == as.integer(made$chosen) + 1L
  )
}

# A plain vector where all values are one number, word or flag each; else a list.
axis_column <- function(axis, places) {
  values <- lapply(places, value_at, axis = axis)
  single <- vapply(values, function(x) is.atomic(x) && length(x) == 1, NA)
  types <- unique(vapply(values, typeof, ""))
  types <- unique(replace(types, types == "integer", "double"))
  if (!all(single) || length(types) > 1) return(values)
  made <- unlist(values)
  whole <- is.numeric(made) && all(is.finite(made)) && all(made == trunc(made)) &&
    all(abs(made) < .Machine$integer.max)
  if (whole) as.integer(made) else made
}

# Why the fits of a candidate ended: what went wrong with one of them, or what most have.
worst_end <- function(stopped) {
  stopped <- as.character(unlist(stopped))
  if ("diverged" %in% stopped) return("diverged")
  names(which.max(table(stopped)))
}

search_scores <- function(made, labels) {
  scores <- matrix(as.double(made$scores), nrow = nrow(made$points))
  folds <- if (is.null(made$folds)) 1L else max(made$folds) + 1L
  fit <- as.vector(col(scores)) - 1L
  table <- tibble::tibble(
    candidate = as.vector(row(scores)), repetition = as.integer(fit %/% folds + 1L),
    fold = as.integer(fit %% folds + 1L),
    !!!if (!is.null(labels)) list(label = labels[fit %% folds + 1L]), score = as.vector(scores)
  )
  table <- table[!is.nan(table$score), ]
  table$score[!is.finite(table$score)] <- NA_real_
  table[order(table$candidate, table$repetition, table$fold), ]
}

search_dealt <- function(folds) {
  if (is.null(folds)) return(NULL)
  matrix(as.integer(folds) + 1L, nrow(folds))
}

# In the order of the data.
search_held_out <- function(rows) {
  if (!is.null(rows)) sort(as.integer(rows) + 1L)
}

search_stages <- function(stages) {
  if (is.null(stages)) return(NULL)
  tibble::tibble(candidates = as.integer(stages[, 1]), epochs = as.integer(stages[, 2]))
}

# As nn_fit() would have given it, and its call as one would write it.
search_fit <- function(made, task, asked, best, formula) {
  options <- task$options
  options$validation <- NULL
  call <- chosen_call(asked$written, best, made$seed, made$changed)
  new_nn_fit(made$fit, task$design, task$outcome, options, formula, call)
}
