# The methods of a comparison, run in one crossing, and what comes of each: a record.

# A record is a list with `label`, `method`, `coefficients` (named; NULL: it has none of the
# model's), `fitted`, what measure() gives, `df`, `epochs`, `seconds`, `gradient_norm`,
# `there`, `losses`, `path`, `certificate`, `verdict`.

run_methods <- function(reference, asked, seconds, call, isolate) {
  check_start_lengths(reference, asked, call)
  descents <- Filter(function(one) one$method != "qr", asked)
  made <- list()
  if (length(descents)) {
    made <- cross("compare_methods", compared_rows(reference, unname(descents)), call, isolate)
    names(made) <- names(descents)
  }
  lapply(rlang::set_names(names(asked)), function(label) {
    if (asked[[label]]$method == "qr") return(reference_record(reference, label, seconds))
    method_record(reference, label, asked[[label]]$method, made[[label]])
  })
}

# What crosses: the design without the intercept, which is the first coefficient.
compared_rows <- function(reference, methods = NULL) {
  rows <- list(
    x = drop_intercept(reference$x), y = reference$y,
    target = as.array(unname(reference$target[reference$known])),
    allowed = as.array(unname(allowed_gaps(reference))),
    weights = reference$weights, offset = reference$offset, intercept = reference$intercept,
    family = reference$family$family, link = reference$family$link
  )
  if (is.null(methods)) rows else c(rows, list(methods = methods))
}

check_start_lengths <- function(reference, asked, call) {
  number <- length(reference$known)
  for (one in asked) {
    if (!length(one$start) %in% c(0, 1, number)) {
      abort_nnfit("argument", c(
        "{.arg start} must be a number, or one for each of the {number} coefficients,
          {.val {reference$known}}.",
        "x" = "It has {length(one$start)}."
      ), call)
    }
  }
}

reference_record <- function(reference, label, seconds = NA_real_) {
  df <- attr(stats::logLik(reference$fit), "df")
  c(
    list(
      label = label, method = "qr", coefficients = reference$coefficients,
      fitted = as.double(reference$fit$fitted.values), df = df, epochs = NA_integer_,
      seconds = seconds, gradient_norm = NA_real_, there = TRUE,
      verdict = reference_verdict(reference)
    ),
    measure(reference, reference$fit$fitted.values, df)
  )
}

method_record <- function(reference, label, method, made) {
  own <- length(reference$coefficients[reference$known])
  extra <- attr(stats::logLik(reference$fit), "df") - own
  df <- (made$parameters %||% own) + extra
  coefficients <- NULL
  if (!is.null(made$coefficients)) {
    coefficients <- rlang::rep_named(reference$terms, NA_real_)
    coefficients[reference$known] <- as.double(made$coefficients)
  }
  fitted <- as.double(made$fitted)
  record <- c(
    list(
      label = label, method = method, coefficients = coefficients, fitted = fitted, df = df,
      epochs = as.integer(made$epochs), seconds = made$seconds,
      gradient_norm = made$gradient_norm, there = made$there, losses = as.double(made$losses),
      path = path_of(made, reference), certificate = certificate_of(made, reference)
    ),
    measure(reference, fitted, df)
  )
  record$verdict <- method_verdict(record, reference)
  record
}

path_of <- function(made, reference) {
  if (is.null(made$path)) return(NULL)
  path <- made$path
  colnames(path) <- reference$known
  cbind(epoch = as.double(made$path_epochs), path)
}

# What is certain of a descent, under names that a reader knows.
certificate_of <- function(made, reference) {
  named <- function(values) {
    if (!is.null(values)) rlang::set_names(as.double(values), reference$known)
  }
  list(
    learn_rate = made$learn_rate, scale = made$scale, momentum = made$momentum,
    dtype = made$dtype, stopped = made$stopped, last_loss = made$last_loss,
    first_gradient = named(made[["first_gradient"]]), gradient = named(made[["gradient"]]),
    gradient_norm = made$gradient_norm, condition = made$condition,
    largest_learn_rate = made$largest_rate, stable = made$stable, epochs_needed = made$needed,
    distance = made$distance, way = made$way, parameters = made$parameters, cure = made$cure
  )
}
