# The answers of the core as a tibble, with intervals.

# `found`: of each move of `plan` tables with a row for each place, a column for each output.
effects_table <- function(fit, found, plan, asked, rows) {
  limited <- lapply(found, with_limits, fit, asked)
  if (is_other_wanted(asked, found)) {
    limited <- lapply(limited, beside_other_class, asked)
    found <- lapply(found, beside_other_class, asked)
  }
  if (asked$type == "average") return(average_table(limited, plan, asked, rows))
  if (asked$type == "ale") {
    frame <- plan$at
    if (!is.null(asked$by)) frame <- beside_group(frame, plan$groups, asked, rows)
    parts <- lapply(rlang::set_names(names(limited[[1]])), function(name) {
      do.call(rbind, lapply(limited, `[[`, name))
    })
    return(long_table(frame, parts, asked))
  }
  mean <- long_table(grid_frame(plan, asked, rows), limited[[1]], asked)
  if (asked$type == "partial") mean else curves_table(found[[1]], plan, mean, asked, rows)
}

# Of a grid in each group.
grid_frame <- function(plan, asked, rows) {
  if (is.null(asked$by)) return(plan$at)
  groups <- length(asked$by$present)
  places <- rep(seq_len(nrow(plan$at)), groups)
  beside_group(plan$at[places, , drop = FALSE], rep(seq_len(groups), each = nrow(plan$at)), asked,
    rows
  )
}

beside_group <- function(frame, group, asked, rows) {
  column <- rows$rows[[asked$by$name]]
  own <- stats::setNames(list2DF(list(like_column(asked$by$present[group], column))),
    asked$by$name
  )
  cbind(own, frame)
}

# `frame` for each output that is wanted, one below the other.
long_table <- function(frame, parts, asked, value = "effect") {
  outputs <- seq_len(ncol(parts$estimate))
  if (!is.null(asked$outcome)) outputs <- match(asked$outcome, asked$outputs)
  columns <- c(estimate = value, error = "std.error", lower = "conf.low", upper = "conf.high")
  columns <- columns[names(columns) %in% names(parts)]
  tables <- lapply(outputs, function(output) {
    values <- lapply(parts[names(columns)], function(part) as.vector(part[, output]))
    response <- if (!is.null(asked$outcome)) {
      list(response = rep(asked$outputs[output], nrow(frame)))
    }
    tibble::as_tibble(c(response, as.list(frame), stats::setNames(values, columns)),
      .name_repair = "minimal"
    )
  })
  do.call(rbind_tables, tables)
}

# One probability was computed, and that of the first class may be wanted, too.
is_other_wanted <- function(asked, found) {
  !is.null(asked$outcome) && length(asked$outputs) == 2 && ncol(found[[1]]$estimate) == 1
}

# A probability is 1 less the other, a difference of two the same below 0, and the limits change
# places. Errors are the same.
beside_other_class <- function(parts, asked) {
  whole <- if (asked$type %in% c("partial", "ice") && !asked$center) 1 else 0
  from <- c(estimate = "estimate", curves = "curves", lower = "upper", upper = "lower")
  from <- from[names(from) %in% names(parts)]
  first <- lapply(parts[from], function(part) whole - part)
  first <- c(stats::setNames(first, names(from)), parts["error"])
  two <- intersect(c(names(from), "error"), names(parts))
  parts[two] <- Map(cbind, first[two], parts[two])
  parts
}

# Rows are numbered anew.
rbind_tables <- function(...) {
  table <- rbind(...)
  attr(table, "row.names") <- .set_row_names(nrow(table))
  table
}

# Of a fit with replicates their percentiles; by a likelihood so many standard errors to either
# side, of a mean response on the scale of the link, so that limits are where a mean can be.
with_limits <- function(told, fit, asked) {
  parts <- list(estimate = told$estimate, error = told$std_error)
  if (asked$source == "replicates") parts[c("lower", "upper")] <- told[c("lower", "upper")]
  if (asked$source == "likelihood") {
    quantile <- standard_quantile(fit, (1 + asked$level) / 2)
    means <- asked$type %in% c("partial", "ice") && !asked$center
    link <- if (means && asked$predict_type == "response") fit$options$link else "identity"
    parts[c("lower", "upper")] <- limits_by_link(told$estimate, told$std_error, quantile, link)
  }
  Filter(Negate(is.null), parts)
}

