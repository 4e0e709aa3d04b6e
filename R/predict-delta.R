# How sure the predictions of a linear fit are, by its likelihood: standard errors on the
# scale of the link, and from there to the response (the delta method).

# The limits of rows, as interval_rows() gives them. `found`: what delta_of() gave of them.
delta_limits <- function(fit, forged, found, interval, level, scale, call) {
  errors <- found$errors
  if (interval == "prediction") {
    warn_weight_of_new(fit, forged, call)
    scatter <- dispersion_of(fit)
    errors <- sqrt(errors^2 + outer(1 / (forged$weights %||% rep(1, nrow(errors))), scatter))
  }
  away <- errors * standard_quantile(fit, (1 + level) / 2)
  limits <- list(fit = found$link, lwr = found$link - away, upr = found$link + away)
  limits <- lapply(limits, delta_scale, fit, scale)
  # Some links fall as the mean grows.
  list(
    fit = limits$fit, lwr = pmin(limits$lwr, limits$upr), upr = pmax(limits$lwr, limits$upr)
  )
}

# As predict.lm() warns of it.
warn_weight_of_new <- function(fit, forged, call) {
  if (!is.null(fit$weights) && is.null(forged$weights)) {
    warn_nnfit("weights", c(
      "The fit has {.arg weights}, and limits of outcomes take new rows to have the weight 1."
    ), call)
  }
}

# The standard errors of predictions, on the scale of the link or the response.
delta_errors <- function(fit, found, scale) {
  values <- delta_scale(found$link, fit, scale)
  errors <- found$errors[, seq_len(ncol(values)), drop = FALSE]
  if (scale == "link" && fit$options$link != "probability") return(errors)
  errors * link_scales[[fit$options$link]]$slope(values)
}

# What is normally distributed about its mean, and how widely: (rows, outputs) each. Rows
# with a missing predictor are NA.
delta_of <- function(fit, forged, call) {
  complete <- complete_rows(forged$x, forged$offset)
  columns <- if (fit$options$bias) cbind(rep(1, nrow(forged$x)), forged$x) else forged$x
  if (!is.null(fit$baseline)) columns <- sweep(columns, 2, as.vector(fit$baseline$means))
  columns[!complete, ] <- NA
  output <- predict_rows(fit, forged, "link", NULL, call)
  if (fit$options$link == "softmax") return(delta_of_classes(fit$information, columns, output))
  dispersion <- dispersion_of(fit)
  errors <- vapply(seq_along(dispersion), function(output) {
    root <- information_root(fit$information, output)
    sqrt(rowSums((columns %*% root)^2) * dispersion[output])
  }, numeric(nrow(columns)))
  list(
    link = link_scales[[fit$options$link]]$of_output(output),
    errors = matrix(errors, nrow(columns), length(dispersion))
  )
}

# Of scores s the log-odds of each class, s - log(sum(exp(others))), whose slopes by the
# scores do not change where a number is added to all of them.
delta_of_classes <- function(information, columns, scores) {
  classes <- ncol(scores)
  root <- information_root(information, 1)
  own <- split(seq_len(nrow(root)), rep(seq_len(classes), each = nrow(root) / classes))
  moves <- lapply(own, function(rows) columns %*% root[rows, , drop = FALSE])
  scores <- scores - apply(scores, 1, max)
  link <- errors <- scores
  for (class in seq_len(classes)) {
    others <- exp(scores)
    others[, class] <- 0
    mean <- Reduce(`+`, lapply(seq_len(classes), function(other) {
      others[, other] / rowSums(others) * moves[[other]]
    }))
    errors[, class] <- sqrt(rowSums((moves[[class]] - mean)^2))
    link[, class] <- scores[, class] - log(rowSums(others))
  }
  list(link = link, errors = errors)
}

# From the scale of the link to that of the prediction, and to where a mean can be at all.
delta_scale <- function(link, fit, scale) {
  known <- link_scales[[fit$options$link]]
  values <- if (scale == "link" && fit$options$link != "probability") link else known$response(link)
  values <- values[, seq_len(prediction_width(fit, scale)), drop = FALSE]
  least <- loss_family(fit$options$loss)$at_least
  if (scale == "response" && !is.na(least)) values[] <- pmax(values, least)
  values
}

# By link: what the model's output is on that scale, the response that follows, and the
# slope of the response, from itself. A model that ends with a probability has log-odds.
link_scales <- list(
  identity = list(of_output = identity, response = identity, slope = function(x) x^0),
  log = list(of_output = identity, response = exp, slope = identity),
  sqrt = list(of_output = identity, response = function(x) x^2, slope = function(x) 2 * sqrt(x)),
  inverse = list(of_output = identity, response = function(x) 1 / x, slope = function(x) x^2),
  "1/mu^2" = list(
    of_output = identity, response = function(x) 1 / sqrt(x), slope = function(x) x^3 / 2
  ),
  probit = list(
    of_output = identity, response = stats::pnorm, slope = function(p) stats::dnorm(stats::qnorm(p))
  ),
  cauchit = list(
    of_output = identity, response = stats::pcauchy,
    slope = function(p) stats::dcauchy(stats::qcauchy(p))
  ),
  cloglog = list(
    of_output = identity, response = function(x) -expm1(-exp(x)),
    slope = function(p) -(1 - p) * log1p(-p)
  ),
  logit = list(of_output = identity, response = stats::plogis, slope = function(p) p * (1 - p)),
  probability = list(
    of_output = stats::qlogis, response = stats::plogis, slope = function(p) p * (1 - p)
  ),
  softmax = list(response = stats::plogis, slope = function(p) p * (1 - p))
)
