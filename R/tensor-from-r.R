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
#' | a plain number (length 1) | 0-d |
#' | a longer plain vector | 1-d |
#' | a matrix, an array | 2-d, n-d |
#' | a data frame of numbers | 2-d, a row per row |
#'
#' torch's integers and logicals have no `NA`: integers and logicals with an
#' `NA` become `float64`, in which it is `NaN`.
#'
#' @param x A numeric, logical or complex vector, matrix, array or data frame;
#'   or a tensor; or a Python object that `torch$as_tensor()` takes.
#' @param dtype The tensor's type: a name such as `"float32"`, or
#'   `torch$float32`. `NULL`: R's, see above.
#' @param device Where it lives: `"cpu"`, `"cuda"`. `NULL`: the CPU for R data;
#'   a tensor stays where it is.
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
  if (missing(x)) refuse_missing("x", rlang::current_env())
  x <- tensor_source(x)
  if (is.null(dtype) && is.atomic(x)) dtype <- tensor_dtypes[[typeof(x)]]
  tensor_call("from_r", x, dtype, device, requires_grad)
}

# The dtype of each of R's types.
tensor_dtypes <- c(
  double = "float64", integer = "int64", logical = "bool", complex = "complex128"
)

# What crosses: a number or an array, or a Python object as it is.
tensor_source <- function(x, frame = parent.frame()) {
  if (inherits(x, "python.builtin.object")) return(x)
  if (is.data.frame(x)) x <- as.matrix(x)
  if (is.factor(x) || !typeof(x) %in% names(tensor_dtypes)) {
    abort_nnfit("tensor", c(
      "{.arg x} must be numeric, logical or complex, not {.obj_type_friendly {x}}.",
      "i" = if (is.factor(x)) "torch counts classes from 0: {.code as.integer(x) - 1L}."
    ), user_call(frame))
  }
  if ((is.integer(x) || is.logical(x)) && anyNA(x)) x <- x + 0
  crossing(x)
}

# A plain vector crosses as a 1-d array, not as a list; a complex one, which
# old reticulates can not hand over, as its two parts.
crossing <- function(x) {
  if (length(x) != 1L && is.null(dim(x))) x <- array(x)
  if (is.complex(x) && !is.null(dim(x))) list(Re(x), Im(x)) else x
}
