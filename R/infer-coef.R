#' Coefficients of a fitted network
#'
#' @param object An [nn_fit()].
#' @param ... Not used.
#' @return For a linear model a named vector as [lm()] has it (a matrix with a
#'   column per outcome or class, where there are several, or with the columns
#'   `mean` and `log_variance` under the loss `"gaussian_nll"`), in the units of
#'   the data. As in [lm()], the coefficient of a predictor that is constant, or
#'   that follows from those before it, is `NA`: it takes no part, unless a
#'   `penalty` settles it. For a network a named list of arrays, `"0.weight"`,
#'   `"0.bias"`, ..., of the shape that torch gives them, with the
#'   standardisation folded into the first and the last layer: they are the
#'   parameters of the network on the data as they are. The weights of a predictor
#'   that is constant are 0. Where the inputs reach no linear layer alone (`penalty`
#'   chosen, which draws far values in; a first layer that adds them to what it gives
#'   under `residual = TRUE`), they stay standardised, and only the output's scale is
#'   folded in. Factors that are embedded come first, as matrices `"embed.station"` with a
#'   row for each level, named by it, and a column for each number; these follow the other
#'   predictors as inputs of the first layer, in the order of the formula. For a torch
#'   module of your own the parameters as they
#'   were trained, so on standardised data unless `scale = FALSE`.
#' @export
#' @examplesIf nnfit:::has_torch()
#' coef(nn_fit(c ~ u, thermometer))
coef.nn_fit <- function(object, ...) {
  # The package survey says to all models what its own take.
  check_dots(if (...length()) if_go_between("na.rm", parent.frame()))
  if (!is.null(object$module_key)) return(object$parameters)
  parameters <- unscaled_parameters(object, rlang::current_env())
  if (!is_linear(object)) return(with_level_names(parameters, object))
  linear_coefficients(parameters, object)
}

linear_coefficients <- function(parameters, fit) {
  slopes <- t(parameters[["0.weight"]])
  slopes[left_out(fit), ] <- NA
  coefficients <- rbind(as.vector(parameters[["0.bias"]]), slopes)
  terms <- column_terms(fit)
  rownames(coefficients) <- c(if (!is.null(parameters[["0.bias"]])) "(Intercept)", terms)
  if (ncol(coefficients) == 1) return(coefficients[, 1])
  colnames(coefficients) <- column_names(fit, ncol(coefficients))
  coefficients
}

column_terms <- function(fit) {
  fit$columns$names %||% paste0("x", seq_len(fit$columns$number %||% 0), recycle0 = TRUE)
}

# Which columns take no part: those that are constant in the training rows and,
# in a linear model without penalty, those that follow from others before them.
# They are divided by infinity, in training and in rows to predict for.
left_out <- function(fit) is.infinite(as.vector(fit$scaling$x_scale))
