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

# Beside data whose class has operators of its own, such as bit64's or dates, R
# asks from version 4.3 on whose are to be taken. Ours know what they can not do.
#' @rawNamespace if (getRversion() >= "4.3") S3method(chooseOpsMethod, torch.Tensor)
chooseOpsMethod.torch.Tensor <- function(x, y, mx, my, cl, reverse) TRUE

# R's data beside a tensor: as it crosses, and whether it is a plain vector,
# which recycles down the columns as in R.
operand <- function(data, x, operator, frame = parent.frame()) {
  data <- operand_data(data, operator, frame)
  plain <- is.null(dim(data)) && length(data) != 1L
  if (plain) warn_recycling(length(data), x, frame)
  list(data = crossing(data, frame), plain = plain)
}

operand_data <- function(data, operator, frame) {
  logic <- operator == "&" || operator == "|"
  if (is.double(data) && !is.object(data) && !logic) return(data) # as most are
  data <- plain_operand(data, operator, frame)
  if (logic) return(logic_data(data, operator, frame))
  if (inherits(data, "integer64")) data else na_as_nan(data)
}

plain_operand <- function(data, operator, frame) {
  if (!is.object(data) && typeof(data) %in% names(tensor_dtypes)) return(data)
  if (!is_plain_numbers(data)) stop_operand(data, operator, frame)
  as_plain(data)
}

# Only torch's floating numbers have a NaN, which is what NA becomes.
na_as_nan <- function(x) if ((is.integer(x) || is.logical(x)) && anyNA(x)) x + 0 else x

logic_data <- function(data, operator, frame) {
  if (inherits(data, "integer64")) data <- long_as_double(data, frame)
  if (anyNA(data)) stop_logic_na(operator, frame)
  data
}

stop_operand <- function(data, operator, frame) {
  abort_nnfit("tensor", c(
    "non-numeric argument to {.code {operator}}",
    "x" = "It is {.obj_type_friendly {shown(data)}}.", "i" = number_hint(data)
  ), user_call(frame))
}

stop_logic_na <- function(operator, frame) {
  abort_nnfit("tensor", c(
    "{.code {operator}} with {.code NA}: a logical tensor has no {.code NA}.",
    "i" = "Say what it should be, as in {.code x & !is.na(y) & y}."
  ), user_call(frame))
}

warn_recycling <- function(n, x, frame) {
  if (n > 1L && length(x) %% n != 0 && length(x) > n) {
    warn_nnfit(
      "tensor", "longer object length is not a multiple of shorter object length", user_call(frame)
    )
  }
}
