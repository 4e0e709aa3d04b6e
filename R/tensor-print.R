# How a tensor shows itself: a line that says what it is, then the values as an
# R user reads them.

#' Print a tensor
#'
#' Shape, dtype and device on the first line, then the values as R prints an
#' array. Of a large tensor the beginning is shown, and only that is fetched.
#'
#' @param x,object A tensor.
#' @param n How many rows, columns, ... to show.
#' @param digits Significant digits; no more than the dtype has.
#' @param ... For `print()` and `format()`: passed on to R's own for arrays.
#' @return `x`, invisibly; `format()` an array of text.
#' @name print-tensor
#' @examplesIf nnfit:::has_torch()
#' torch$arange(6)$reshape(2L, 3L)
#' str(torch$zeros(100L))
NULL

#' @rdname print-tensor
#' @export
print.torch.Tensor <- function(x, n = 20L, digits = getOption("digits"), ...) {
  check_dots(names(formals(print.default)))
  check_alive(list(x))
  if (!is_number(n, 1)) refuse_argument("n", "a number from 1 on", n, environment())
  if (!is_number(digits, 1, 22)) {
    refuse_argument("digits", "a number from 1 to 22", digits, environment())
  }
  about <- tensor_ask("about", x)
  cat("# A torch tensor: ", paste(c(
    shape_text(dim(x)), about$dtype, about$device, if (about$requires_grad) "requires grad"
  ), collapse = ", "), "\n", sep = "")
  if (!about$has_data) return(invisible(x))
  part <- first_part(x, n)
  print(as.array(part), digits = min(digits, about$digits), ...)
  if (length(part) < length(x)) cat("# ... the first ", shape_text(dim(part)), "\n", sep = "")
  invisible(x)
}

shape_text <- function(extents) {
  if (length(extents)) paste(extents, collapse = " x ") else "a number"
}

# A vector shows more of itself than a matrix shows rows; of further
# dimensions, which print one below the other, fewer.
first_part <- function(x, n) {
  extents <- dim(x)
  if (!length(extents)) return(x)
  limits <- if (length(extents) == 1L) 5L * n else c(n, n, rep(3L, length(extents) - 2L))
  if (all(extents <= limits)) x else head(x, pmin(extents, limits))
}

#' @rdname print-tensor
#' @export
format.torch.Tensor <- function(x, ...) {
  check_dots(names(formals(format.default)))
  as_base_r(format(as.array(x), ...))
}

#' @importFrom utils str
#' @rdname print-tensor
#' @export
str.torch.Tensor <- function(object, ...) {
  check_dots(str_arguments())
  check_alive(list(object))
  about <- tensor_ask("about", object)
  extents <- dim(object)
  ranges <- if (length(extents)) paste0(" [", paste0("1:", extents, collapse = ", "), "]")
  shown <- min(length(object), 10L)
  values <- if (about$has_data) signif(as.vector(object[seq_len(shown)]), 3)
  more <- if (length(object) > shown) "..."
  cat(" torch ", about$dtype, ranges, " ", paste(c(values, more), collapse = " "), "\n", sep = "")
}
