#' Summary of a fit
#'
#' Of a linear model the table of coefficients, as [summary.lm()] and [summary.glm()] have
#' it; of a network how well it predicts, and its layers.
#'
#' @param object An [nn_fit()].
#' @param x What `summary()` returned.
#' @param digits Whole number: significant digits to print.
#' @param signif.stars Logical: stars beside small p-values?
#' @param ... Not used.
#' @return An object of class `summary.nn_fit`: a list with `fit`, the table
#'   `parameters` (a row per parameter: `name`, `layer`, `shape`, `parameters`,
#'   `trainable`) and `total`, the number of trainable parameters.
#'
#' For a linear model also, by the names of [summary.lm()] and [summary.glm()],
#' `coefficients`: a matrix with the columns `Estimate`, `Std. Error`, `t value` or, where the
#' dispersion is known, `z value`, and the p-value; of several outcomes with rows
#' `outcome:term`. `aliased`: which coefficients are `NA`, and have no row. `df`: the
#' rank, the residual degrees of freedom, the number of coefficients of an outcome. Under
#' squared error `sigma`, `r.squared`, `adj.r.squared` and `fstatistic`; under other
#' likelihoods of one parameter `dispersion`, `deviance`, `null.deviance`, `df.residual`,
#' `df.null` and `aic`. Standard errors are `NA` where the fit does not know
#' them: `vcov()` says why (see [confint()][confint.nn_fit]), and so does the print.
#'
#' For a network `performance`: a table of what it gives for its rows and, where some were held
#' out, for those: for numbers `rmse` and `rsq` (the squared correlation of outcome and
#' prediction), for classes `accuracy` and `mn_log_loss`, as the option `metrics` has them: each row
#' counts by its weight, those held out too; `class_weights` are of the loss alone.
#'
#' For censored times `survival`, of linear models too: a table of `rows`, `events`,
#' `concordance` with its standard error `std_err`, and the integrated Brier score `brier`, that
#' `brier_without` predictors and the time `until` when; see [nn-survival].
#' @export
#' @examplesIf nnfit:::has_torch()
#' summary(nn_fit(mpg ~ wt + hp, mtcars))
#' summary(nn_fit(c ~ u, thermometer, hidden_units = 13, activation = "tanh", seed = 1))
summary.nn_fit <- function(object, ...) {
  check_dots()
  survives <- object$outcome$kind == "survival"
  warn_perfect(object, "its summary", rounding_share, rlang::current_env())
  more <- if (is_linear(object)) {
    summary_of_linear(object)
  } else if (!survives) {
    list(performance = performance_table(object))
  }
  if (survives) more$survival <- survival_summary(object)
  structure(c(
    list(fit = object, parameters = parameter_table(object), total = parameter_count(object)), more
  ), class = "summary.nn_fit")
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
print.summary.nn_fit <- function(x, digits = max(3L, getOption("digits") - 3L),
                                 signif.stars = getOption("show.signif.stars"), ...) {
  check_dots()
  call <- rlang::current_env()
  check_digits(digits, call)
  digits <- as.integer(digits) # a matrix of one cell is no number to stats::printCoefmat()
  check_rule(signif.stars, flag_rule, "signif.stars", call)
  fit <- x$fit
  cat(describe_model(fit), "\n", describe_data(fit), "\n", describe_embed(fit), sep = "")
  if (is_linear(fit)) {
    print_linear_summary(x, digits, signif.stars)
  } else {
    print_layers(x)
  }
  cat("\n", describe_training(fit), "\n", describe_result(fit, 4), "\n", sep = "")
  cat(describe_metrics(fit, 4), describe_tuning(fit), describe_fault(fit), sep = "")
  cat(describe_survival(x$survival, 4))
  if (!is.null(fit$tuning)) print_tuning(fit)
  invisible(x)
}

print_layers <- function(summary) {
  cat("\n")
  if (!is.null(summary$performance)) {
    shown <- lapply(summary$performance[-(1:2)], function(x) format(signif(x, 4)))
    print_table(c(summary$performance[1:2], shown), right = c("rows", names(shown)))
    cat(line_with_end(several_words(summary$fit)), "\n", sep = "")
    print_by_outcome(summary$fit)
  }
  print_table(summary_layers(summary))
  cat("\nTrainable parameters: ", with_commas(summary$total), "\n", sep = "")
}

# A line for each layer that has parameters: `parameters` of the summary has them one by one.
summary_layers <- function(summary) {
  table <- summary$parameters
  of <- sub("[.][^.]*$", "", table$name)
  first <- !duplicated(of)
  total <- vapply(of[first], function(one) sum(table$parameters[of == one]), numeric(1))
  tibble::tibble(
    # torch counts activations too
    layer = if (is.null(summary$fit$module_key)) as.character(seq_len(sum(first))) else of[first],
    what = layer_words(table$layer[first], table$shape[first]),
    parameters = unname(total)
  )
}

# Dense layers by what they take and give, others as torch has them.
layer_words <- function(layers, shapes) {
  number <- function(name) {
    found <- regmatches(layers, regexec(paste0("\\b", name, "=([0-9]+)"), layers))
    vapply(found, function(one) if (length(one)) one[2] else NA_character_, "")
  }
  from <- number("in_features")
  to <- number("out_features")
  members <- number("members")
  words <- paste0("dense, ", from, " to ", to)
  words <- ifelse(is.na(members), words, paste0(words, ", in each of ", members, " networks"))
  dense <- grepl("^(Member)?Linear\\(", layers) & !is.na(from) & !is.na(to)
  ifelse(dense, words, ifelse(is.na(layers), shapes, layers))
}

line_with_end <- function(text) if (length(text)) paste0(text, "\n")

print_table <- function(table, right = names(table)[!vapply(table, is.character, NA)]) {
  cells <- lapply(names(table), function(name) {
    column <- table[[name]]
    values <- c(name, if (is.numeric(column)) with_commas(column) else format(column))
    format(values, justify = if (name %in% right) "right" else "left")
  })
  cat(do.call(paste, c(cells, sep = "  ")), sep = "\n")
}
