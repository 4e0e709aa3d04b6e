# Shapley values: of every row by term, their mean size, or those of one term by its value.

shap_pictures <- c("values", "mean", "dependence")

#' @rdname nn_importance
#' @param which Which picture of Shapley values: `"values"`, those of every row, a line for each
#'   term; `"mean"`, the mean of their sizes; `"dependence"`, those of one term by its value.
#' @param variable For `"dependence"`: which term, by default the one whose values are largest.
#' @export
plot.nn_shap <- function(x, which = c("values", "mean", "dependence"), ..., variable = NULL) {
  check_dots(plot_arguments())
  call <- rlang::current_env()
  picture <- shap_picture(x, which, variable, call)
  check_graphics(..., call = call)
  drawing(plot(picture, ...), call)
  invisible(x)
}

#' @rdname nn_importance
#' @exportS3Method ggplot2::autoplot
autoplot.nn_shap <- function(object, which = c("values", "mean", "dependence"), ...,
                             variable = NULL) {
  check_dots(all_geom_arguments())
  call <- rlang::current_env()
  picture <- shap_picture(object, which, variable, call, "object")
  from_user(ggplot2::autoplot(picture, ...), call)
}

shap_picture <- function(x, which, variable, call, arg = "x") {
  which <- choose(which, shap_pictures, "which", call)
  check_of_table(x, "players", call, arg)
  if (!is.null(variable)) check_used("variable", "dependence", which, call)
  x <- x[is.finite(x$estimate), ]
  if (!nrow(x)) abort_nnfit("data", "There is nothing to draw: no value is finite.", call)
  switch(which,
    values = shap_values_picture(x),
    mean = shap_mean_picture(x),
    dependence = shap_dependence_picture(x, variable, call)
  )
}

# Of several outputs a panel for each.
output_panels <- function(x) {
  output <- if ("output" %in% names(x)) x$output else rep("", nrow(x))
  factor(output, unique(output))
}

# From the one with the largest values down.
ordered_terms <- function(x) {
  sizes <- tapply(abs(x$estimate), factor(x$term, unique(x$term)), mean)
  utils::head(names(sizes)[order(-sizes)], most_terms_drawn)
}

shap_label <- function(x) attr(x, "outcome")

shap_values_picture <- function(x) {
  terms <- ordered_terms(x)
  shown <- x[x$term %in% terms, ]
  place <- length(terms) + 1 - match(shown$term, terms)
  panel <- output_panels(shown)
  table <- tibble::tibble(
    panel = panel, estimate = shown$estimate, height = relative_values(x, shown),
    place = place + swarm(shown$estimate, interaction(panel, place))
  )
  new_picture(table, "nn_shap_values", terms = rev(terms), label = paste(
    "what is added to the", shap_label(x)
  ), sub = colour_words(x, terms, table))
}

# What a colour is of where "low" and "high" do not say it; NULL: of numbers they do.
colour_words <- function(x, terms, table) {
  if (all(is.na(table$height))) return(NULL)
  columns <- lapply(attr(x, "players")[terms], function(names) {
    if (length(names) == 1) attr(x, "rows")[[names]]
  })
  of <- function(which) {
    names <- terms[vapply(columns, which, NA)]
    if (length(names) > 3) names <- c(names[1:2], paste(length(names) - 2, "others"))
    if (length(names)) word_list(shorten(names, 25))
  }
  grey <- of(function(column) is.null(term_numbers(list(a = column), "a")))
  truth <- of(is.logical)
  levels <- of(is.ordered)
  words <- c(
    if (!is.null(grey)) paste("grey has no order:", grey),
    if (!is.null(truth)) paste("TRUE is high:", truth),
    if (!is.null(levels)) paste("the last level is high:", levels)
  )
  if (length(words)) paste(words, collapse = "; ")
}

# Where a number lies among those of the rows that are explained, from 0 to 1; NA: it is none.
relative_values <- function(x, shown) {
  rows <- attr(x, "rows")
  numbers <- match(shown$row, unique(attr(x, "predictions")$row))
  found <- rep(NA_real_, nrow(shown))
  for (term in unique(shown$term)) {
    here <- shown$term == term
    values <- term_numbers(rows, attr(x, "players")[[term]])
    if (is.null(values)) next
    ends <- range(values)
    found[here] <- if (diff(ends) > 0) ((values - ends[1]) / diff(ends))[numbers[here]] else 0.5
  }
  found
}

