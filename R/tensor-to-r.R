# Tensors as R data. Always detached, exact, and R's own copy.

#' R data from a tensor
#'
#' A tensor's values as an R array, matrix, vector or data frame, whatever its
#' dtype and wherever it lives. What comes back is a copy of R's own: no
#' gradient runs through it, and changing it does not change the tensor.
#'
#' | tensor | R |
#' |---|---|
#' | `bool` | logical |
#' | integers of any width | integer; double where a value does not fit R's 32 bits |
#' | `float16`, `bfloat16`, `float32`, `float64` | double, exactly |
#' | `complex64`, `complex128` | complex |
#' | 0-d (a scalar) | a plain number |
#' | 1-d and more | an array with torch's shape as its `dim()` |
#'
#' Doubles hold whole numbers exactly up to 2^53; beyond it you are warned.
#'
#' @param x A tensor.
#' @param ... Not used.
#' @return An array (`as.array()`), a matrix, a vector of the type asked for, or
#'   a data frame with the columns that [as.data.frame()] gives a matrix.
#' @name tensor-as-r
#' @seealso [as_tensor()] for the way back.
#' @examplesIf nnfit:::has_torch()
#' x <- as_tensor(matrix(1:6, 2), dtype = "float32")
#' as.array(x)
#' as.vector(x)
NULL

#' @rdname tensor-as-r
#' @export
as.array.torch.Tensor <- function(x, ...) {
  check_dots()
  tensor_data(x)
}

#' @rdname tensor-as-r
#' @export
as.matrix.torch.Tensor <- function(x, ...) {
  check_dots()
  as.matrix(tensor_data(x))
}

are_row_names <- function(x, rows) {
  usable <- (is.character(x) && length(dim(x)) < 2 && !anyNA(x)) || is_wholes(x)
  usable && length(x) == rows && !anyDuplicated(x)
}

vector_modes <- c(
  "any", "logical", "integer", "double", "numeric", "complex", "character", "raw", "list",
  "expression"
)

#' @rdname tensor-as-r
#' @param mode,row.names,optional As for R's own.
#' @export
as.vector.torch.Tensor <- function(x, mode = "any") {
  if (!is_one_of(vector_modes)(mode)) {
    refuse_argument("mode", "the name of a type of vector, such as \"double\"", mode, environment())
  }
  data <- tensor_data(x)
  as_base_r(as.vector(data, mode))
}

#' @export
as.double.torch.Tensor <- function(x, ...) {
  check_dots()
  as.double(tensor_data(x))
}

#' @export
as.integer.torch.Tensor <- function(x, ...) {
  check_dots()
  as.integer(tensor_data(x))
}

#' @export
as.logical.torch.Tensor <- function(x, ...) {
  check_dots()
  as.logical(tensor_data(x))
}

#' @export
as.complex.torch.Tensor <- function(x, ...) {
  check_dots()
  as.complex(tensor_data(x))
}

#' @export
as.character.torch.Tensor <- function(x, ...) {
  check_dots()
  as.character(tensor_data(x))
}

#' @export
as.list.torch.Tensor <- function(x, ...) {
  check_dots()
  as.list(tensor_data(x))
}

#' @rdname tensor-as-r
#' @export
as.data.frame.torch.Tensor <- function(x, row.names = NULL, optional = FALSE, ...) {
  check_dots(names(formals(as.data.frame.matrix)))
  check_truth(optional, "optional")
  if (!is.null(row.names) && !are_row_names(row.names, c(dim(x), 1)[1])) {
    refuse_argument("row.names", "a different name for each row", row.names, environment())
  }
  as.data.frame(tensor_data(x), row.names = row.names, optional = optional, ...)
}

#' @rawNamespace S3method(tibble::as_tibble,torch.Tensor)
as_tibble.torch.Tensor <- function(x, ...) {
  check_dots(c(".rows", ".name_repair", "rownames"), unnamed = TRUE)
  tibble::as_tibble(as.data.frame(x), ...)
}

#' Compare a tensor
#'
#' [all.equal()] of a tensor's values with another tensor's or with R data. The
#' usual tolerance, the square root of the type's precision, is that of the
#' coarser dtype: 1.5e-8 for `float64`, 3.5e-4 for `float32`.
#'
#' @param target A tensor.
#' @param current A tensor or R data.
#' @param ... Passed on to [all.equal()], with `tolerance` if you give one.
#' @return `TRUE`, or a description of the differences.
#' @method all.equal torch.Tensor
#' @export
#' @examplesIf nnfit:::has_torch()
#' all.equal(as_tensor(c(0.1, 0.2), dtype = "float32"), c(0.1, 0.2))
all.equal.torch.Tensor <- function(target, current, ...) {
  check_dots(names(formals(all.equal.numeric)))
  tensors <- Filter(is_tensor, list(target, current))
  epsilon <- vapply(tensors, function(x) tensor_ask("about", x)$epsilon, numeric(1))
  settings <- utils::modifyList(list(tolerance = sqrt(max(epsilon))), list(...))
  if (is_tensor(current)) {
    current <- tensor_data(current)
  } else if (is.atomic(current) && is.null(dim(current)) && length(current) > 1L) {
    current <- array(current)
  }
  do.call(all.equal, c(list(tensor_data(target), current), settings), quote = TRUE)
}

tensor_data <- function(x, frame = parent.frame()) {
  about <- tensor_ask("describe", x, frame = frame)
  if (about[[2]]) {
    warn_inexact(user_call(frame))
  }
  kind <- about[[1]]
  if (kind == "complex") {
    real <- tensor_data(x$real, frame)
    return(structure(complex(real = real, imaginary = tensor_data(x$imag, frame)), dim = dim(real)))
  }
  shape <- as_whole(about[-(1:2)])
  # torch writes into memory that R has just made here and nothing else holds:
  # a tensor of any size is moved once. R's logicals are made of integers,
  # because reticulate would hand over a copy of them.
  room <- vector(if (kind == "logical") "integer" else kind, prod(shape))
  dim(room) <- if (length(shape)) shape else 1L
  tensor_call("fill", x, room, frame = frame)
  if (!length(shape)) dim(room) <- NULL
  if (kind == "logical") storage.mode(room) <- "logical"
  room
}
