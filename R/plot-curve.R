# The fitted curve over the data, for one numeric predictor.

curve_picture <- function(fit, data, xlim, call) {
  check_predictions(fit, call)
  if (fit$outcome$kind == "class") {
    check_probabilities(fit, "which", "curve", call)
  }
  name <- only_predictor(fit, call)
  x <- predictor_values(fit, name, data, call)
  range <- range(if (is.null(xlim)) x else xlim)
  grid <- seq(range[1], range[2], length.out = 201)
  # One call of the core for both: the curve, and the first rows of the data, to
  # see by their predictions whether the model was fitted on them.
  predicted <- predict_curve(fit, name, c(grid, utils::head(x, 100)))
  check_same_data(utils::tail(predicted, -length(grid)), fit, call)
  inside <- x >= range[1] & x <= range[2]
  outcomes <- curve_outcomes(fit)
  columns <- panel_columns(colnames(outcomes), call)
  panels <- lapply(columns, function(column) {
    rbind(
      observed_points(x, outcomes[, column], row_parts(fit))[inside, ],
      curve_lines(grid, utils::head(predicted, length(grid)), column, ncol(outcomes))
    )
  })
  panel <- rep(colnames(outcomes)[columns], vapply(panels, nrow, integer(1)))
  table <- cbind(panel = factor(panel, colnames(outcomes)), do.call(rbind, panels))
  column <- if (is.data.frame(data)) data[[name]] else data
  labels <- shorten(c(column_title(column, name), curve_ylab(fit)))
  new_picture(tibble::as_tibble(table), "nn_curve", labels = labels)
}

observed_points <- function(x, y, part) {
  data.frame(part = part, x = x, y = y, lwr = NA_real_, upr = NA_real_)
}

# One for each level of an outcome; a row without numbers ends each but the last.
curve_lines <- function(grid, predicted, column, outcomes) {
  columns <- seq(column, ncol(predicted$fit), by = outcomes)
  lines <- lapply(columns, function(one) {
    data.frame(
      part = "curve", x = grid, y = predicted$fit[, one], lwr = predicted$lwr, upr = predicted$upr
    )
  })
  gap <- data.frame(part = "curve", x = NA_real_, y = NA_real_, lwr = NA_real_, upr = NA_real_)
  utils::head(do.call(rbind, lapply(lines, rbind, gap)), -1)
}

# What the curve is drawn over: the observed values or, for classes, a column per
# class that is 1 where a row is of it, else 0.
curve_outcomes <- function(fit) {
  if (fit$outcome$kind == "numeric") {
    values <- fit$outcome$values
    colnames(values) <- outcome_names(fit, ncol(values))
    return(values)
  }
  values <- indicators(fit$outcome)
  colnames(values) <- fit$outcome$levels
  if (ncol(fit$fitted) == 1) values[, 2, drop = FALSE] else values
}

curve_ylab <- function(fit) {
  if (fit$outcome$kind == "numeric") {
    names <- outcome_titles(fit, outcome_names(fit, ncol(fit$outcome$values)))
    return(if (length(names) == 1) names else "value")
  }
  if (ncol(fit$fitted) == 1) paste("probability of", fit$outcome$levels[2]) else "probability"
}

# The name of the one variable, which may enter as poly(x, 2).
only_predictor <- function(fit, call) {
  blueprint <- fit$blueprint
  names <- blueprint$columns %||% names(blueprint$ptypes$predictors) %||%
    fit$columns$names %||% rep("x", fit$columns$number)
  if (length(names) != 1 || length(blueprint$levels)) {
    abort_nnfit("argument", c(
      "{.arg which} {.val curve} needs a model of one numeric predictor.",
      "x" = if (length(names) == 1) "{.field {names}} is a factor here."
        else "This one has {length(names)}.",
      "i" = "{.code plot(fit, \"observed\")} shows the predictions of any model."
    ), call)
  }
  names
}

predictor_values <- function(fit, name, data, call) {
  if (inherits(data, "torch.Tensor")) data <- as.array(data)
  x <- if (is.data.frame(data)) data[[name]] else data
  one <- is.numeric(x) && length(dim(x)) < 3 && NCOL(x) == 1
  if (one && length(x) != nrow(fit$fitted) && !is.null(fit$kept)) x <- x[fit$kept]
  if (!one || length(x) != nrow(fit$fitted)) refuse_data(name, fit, call)
  as.vector(x)
}

