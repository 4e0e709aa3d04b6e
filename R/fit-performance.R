# How well a fit predicts: its rows, and those that were held out, by yardstick's names. Rows count
# by the user's own weights, held out too, as metrics have them.

# A row for each set of rows, or NULL where the fit holds none.
performance_table <- function(fit) {
  if (is.null(fit$fitted)) return(NULL)
  used <- used_rows(fit)
  validation <- seq_len(nrow(fit$fitted)) %in% fit$validation_rows
  tables <- list(
    performance_row(fit, "training", used),
    if (any(validation)) performance_row(fit, "validation", validation),
    if (!is.null(fit$held_out)) unseen_row(fit, used)
  )
  do.call(rbind, tables)
}

performance_row <- function(fit, data, rows) {
  weights <- own_weights(fit)[rows] %||% rep(1, sum(rows))
  fitted <- fit$fitted[rows, , drop = FALSE]
  if (is.null(fit$outcome$levels)) {
    observed <- observed_by_response(fit)[rows, , drop = FALSE]
    return(numeric_performance(data, observed, fitted, weights))
  }
  probable <- isTRUE(loss_family(fit$options$loss)$probabilities)
  values <- both_classes(fitted, fit$outcome$levels)
  observed <- fit$outcome$values[rows] + 1L
  own <- values[cbind(seq_along(observed), observed)]
  likeliest <- max.col(values, ties.method = "first")
  class_performance(data, likeliest == observed, if (probable) own, weights)
}

# By the predictions of members of a network whose penalty was chosen, for rows that they
# have not seen. Fits of before have kept the probability of the right class alone.
unseen_row <- function(fit, used) {
  missed <- matrix(as.double(fit$held_out$residual), sum(used))
  weights <- own_weights(fit)[used] %||% rep(1, sum(used))
  if (!is.null(fit$outcome$levels)) {
    each <- unseen_probabilities(fit)
    likeliest <- if (!is.null(each)) max.col(each, ties.method = "first")
    right <- if (!is.null(each)) likeliest == fit$outcome$values[used] + 1
    return(class_performance("held out", right, 1 - missed[, 1], weights))
  }
  observed <- observed_by_response(fit)[used, , drop = FALSE]
  numeric_performance("held out", observed, observed - missed, weights)
}

# Of each class (n, classes), for the rows that count; NULL: there are none.
unseen_probabilities <- function(fit) {
  each <- fit$held_out$probability
  if (!is.null(each)) matrix(as.double(each), ncol = length(fit$outcome$levels))
}

# Over several outcomes the mean is taken, as the options `metrics` do it.
numeric_performance <- function(data, observed, predicted, weights) {
  mean_of <- function(values) colSums(weights * values) / sum(weights)
  about <- function(values) sweep(values, 2, mean_of(values))
  a <- about(observed)
  b <- about(predicted)
  tibble::tibble(
    data = data, rows = sum(weights > 0),
    rmse = mean(sqrt(mean_of((observed - predicted)^2))),
    rsq = mean(mean_of(a * b)^2 / (mean_of(a^2) * mean_of(b^2)))
  )
}

# The same for each of several outcomes by itself, or NULL.
performance_by_outcome <- function(fit, most = 20) {
  outcomes <- judged_outcomes(fit)
  known <- !is.null(fit$fitted) && fit$outcome$kind == "numeric"
  if (!known || length(outcomes) < 2 || length(outcomes) != ncol(fit$fitted)) return(NULL)
  tables <- lapply(seq_len(min(length(outcomes), most)), function(one) {
    alone <- unclass(fit)
    alone$outcome$values <- fit$outcome$values[, one, drop = FALSE]
    alone$fitted <- fit$fitted[, one, drop = FALSE]
    if (!is.null(fit$held_out)) {
      missed <- matrix(as.double(fit$held_out$residual), ncol = length(outcomes))
      alone$held_out$residual <- missed[, one, drop = FALSE]
    }
    cbind(outcome = outcomes[one], performance_table(structure(alone, class = "nn_fit")))
  })
  tibble::as_tibble(do.call(rbind, tables))
}

print_by_outcome <- function(fit) {
  table <- performance_by_outcome(fit)
  if (is.null(table)) return(invisible())
  shown <- lapply(table[-(1:3)], function(x) format(signif(x, 4)))
  print_table(c(table[1:3], shown), right = c("rows", names(shown)))
  cat("\n")
}

# What a number over several outcomes is.
several_words <- function(fit) {
  number <- length(judged_outcomes(fit))
  if (number > 1) paste0("Each measure is its mean over the ", number, " outcomes.")
}

class_performance <- function(data, right, own, weights) {
  mean_of <- function(values) {
    if (is.null(values)) NA_real_ else stats::weighted.mean(values, weights)
  }
  tibble::tibble(
    data = data, rows = sum(weights > 0), accuracy = mean_of(right),
    # As yardstick: the logarithm of 0 is none.
    mn_log_loss = mean_of(if (!is.null(own)) -log(pmax(own, .Machine$double.eps)))
  )
}
