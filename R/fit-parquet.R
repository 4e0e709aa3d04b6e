# nn_fit() on Parquet files by path: the formula is worked out on a few rows
# that stand for all; the core makes the same design of every row it reads.

nn_fit_parquet <- function(formula, path, rows, call, ...,
                           shuffle = TRUE, shuffle_buffer = NULL, fully_shard = FALSE) {
  order <- check_order(shuffle, shuffle_buffer, fully_shard, call)
  task <- parquet_task(formula, path, rows, call, ...)
  processes <- task$options$processes
  arguments <- c(parquet_arguments(task), order, list(processes = processes))
  # Other processes have the fit to start from as a file.
  if (processes > 1) arguments["start"] <- list(whole_start(task$options$start))
  fit_parquet(arguments, task, call)
}

# What a formula asks to be fitted on files.
parquet_task <- function(formula, path, rows, call, ...) {
  options <- without_memory_only(collect_options(..., call = call), call)
  refuse_own_loss(options$loss, call)
  kinds <- parquet_kinds(path, "data", call, options$isolate)
  plain <- plain_formula(formula, kinds, call)
  weights <- column_argument(rows$weights, "weights", kinds, call)
  offset <- column_argument(rows$offset, "offset", kinds, call)
  columns <- union(intersect(names(kinds), all.vars(plain)), offset)
  all_rows <- is.null(weights) && (is_path(options$validation) || identical(options$validation, 0))
  found <- scan_parquet(path, kinds, c(columns, weights), "data", call, options$isolate, all_rows)
  check_weights_range(found$ranges[[weights %||% ""]], weights, call)
  by_column <- list(offset = if (!is.null(offset)) rlang::quo(!!as.name(offset)), na_action = NULL)
  stand_in <- parquet_frame(kinds[columns], found)
  design <- design_formula(plain, stand_in, call, by_column, options$embed)
  options$embed <- design$embed
  # `- 1` leaves a column out; a module of the user's own has the biases that it has.
  options$bias <- options$bias & (design$intercept || !is.null(options$model))
  environment(formula) <- environment(design$blueprint$terms)
  outcome <- as_outcome(design$y, "data", call)
  refuse_trials(outcome, options$family, call)
  check_loss(options$loss, outcome, call, options$family)
  named <- outcome_columns(design$blueprint$terms, found, kinds)
  plan <- parquet_design(design$blueprint, named, weights, call)
  options["validation"] <- list(parquet_validation(options, found, kinds, columns, call))
  list(
    path = path.expand(path), plan = plan, design = without_stand_in(design),
    outcome = replace(outcome, "values", list(NULL)), options = settle_seed(options),
    formula = formula
  )
}

# The fit must not hold the values and names of the rows that stand for all as if they were data.
without_stand_in <- function(design) {
  design["row_names"] <- list(NULL)
  design
}

# Options that need the rows in memory: refused, unless at their defaults.
without_memory_only <- function(options, call, defaults = formals(nn_options)) {
  memory_only <- intersect(names(options), memory_only_options())
  for (name in memory_only) {
    if (!identical(options[[name]], eval(defaults[[name]]))) {
      abort_nnfit("argument", c(
        "{.arg {name}} can not be used where {.arg data} is a path: it needs the rows in memory."
      ), call)
    }
  }
  options[setdiff(names(options), memory_only)]
}

# How rows and parameters are shared out; beyond their kind it is the core that judges.
check_order <- function(shuffle, shuffle_buffer, fully_shard, call) {
  check_option(shuffle, "shuffle", call)
  check_option(shuffle_buffer, "shuffle_buffer", call)
  check_option(fully_shard, "fully_shard", call)
  list(shuffle = shuffle, shuffle_buffer = shuffle_buffer, fully_shard = fully_shard)
}

# What crosses.
parquet_arguments <- function(task) {
  arguments <- core_arguments(NULL, task$outcome, task$options)
  arguments <- arguments[setdiff(names(arguments), c("x", "y", "weights", "offset"))]
  c(list(task$path, task$plan), arguments)
}

whole_start <- function(start) if (!is.null(start)) plain_fields(start)

