# Base R as the judge of tensors: the same function on tensors and on their
# as.array(), for operands drawn with fixed seeds.

long_tests <- function() identical(Sys.getenv("NNFIT_LONG_TESTS"), "true")

# `n` cases in CI, twenty times as many in the long run.
cases <- function(n) seq_len(if (long_tests()) 20L * n else n)

INTEGERS <- c("uint8", "int8", "int16", "int32", "int64")
FLOATS <- c("float16", "bfloat16", "float32", "float64")
REALS <- c("bool", INTEGERS, FLOATS)
COMPLEXES <- c("complex64", "complex128")

SHAPES <- list(
  NULL, 1L, 3L, 4L, 12L, 0L, c(3L, 4L), c(1L, 4L), c(3L, 1L), c(1L, 1L), c(0L, 3L), c(4L, 4L),
  c(2L, 3L, 4L), c(1L, 3L, 1L), c(2L, 1L, 2L, 3L)
)

pick <- function(x) x[[sample.int(length(x), 1L)]]

# Small multiples of 1/4, which every floating dtype holds exactly.
draw_values <- function(dtype, n, special = 0) {
  if (dtype == "bool") return(sample(c(TRUE, FALSE), n, TRUE))
  if (dtype == "uint8") return(sample(0:9, n, TRUE))
  if (dtype %in% INTEGERS) return(sample(-6:9, n, TRUE))
  if (dtype %in% COMPLEXES) {
    return(complex(real = sample(-8:8, n, TRUE) / 4, imaginary = sample(-8:8, n, TRUE) / 4))
  }
  values <- sample(-16:16, n, TRUE) / 4
  values[stats::runif(n) < special] <- pick(c(NaN, Inf, -Inf))
  values
}

draw_data <- function(dtype, shape, special = 0) {
  values <- draw_values(dtype, prod(shape), special)
  if (is.null(shape)) values else array(values, shape)
}

# A tensor of that dtype and shape: row- or column-major, plain or a parameter.
draw_tensor <- function(dtype, shape, special = 0) {
  data <- draw_data(dtype, shape, special)
  tracked <- dtype %in% c(FLOATS, COMPLEXES) && stats::runif(1) < 0.2
  x <- if (length(shape) > 1L && stats::runif(1) < 0.3) {
    aperm(as_tensor(aperm(data), dtype))
  } else {
    as_tensor(data, dtype)
  }
  if (tracked) torch$nn$Parameter(x) else x
}

# What an R user would put beside a tensor.
draw_beside <- function(dtype) {
  type <- pick(c("bool", "int64", "float64", if (dtype %in% COMPLEXES) "complex128"))
  length_or_shape <- pick(list(1L, 1L, 2L, 3L, 4L, 5L, 12L, 0L, pick(SHAPES)))
  if (length(length_or_shape) == 1L && stats::runif(1) < 0.8) {
    draw_values(type, length_or_shape)
  } else {
    draw_data(type, length_or_shape)
  }
}

as_r <- function(x) if (is_tensor(x)) as.array(x) else x

REFUSED <- structure(list(), class = "refused")
answer_or_refusal <- function(f, args) {
  tryCatch(suppressWarnings(do.call(f, args)), error = function(error) REFUSED)
}
is_refused <- function(x) inherits(x, "refused")

# A plain vector is what a 1-d tensor is, and NA what NaN is.
canonical <- function(x) {
  x <- as_r(x)
  if (is.null(x)) return(array(0, 0))
  extents <- if (is.null(dim(x))) length(x) else dim(x)
  if (is.numeric(x)) x <- as.double(x)
  if (is.double(x)) x[is.na(x)] <- NaN
  array(as.vector(x), extents)
}

precision <- function(...) {
  epsilon <- c(float16 = 1e-3, bfloat16 = 8e-3, float32 = 1.2e-7, complex64 = 1.2e-7)
  found <- vapply(Filter(is_tensor, list(...)), function(x) sub("torch.", "", format_dtype(x)), "")
  50 * max(2.3e-16, epsilon[intersect(found, names(epsilon))])
}
format_dtype <- function(x) reticulate::py_str(x$dtype)

# Whether a tensor's answer is base R's to that relative precision. A logical
# tensor has no NA, so where base R says NA nothing is compared.
agrees <- function(got, wanted, tolerance) {
  got <- canonical(got)
  wanted <- canonical(wanted)
  if (!identical(dim(got), dim(wanted)) || mode(got) != mode(wanted)) {
    return(identical(dim(got), dim(wanted)) && all(is.na(got)) && all(is.na(wanted)))
  }
  if (is.logical(wanted)) return(all(got == wanted | is.na(wanted)))
  same <- got == wanted | (is.na(got) & is.na(wanted))
  close <- Mod(got - wanted) <= tolerance * pmax(1, Mod(wanted))
  all(ifelse(is.na(same), FALSE, same) | ifelse(is.na(close), FALSE, close))
}

# The verdict on one case: "" or what is wrong. `refused` is what must hold of
# the tensor's answer where base R refuses.
verdict <- function(label, f, args, refused = function(got) TRUE) {
  # Base R first: `[<-` changes its tensor.
  wanted <- answer_or_refusal(f, lapply(args, as_r))
  got <- answer_or_refusal(f, args)
  fine <- if (is_refused(wanted)) {
    refused(got)
  } else {
    !is_refused(got) && agrees(got, wanted, do.call(precision, unname(args)))
  }
  if (isTRUE(fine)) "" else describe_case(label, args, got, wanted)
}

describe_case <- function(label, args, got, wanted) {
  show <- function(x) {
    if (is_refused(x)) return("refused")
    kind <- if (is_tensor(x)) format_dtype(x) else typeof(x)
    paste0(kind, " ", paste(deparse(as_r(x), width.cutoff = 200L), collapse = ""))
  }
  parts <- vapply(args, show, "")
  paste0(label, "(", paste(parts, collapse = "; "), ") gave ", show(got), ", not ", show(wanted))
}

# All cases of one family agree with base R; the first few that do not are shown.
expect_base_r <- function(verdicts) {
  wrong <- verdicts[nzchar(verdicts)]
  expect(
    !length(wrong),
    paste0(length(wrong), " of ", length(verdicts), " cases differ from base R:\n",
      paste(utils::head(wrong, 8L), collapse = "\n"))
  )
}

# torch's broadcasting, written in R: dimensions are matched from the last.
broadcast <- function(a, b) {
  extents <- function(x) if (!is.null(dim(x))) dim(x) else if (length(x) != 1L) length(x)
  n <- max(length(extents(a)), length(extents(b)))
  pad <- function(x) c(rep(1L, n - length(extents(x))), extents(x))
  from <- cbind(pad(a), pad(b))
  if (any(from[, 1] != from[, 2] & from[, 1] != 1L & from[, 2] != 1L)) return(NULL)
  to <- ifelse(from[, 1] == 1L, from[, 2], from[, 1])
  list(expand_to(array(a, pad(a)), to), expand_to(array(b, pad(b)), to))
}

expand_to <- function(x, to) {
  index <- Map(function(n, m) rep(seq_len(n), length.out = m), dim(x), to)
  do.call(`[`, c(list(x), index, drop = FALSE))
}

# The package's function where it masks R's (an older R), else R's.
nnfit_function <- function(name) {
  namespace <- asNamespace("nnfit")
  if (exists(name, namespace, inherits = FALSE)) get(name, namespace) else get(name, baseenv())
}
