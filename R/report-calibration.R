# Are the probabilities of classes true? How often what was given a probability has happened,
# and the Brier score in its parts: Dimitriadis, Gneiting and Jordan (2021). Rows count by their
# weights.

report_calibration <- function(about) {
  fit <- given_fit(about) %||% about$fit
  if (fit$outcome$kind != "class") return(NULL)
  stored_fitted(fit, about$call)
  if (!isTRUE(loss_family(fit$options$loss)$probabilities)) {
    return(report_reason("Under this loss the scores of classes are no probabilities."))
  }
  check_predictions(fit, about$call)
  judged <- judged_probabilities(fit)
  if (!is.null(about$seen$rows)) judged$words <- "Of the rows given as data."
  list(
    htmltools::tags$p(paste(c(judged$words, weighted_words(fit)), collapse = " ")),
    htmltools::tags$div(class = "pictures", report_picture(
      function() draw_reliability(judged$classes), reliability_words(judged$classes),
      panels_of(length(judged$classes))
    )),
    brier_table(judged$classes),
    bin_table(judged$classes)
  )
}

# Probabilities of a class, whether it `happened`, and the `weights`, by class, of the rows that say
# most: of two classes the second is enough. Rows of weight 0 say nothing.
judged_probabilities <- function(fit) {
  levels <- fit$outcome$levels
  observed <- as.vector(fit$outcome$values) + 1L
  all <- both_classes(fit$fitted, levels)
  rows <- rep(TRUE, length(observed))
  words <- "Of the rows that were trained on: on others probabilities may be less true."
  if (length(fit$validation_rows)) {
    rows <- seq_along(observed) %in% fit$validation_rows
    words <- "Of the rows held out."
  } else if (!is.null(unseen_probabilities(fit))) {
    rows <- used_rows(fit)
    all[rows, ] <- unseen_probabilities(fit)
    words <- "Of all rows, each by networks that have not seen it."
  }
  weights <- own_weights(fit) %||% rep(1, length(observed))
  rows <- rows & weights > 0
  shown <- if (length(levels) == 2) 2 else seq_along(levels)
  classes <- lapply(shown, function(k) {
    list(
      name = class_names(levels)[k], p = all[rows, k], happened = observed[rows] == k,
      weights = weights[rows]
    )
  })
  list(words = words, classes = classes)
}

# What the probabilities would have had to be: the isotonic line. Equal probabilities are pooled,
# as their outcomes stand in falling order.
recalibrated <- function(p, happened, weights = rep(1, length(p))) {
  order <- order(p, -happened)
  line <- rising_line(as.double(happened[order]), weights[order])
  line[match(seq_along(p), order)]
}

# The weighted isotonic line, which stats::isoreg() has without weights, by pooling neighbours
# that fall: Barlow, Bartholomew, Bremner and Brunk (1972).
rising_line <- function(y, weights) {
  mean <- mass <- numeric(length(y))
  size <- integer(length(y))
  last <- 0
  for (i in seq_along(y)) {
    last <- last + 1
    mean[last] <- y[i]
    mass[last] <- weights[i]
    size[last] <- 1L
    while (last > 1 && mean[last - 1] >= mean[last]) {
      both <- last - 1:0
      mean[last - 1] <- sum(mean[both] * mass[both]) / sum(mass[both])
      mass[last - 1] <- sum(mass[both])
      size[last - 1] <- sum(size[both])
      last <- last - 1
    }
  }
  rep(mean[seq_len(last)], size[seq_len(last)])
}

# The score is the first part minus the second plus the third.
brier_parts <- function(p, happened, weights = rep(1, length(p))) {
  mean_of <- function(values) stats::weighted.mean(values, weights)
  score <- mean_of((p - happened)^2)
  after <- mean_of((recalibrated(p, happened, weights) - happened)^2)
  uncertainty <- mean_of(happened) * (1 - mean_of(happened))
  c(score = score, miscalibration = score - after, discrimination = uncertainty - after,
    uncertainty = uncertainty)
}

