# `[` and `[[` on tensors, as base R has them. Base R says what an index means: it
# is applied to the numbers of the positions, and torch takes those that result.

#' @export
`[.torch.Tensor` <- function(x, ..., drop = TRUE) {
  check_truth(drop, "drop")
  index <- given_indices(...)
  if (length(index) > 1L) {
    return(
      at_places(x, as.logical(drop), index) %||%
        tensor_call_list("[", c(list(x, as.logical(drop)), grid_positions(index, x)))
    )
  }
  if (!length(index) || is_everything(index[[1]])) return(x)
  place <- vector_positions(index[[1]], x)
  tensor_call(paste("[", place$form), x, place$at)
}

#' @export
`[<-.torch.Tensor` <- function(x, ..., value) {
  index <- given_indices(...)
  if (!is_tensor(value)) value <- crossing(operand_data(value, "[<-", environment()))
  if (length(index) > 1L) {
    tensor_call_list("[<-", c(list(x, value), grid_positions(index, x)))
    return(x)
  }
  if (!length(index) || is_everything(index[[1]])) index <- list(seq_along(x))
  place <- vector_positions(index[[1]], x, growing = FALSE)
  if (tensor_ask(paste("[<-", place$form), x, value, place$at)) {
    warn_nnfit(
      "tensor", "number of items to replace is not a multiple of replacement length",
      user_call(environment())
    )
  }
  x
}

# A name asks for a property of the Python object, as `$` does.
#' @export
`[[.torch.Tensor` <- function(x, ...) {
  index <- given_indices(...)
  if (length(index) == 1L && rlang::is_string(index[[1]])) {
    return(do.call(`$`, list(x, index[[1]])))
  }
  tensor_call_list("[[", c(list(x), single_positions(index, x)))
}

#' @export
`[[<-.torch.Tensor` <- function(x, ..., value) {
  index <- given_indices(...)
  if (length(index) == 1L && rlang::is_string(index[[1]])) return(NextMethod())
  at <- single_positions(index, x)
  if (length(value) != 1L) stop_subscript("more elements supplied than there are to replace")
  do.call(`[<-`, c(list(x), at, list(value = value)), quote = TRUE)
}

stop_subscript <- function(message, frame = parent.frame()) {
  abort_nnfit("subscript", "{message}", user_call(frame))
}

# An index that was left out: all there is along its dimension.
everything <- structure(list(), class = "everything")
is_everything <- function(index) inherits(index, "everything")

given_indices <- function(...) {
  written <- substitute(list(...))
  index <- vector("list", ...length())
  for (k in seq_along(index)) {
    left_out <- identical(written[[k + 1L]], quote(expr = ))
    index[k] <- list(if (left_out) everything else ...elt(k))
  }
  index
}

# x[1, ], as loops have it: where each index is one number or left out, x need not be asked for
# its extents first, which is a crossing of its own. NULL: some index is of another kind, or x
# has no such place, of which the other way knows what to say.
at_places <- function(x, drop, index) {
  places <- index
  for (k in seq_along(index)) {
    at <- index[[k]]
    if (is_everything(at)) {
      places[k] <- list(NULL)
    } else if (is.numeric(at) && !is.object(at) && length(at) == 1L && is_place(at)) {
      places[[k]] <- as.integer(at)
    } else {
      return(NULL)
    }
  }
  found <- tensor_call_list("[ places", c(list(x, drop), places), parent.frame())
  if (is_tensor(found)) found
}

is_place <- function(at) !is.na(at) && at >= 1 && at <= .Machine$integer.max

# x[i, j, ...]: per dimension its positions, NULL for all of them.
grid_positions <- function(index, x, frame = parent.frame()) {
  extents <- dim(x)
  if (length(index) != length(extents)) stop_subscript("incorrect number of dimensions", frame)
  Map(function(i, n) if (!is_everything(i)) dimension_positions(i, n, frame), index, extents)
}