limits_by_link <- function(estimate, error, quantile, link) {
  scale <- stats::make.link(switch(link,
    softmax = "logit", margin = "identity", link
  ))
  eta <- scale$linkfun(estimate)
  away <- quantile * error / abs(scale$mu.eta(eta))
  ends <- list(scale$linkinv(eta - away), scale$linkinv(eta + away))
  lapply(list(pmin, pmax), function(end) matrix(do.call(end, ends), nrow(estimate)))
}

average_table <- function(limited, plan, asked, rows) {
  groups <- max(1, length(asked$by$present))
  tables <- Map(function(parts, terms) {
    frame <- terms[rep(seq_len(nrow(terms)), groups), , drop = FALSE]
    if (!is.null(asked$by)) {
      frame <- beside_group(frame, rep(seq_len(groups), each = nrow(terms)), asked, rows)
    }
    long_table(frame, parts, asked, "estimate")
  }, limited, plan$terms)
  table <- do.call(rbind_tables, unname(tables))
  order <- c(if (!is.null(asked$outcome)) "response", asked$by$name)
  if (!length(order)) return(table)
  first <- function(name) match(as.character(table[[name]]), unique(as.character(table[[name]])))
  rbind_tables(table[do.call(base::order, lapply(order, first)), ])
}

# Curves of single rows, with the mean of all rows as the attribute `mean`.
curves_table <- function(told, plan, mean, asked, rows) {
  chosen <- as.integer(told$rows) + 1L
  places <- nrow(plan$at)
  frame <- list2DF(list(row = rep(rows$kept[chosen], each = places)))
  if (!is.null(asked$by)) {
    column <- rows$rows[[asked$by$name]]
    frame[[asked$by$name]] <- rep(column[chosen], each = places)
  }
  frame <- cbind(frame, plan$at[rep(seq_len(places), length(chosen)), , drop = FALSE])
  curves <- long_table(frame, list(estimate = told$curves), asked)
  structure(curves, mean = mean)
}

# What print() and pictures say of it.
new_effects <- function(table, fit, rows, asked, plan) {
  mean <- attr(table, "mean")
  attr(table, "mean") <- NULL
  numbers <- Filter(function(variable) is.null(variable$levels), asked$variables)
  about <- list(
    type = asked$type, variables = names(asked$variables), by = asked$by$name,
    scale = asked$predict_type, center = asked$center, source = asked$source,
    level = asked$level, rows = nrow(rows$x), missing = rows$given - length(rows$kept),
    weighted = !is.null(rows$weights), own = rows$own, handed = handed_more(rows),
    several = judged_several(fit, asked), y = effects_ylab(fit, asked),
    x = effects_xlab(rows, asked),
    deciles = lapply(numbers, function(variable) {
      stats::quantile(rows$rows[[variable$name]], 0:10 / 10, names = FALSE)
    }),
    spread = vapply(numbers, function(variable) {
      stats::sd(as.double(rows$rows[[variable$name]]))
    }, 0),
    points = if (length(numbers) == 2) some_points(rows, names(numbers)), mean = mean
  )
  attr(table, "about") <- about
  class(table) <- c("nn_effects", class(table))
  table
}

# The names of several outcomes, for a sentence.
judged_several <- function(fit, asked) {
  if (asked$predict_type == "response" && length(judged_outcomes(fit)) > 1) asked$outcome
}

most_points <- 500 # of the data, over a surface

# Evenly from them in the order of the first variable.
some_points <- function(rows, names) {
  points <- as.data.frame(rows$rows[names])
  if (nrow(points) <= most_points) return(points)
  order <- order(points[[1]], points[[2]])
  points[order[round(seq(1, nrow(points), length.out = most_points))], , drop = FALSE]
}

# What effects are on.
effects_ylab <- function(fit, asked) {
  if (asked$predict_type == "link") return("linear predictor")
  if (fit$outcome$kind == "survival") return("risk")
  if (!is.null(fit$outcome$levels)) return(class_ylab(fit, asked))
  number <- fit$options$n_outputs / length(loss_heads(fit$options$loss))
  if (number > 1 && length(asked$outcome) == 1) return(asked$outcome)
  if (number > 1) "outcome" else outcome_titles(fit, outcome_names(fit, number))
}

class_ylab <- function(fit, asked) {
  probabilities <- isTRUE(loss_family(fit$options$loss)$probabilities)
  what <- if (probabilities) "probability" else "score"
  one <- prediction_width(fit, "response") == 1
  of <- asked$outcome %||% if (one) fit$outcome$levels[2]
  if (length(of) == 1) paste(what, "of", of) else what
}

effects_xlab <- function(rows, asked) {
  vapply(asked$variables, function(variable) {
    column_title(rows$rows[[variable$name]], variable$name)
  }, "")
}