brier_table <- function(classes) {
  parts <- t(vapply(classes, function(one) {
    brier_parts(one$p, one$happened, one$weights)
  }, numeric(4)))
  names <- vapply(classes, `[[`, "", "name")
  if (length(classes) > 1) {
    parts <- rbind(parts, colSums(parts))
    names <- c(names, "all classes")
  }
  table <- data.frame(names, parts)
  names(table) <- c("Class", "Brier score", "Miscalibration", "Discrimination", "Uncertainty")
  list(
    report_table(table, "Brier score, the mean squared distance of probabilities from outcomes"),
    report_note("The score is miscalibration (best is 0) minus discrimination (best is as large as
      uncertainty) plus uncertainty, which is the score of one probability for all rows."),
    if (length(classes) > 1) {
      report_note("That of all classes is their sum; the metric `brier_class` is half of it.")
    }
  )
}

# Ten bins of equal width, of those that have rows. Limits: Wilson's, of 95%, of as many rows as
# weighted ones are worth (Kish 1965).
reliability_bins <- function(one) {
  bin <- factor(pmin(floor(one$p * 10), 9), 0:9)
  counts <- as.vector(table(bin))
  there <- counts > 0
  weights <- one$weights %||% rep(1, length(one$p))
  sum_of <- function(x) as.vector(tapply(x, bin, sum))[there]
  mean_of <- function(x) sum_of(weights * x) / sum_of(weights)
  limits <- wilson(mean_of(one$happened), sum_of(weights)^2 / sum_of(weights^2))
  data.frame(
    from = (0:9)[there] / 10, rows = counts[there], p = mean_of(one$p),
    share = mean_of(one$happened), low = limits$low, high = limits$high
  )
}

wilson <- function(share, n, z = stats::qnorm(0.975)) {
  middle <- (share + z^2 / (2 * n)) / (1 + z^2 / n)
  half <- z * sqrt(share * (1 - share) / n + z^2 / (4 * n^2)) / (1 + z^2 / n)
  list(low = pmax(middle - half, 0), high = pmin(middle + half, 1))
}

bin_table <- function(classes) {
  tables <- lapply(classes, function(one) {
    bins <- reliability_bins(one)
    data.frame(
      Class = one$name, Probability = sprintf("%.1f to %.1f", bins$from, bins$from + 0.1),
      Rows = bins$rows, Mean = bins$p, Happened = bins$share, check.names = FALSE
    )
  })
  table <- do.call(rbind, tables)
  if (length(classes) > 1) table$Probability <- paste0(table$Class, ", ", table$Probability)
  htmltools::tags$details(
    htmltools::tags$summary("The numbers of the picture"),
    report_rows_of(table[-1], "Probabilities, and how often it happened", "row")
  )
}

draw_reliability <- function(classes) {
  shown <- utils::head(classes, max_panels)
  if (length(shown) == 1) return(draw_reliability_of(shown[[1]]))
  columns <- min(length(shown), ceiling(sqrt(1.8 * length(shown))))
  graphics::par(
    mfrow = c(ceiling(length(shown) / columns), columns), mar = c(3.4, 3.6, 2, 0.6),
    mgp = c(2.3, 0.6, 0), cex = 0.85
  )
  for (one in shown) draw_reliability_of(one, main = one$name)
}

draw_reliability_of <- function(one, main = "Probabilities and what happened") {
  bins <- reliability_bins(one)
  draw_frame(
    0:1, 0:1, type = "n", main = main, xlab = paste("probability of", one$name),
    ylab = "how often it happened"
  )
  # How many rows: bars on the axis.
  graphics::rect(
    bins$from + 0.005, 0, bins$from + 0.095, 0.15 * bins$rows / max(bins$rows),
    col = "grey80", border = NA
  )
  graphics::abline(0, 1, col = colours$reference)
  order <- order(one$p)
  graphics::lines(
    one$p[order], recalibrated(one$p, one$happened, one$weights)[order], type = "s",
    col = colours$light, lwd = 2
  )
  graphics::segments(bins$p, bins$low, bins$p, bins$high, col = colours$dark, lwd = 1.5)
  graphics::points(bins$p, bins$share, pch = 16, col = colours$dark, cex = 1.1)
}

reliability_words <- function(classes) {
  paste0(
    "For ten bins of probabilities, points of how often it happened, with 95% limits, the diagonal
      of true probabilities, a rising line through the outcomes, and bars for the number of rows",
    if (length(classes) > 1) ", a panel for each class", "; the table beneath has the numbers."
  )
}