# The numbers of a term of one variable; NULL: it has none.
term_numbers <- function(rows, names) {
  column <- if (length(names) == 1) rows[[names]]
  if (is.logical(column) || is.ordered(column)) column <- as.numeric(column)
  if (is.numeric(column) && !is.object(column) && is.null(dim(column))) column
}

# Points of one line side by side, where they are dense farther apart: the same each time.
swarm <- function(x, groups, width = 0.8) {
  stats::ave(x, groups, FUN = function(x) {
    if (length(x) < 3 || diff(range(x)) == 0) return(0 * x + spread(rep(1, length(x)), width / 2))
    near <- stats::density(x, n = 256)
    high <- stats::approx(near$x, near$y, x)$y / max(near$y)
    spread(rep(1, length(x)), width) * high
  })
}

value_colours <- function(height, alpha) {
  ramp <- grDevices::colorRamp(c(colours$dark, "#c6c6c6", colours$light))
  known <- !is.na(height)
  found <- rep(colours$reference, length(height))
  found[known] <- grDevices::rgb(ramp(height[known]), maxColorValue = 255)
  fade(found, alpha)
}

#' @export
plot.nn_shap_values <- function(x, ...) {
  check_dots(plot_arguments(fixed = "yaxt"))
  old <- graphics::par("mar")
  on.exit(graphics::par(mar = old))
  words <- attr(x, "sub")
  draw_panels(x, x$panel, draw_shap_values, attr(x, "terms"), attr(x, "label"), words, ...,
    below = if (nlevels(x$panel) > 1) words
  )
  invisible(x)
}

draw_shap_values <- function(panel, terms, label, words, ..., xlab = label, ylab = "",
                             sub = if (nlevels(panel$panel) == 1) words,
                             ylim = c(0.5, length(terms) + 0.5), pch = 16,
                             cex = 0.8 * point_style(nrow(panel) / length(terms))$cex,
                             col = value_colours(panel$height, 0.8)) {
  names <- shorten(terms, letters_beside())
  size <- room_for_titles(names)
  draw_frame(
    panel$estimate, panel$place, type = "n", ..., xlab = xlab, ylab = ylab, ylim = ylim, yaxt = "n",
    sub = sub
  )
  graphics::axis(2, seq_along(terms), names, las = 1, tick = FALSE,
    cex.axis = size * graphics::par("cex.axis")
  )
  graphics::abline(h = seq_along(terms), col = "grey92")
  graphics::abline(v = 0, col = colours$reference)
  graphics::points(panel$estimate, panel$place, pch = pch, cex = cex, col = col)
  first <- panel$panel[1] == levels(panel$panel)[1]
  if (first) {
    marks <- value_marks(panel$height, told = !is.null(words))
    draw_legend(names(marks), panel$estimate, panel$place, list(col = unname(marks), pch = 16))
  }
}

# `told`: a caption says what is grey.
value_marks <- function(height, told) {
  grey <- is.na(height)
  if (all(grey)) return(rlang::set_names(colours$reference, unordered_words))
  marks <- c("low value" = colours$dark, "high value" = colours$light)
  c(marks, if (any(grey) && !told) c("no order" = colours$reference))
}

# Where all terms are factors, none of which has low and high values.
unordered_words <- "levels, in no order"

#' @exportS3Method ggplot2::autoplot
autoplot.nn_shap_values <- function(object, ...) {
  check_dots(geom_arguments("GeomPoint"))
  terms <- attr(object, "terms")
  object$colour <- value_colours(object$height, 1)
  style <- point_style(nrow(object) / length(terms))
  ggplot2::ggplot(object, ggplot2::aes(.data$estimate, .data$place)) +
    ggplot2::geom_vline(xintercept = 0, colour = colours$reference) +
    ggplot2::geom_point(ggplot2::aes(colour = .data$height), ..., size = 1.4 * style$cex) +
    ggplot2::scale_colour_gradientn(
      name = NULL, colours = c(colours$dark, "#c6c6c6", colours$light), limits = 0:1,
      breaks = 0:1, labels = c("low value", "high value"), na.value = colours$reference,
      guide = if (all(is.na(object$height))) "none" else "colourbar"
    ) +
    gg_names_beside(seq_along(terms), terms) +
    gg_panels(object$panel) +
    gg_words(object, attr(object, "label"), NULL) +
    gg_below(attr(object, "sub")) +
    if (all(is.na(object$height))) ggplot2::labs(subtitle = paste("Grey:", unordered_words))
}
