# Shape and order of tensors: R's functions, column-major as in R.

#' @export
length.torch.Tensor <- function(x) tensor_ask("length", x)

#' @export
dim.torch.Tensor <- function(x) {
  shape <- tensor_ask("dim", x)
  if (length(shape)) as.integer(shape)
}

#' @export
`dim<-.torch.Tensor` <- function(x, value) tensor_call("dim<-", x, as.list(value))

#' @export
is.matrix.torch.Tensor <- function(x) length(dim(x)) == 2L

#' @export
is.array.torch.Tensor <- function(x) length(dim(x)) > 0L

#' @export
t.torch.Tensor <- function(x) tensor_call("t", x)

#' @export
aperm.torch.Tensor <- function(a, perm = NULL, ...) {
  check_dots()
  tensor_call("aperm", a, if (!is.null(perm)) as.list(perm))
}

#' @export
rev.torch.Tensor <- function(x) tensor_call("rev", x)

#' @export
rep.torch.Tensor <- function(x, ...) {
  check_dots(c("times", "each", "length.out"), unnamed = TRUE)
  x[rep(seq_along(x), ...)]
}

#' @export
c.torch.Tensor <- function(...) tensors_together("c", ...)

#' @export
cbind.torch.Tensor <- function(..., deparse.level = 1) tensors_together("cbind", ...)

#' @export
rbind.torch.Tensor <- function(..., deparse.level = 1) tensors_together("rbind", ...)

tensors_together <- function(rule, ..., frame = parent.frame()) {
  parts <- Filter(Negate(is.null), list(...))
  tensor_call_list(rule, lapply(unname(parts), tensor_source, frame = frame), frame)
}

#' @importFrom utils head
#' @export
head.torch.Tensor <- function(x, n = 6L, ...) {
  check_dots()
  take_end(x, n, utils::head)
}

#' @importFrom utils tail
#' @export
tail.torch.Tensor <- function(x, n = 6L, ...) {
  # Names for rows, which a tensor does not have.
  check_dots(c("keepnums", "addrownums"))
  take_end(x, n, utils::tail)
}

# head() or tail() of the positions, along each dimension that `n` speaks of.
take_end <- function(x, n, end) {
  extents <- if (length(dim(x)) > 1L) dim(x) else length(x)
  index <- lapply(extents, seq_len)
  for (k in seq_along(n)) if (!is.na(n[k])) index[[k]] <- end(index[[k]], n[k])
  do.call(`[`, c(list(x), index, drop = FALSE))
}

# What sort() and order() ask for.
#' @export
xtfrm.torch.Tensor <- function(x) as.vector(x)