# One call of the core.
fit_parquet <- function(arguments, task, call) {
  options <- task$options
  result <- train_core("fit_design", arguments, call, options$isolate)
  make <- function() {
    new_nn_fit(result, task$design, task$outcome, options, task$formula, call_as_written(call))
  }
  stop_if_failed(arguments$callback, make, call)
  fit <- deliver(
    make, result$interrupted, function(fit) interrupted_words(fit, options), call,
    options$checkpoint
  )
  finish_progress(arguments$progress, fit)
  warn_fit(fit, call)
  fit
}

# The formula with `.` and `- column` worked out; every variable in it must be a
# column as it is in the files.
plain_formula <- function(formula, kinds, call) {
  check_two_sided(formula, call)
  frame <- parquet_frame(kinds)
  simple <- try_data(stats::terms(formula, data = frame, simplify = TRUE), call)
  terms <- formula_terms(stats::formula(simple), frame, call)
  check_columns(frame[intersect(all.vars(terms), names(frame))], "data", call)
  outcome <- attr(terms, "variables")[[2]]
  if (is_special(outcome, "Surv")) refuse_survival_files(call)
  if (rlang::is_call(outcome, "cbind")) outcome <- as.list(outcome)[-1]
  predictors <- lapply(as.list(attr(terms, "variables"))[-(1:2)], within_offset)
  variables <- c(outcome, predictors)
  made <- Filter(function(x) !is.symbol(x) || !as.character(x) %in% names(kinds), variables)
  if (length(made)) {
    abort_nnfit("argument", c(
      "{.arg formula} must name columns as they are where {.arg data} is a path.",
      "x" = "It has {.code {rlang::expr_text(made[[1]])}}.",
      "i" = "Store that in the files as a column of its own."
    ), call)
  }
  stats::formula(simple)
}

# `offset(z)` needs the column `z`.
within_offset <- function(variable) {
  if (rlang::is_call(variable, "offset", n = 1)) variable[[2]] else variable
}

# A column by its name, written as with a data frame or as a string.
column_argument <- function(quosure, arg, kinds, call) {
  written <- rlang::quo_get_expr(quosure)
  column <- is.symbol(written) && as.character(written) %in% names(kinds)
  name <- if (column) as.character(written) else eval_rows(quosure, arg, NULL, call)
  if (is.null(name)) return(NULL)
  if (!is_path(name) || !identical(unname(kinds[name]), "number")) {
    abort_nnfit("argument", c(
      "{.arg {arg}} must be the name of a column of numbers where {.arg data} is a path."
    ), call)
  }
  name
}

check_weights_range <- function(range, name, call) {
  if (!is.null(name) && (range[1] < 0 || range[2] == 0)) {
    abort_nnfit("argument", "{.arg weights} must be finite, at least 0, and not all 0.", call)
  }
}

# The outcome's columns and, where it has classes, their levels.
outcome_columns <- function(terms, found, kinds) {
  columns <- all.vars(attr(terms, "variables")[[2]])
  levels <- found$levels[intersect(columns, names(found$levels))]
  logical <- kinds[names(levels)] == "logical"
  levels[logical] <- lapply(levels[logical], logical_levels)
  list(columns = columns, levels = levels)
}

parquet_validation <- function(options, found, kinds, columns, call) {
  validation <- options$validation
  isolate <- options$isolate
  if (is.numeric(validation)) {
    check_share(validation, found$rows, call)
    return(validation)
  }
  if (!is_path(validation)) {
    abort_nnfit("argument", c(
      "{.arg validation} must be a share of the rows, or a path, where {.arg data} is a path."
    ), call)
  }
  held_out <- parquet_kinds(validation, "validation", call, isolate)
  check_new_columns(as.list(held_out), columns, "validation", call)
  check_parquet_kinds(held_out, kinds[columns], "validation", call)
  new <- scan_parquet(validation, held_out, columns, "validation", call, isolate)$levels
  check_new_levels(new, found$levels, "validation", call)
  path.expand(validation)
}

check_new_levels <- function(levels, known, arg, call) {
  for (name in intersect(names(levels), names(known))) {
    new <- setdiff(as.character(levels[[name]]), as.character(known[[name]]))
    if (length(new)) {
      abort_nnfit("data", c(
        "{.arg {arg}} must have the levels that the model was fitted on.",
        "x" = "New in {.field {name}}: {.val {as_shown(new)}}."
      ), call)
    }
  }
}
