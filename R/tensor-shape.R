# Shape and order of tensors: R's functions, column-major as in R.

#' @export
length.torch.Tensor <- function(x) tensor_ask("length", x)

#' @export
dim.torch.Tensor <- function(x) {
  shape <- tensor_ask("dim", x)
  if (length(shape)) as_whole(shape)
}

# R's integers where they fit: an extent beyond them, of a tensor without data, is a double.
as_whole <- function(shape) {
  shape <- as.double(shape)
  if (all(shape <= .Machine$integer.max)) as.integer(shape) else shape
}

# Without dimensions it is a vector, as R's.
#' @export
`dim<-.torch.Tensor` <- function(x, value) {
  if (is.null(value)) value <- length(x)
  if (!is_wholes(value) || any(value < 0)) {
    refuse_argument("value", "whole numbers from 0 on", value, environment())
  }
  tensor_call("dim<-", x, as.list(as.double(value)))
}

#' @export
is.matrix.torch.Tensor <- function(x) length(dim(x)) == 2L

#' @export
is.array.torch.Tensor <- function(x) length(dim(x)) > 0L

#' @export
t.torch.Tensor <- function(x) tensor_call("t", x)

#' @export
aperm.torch.Tensor <- function(a, perm = NULL, ...) {
  check_dots()
  order <- as.double(seq_along(dim(a)))
  if (!is.null(perm) && !(is_wholes(perm) && identical(sort(as.double(perm)), order))) {
    refuse_argument("perm", "an order of the dimensions", perm, environment())
  }
  tensor_call("aperm", a, if (!is.null(perm)) as.list(as.double(perm)))
}

#' @export
rev.torch.Tensor <- function(x) tensor_call("rev", x)

#' @export
rep.torch.Tensor <- function(x, ...) {
  check_dots(c("times", "each", "length.out"), unnamed = TRUE)
  x[as_base_r(rep(seq_along(x), ...))]
}

#' @export
c.torch.Tensor <- function(...) tensors_together("c", ...)

#' @export
cbind.torch.Tensor <- function(..., deparse.level = 1) tensors_together("cbind", ...)

#' @export
rbind.torch.Tensor <- function(..., deparse.level = 1) tensors_together("rbind", ...)

tensors_together <- function(rule, ..., frame = parent.frame()) {
  parts <- list(...)
  given <- which(!vapply(parts, is.null, NA))
  sources <- lapply(given, function(k) {
    tensor_source(parts[[k]], paste0("argument ", k, " of `", rule, "()`"), frame)
  })
  tensor_call_list(rule, unname(sources), frame)
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
take_end <- function(x, n, end, frame = parent.frame()) {
  extents <- if (length(dim(x)) > 1L) dim(x) else length(x)
  if (!is.numeric(n) || is.object(n) || !length(n) %in% seq_along(extents)) {
    refuse_argument("n", "a number for each dimension at most", n, frame)
  }
  index <- lapply(extents, seq_len)
  for (k in seq_along(n)) if (!is.na(n[k])) index[[k]] <- end(index[[k]], n[k])
  do.call(`[`, c(list(x), index, drop = FALSE))
}

# What sort() and order() ask for.
#' @export
xtfrm.torch.Tensor <- function(x) as.vector(x)
