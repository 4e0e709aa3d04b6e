# Pictures of a comparison: one question each.

#' Pictures of a comparison
#'
#' `plot()` draws with base graphics, `autoplot()` makes the same picture of the same numbers
#' with ggplot2.
#'
#' @section The pictures:
#' - `"fits"`: for one numeric predictor, the data and what each method fits.
#' - `"coefficients"`: for each term what each method estimates, in standard errors of R's
#'   estimate, which is the line at 0 with its confidence interval. What lies outside the
#'   picture is an arrow head at its edge.
#' - `"path"`: for two coefficients, how each descent has gone over the contours of the loss,
#'   which lie where the loss above its least is doubled; the circle is where it began, the
#'   cross is R's answer.
#' - `"loss"`: the losses of each descent, both axes logarithmic, but not that of losses which may
#'   be negative; the dotted line is R's loss.
#'
#' Methods that have diverged leave the picture, which is drawn for the others.
#'
#' @param x,object What [lm_compare()] returned.
#' @param which What to draw: `"fits"` (the default for one numeric predictor), `"coefficients"`
#'   (else), `"path"` or `"loss"`.
#' @param level Number between 0 and 1: confidence level of the interval.
#' @param ... For `plot()`: arguments to [plot.default()], such as `main` or `xlim`. For
#'   `autoplot()`: arguments to the geom of the lines, or of the points of `"coefficients"`.
#' @return `plot()`: `x`, invisibly. `autoplot()`: a ggplot.
#' @seealso [lm_compare()].
#' @export
#' @examplesIf nnfit:::has_torch()
#' ways <- lm_compare(
#'   c ~ u, thermometer, methods = c("qr", plain = "sgd", momentum = "sgd", "lbfgs"),
#'   scale = 0.1, learn_rate = c(plain = 0.01, momentum = 0.01), momentum = c(momentum = 0.8),
#'   epochs = 500
#' )
#' plot(ways)
#' plot(ways, "path")
#' plot(ways, "loss")
#' plot(ways, "coefficients")
plot.lm_compare <- function(x, which = c("fits", "coefficients", "path", "loss"), ...,
                            level = 0.95) {
  check_dots(plot_arguments())
  call <- rlang::current_env()
  picture <- compared_picture(x, which, missing(which), level, call)
  check_graphics(..., call = call)
  drawing(plot(picture, ...), call)
  invisible(x)
}

#' @rdname plot.lm_compare
#' @exportS3Method ggplot2::autoplot
autoplot.lm_compare <- function(object, which = c("fits", "coefficients", "path", "loss"), ...,
                                level = 0.95) {
  check_dots(all_geom_arguments())
  call <- rlang::current_env()
  picture <- compared_picture(object, which, missing(which), level, call)
  from_user(ggplot2::autoplot(picture, ...), call)
}

compared_pictures <- c("fits", "coefficients", "path", "loss")

compared_picture <- function(compared, which, unsaid, level, call) {
  which <- choose(which, compared_pictures, "which", call)
  check_rule(
    level, rule("a number between 0 and 1", function(x) is_number(x) && x > 0 && x < 1), "level",
    call
  )
  if (unsaid && is.null(single_predictor(compared))) which <- "coefficients"
  switch(which,
    fits = fits_picture(compared, call),
    coefficients = estimates_picture(compared, level, call),
    path = path_picture(compared, call),
    loss = losses_picture(compared, call)
  )
}

# The name of the one numeric predictor in the model frame; NULL: there is none, or more.
single_predictor <- function(compared) {
  frame <- compared$data
  terms <- attr(frame, "terms")
  extra <- c(attr(terms, "response"), attr(terms, "offset"))
  names <- setdiff(names(frame)[-extra], c("(weights)", "(offset)"))
  if (length(names) == 1 && is_plain_column(frame[[names]])) names
}

is_plain_column <- function(x) is.numeric(x) && length(dim(x)) < 2

# A colour, a line and a symbol for each method; R's own is grey.
method_styles <- function(labels, is_r) {
  colour <- rep(apart_colours, length.out = length(labels))
  styles <- data.frame(
    col = colour, lty = rep(1:6, length.out = length(labels)),
    pch = rep(c(16, 17, 15, 18, 1, 2, 0, 5), length.out = length(labels))
  )
  styles$col[is_r] <- colours$reference
  styles$lty[is_r] <- 1
  styles$pch[is_r] <- 4
  rownames(styles) <- labels
  styles
}

styles_of <- function(compared) {
  is_r <- vapply(compared$methods, function(record) record$method == "qr", NA)
  method_styles(names(compared$methods), is_r)
}

label_methods <- function(x, y, styles) {
  draw_legend(rownames(styles), x, y, list(col = styles$col, lty = styles$lty, lwd = 2))
}

gg_methods <- function(styles, shown, aesthetics = c("colour", "linetype")) {
  what <- c(colour = "col", linetype = "lty", shape = "pch")
  lines <- ceiling(length(unique(shown)) / 3)
  lapply(aesthetics, function(aesthetic) {
    ggplot2::scale_discrete_manual(
      aesthetic, name = NULL, guide = ggplot2::guide_legend(nrow = lines),
      values = stats::setNames(styles[[what[[aesthetic]]]], rownames(styles))
    )
  })
}
