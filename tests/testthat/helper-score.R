# Predictions in plain R are held to torch's.

# By how much two predictions differ, in parts of the largest value.
apart <- function(ours, torch) {
  ours <- as.numeric(unlist(ours))
  torch <- as.numeric(unlist(torch))
  if (length(ours) != length(torch) || !identical(is.na(ours), is.na(torch))) return(Inf)
  known <- !is.na(torch) & ours != torch # both may be infinite
  if (!any(known)) return(0)
  max(abs(ours - torch)[known]) / max(abs(torch[is.finite(torch)]), .Machine$double.xmin)
}

# Networks in float32 are computed in double here, so that the last digits are others.
score_tolerance <- function(fit) if (fit$options$dtype == "float64") 1e-12 else 1e-6

# Everything but the digits is the same.
expect_scored <- function(fit, ..., info = NULL) {
  torch <- predict(fit, ..., engine = "torch")
  ours <- predict(fit, ..., engine = "r")
  expect_lte(apart(ours, torch), score_tolerance(fit), label = paste("difference of", info))
  kept <- function(x) {
    if (is.list(x)) return(lapply(x, kept))
    if (is.double(x)) replace(x, TRUE, 0) else x
  }
  expect_identical(kept(ours), kept(torch), info = info)
  invisible(ours)
}
