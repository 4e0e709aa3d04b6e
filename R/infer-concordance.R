# How well the risks of fits order the times of rows: concordance, as survival has it.

#' @rdname nn-survival
#' @exportS3Method survival::concordance
concordance.nn_fit <- function(object, ..., newdata) {
  call <- rlang::current_env()
  check_dots(concordance_options, unnamed = TRUE)
  given <- list(...)
  named <- nzchar(rlang::names2(given))
  fits <- c(list(object), given[!named])
  written <- c(list(substitute(object)), as.list(substitute(list(...)))[-1][!named])
  labels <- vapply(written, rlang::as_label, "")
  lapply(fits, check_concordance_fit, call)
  own <- missing(newdata)
  rows <- lapply(fits, function(fit) {
    if (own) own_survival(fit, used_rows(fit)) else judged_rows(fit, newdata, call)
  })
  found <- if (length(fits) == 1) {
    do.call(concordance_of, c(rows, given[named]))
  } else {
    concordances_of(rows, unname(labels), given[named], call)
  }
  structure(c(found, list(call = object$call)), class = "concordance")
}

concordance_options <- c("ymin", "ymax", "timewt", "influence", "ranks", "timefix", "keepstrata")

check_concordance_fit <- function(fit, call) {
  if (!inherits(fit, "nn_fit")) {
    abort_nnfit("argument", c(
      "{.fn concordance} compares fits by {.fn nn_fit}, and {.arg ...} has {describe(fit)}.",
      "i" = "Name arguments, such as {.arg newdata}. A {.fn coxph} is an {.fn nn_fit} without
        hidden units."
    ), call)
  }
  need_survival(fit, "concordance", call)
}

# Of several fits to the same outcome, with the covariance of their concordances by how much each
# row moves them: as survival has it.
concordances_of <- function(rows, labels, options, call) {
  same <- function(part) {
    all(vapply(rows, function(one) identical(one[[part]], rows[[1]][[part]]), NA))
  }
  if (!same("y") || !same("weights")) {
    abort_nnfit("argument", c(
      "{.fn concordance} compares fits to the same outcome and weights, on the same rows."
    ), call)
  }
  asked <- options$influence %||% 0
  options$influence <- if (asked == 2) 3 else 1
  each <- lapply(rows, function(one) do.call(concordance_of, c(list(one), options)))
  moves <- vapply(each, function(one) one$dfbeta, numeric(length(each[[1]]$dfbeta)))
  variances <- vapply(each, function(one) one$var, 0)
  # Some versions of survival hold the weight of a row in its move, others not.
  weighed <- isTRUE(all.equal(colSums(moves^2), variances))
  roots <- if (weighed) moves else sqrt(rows[[1]]$weights %||% 1) * moves
  count <- do.call(rbind, lapply(each, function(one) {
    if (is.matrix(one$count)) colSums(one$count) else one$count # by stratum
  }))
  concordance <- vapply(each, function(one) one$concordance, 0)
  rownames(count) <- labels
  found <- list(
    concordance = stats::setNames(concordance, labels), count = count, n = each[[1]]$n,
    var = crossprod(roots), cvar = vapply(each, function(one) one$cvar, 0)
  )
  if (asked %in% c(1, 3)) found$dfbeta <- moves
  if (asked %in% c(2, 3)) found$influence <- lapply(each, function(one) one$influence)
  found
}

concordance_of <- function(rows, ...) {
  given <- rows[!vapply(rows, is.null, NA)]
  do.call(survival::concordancefit, c(given, list(reverse = TRUE, ...)))
}

# Some rows of a fit: outcome, linear predictor, stratum, weight.
own_survival <- function(fit, rows) {
  list(
    y = as_surv(fit$outcome$values[rows, , drop = FALSE]),
    x = log(fit$fitted[rows, 1]), strata = fit$outcome$strata[rows], weights = fit$weights[rows]
  )
}

# The same of new rows, which have an outcome too.
judged_rows <- function(fit, newdata, call) {
  need_formula(fit, "concordance", call)
  forged <- forge_design(fit$blueprint, fit$columns, newdata, "newdata", call, outcomes = TRUE)
  check_offset_known(forged$offset, isTRUE(fit$options$has_offset), "newdata", call)
  y <- forged$y[[1]]
  x <- predict_rows(fit, forged, "link", NULL, call)[, 1]
  known <- !is.na(x) & !is.na(y)
  if (!is.null(forged$strata)) known <- known & !is.na(forged$strata)
  list(y = y[known], x = x[known], strata = forged$strata[known])
}
