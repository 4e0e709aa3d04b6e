#' The curves of torch's activations
#'
#' The output of activations over a range of inputs, as torch computes them, to
#' look at (`plot()`, `autoplot()`) or to work with.
#'
#' Activations that look at all units of a layer (`"softmax"`, `"softmin"`,
#' `"log_softmax"`) are shown for one of two units, the other being 0. The
#' random slope of `"rrelu"` is at its mean, as it is in predictions.
#'
#' @param activation Activations as [nn_fit()] takes them: names, or a list in
#'   which one may have torch's own arguments, such as
#'   `list("relu", list("leaky_relu", negative_slope = 0.1))`. `NULL`: all.
#' @param input Numbers: the inputs.
#' @return A tibble of class `nn_activation_table`, with a row per activation
#'   and input: `activation` (a factor), `input`, `output`. [plot()] and
#'   `autoplot()` draw a panel for each activation, over the axes and the line
#'   on which output equals input.
#' @seealso [plot.nn_fit()]
#' @export
#' @examplesIf nnfit:::has_torch()
#' activation_table("relu", input = c(-1, 0, 1))
#' plot(activation_table())
#' plot(activation_table(list("tanh", list("elu", alpha = 0.5))))
activation_table <- function(activation = NULL, input = seq(-3, 3, by = 0.02)) {
  call <- rlang::current_env()
  check_rule(input, rule("finite numbers, one at least", is_finite_numbers), "input", call)
  components <- each_activation(activation %||% catalog("activation")$name, call)
  names <- vapply(components, component_text, "")
  components <- components[!duplicated(names)]
  names <- unique(names)
  pairs <- lapply(components, as_pair)
  output <- call_core("activation_curves", list(pairs, as.double(input)), call)
  table <- tibble::tibble(
    activation = factor(rep(names, each = length(input)), names),
    input = rep(as.double(input), length(names)),
    output = as.vector(output)
  )
  new_picture(table, "nn_activation_table")
}

each_activation <- function(activation, call) {
  if (!length(activation)) {
    abort_nnfit("argument", c(
      "{.arg activation} must name one activation at least, or be `NULL` for all."
    ), call)
  }
  one <- is.list(activation) && any(rlang::have_name(activation))
  per_layer("activation", activation, if (one) 1 else length(activation), call)
}

#' @rdname plot.nn_fit
#' @export
plot.nn_activation_table <- function(x, ..., main = activation_title(x)) {
  check_dots(plot_arguments(fixed = c("lwd", "col", "panel.first")))
  call <- rlang::current_env()
  check_graphics(..., main = main, call = call)
  old <- graphics::par(pty = "s", mar = pmin(graphics::par("mar"), c(4.1, 4.1, 2.6, 1.1)))
  on.exit(graphics::par(old))
  drawing(draw_panels(x, x$activation, draw_activation, ..., main = main), call)
  invisible(x)
}

# One has its own name as title, several have theirs over each panel.
activation_title <- function(table) {
  if (length(unique(table$activation)) == 1) as.character(table$activation[1])
    else picture_title(table)
}

# The same range on both axes of a square, so that slopes can be judged by eye.
draw_activation <- function(panel, ..., xlab = "input", ylab = "output", xlim = range(panel$input),
                            ylim = xlim) {
  reference <- function() {
    graphics::abline(h = 0, v = 0, col = colours$reference)
    graphics::abline(0, 1, lty = 3, col = colours$reference)
  }
  draw_frame(
    panel$input, panel$output, ..., type = "l", lwd = 2.5, col = colours$dark,
    xlab = xlab, ylab = ylab, xlim = xlim, ylim = ylim, panel.first = reference()
  )
}

#' @rdname plot.nn_fit
#' @exportS3Method ggplot2::autoplot
autoplot.nn_activation_table <- function(object, ...) {
  check_dots(geom_arguments("GeomLine", fixed = c("linewidth", "colour", "color")))
  range <- range(object$input)
  ggplot2::ggplot(object, ggplot2::aes(.data$input, .data$output)) +
    ggplot2::geom_hline(yintercept = 0, colour = colours$reference) +
    ggplot2::geom_vline(xintercept = 0, colour = colours$reference) +
    ggplot2::geom_abline(linetype = 3, colour = colours$reference) +
    ggplot2::geom_line(..., linewidth = 1, colour = colours$dark) +
    ggplot2::facet_wrap("activation", labeller = broken_names) +
    ggplot2::coord_fixed(ylim = range) +
    gg_words(object, "input", "output")
}

# A name with arguments is long: they have a line of their own.
broken_names <- function(labels) {
  lapply(labels, function(names) sub("(", "\n(", names, fixed = TRUE))
}