dimension_positions <- function(i, n, frame) {
  i <- plain_index(i, frame)
  if (is.logical(i) && length(i) > n) {
    stop_subscript("(subscript) logical subscript too long", frame)
  }
  if (is.numeric(i) && any(i >= n + 1, na.rm = TRUE)) {
    stop_subscript("subscript out of bounds", frame)
  }
  crossing_positions(positions(i, n, frame))
}

# x[i]: the form of the index and what crosses. A logical tensor of x's shape
# stays in torch; a matrix with a column per dimension names single places.
vector_positions <- function(i, x, growing = TRUE, frame = parent.frame()) {
  if (is_mask(i, x)) return(list(form = "mask", at = i))
  if (is_tensor(i)) i <- as.array(i)
  i <- plain_index(if (names_places(i, x)) matrix_positions(i, dim(x), frame) else i, frame)
  if (!growing) check_within(i, length(x), frame)
  list(form = "vector", at = crossing_positions(positions(i, length(x), frame)))
}

is_mask <- function(i, x) {
  is_tensor(i) && identical(dim(i), dim(x)) && tensor_ask("describe", i)[[1]] == "logical"
}

names_places <- function(i, x) {
  is.matrix(i) && is.numeric(i) && length(dim(x)) > 1L && ncol(i) == length(dim(x))
}

# Reading beyond the end gives NA as in R; a tensor can not be written there.
check_within <- function(i, n, frame) {
  last <- max(0, if (is.logical(i)) length(i) else i, na.rm = TRUE)
  if (last >= n + 1) stop_subscript("subscript out of bounds: a tensor does not grow", frame)
}

matrix_positions <- function(i, extents, frame) {
  if (any(i < 0, na.rm = TRUE)) {
    stop_subscript("negative values are not allowed in a matrix subscript", frame)
  }
  i <- i[rowSums(i == 0, na.rm = TRUE) == 0, , drop = FALSE]
  if (any(t(i) >= extents + 1, na.rm = TRUE)) stop_subscript("subscript out of bounds", frame)
  steps <- cumprod(c(1, extents[-length(extents)]))
  1 + colSums((t(trunc(i)) - 1) * steps)
}

plain_index <- function(i, frame) {
  if (is_tensor(i)) i <- as.vector(i)
  if (is.character(i)) stop_subscript("subscript out of bounds", frame)
  if (is.null(i)) return(integer())
  if (is.object(i) && !is.factor(i)) i <- index_numbers(i, frame)
  if (!is.numeric(i) && !is.logical(i)) {
    stop_subscript(paste0("invalid subscript type '", typeof(i), "'"), frame)
  }
  i
}

# An index with a class: its numbers, where they are what they look like.
index_numbers <- function(i, frame) {
  if (!is_plain_numbers(i)) {
    abort_nnfit("subscript", c(
      "invalid subscript: {.obj_type_friendly {shown(i)}}", "i" = number_hint(i)
    ), user_call(frame))
  }
  if (inherits(i, "integer64")) long_as_double(i, frame) else as_plain(i)
}

positions <- function(i, n, frame) {
  all <- seq_len(n)
  tryCatch(
    all[i],
    error = function(error) stop_subscript(conditionMessage(error), frame)
  )
}

crossing_positions <- function(p) if (length(p) == 1L && !is.na(p)) p else array(p)

# x[[i]], x[[i, j]]: one number per dimension, or one over all of x.
single_positions <- function(index, x, frame = parent.frame()) {
  extents <- if (length(index) == 1L) length(x) else dim(x)
  if (length(index) != length(extents)) stop_subscript("incorrect number of subscripts", frame)
  Map(function(i, n) single_position(plain_index(i, frame), n, frame), index, extents)
}

single_position <- function(i, n, frame) {
  if (length(i) != 1L) {
    amount <- if (length(i)) "more" else "less"
    stop_subscript(paste("attempt to select", amount, "than one element"), frame)
  }
  if (is.na(i) || i < 1 || i >= n + 1) stop_subscript("subscript out of bounds", frame)
  as.integer(i)
}
