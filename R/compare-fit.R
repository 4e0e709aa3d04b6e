# A fit that is there already as a record of a comparison, with what is certain of it.

fit_record <- function(fit, label, reference, call) {
  if (!inherits(fit, "nn_fit")) return(lm_record(fit, label, reference, call))
  own <- nn_coefficients(fit, reference)
  df <- estimated_parameters_of(fit)
  if (is.null(df)) df <- parameter_count(fit)
  certified <- certify(fit, own, reference, call)
  fitted <- as.double(fit$fitted)
  record <- c(
    list(
      label = label, method = "nn_fit", coefficients = own$coefficients, fitted = fitted,
      df = df, epochs = length(fit$history$train_loss), seconds = fit$seconds,
      gradient_norm = certified$gradient_norm %||% NA_real_, there = own$there,
      losses = as.double(fit$history$train_loss),
      certificate = if (!is.null(certified)) certificate_of(certified, reference)
    ),
    measure(reference, fitted, df)
  )
  record$verdict <- fit_verdict(fit, record, own, reference)
  record
}

# Of a model without a likelihood, such as a mean of several, none is counted.
estimated_parameters_of <- function(fit) {
  tryCatch(suppressWarnings(attr(logLik(fit), "df")), nnfit_error = function(error) NULL)
}

lm_record <- function(fit, label, reference, call) {
  own <- read_reference(fit, call)
  record <- reference_record(own, label)
  same <- identical(own$family$link, reference$family$link) && setequal(own$terms, reference$terms)
  allowed <- if (same) allowed_gaps(reference)
  away <- own$target[reference$known] - reference$target[reference$known]
  record$there <- same && all(!is.na(away)) && all(abs(away) <= allowed)
  record$comparable <- same
  record$wanted <- reference$terms
  record$table <- own$table
  if (!identical(fit, reference$fit)) {
    record$verdict <- lm_verdict(own, record, same)
  }
  record
}

lm_verdict <- function(own, record, same) {
  if (record$there) return(verdicts$there(list(there = TRUE)))
  if (same) return("another model: it counts rows in another way")
  if (!setequal(own$terms, record$wanted)) return("another model: it has other terms")
  paste0("another model: ", own$family$family, "(", own$family$link, ")")
}

# Its coefficients, where they are of the reference's terms and on its link's scale.
nn_coefficients <- function(fit, reference) {
  comparable <- is_linear(fit) && fit$options$n_outputs == 1 && is_same_link(fit, reference)
  if (!comparable) return(list(comparable = FALSE, there = FALSE))
  coefficients <- coef(fit)
  same <- setequal(names(coefficients), reference$terms)
  if (same) coefficients <- coefficients[reference$terms]
  at <- coefficients[reference$known]
  there <- same && isTRUE(all(
    abs(at - reference$target[reference$known]) <= allowed_gaps(reference)
  ))
  list(comparable = TRUE, same = same, coefficients = coefficients, there = there)
}

is_same_link <- function(fit, reference) {
  fit_link <- if (fit$options$link == "probability") "none" else fit$options$link
  identical(fit_link, reference$family$link)
}

# The method of a comparison that an optimizer is, on all rows at once.
certifiable <- c(sgd = "sgd", adam = "adam", lbfgs = "lbfgs")

certify <- function(fit, own, reference, call) {
  optimizer <- component_name(fit$options$optimizer)
  plain <- isTRUE(own$same) && optimizer %in% names(certifiable) &&
    !is.na(link_row(reference$family))
  if (!plain || !all(is.finite(own$coefficients[reference$known]))) return(NULL)
  if (length(said_otherwise(fit))) return(NULL)
  asked <- list(
    method = certifiable[[optimizer]], learn_rate = fit$options$learn_rate,
    scale = if (is.null(fit$scaling)) FALSE else own_scaling(fit, reference),
    dtype = fit$options$dtype, standard = standard_scaling(reference)
  )
  if (optimizer == "sgd") asked$momentum <- fit$options$momentum
  rows <- compared_rows(reference)
  made <- call_core("certify_fit", c(rows[c("x", "y")], list(
    fit = asked, coefficients = as.array(unname(own$coefficients[reference$known])),
    epochs = length(fit$history$train_loss)
  ), rows[setdiff(names(rows), c("x", "y"))]), call)
  c(made, list(
    scale = !is.null(fit$scaling), momentum = asked$momentum %||% 0, dtype = asked$dtype,
    stopped = if (fit$stopped == "converged") "settled" else fit$stopped, method = asked$method
  ))
}

# As nn_fit() has standardised, or would.
own_scaling <- function(fit, reference) {
  kept <- match(setdiff(reference$known, "(Intercept)"), column_terms(fit))
  list(
    center = as.array(as.vector(fit$scaling$x_center)[kept]),
    spread = as.array(as.vector(fit$scaling$x_scale)[kept])
  )
}

standard_scaling <- function(reference) {
  x <- drop_intercept(reference$x)
  if (!ncol(x)) return(TRUE)
  center <- if (reference$intercept) colMeans(x) else 0 * colMeans(x)
  apart <- sweep(x, 2, center)
  spread <- sqrt(colSums(apart^2) / (nrow(x) - 1))
  list(center = as.array(unname(center)), spread = as.array(unname(spread)))
}

# What a fit does beside descending on all rows: then it is not held to lm()'s answer.
said_otherwise <- function(fit) {
  options <- fit$options
  there <- c(
    "it holds rows out" = length(fit$validation_rows) > 0,
    "its penalty draws coefficients to 0" = isTRUE(options$penalty > 0),
    "its steps are on batches of rows" = !is.null(options$batch_size) &&
      options$batch_size < nrow(fit$fitted),
    "its step size follows a schedule" = !is.null(options$schedule),
    "its gradients are clipped" = !is.null(options$clip_norm) || !is.null(options$clip_value),
    "it sums the loss of the rows" = !identical(options$reduction, "mean")
  )
  names(there)[there]
}

fit_verdict <- function(fit, record, own, reference) {
  if (!is_linear(fit)) {
    return(verdicts$network(list(method = "network", parameters = parameter_count(fit))))
  }
  if (!own$comparable) return("another scale: its coefficients are those of another link")
  if (!own$same) return("another model: it has other terms")
  if (own$there) return(verdicts$there(list(there = TRUE)))
  otherwise <- said_otherwise(fit)
  if (length(otherwise)) return(paste("not there:", otherwise[1]))
  missed_verdict(fit, record, reference)
}

missed_verdict <- function(fit, record, reference) {
  if (!is.null(record$certificate)) {
    record$method <- certifiable[[component_name(fit$options$optimizer)]]
    # Other losses may differ by what does not depend on the coefficients.
    if (!is_least_squares(reference$family)) record$losses <- NULL
    return(method_verdict(record, reference))
  }
  if (identical(fit$stopped, "diverged")) return("diverged")
  paste0("not there yet, after ", counted(record$epochs, "epoch"))
}
