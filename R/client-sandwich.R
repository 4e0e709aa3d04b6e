# Robust and clustered covariances, by the package sandwich: the parts that it builds them of.

#' @exportS3Method sandwich::bread
bread.nn_fit <- function(x, ...) {
  check_dots()
  model <- equal_model(x, "bread")
  found <- sandwich::bread(model)
  # It is multiplied by the number of rows that estfun() has, and a coxph() has no weights of 0.
  if (inherits(model, "coxph")) found * nrow(x$fitted) / model$n else found
}

#' @exportS3Method sandwich::estfun
estfun.nn_fit <- function(x, ...) {
  check_dots()
  model <- equal_model(x, "estfun")
  found <- sandwich::estfun(model)
  used <- used_rows(x)
  if (!inherits(model, "coxph")) return(found)
  # Of one coefficient it is a vector there, which vcovCL() does not take.
  whole <- matrix(0, length(used), NCOL(found), dimnames = list(x$row_names, names(coef(x))))
  whole[used, ] <- found
  whole
}

# By fits of the equal model: of lm() it needs no fit at all.
#' @exportS3Method sandwich::vcovBS
vcovBS.nn_fit <- function(x, ...) {
  sandwich::vcovBS(equal_model(x, "vcovBS"), ...)
}

# Clusters by a formula are variables of the data that the model need not use:
# expand.model.frame(), which has no methods, evaluates the data where the formula is from.
is_expanded <- function(frame) {
  if (!identical(topenv(frame), asNamespace("stats"))) return(FALSE)
  asks <- list(stats::expand.model.frame, stats::termplot)
  any(vapply(asks, identical, NA, function_of_frame(frame)))
}

formula_beside_data <- function(fit, user) {
  formula <- fit$formula
  if (is.null(formula)) return(NULL)
  own <- as.list(environment(formula), all.names = TRUE)
  # Not all is evaluated there, and survival need not be attached.
  if (fit$outcome$kind == "survival") {
    formula[2:3] <- lapply(formula[2:3], with_namespace, c("Surv", "strata"))
  }
  environment(formula) <- list2env(own, parent = user)
  formula
}

# `Surv(time, status)` as `survival::Surv(time, status)`.
with_namespace <- function(code, names) {
  if (!is.call(code) || rlang::is_call(code, c("::", ":::"))) return(code)
  of_survival <- is.name(code[[1]]) && as.character(code[[1]]) %in% names
  code[] <- lapply(code, with_namespace, names)
  if (of_survival) code[[1]] <- call("::", quote(survival), code[[1]])
  code
}
