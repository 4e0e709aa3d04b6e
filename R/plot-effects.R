# What nn_effects() gave, as a picture: curves, levels, a surface, or average effects.

#' @rdname nn_effects
#' @export
plot.nn_effects <- function(x, ...) {
  check_dots(plot_arguments())
  call <- rlang::current_env()
  check_graphics(..., call = call)
  drawing(plot(effects_picture(x, call), ...), call)
  invisible(x)
}

#' @rdname nn_effects
#' @exportS3Method ggplot2::autoplot
autoplot.nn_effects <- function(object, ...) {
  check_dots(c(all_geom_arguments(), geom_arguments("GeomPointrange")))
  call <- rlang::current_env()
  from_user(ggplot2::autoplot(effects_picture(object, call), ...), call)
}

# By what its variables are.
effects_picture <- function(effects, call) {
  about <- attr(effects, "about")
  if (is.null(about) || !all(about$variables %in% names(effects)) && about$type != "average") {
    abort_nnfit("data", c(
      "What {.fn nn_effects} gave can be drawn as it was, and this has lost what it is of."
    ), call)
  }
  if (about$type == "average") return(average_picture(effects, about))
  is_number <- about$variables %in% names(about$deciles)
  if (sum(is_number) == 2) return(surface_picture(effects, about))
  if (any(is_number)) return(curves_picture(effects, about))
  levels_picture(effects, about)
}

effects_heading <- function(about) {
  switch(about$type,
    partial = "Partial dependence", ice = "Predictions of single rows",
    ale = if (length(about$variables) == 2) "Joint accumulated local effects"
      else "Accumulated local effects",
    average = "Average effects"
  )
}

# What is on the axis of effects: where they are counted from, if that is not 0.
effects_axis <- function(about) {
  if (about$type == "ale") return(paste("effect on", about$y))
  paste0(if (about$center) "change of ", if (about$type != "ice") "mean ", about$y)
}

# A panel for each outcome, and of two variables for each level of a third, which is named.
effect_panels <- function(table, about, beside = NULL) {
  levels <- if (!is.null(beside)) paste0(beside, ": ", table[[beside]])
  parts <- Filter(Negate(is.null), list(table[["response"]], levels))
  if (!length(parts)) return(factor(rep("", nrow(table))))
  written <- do.call(paste, c(unname(lapply(parts, as.character)), sep = ", "))
  factor(written, unique(written))
}

# The limits of a table, which may have none.
effect_limits <- function(table) {
  none <- rep(NA_real_, nrow(table))
  list(lwr = table[["conf.low"]] %||% none, upr = table[["conf.high"]] %||% none)
}

group_names <- function(group) levels(group)[levels(group) %in% group]

# A colour, symbol and line for each of some groups, which are told apart by one of them at least.
group_styles <- function(names) {
  number <- length(names)
  if (number < 2) return(list(col = colours$dark, pch = 16, lty = 1))
  list(
    col = distinct_colours(number), pch = rep_len(c(16, 17, 15, 18, 1, 2, 0, 5), number),
    lty = rep_len(c(1, 2, 4, 5, 6), number)
  )
}

draw_group_legend <- function(names, x, y, marks) {
  if (length(names) > 1) draw_legend(shorten(names, 20), x, y, marks)
}

gg_groups <- function(names, aesthetics, title) {
  styles <- group_styles(names)
  what <- c(colour = "col", fill = "col", shape = "pch", linetype = "lty")
  lapply(aesthetics, function(aesthetic) {
    ggplot2::scale_discrete_manual(
      aesthetic, name = if (length(names) > 1) title,
      values = stats::setNames(styles[[what[[aesthetic]]]], names),
      guide = if (length(names) > 1) "legend" else "none"
    )
  })
}

# Where the data are: the deciles of a variable at the foot of a picture.
draw_deciles <- function(deciles) {
  if (length(deciles)) graphics::rug(deciles, 0.03, lwd = 1, col = "grey25", quiet = TRUE)
}

gg_deciles <- function(deciles) {
  if (!length(deciles)) return(NULL)
  ggplot2::geom_rug(ggplot2::aes(x = .data$at), data.frame(at = deciles), sides = "b",
    inherit.aes = FALSE, colour = "grey25"
  )
}

# What the other variables are held at.
gg_below <- function(sub) if (!is.null(sub)) ggplot2::labs(caption = wrapped(sub, 60))
