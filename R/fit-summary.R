#' Layers, shapes and parameter counts of a fitted network
#'
#' @param object An [nn_fit()].
#' @param x What `summary()` returned.
#' @param ... Not used.
#' @return An object of class `summary.nn_fit`: a list with `fit`, the table
#'   `parameters` (a row per parameter: `name`, `layer`, `shape`, `parameters`,
#'   `trainable`) and `total`, the number of trainable parameters.
#' @export
#' @examplesIf nnfit:::has_torch()
#' summary(nn_fit(c ~ u, thermometer, hidden_units = 13, activation = "tanh", seed = 1))
summary.nn_fit <- function(object, ...) {
  check_dots()
  structure(
    c(
      list(fit = object, parameters = parameter_table(object), total = parameter_count(object)),
      if (object$outcome$kind == "survival") list(survival = survival_summary(object))
    ),
    class = "summary.nn_fit"
  )
}

parameter_table <- function(fit) {
  parameters <- fit$parameters
  names <- as.character(names(parameters))
  layer_names <- vapply(fit$layers, function(layer) layer$name, "")
  layers <- vapply(fit$layers, function(layer) layer$layer, "")
  shown <- replace(names, match(table_names(fit), names), embedded_parameters(fit))
  tibble::tibble(
    name = shown,
    layer = layers[match(sub("\\.?[^.]*$", "", names), layer_names)],
    shape = vapply(lapply(parameters, dim), shape_text, "", USE.NAMES = FALSE),
    parameters = unname(lengths(parameters)),
    trainable = !names %in% fit$buffers
  )
}

#' @rdname summary.nn_fit
#' @export
print.summary.nn_fit <- function(x, ...) {
  check_dots()
  fit <- x$fit
  cat(describe_model(fit), "\n", describe_data(fit), "\n", describe_embed(fit), "\n", sep = "")
  print_table(x$parameters[c("name", "layer", "shape", "parameters")])
  cat("\nTrainable parameters: ", with_commas(x$total), "\n", sep = "")
  cat(describe_training(fit), "\n", describe_result(fit, 4), "\n", sep = "")
  cat(describe_metrics(fit, 4), describe_tuning(fit), describe_fault(fit), sep = "")
  cat(describe_survival(x$survival, 4))
  if (!is.null(fit$tuning)) print_tuning(fit)
  invisible(x)
}

print_table <- function(table, right = names(table)[!vapply(table, is.character, NA)]) {
  cells <- lapply(names(table), function(name) {
    column <- table[[name]]
    values <- c(name, if (is.numeric(column)) with_commas(column) else format(column))
    format(values, justify = if (name %in% right) "right" else "left")
  })
  cat(do.call(paste, c(cells, sep = "  ")), sep = "\n")
}
