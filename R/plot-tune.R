# Candidates of a search: a panel for each option, with the score of each candidate.

#' @rdname nn_tune
#' @section The picture:
#' `plot()` and `autoplot()` have a panel for each option that was searched, the one that explains
#' most first; its title has the share of `summary()`. A point is a candidate. The larger one is
#' chosen; those that halving gave up early are grey; those beyond the picture, and those that
#' failed, are arrow heads at its edge.
#' @param main,ylab For `plot()`, as in [plot.default()]; others in `...`.
#' @export
plot.nn_tune <- function(x, ..., main = title_over(picture, names(x$space)),
                         ylab = score_title(x)) {
  call <- rlang::current_env()
  refuse_which(match.call(expand.dots = FALSE)$..., call)
  check_dots(plot_arguments(fixed = c("log", "xaxt")))
  picture <- searched_picture(x)
  check_graphics(..., main = main, ylab = ylab, call = call)
  drawing(plot(picture, ..., main = main, ylab = ylab), call)
  invisible(x)
}

#' @rdname nn_tune
#' @exportS3Method ggplot2::autoplot
autoplot.nn_tune <- function(object, ...) {
  call <- rlang::current_env()
  refuse_which(match.call(expand.dots = FALSE)$..., call)
  check_dots(geom_arguments("GeomPoint"))
  picture <- searched_picture(object)
  from_user(ggplot2::autoplot(picture, ...), call)
}

# The pictures of a fit have names.
refuse_which <- function(written, call) {
  first <- written[rlang::names2(written) %in% c("", "which")][1]
  if (!length(written) || !is.character(first[[1]])) return(invisible())
  abort_nnfit("argument", c(
    "{.arg which} is for a fit: of a search there is one picture, that of its candidates.",
    "i" = "The fit of all rows is its {.code $fit}; {.fn plot} draws that as
      {.val {first[[1]]}}."
  ), call)
}

score_title <- function(x) {
  what <- x$metric %||% loss_title(x$options)
  paste(what, "on rows held out")
}

# A row for each option and candidate, `place` from 0 to 1 on the option's scale.
searched_picture <- function(found) {
  table <- summary(found)
  table <- table[order(-replace(table$share, is.na(table$share), -1)), ]
  names <- table$option
  sides <- lapply(found$space[names], axis_side, results = found$results)
  results <- found$results
  edge <- score_edge(results$mean, found$maximize)
  beyond <- is.na(results$mean) | results$mean * edge$sign > edge$at * edge$sign
  score <- ifelse(beyond, edge$at, results$mean)
  titles <- panel_titles(table)
  picture <- tibble::tibble(
    panel = factor(rep(titles, each = nrow(results)), titles),
    place = unlist(lapply(sides, `[[`, "place"), use.names = FALSE),
    score = rep(score, length(names)), part = rep(candidate_part(results, beyond), length(names))
  )
  new_picture(picture, "nn_searched", sides = stats::setNames(sides, titles), options = names,
    label = score_title(found), maximize = isTRUE(found$maximize)
  )
}

panel_titles <- function(table) {
  share <- ifelse(is.na(table$share), "", paste0(" (", round(100 * table$share), "%)"))
  paste0(table$option, share)
}

# Where the picture ends: three times as far from the best as half of the candidates.
score_edge <- function(scores, maximize) {
  sign <- if (isTRUE(maximize)) -1 else 1
  known <- sort(sign * scores[!is.na(scores)])
  at <- known[1] + 3 * (stats::median(known) - known[1])
  list(at = sign * min(max(known), max(at, known[1])), sign = sign)
}

candidate_part <- function(results, beyond) {
  part <- ifelse(results$stage < max(results$stage), "given up", "candidate")
  part[beyond] <- paste(part[beyond], "beyond")
  factor(replace(part, results$chosen, "chosen"), names(candidate_styles))
}

# Where candidates are on the scale of an option, and what is written under it.
axis_side <- function(axis, results) {
  values <- results[[axis$name]]
  if (inherits(axis, "nn_choice")) {
    labels <- vapply(axis$values, candidate_text, "")
    at <- (seq_along(labels) - 0.5) / length(labels)
    place <- at[match(vapply(values, candidate_text, "", USE.NAMES = FALSE), labels)]
    return(list(place = place, at = at, labels = labels))
  }
  ends <- c(axis$lower, axis$upper)
  ticks <- if (is_log(axis)) log_ticks(ends) else pretty(ends, 4)
  ticks <- ticks[ticks >= ends[1] & ticks <= ends[2]]
  scale <- if (is_log(axis)) log else identity
  share <- function(x) (scale(x) - scale(ends[1])) / diff(scale(ends))
  list(place = share(values), at = share(ticks), labels = candidate_texts(ticks))
}

