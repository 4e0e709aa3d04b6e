#' @rdname nn_fit
#' @export
nn_options <- function(hidden_units = integer(), activation = "relu",
                       bias = TRUE, dropout = 0,
                       loss = NULL, reduction = "mean",
                       optimizer = NULL, learn_rate = NULL,
                       momentum = 0, penalty = 0,
                       epochs = NULL, batch_size = NULL,
                       validation = 0, stop_iter = Inf,
                       scale = TRUE, weights = NULL, seed = NULL,
                       bootstrap = 0, restarts = 1,
                       dtype = NULL, device = "auto", engine = "auto",
                       model = NULL, progress = interactive(),
                       call = rlang::caller_env()) {
  options <- mget(option_names)
  given <- names(match.call()) # defaults need no check
  for (name in intersect(option_names, given)) check_option(options[[name]], name, call)
  options$activation <- per_layer_activation(activation, length(hidden_units), call)
  options["loss"] <- list(optional_component("loss", loss, call))
  options["optimizer"] <- list(optional_component("optimizer", optimizer, call))
  check_together(options, call)
  check_replicates(options, call)
  class(options) <- "nn_options"
  options
}

option_names <- setdiff(names(formals(nn_options)), "call")

optional_component <- function(kind, value, call) {
  if (is.null(value)) NULL else as_component(kind, value, kind, call)
}

per_layer_activation <- function(activation, layers, call) {
  one <- is.list(activation) && any(rlang::have_name(activation))
  each <- if (one || !is.vector(activation)) list(activation) else as.list(activation)
  if (!length(each) %in% c(1, layers)) {
    abort_nnfit("argument", c(
      "{.arg activation} must have one element, or one per hidden layer.",
      "x" = "It has {length(each)}; {.arg hidden_units} has {layers}."
    ), call)
  }
  each <- lapply(each, function(value) as_component("activation", value, "activation", call))
  rep_len(each, layers)
}

# What no single option can say.
check_together <- function(options, call) {
  optimizer <- options$optimizer[[1]]
  if (options$momentum > 0 && !isTRUE(optimizer %in% optimizers_that("momentum"))) {
    abort_nnfit("argument", c(
      "{.arg momentum} applies to the optimizers {.val {optimizers_that('momentum')}} only.",
      "i" = "Write {.code optimizer = \"sgd\"} beside it."
    ), call)
  }
  if (!is.null(options$batch_size) && isTRUE(optimizer %in% optimizers_that("full_batch"))) {
    abort_nnfit("argument", c(
      "{.arg batch_size} must be `NULL` with the optimizer {.val {optimizer}}.",
      "i" = "Each of its steps needs all rows; {.val adam} works in batches."
    ), call)
  }
  if (!is.null(options$model) && !inherits(options$model, "torch.nn.modules.module.Module")) {
    abort_nnfit("argument", c(
      "{.arg model} must be a torch module, not {describe(options$model)}.",
      "i" = "For example {.code torch$nn$Sequential(torch$nn$Linear(1L, 1L))}."
    ), call)
  }
}

# Those of which a column of the catalog is TRUE.
optimizers_that <- function(column) {
  optimizers <- catalog("optimizer")
  optimizers$name[optimizers[[column]] %in% TRUE]
}

# `...` of a method, as options: a misspelt name is refused with the nearest one.
collect_options <- function(..., call) {
  dots <- rlang::list2(...)
  wrong <- which(!rlang::names2(dots) %in% option_names)
  if (length(wrong)) {
    name <- rlang::names2(dots)[wrong[1]]
    if (!nzchar(name)) {
      abort_nnfit("argument", "Every option must be named, such as {.code epochs = 100}.", call)
    }
    near <- nearest(name, option_names)
    abort_nnfit("argument", c(
      "{.arg {name}} is not an option of {.fn nn_fit}.",
      "i" = if (length(near)) "Did you mean {.arg {near}}?" else "Options: {.arg {option_names}}."
    ), call)
  }
  do.call(nn_options, c(dots, call = call))
}
