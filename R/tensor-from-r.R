#' A tensor from R data
#'
#' Copies R's data once into a new torch tensor. The tensor has R's shape, and
#' R's types unless you ask for another.
#'
#' | R | tensor |
#' |---|---|
#' | double | `float64` |
#' | integer | `int64`, torch's own integer |
#' | logical | `bool` |
#' | complex | `complex128` |
#' | bit64's `integer64` | `int64`, exactly |
#' | a plain number (length 1) | 0-d |
#' | a longer plain vector | 1-d |
#' | a matrix, an array | 2-d, n-d |
#' | a data frame of numbers | 2-d, a row per row |
#'
#' torch's integers and logicals have no `NA`: integers and logicals with an
#' `NA` become `float64`, in which it is `NaN`.
#'
#' A class says that numbers mean something else. Dates, times, factors, values
#' with a unit and the like are refused, here and beside a tensor; tables, time
#' series and `I()` are the numbers that they show.
#'
#' @section Memory:
#' R sees of a tensor a small handle, not torch's bytes, and alone would not
#' collect the dead ones of a loop before they fill the memory. So nnfit counts
#' the bytes of the tensors that R is given, on each device, and has R collect its
#' garbage when 256 MB of new ones have been made, or more where collecting takes
#' long. Counted is what R's operators and functions give, what functions reached
#' by `$` from `torch` or from a tensor give (`torch$matmul(x, y)`,
#' `x$clone()`, `model(x)`), and what [iterate()] goes through. Not counted are
#' tensors smaller than 16 kB, what Python keeps to itself, such as the values
#' that a graph of gradients holds until its last tensor is gone, and gradients
#' (`x$grad`). `rm()` and `gc()` free memory at once.
#'
#' @param x A numeric, logical or complex vector, matrix, array or data frame;
#'   or a tensor; or a Python object that `torch$as_tensor()` takes.
#' @param dtype The tensor's type: a name such as `"float32"`, or
#'   `torch$float32`. `NULL`: R's, see above.
#' @param device Where it lives: `"cpu"`, `"cuda"`, or a `torch$device()`.
#'   `NULL`: the CPU for R data; a tensor stays where it is.
#' @param requires_grad Whether torch tracks it for gradients.
#' @return A `torch.Tensor`. A tensor that already is as asked comes back as it
#'   is, not copied.
#' @export
#' @seealso [as.array()][tensor-as-r] for the way back.
#' @examplesIf nnfit:::has_torch()
#' x <- as_tensor(matrix(1:6, 2))
#' x * 0.5
#'
#' w <- as_tensor(c(1, 2), requires_grad = TRUE)
#' sum(w^2)$backward()
#' w$grad
as_tensor <- function(x, dtype = NULL, device = NULL, requires_grad = FALSE) {
  call <- environment()
  if (missing(x)) refuse_missing("x", call)
  check_dtype(dtype, call)
  check_device(device, call)
  if (!rlang::is_bool(requires_grad)) {
    refuse_argument("requires_grad", "TRUE or FALSE", requires_grad, call)
  }
  x <- tensor_source(x)
  if (is.null(dtype) && is.atomic(x)) dtype <- tensor_dtypes[[typeof(x)]]
  tensor_call("from_r", x, dtype, device, requires_grad)
}

check_dtype <- function(dtype, frame) {
  if (is.null(dtype) || is_text(dtype) || inherits(dtype, "torch.dtype")) return()
  refuse_argument(
    "dtype", "the name of a torch dtype like \"float32\", or a torch dtype", dtype, frame
  )
}

check_device <- function(device, frame) {
  if (is.null(device) || is_text(device) || inherits(device, "torch.device")) return()
  refuse_argument("device", "the name of a device like \"cpu\", or a torch device", device, frame)
}

# Bytes that are no text would end the session, on their way to Python under some versions of R.
is_text <- function(x) rlang::is_string(x) && !is.na(x) && validEnc(x)

refuse_argument <- function(name, must, value, frame) {
  abort_nnfit("tensor", c(
    "{.arg {name}} must be {must}, not {.obj_type_friendly {shown(value)}}."
  ), user_call(frame))
}

# The dtype of each of R's types.
tensor_dtypes <- c(
  double = "float64", integer = "int64", logical = "bool", complex = "complex128"
)

# What crosses: a number or an array, or a Python object as it is.
tensor_source <- function(x, name = "`x`", frame = parent.frame()) {
  if (inherits(x, "python.builtin.object")) return(x)
  if (is.data.frame(x)) x <- frame_numbers(x, name, frame)
  check_numbers(x, name, user_call(frame))
  x <- as_plain(x)
  crossing(na_as_nan(x), frame)
}

# A plain vector crosses as a 1-d array, not as a list; a complex one, which
# old reticulates can not hand over, as its two parts.
crossing <- function(x, frame = parent.frame()) {
  if (is.object(x)) return(long_crossing(x, frame)) # nothing else has kept its class
  if (length(x) != 1L && is.null(dim(x))) x <- array(x)
  if (is.complex(x) && !is.null(dim(x))) list(Re(x), Im(x)) else x
}
