# The fields of a fit that Python has too, on their way to a file and back. They are listed
# in python/nnfit/core/model/fit_fields.csv.

# As Python has them: read_fit() turned around.
plain_fields <- function(fit) {
  fields <- table_of_core("model", "fit_fields")
  here <- fields$always | fields$name %in% names(fit)
  values <- Map(function(name, kind) {
    value <- fit[[name]]
    if (is.null(value)) NULL else (field_writers[[kind]] %||% identity)(value)
  }, fields$name[here], fields$kind[here])
  if (!is.null(fit$schema)) return(values)
  # Before there were schemas a fit had less than the first of them: Python is asked for it.
  values$schema <- 1L
  values$unscaled <- field_writers$arrays(unscaled_parameters(fit, rlang::caller_env()))
  values
}

line <- function(x) array(as.double(x), length(x))
some_line <- function(x) if (length(x)) line(x)

field_writers <- list(
  texts = as.list,
  arrays = function(x) lapply(x, function(one) if (is.null(dim(one))) line(one) else one),
  array = function(x) if (is.null(dim(x))) line(x) else x,
  list = function(x) x,
  numbers = function(x) lapply(x, some_line),
  positions = function(x) array(as.integer(x) - 1L, length(x)),
  counts = as.list,
  replicates = function(x) {
    x$seeds <- as.list(x$seeds)
    losses <- intersect(c("train_loss", "valid_loss"), names(x))
    x[losses] <- lapply(x[losses], some_line)
    x
  },
  restarts = function(x) {
    list(
      seeds = as.list(x$seed), train_loss = line(x$train_loss),
      valid_loss = if ("valid_loss" %in% names(x)) line(x$valid_loss),
      stopped = as.list(x$stopped), best = which(x$best)[1] - 1L
    )
  }
)

# What Python gives of each kind, before it is read.
is_plain_dict <- function(test) {
  function(x) is.list(x) && (!length(x) || !is.null(names(x))) && all(vapply(x, test, NA))
}
is_one <- function(x, test) length(x) == 1 && is.null(dim(x)) && test(x)
is_number_array <- function(x) (is.numeric(x) || is.logical(x)) && !is.null(dim(x))
is_file_line <- function(x) is.null(x) || is.numeric(x) && length(dim(x)) == 1
is_texts <- function(x) is.character(x) || is.list(x) && !length(x)
is_repeated <- function(x) is.list(x) && "seeds" %in% names(x)

field_tests <- list(
  whole = function(x) is_one(x, is.numeric) && x == floor(x),
  number = function(x) is_one(x, is.numeric),
  text = rlang::is_string,
  texts = is_texts,
  array = function(x) is_number_array(x) && is.numeric(x),
  arrays = is_plain_dict(is_number_array),
  list = is.list,
  numbers = is_plain_dict(is_file_line),
  positions = function(x) is.numeric(x) && length(dim(x)) == 1,
  counts = is_plain_dict(function(x) is_one(x, is.numeric)),
  replicates = is_repeated,
  restarts = is_repeated
)
never_null <- c(
  "schema", "parameters", "buffers", "layers", "history", "stopped", "options", "seconds"
)

# The fields as a file has them, checked, in R's own types.
checked_fields <- function(fields) {
  if (!is_named_list(fields)) unreadable("has no fields of a fit.")
  schema <- fields[["schema"]]
  if (!field_tests$whole(schema) || schema < 1) {
    unreadable("does not say by which schema its fit was written.")
  }
  if (schema > known_schema) {
    unreadable("is of a later version of nnfit: its schema is ", schema,
      ", and this version knows ", known_schema, "."
    )
  }
  listed <- table_of_core("model", "fit_fields")
  unknown <- setdiff(names(fields), listed$name)
  if (length(unknown)) unreadable("has the field ", in_quotes(unknown), ", which no fit has.")
  Map(check_file_field, listed$name, listed$kind, listed$always, list(fields))
  check_file_history(fields)
  check_file_sizes(fields)
  tryCatch(read_fit(fields), error = function(error) {
    unreadable("has a field of its fit that can not be read.")
  })
}

check_file_field <- function(name, kind, always, fields) {
  if (!name %in% names(fields)) {
    if (always) unreadable("lacks the field `", name, "` of a fit.")
    return(invisible())
  }
  value <- fields[[name]]
  if (is.null(value) && !name %in% never_null) return(invisible())
  if (!field_tests[[kind]](value)) {
    unreadable("has something else than ", kind, " in the field `", name, "` of its fit.")
  }
}

fit_ends <- c("epochs", "converged", "early", "callback", "diverged", "interrupted")

check_file_history <- function(fields) {
  lengths <- lengths(Filter(length, fields$history))
  epochs <- length(fields$history$train_loss)
  if (!epochs || any(lengths != epochs)) {
    unreadable("has losses of several lengths in the field `history` of its fit, or none.")
  }
  best <- fields$best_epoch
  if (!is.null(best) && (best < 1 || best > epochs)) {
    unreadable("has no such epoch as the `best_epoch` of its fit.")
  }
  if (!fields$stopped %in% fit_ends) {
    unreadable("does not say why the training of its fit `stopped`.")
  }
}

# The sizes that options, scaling and parameters must agree in; Python looks at more when it
# builds the network.
check_file_sizes <- function(fields) {
  options <- fields$options
  sizes <- options[c("n_features", "n_outputs")]
  if (!all(vapply(sizes, field_tests$whole, NA))) unreadable("has options that are none.")
  own <- isTRUE(options$own_model)
  if (!is.null(fields$scaling)) check_file_scaling(fields$scaling, own, options$n_features)
  units <- unlist(options$hidden_units)
  if (!is.null(units) && !is.numeric(units)) unreadable("has hidden units that are no numbers.")
  layers <- if (length(units)) c(units[-1], options$n_outputs) * as.double(units)
  most <- sum(lengths(fields$parameters))
  if (!own && any(layers > most)) unreadable("has hidden units of which it has no parameters.")
  if (!is.null(fields$fitted)) check_file_rows(fields$fitted, fields$validation_rows)
}

check_file_scaling <- function(scaling, own, columns) {
  parts <- c("x_center", "x_scale", "y_center", "y_scale")
  if (!all(vapply(scaling[parts], is.numeric, NA))) unreadable("has a scaling that is none.")
  if (!own && any(lengths(scaling[c("x_center", "x_scale")]) != columns)) {
    unreadable("has a scaling of other columns than its fit.")
  }
}

check_file_rows <- function(fitted, held_out) {
  if (length(dim(fitted)) != 2) unreadable("has `fitted` values that are no matrix.")
  if (!all(held_out >= 0 & held_out < nrow(fitted))) {
    unreadable("has `validation_rows` that are none of its fit.")
  }
}