refuse_data <- function(name, fit, call) {
  abort_nnfit("data", c(
    "The {nrow(fit$fitted)} values of {.field {name}} that the model was fitted on are not to be
      had from here: a fit does not hold its predictors.",
    "i" = "Give them as {.arg data}: {.code plot(fit, \"curve\", data = )}."
  ), call)
}

# The data that the call to nn_fit() names, if the user still has them, else NULL.
find_data <- function(fit, env) {
  if (!is.null(fit$formula)) env <- find_place(fit, env) %||% env
  tryCatch(eval(data_expression(fit), env), error = function(error) NULL)
}

data_expression <- function(fit) {
  if (!is.null(fit$formula)) {
    call <- formula_call(fit, NULL)
    call$data %||% rlang::call2(stats::get_all_vars, call$formula)
  } else if (inherits(fit$blueprint, "recipe_blueprint")) {
    match.call(nn_fit.recipe, fit$call)$data
  } else {
    match.call(nn_fit.matrix, fit$call)$x
  }
}

# fit, lwr and upr at some values; the last two NA without replicates.
predict_curve <- function(fit, name, x) {
  new <- stats::setNames(data.frame(x), name)
  if (is.null(fit$blueprint)) new <- matrix(x, dimnames = list(NULL, fit$columns$names))
  if (is.null(fit$replicates) || ncol(fit$fitted) > 1) {
    predicted <- as.matrix(predict(fit, new))
    return(tibble::tibble(fit = unname(predicted), lwr = NA_real_, upr = NA_real_))
  }
  band <- as.data.frame(predict(fit, new, interval = "confidence"))
  tibble::tibble(fit = as.matrix(band$fit), lwr = band$lwr, upr = band$upr)
}

check_same_data <- function(predicted, fit, call) {
  known <- utils::head(fit$fitted, nrow(predicted))
  if (!isTRUE(all.equal(predicted$fit, known, tolerance = 1e-3, check.attributes = FALSE))) {
    abort_nnfit("data", c(
      "The data are not those that the model was fitted on: it predicts other values for them.",
      "i" = "Give those: {.code plot(fit, \"curve\", data = )}."
    ), call)
  }
}

#' @export
plot.nn_curve <- function(x, ...) {
  check_dots(plot_arguments(fixed = "panel.first"))
  labels <- attr(x, "labels")
  draw_panels(x, x$panel, draw_curve, labels, ...)
  invisible(x)
}

draw_curve <- function(panel, labels, ..., xlab = labels[1], ylab = labels[2],
                       xlim = range(panel$x, na.rm = TRUE),
                       ylim = range(panel[c("y", "lwr", "upr")], na.rm = TRUE)) {
  curve <- panel[panel$part == "curve", ]
  points <- panel[panel$part != "curve", ]
  draw_points(
    points$x, points$y, points$part, ..., xlab = xlab, ylab = ylab, xlim = xlim, ylim = ylim,
    panel.first = draw_band(curve)
  )
  graphics::lines(curve$x, curve$y, lwd = 3)
}

draw_band <- function(curve) {
  if (anyNA(curve$lwr)) return(invisible())
  graphics::polygon(
    c(curve$x, rev(curve$x)), c(curve$lwr, rev(curve$upr)), col = "grey85", border = NA
  )
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_curve <- function(object, ...) {
  check_dots(geom_arguments("GeomPoint"))
  labels <- attr(object, "labels")
  curve <- object[object$part == "curve", ]
  points <- object[object$part != "curve", ]
  band <- if (!anyNA(curve$lwr)) {
    ggplot2::geom_ribbon(ggplot2::aes(ymin = .data$lwr, ymax = .data$upr), curve, fill = "grey80")
  }
  ggplot2::ggplot(points, ggplot2::aes(.data$x, .data$y)) +
    band +
    gg_points(points, ..., panels = length(unique(points$panel))) +
    ggplot2::geom_line(
      ggplot2::aes(group = cumsum(is.na(.data$x))), curve, linewidth = 1.2, na.rm = TRUE
    ) +
    gg_panels(object$panel, scales = "free_y") +
    gg_numbers(object$x, object$y) +
    gg_words(object, labels[1], labels[2])
}
