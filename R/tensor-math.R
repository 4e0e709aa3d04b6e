# R's groups Math and Complex on tensors, and the questions asked of every
# element. Each is one call of the rule of its name.

#' @export
Math.torch.Tensor <- function(x, ...) {
  further <- math_arguments[[.Generic]]
  check_dots(as.character(further), unnamed = !is.null(further))
  if (!...length()) return(tensor_call(.Generic, x))
  second <- ...elt(1)
  if (.Generic == "log") return(log_to_base(x, second, environment()))
  if (!is_one_number(second)) refuse_argument("digits", "a number", second, environment())
  # Further digits than a double has change nothing.
  tensor_call(.Generic, x, max(min(second, 308), -308))
}

log_to_base <- function(x, base, frame) {
  if (is_tensor(base)) return(tensor_call("log base", x, base, frame = frame))
  base <- operand(base, x, "log", frame)
  tensor_call("log base", x, base$data, base$plain, frame = frame)
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
anyNA.torch.Tensor <- function(x, recursive = FALSE) {
  check_truth(recursive, "recursive")
  any(tensor_call("is.na", x))
}
