# R's group Summary on tensors, mean() and median(). Numbers stay tensors, so
# that gradients flow; all() and any() answer in R, because `if` needs it.

#' @export
Summary.torch.Tensor <- function(..., na.rm = FALSE) {
  check_truth(na.rm, "na.rm")
  x <- if (...length() == 1L) ...elt(1) else c(...)
  if (!.Generic %in% c("all", "any")) return(tensor_call(.Generic, x, na.rm))
  answer <- tensor_ask(.Generic, x, na.rm)
  if (is.null(answer)) NA else answer
}

#' @export
mean.torch.Tensor <- function(x, trim = 0, na.rm = FALSE, ...) {
  check_dots()
  check_truth(na.rm, "na.rm")
  if (!is_one_number(trim)) refuse_argument("trim", "a number", trim, environment())
  tensor_call("mean", x, trim, na.rm)
}

#' @importFrom stats median
#' @export
median.torch.Tensor <- function(x, na.rm = FALSE, ...) {
  check_dots()
  check_truth(na.rm, "na.rm")
  tensor_call("median", x, na.rm)
}

# A description of the values is R's own, computed in R: no gradient is wanted.
#' @export
summary.torch.Tensor <- function(object, ...) {
  check_dots(names(formals(summary.default)))
  as_base_r(summary(as.array(object), ...))
}

#' @importFrom stats quantile
#' @export
quantile.torch.Tensor <- function(x, ...) {
  check_dots(names(formals(utils::getS3method("quantile", "default"))), unnamed = TRUE)
  as_base_r(quantile(as.vector(x), ...))
}

#' @export
unique.torch.Tensor <- function(x, incomparables = FALSE, ...) {
  check_dots(c("fromLast", "nmax"))
  if (!(is.numeric(incomparables) || is.logical(incomparables)) || is.object(incomparables)) {
    refuse_argument("incomparables", "FALSE or a vector of numbers", incomparables, environment())
  }
  x[!as_base_r(duplicated(as.vector(x), incomparables, ...))]
}
