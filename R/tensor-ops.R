# R's operators on tensors. Python's side knows the rules
# (python/nnfit/tensors/arithmetic.py); this side says what an R operand is.

#' @export
Ops.torch.Tensor <- function(e1, e2) {
  if (missing(e2)) {
    tensor_call(paste("unary", .Generic), e1)
  } else if (is_tensor(e1) && is_tensor(e2)) {
    tensor_call(.Generic, e1, e2)
  } else if (is_tensor(e1)) {
    right <- operand(e2, e1, .Generic)
    tensor_call(.Generic, e1, right$data, right$plain)
  } else {
    left <- operand(e1, e2, .Generic)
    tensor_call(.Generic, left$data, e2, left$plain)
  }
}

# R's data beside a tensor: as it crosses, and whether it is a plain vector,
# which recycles down the columns as in R.
operand <- function(data, x, operator, frame = parent.frame()) {
  data <- operand_data(data, operator, frame)
  plain <- is.null(dim(data)) && length(data) != 1L
  if (plain) warn_recycling(length(data), x, frame)
  list(data = crossing(data), plain = plain)
}

operand_data <- function(data, operator, frame) {
  if (!is.numeric(data) && !is.logical(data) && !is.complex(data)) {
    abort_nnfit("tensor", "non-numeric argument to {.code {operator}}", user_call(frame))
  }
  if (!is.double(data) && anyNA(data)) without_na(data, operator, frame) else data
}

# Only torch's floating numbers have a NaN, which is what NA becomes.
without_na <- function(data, operator, frame) {
  if (operator %in% c("&", "|")) {
    abort_nnfit("tensor", c(
      "{.code {operator}} with {.code NA}: a logical tensor has no {.code NA}.",
      "i" = "Say what it should be, as in {.code x & !is.na(y) & y}."
    ), user_call(frame))
  }
  if (is.complex(data)) data else data + 0
}

warn_recycling <- function(n, x, frame) {
  if (n > 1L && length(x) %% n != 0 && length(x) > n) {
    warn_nnfit(
      "tensor", "longer object length is not a multiple of shorter object length", user_call(frame)
    )
  }
}
