# R's groups Math and Complex on tensors, and the questions asked of every
# element. Each is one call of the rule of its name.

#' @export
Math.torch.Tensor <- function(x, ...) {
  further <- math_arguments[[.Generic]]
  check_dots(as.character(further), unnamed = !is.null(further))
  if (.Generic == "log" && ...length()) {
    tensor_call("log", x) / log(...elt(1))
  } else {
    tensor_call(.Generic, x, ...)
  }
}

# What a function of the group takes beside x.
math_arguments <- list(log = "base", round = "digits", signif = "digits")

#' @export
Complex.torch.Tensor <- function(z) tensor_call(.Generic, z)

#' @export
is.na.torch.Tensor <- function(x) tensor_call("is.na", x)

#' @export
is.nan.torch.Tensor <- function(x) tensor_call("is.nan", x)

#' @export
is.finite.torch.Tensor <- function(x) tensor_call("is.finite", x)

#' @export
is.infinite.torch.Tensor <- function(x) tensor_call("is.infinite", x)

# A single answer is R's TRUE or FALSE, no tensor: `if` and stopifnot() need one.
#' @export
anyNA.torch.Tensor <- function(x, recursive = FALSE) any(tensor_call("is.na", x))