# Powers of ten, of many every second; of less than two of them also twice and five times as much.
log_ticks <- function(ends) {
  powers <- 10^seq(floor(log10(ends[1])), ceiling(log10(ends[2])))
  inside <- function(x) x[x >= ends[1] * (1 - 1e-9) & x <= ends[2] * (1 + 1e-9)]
  number <- length(inside(powers))
  if (number >= 3) return(inside(powers)[seq(1, number, by = ceiling(number / 5))])
  inside(sort(c(powers, 2 * powers, 5 * powers)))
}

candidate_texts <- function(values) vapply(values, candidate_text, "")

#' @export
plot.nn_searched <- function(x, ..., main = title_over(x, levels(x$panel)),
                             xlab = if (several) "" else levels(x$panel),
                             ylab = attr(x, "label")) {
  check_dots(plot_arguments(fixed = c("log", "xaxt")))
  several <- nlevels(x$panel) > 1
  draw_panels(
    x, x$panel, draw_searched, attr(x, "sides"), attr(x, "maximize"), ..., xlab = xlab,
    ylab = if (several) "" else ylab, main = main, beside = if (several) ylab
  )
  invisible(x)
}

draw_searched <- function(panel, sides, maximize, ..., xlim = c(0, 1), main = NULL) {
  side <- sides[[as.character(panel$panel[1])]]
  panel <- panel[order(panel$part), ]
  shape <- style_of(panel$part, "pch", candidate_styles)
  draw_frame(
    panel$place, panel$score, ..., xlim = xlim, main = main, xaxt = "n",
    col = style_of(panel$part, "col", candidate_styles),
    pch = if (maximize) replace(shape, shape == 2, 6) else shape,
    cex = style_of(panel$part, "size", candidate_styles), lwd = 1.5
  )
  draw_names(side$at, side$labels)
}

#' @exportS3Method ggplot2::autoplot
autoplot.nn_searched <- function(object, ...) {
  check_dots(geom_arguments("GeomPoint"))
  sides <- attr(object, "sides")
  # Each panel has a part of the axis of its own, with what is written under that.
  at <- unlist(Map(function(side, i) side$at + 10 * (i - 1), sides, seq_along(sides)))
  # `elu(alpha = 2)` takes two lines, `c(8, 4)` one.
  labels <- sub("(?<=...)\\(", "\n(", unlist(lapply(sides, `[[`, "labels")), perl = TRUE)
  object <- object[order(object$part), ]
  object$place <- object$place + 10 * (match(object$panel, names(sides)) - 1)
  ends <- data.frame(
    panel = factor(rep(names(sides), each = 2), names(sides)),
    place = c(0, 1) + rep(10 * (seq_along(sides) - 1), each = 2), score = object$score[1]
  )
  several <- length(sides) > 1
  # Words that have no room side by side on a small page.
  long <- vapply(sides, function(side) sum(nchar(side$labels)), 0)
  dodge <- if (any(long > 80 / length(sides))) 2 else 1
  ggplot2::ggplot(object, ggplot2::aes(.data$place, .data$score)) +
    ggplot2::geom_blank(data = ends) +
    gg_candidates(object, attr(object, "maximize"), ...) +
    ggplot2::scale_x_continuous(
      breaks = unname(at), labels = unname(labels), minor_breaks = NULL,
      guide = ggplot2::guide_axis(n.dodge = dodge, check.overlap = TRUE)
    ) +
    gg_panels(object$panel, scales = "free_x") +
    gg_numbers(y = object$score) +
    gg_words(object, if (several) NULL else names(sides), attr(object, "label"))
}

gg_candidates <- function(table, maximize, ...) {
  style <- function(what) vapply(candidate_styles, `[[`, candidate_styles[[1]][[what]], what)
  shapes <- style("pch")
  if (maximize) shapes[shapes == 2] <- 6
  scales <- Map(c("colour", "shape", "size"), list(style("col"), shapes, 2 * style("size")),
    f = function(aesthetic, values) {
      ggplot2::scale_discrete_manual(aesthetic, name = NULL, guide = "none", values = values)
    }
  )
  list(
    ggplot2::geom_point(
      ggplot2::aes(colour = .data$part, shape = .data$part, size = .data$part), ..., stroke = 0.9
    ),
    unname(scales)
  )
}
