# The tables of drop1() and add1(), as stats has them for lm(), glm() and other models.

# `models`: what is known of each; `change`: its terms, whether they come (1) or go (-1).
# `asked`: scale, test and k.
selection_table <- function(fit, models, change, asked) {
  # A matrix of one cell is a number, too.
  asked[c("scale", "k")] <- lapply(asked[c("scale", "k")], as.vector)
  known <- c(list(described(fit)), models)
  parts <- list(
    rank = part_of(known, "rank"), deviance = part_of(known, "deviance"),
    value = part_of(known, "value"), score = c(NA, part_of(models, "score")),
    sign = change$sign
  )
  parts$df <- c(NA, change$sign * (parts$rank - parts$rank[1])[-1])
  build <- selection_tables[[selection_kind(fit)]]
  table <- build(fit, parts, asked)
  row.names(table) <- c("<none>", change$names)
  heading <- c(
    paste("Single term", change$said), "\nModel:", deparse(stats::formula(stats::terms(fit))),
    if (asked$scale > 0) paste("\nscale: ", format(asked$scale), "\n")
  )
  new_anova(table, heading)
}

part_of <- function(models, name) {
  vapply(models, function(model) as.numeric(model[[name]] %||% NA), 0)
}

# How much larger a number is without the terms than with them; NA of the model itself.
gains <- function(values, sign) c(NA, sign * (values[1] - values[-1]))

as_of_lm <- function(fit, parts, asked) {
  n <- stats::nobs(fit)
  points <- squares_points(parts$deviance, n, asked$scale)
  squares <- gains(parts$deviance, parts$sign)
  table <- data.frame(parts$df, squares, parts$deviance, points + asked$k * parts$rank)
  names(table) <- c("Df", "Sum of Sq", "RSS", if (asked$scale > 0) "Cp" else "AIC")
  if (asked$test == "Chisq") table[["Pr(>Chi)"]] <- upper_tail(gains(points, parts$sign), parts$df)
  if (asked$test == "F") table <- cbind(table, f_columns(fit, parts, squares))
  table
}

squares_points <- function(squares, n, scale) {
  if (scale > 0) squares / scale - n else n * log(squares / n)
}

as_of_glm <- function(fit, parts, asked) {
  estimated <- if (isTRUE(fit$information$scatters)) as.vector(fit$information$dispersion) else 1
  dispersion <- if (asked$scale > 0) asked$scale else estimated
  points <- if (stats::family(fit)$family == "gaussian") {
    squares_points(parts$deviance, stats::nobs(fit), asked$scale)
  } else {
    parts$deviance / dispersion
  }
  criterion <- points + asked$k * parts$rank
  own <- stats::extractAIC(fit, k = asked$k)[2]
  table <- data.frame(parts$df, parts$deviance, criterion + (own - criterion[1]))
  names(table) <- c("Df", "Deviance", "AIC")
  if (is.na(own)) table$AIC <- NULL
  if (asked$test %in% c("Chisq", "Rao")) {
    rao <- asked$test == "Rao"
    gain <- pmax(if (rao) parts$score / dispersion else gains(points, parts$sign), 0)
    name <- if (rao) c("Rao score", "scaled Rao sc.") else c("LRT", "scaled dev.")
    table[[name[1 + (dispersion != 1)]]] <- gain
    table[["Pr(>Chi)"]] <- upper_tail(gain, parts$df)
  }
  if (asked$test == "F") {
    table <- cbind(table, f_columns(fit, parts, pmax(gains(parts$deviance, parts$sign), 0)))
  }
  table
}

as_of_others <- function(fit, parts, asked) {
  table <- data.frame(Df = parts$df, AIC = parts$value + asked$k * parts$rank)
  if (asked$test == "Chisq") {
    table$LRT <- gains(parts$value, parts$sign)
    table[["Pr(>Chi)"]] <- upper_tail(table$LRT, parts$df)
  }
  table
}

selection_tables <- list(squares = as_of_lm, deviance = as_of_glm, likelihood = as_of_others)

# By the dispersion of the larger of two models.
f_columns <- function(fit, parts, gain) {
  freedom <- rep(as.numeric(stats::df.residual(fit)), length(gain))
  deviance <- rep(parts$deviance[1], length(gain))
  if (parts$sign > 0) {
    freedom <- freedom - parts$df
    deviance <- parts$deviance
  }
  ratio <- ifelse(parts$df > 0, (gain / parts$df) / (deviance / freedom), NA)
  p <- stats::pf(ratio, parts$df, freedom, lower.tail = FALSE)
  stats::setNames(data.frame(ratio, p), c("F value", "Pr(>F)"))
}

# A term that adds nothing has no test.
upper_tail <- function(statistic, df) {
  p <- stats::pchisq(statistic, df, lower.tail = FALSE)
  replace(p, which(df <= 0), NA)
}
