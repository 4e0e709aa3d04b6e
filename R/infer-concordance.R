# How well risks tell who has the event first, and how far probabilities of survival are
# from what has happened.

#' @rdname nn-survival
#' @exportS3Method survival::concordance
concordance.nn_fit <- function(object, newdata, ...) {
  call <- rlang::current_env()
  check_dots(c("ymin", "ymax", "timewt", "influence", "ranks", "timefix", "keepstrata"))
  need_survival(object, "concordance", call)
  rows <- if (missing(newdata)) {
    list(y = as_surv(object), link = log(object$fitted[, 1]), strata = object$outcome$strata,
      weights = object$weights
    )
  } else {
    judged_rows(object, newdata, call)
  }
  keep <- if (missing(newdata)) used_rows(object) else !is.na(rows$link)
  found <- concordance_of(rows, keep, ...)
  found$call <- object$call
  found
}

concordance_of <- function(rows, keep, ...) {
  strata <- rows$strata[keep]
  link <- -rows$link[keep]
  data <- list(y = rows$y[keep], link = link, strata = strata, weights = rows$weights[keep])
  formula <- if (is.null(strata)) y ~ link else y ~ link + strata(strata)
  environment(formula) <- list2env(list(strata = survival::strata), parent = globalenv())
  survival::concordance(formula, as.data.frame(data[c("y", "link", "strata")[lengths(
    data[c("y", "link", "strata")]
  ) > 0]]), weights = data$weights, ...)
}
