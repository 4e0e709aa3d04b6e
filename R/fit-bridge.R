# The bridge: everything that a user can get wrong is refused here or before;
# then one crossing into Python.
nn_fit_bridge <- function(design, outcome, options, call, formula = NULL, na_action = NULL) {
  task <- check_task(design, outcome, options, na_action, call)
  design <- task$design
  outcome <- task$outcome
  options <- task$options
  beside <- options[c("bootstrap", "restarts", "processes")]
  arguments <- core_arguments(design$x, outcome, options)
  result <- train_core("fit", c(arguments, beside), call, options$isolate)
  make <- function() new_nn_fit(result, design, outcome, options, formula, call_as_written(call))
  stop_if_failed(arguments$callback, make, call)
  fit <- deliver(
    make, result$interrupted, function(fit) interrupted_words(fit, options), call,
    options$checkpoint
  )
  finish_progress(arguments$progress, fit)
  tell_own_loss(fit$options$loss)
  warn_fit(fit, call)
  warn_replicates(fit$replicates, call, fit$options)
  if (options$keep_data) fit else without_data(fit)
}

# What data and options must be to each other; gives them without the rows in which
# something is missing, and the weights, the validation and the seed as they cross.
# `na_action`: what is yet to be done about missing values, if anything is.
check_task <- function(design, outcome, options, na_action, call) {
  rows <- nrow(design$x)
  check_same_rows(rows, outcome_rows(outcome), call)
  options["weights"] <- list(check_weights(options$weights, rows, call))
  if (has_trials(outcome, options$family)) {
    trials <- trials_of(outcome, options, call)
    outcome <- trials$outcome
    options$weights <- trials$weights
  }
  offset <- check_offset(options$offset, rows, call, row_names = design$row_names)
  options["offset"] <- list(by_outcome(offset, outcome$names %||% outcome$levels, "offset", call))
  task <- list(design = design, outcome = outcome, options = options)
  if (!is.null(na_action)) task <- complete_task(task, as_na_action(na_action, call), call)
  check_finite(task$design$x, design$arg, call)
  check_finite(task$outcome$values, if (design$arg == "x") "y" else "data", call)
  check_survival(task$outcome, if (design$arg == "x") "y" else "data", call)
  for (arg in c("weights", "offset")) {
    if (!is.null(task$options[[arg]])) check_finite(task$options[[arg]], arg, call)
  }
  check_loss(options$loss, outcome, call, options$family)
  check_start_names(options$start, task$design, call)
  task$options$embed <- task$design$embed
  validation <- resolve_validation(options$validation, task$design, task$outcome, options, call)
  task$options["validation"] <- list(validation)
  task$options <- settle_seed(task$options)
  task
}

# As Python has multiplied them: a number for each class, in the order of the levels.
class_weighted <- function(weights, outcome, class_weights) {
  if (is.null(class_weights)) return(weights)
  as.double(class_weights)[as.vector(outcome$values) + 1] * (weights %||% 1)
}

# The user's own weights, by which metrics are: those of classes are of the loss alone. Fits of
# before may have a class of weight 0: its rows had none, and have none.
own_weights <- function(fit) {
  classes <- fit$options$class_weights
  if (is.null(classes) || is.null(fit$weights)) return(fit$weights)
  each <- as.double(classes)[as.vector(fit$outcome$values) + 1]
  own <- ifelse(each > 0, fit$weights / each, 0)
  if (any(own != 1)) own
}

# Columns are matched by place: a fit to others, or in another order, is no start.
check_start_names <- function(start, design, call) {
  before <- start$columns$names
  now <- design$columns$names
  if (is.null(start) || is.null(before) || is.null(now) || identical(before, now)) return()
  abort_nnfit("argument", c(
    "{.arg start} is a fit to other columns, or to these in another order.",
    "x" = "Its columns: {.val {before}}.", "x" = "Here: {.val {now}}."
  ), call)
}

# The seed as it crosses. Whether it was drawn counts for a checkpoint: where there is one,
# its seed goes on.
settle_seed <- function(options) {
  options$drawn <- is.null(options$seed)
  options["seed"] <- list(resolve_seed(options$seed))
  options
}

resolve_seed <- function(seed) {
  if (is.null(seed)) return(sample.int(.Machine$integer.max, 1))
  if (is.na(seed)) NULL else seed
}

call_as_written <- function(frame, generic = quote(nn_fit)) {
  call <- rlang::frame_call(frame)
  attributes(call) <- NULL
  if (any(are_dots(call))) call <- with_dots(call, caller_of(frame))
  # R says nn_fit.formula(), which a user can not call.
  call[[1]] <- generic
  call
}

# From where the function was called whose frame this is; a method's generic likewise.
caller_of <- function(frame) {
  number <- which(vapply(sys.frames(), identical, NA, frame))
  parent <- sys.parents()[number[1]]
  if (parent == number[1]) environment_of_call(frame) else sys.frame(parent)
}

are_dots <- function(call) vapply(as.list(call), identical, NA, quote(...))

names_in_data <- c("", "x", "y", "formula", "data", "weights", "subset", "offset", "folds")

# The `...` of a function of the user's own, from which it was called: what it stands for
# is known in that function alone, so options are written as the values that they have.
# What is looked up in the data stays as it was written.
with_dots <- function(call, user) {
  written <- as.list(eval(quote(substitute(list(...))), user))[-1]
  names <- rlang::names2(written)
  for (i in seq_along(written)) {
    numbered <- is.symbol(written[[i]]) && grepl("^[.][.][0-9]+$", as.character(written[[i]]))
    looked_up <- names[i] %in% names_in_data
    if (numbered || !looked_up) written[i] <- list(eval(call("...elt", i), user))
  }
  as.call(append(as.list(call)[!are_dots(call)], written, which(are_dots(call)) - 1))
}

# Functions of R and of other packages read the data of a model as `fit$call$data`.
with_named_data <- function(call) {
  names <- rlang::names2(call)
  if ("data" %in% names) return(call)
  unnamed <- which(!nzchar(names))[-1] # which begin with the function, and then the formula
  if (!any(c("formula", "x") %in% names)) unnamed <- unnamed[-1]
  if (length(unnamed)) names(call) <- replace(names, unnamed[1], "data")
  call
}

# One outcome to which a module trains several outputs: a name for each of them.
spread_names <- function(outcome, result) {
  number <- result$options$n_outputs
  name <- outcome$names
  spread <- result$options$own_model && outcome$kind == "numeric" && length(name) == 1 && number > 1
  if (spread) outcome$names <- paste0(name, "_", seq_len(number))
  outcome
}

# What Python gives, and what R knows beside it. An entry may be NULL: names(fit)
# are the same for all.
new_nn_fit <- function(result, design, outcome, options, formula, call) {
  outcome <- spread_names(outcome, result)
  beside <- beside_fit(design, outcome, options, formula, call, result$options)
  structure(c(beside, read_fit(result)), class = "nn_fit")
}

# `used`: the options as Python has settled them; of a fit that is yet to be trained, none.
beside_fit <- function(design, outcome, options, formula, call, used = NULL) {
  list(
    call = if (is.null(formula)) call else with_named_data(call),
    formula = formula,
    blueprint = design$blueprint,
    columns = design$columns,
    outcome = outcome,
    weights = class_weighted(options$weights, outcome, used$class_weights),
    offset = options$offset,
    row_names = design$row_names,
    kept = if (length(design$kept) < design$given) design$kept,
    na_action = design$na_action,
    seed = taken_seed(options, used),
    module_key = remember_module(options$model),
    own_loss = attr(options$loss, "own"),
    given_family = options$family
  )
}
