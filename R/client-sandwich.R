# Robust and clustered covariances, by the package sandwich: the parts that it builds them of.

#' @exportS3Method sandwich::bread
bread.nn_fit <- function(x, ...) {
  check_dots()
  sandwich::bread(equal_model(x, "bread"))
}

#' @exportS3Method sandwich::estfun
estfun.nn_fit <- function(x, ...) {
  check_dots()
  sandwich::estfun(equal_model(x, "estfun"))
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
  environment(formula) <- list2env(own, parent = user)
  formula
}
