# Predictors in arrays of more than two dimensions, such as images (row, channel,
# height, width), for torch modules of the user's own. The first dimension is the
# rows', the second takes the place of columns.

is_deep <- function(x) length(dim(x)) > 2

design_array <- function(x, options, call) {
  if (is.null(options$model)) {
    abort_nnfit("data", c(
      "{.arg x} must have rows and columns, unless there is a {.arg model} of your own.",
      "x" = "It has {length(dim(x))} dimensions.",
      "i" = "Give a torch module that takes them: {.code model = torch$nn$Sequential(...)}."
    ), call)
  }
  check_deep_numbers(x, "x", call)
  design <- new_design(as_doubles(x), row_names = dimnames(x)[[1]])
  # Of each value there is a scale; without, a module may take images of any size.
  design$columns <- list(
    names = NULL, number = ncol(x), shape = dim(x)[-1], any_size = !options$scale,
    kind = column_kind(x)
  )
  design
}

# New data for a fit on an array. Without the dimension of rows it is not one row.
match_array <- function(data, columns, arg, call) {
  if (inherits(data, "torch.Tensor")) data <- as.array(data)
  shape <- dim(data)[-1]
  # Every size, or that of the channels alone.
  fixed <- if (columns$any_size) 1 else seq_along(columns$shape)
  same_depth <- length(shape) == length(columns$shape)
  if (!same_depth || !identical(shape[fixed], columns$shape[fixed])) {
    shape <- paste(c("rows", columns$shape), collapse = ", ")
    abort_nnfit("data", c(
      "{.arg {arg}} must be an array of the dimensions that the model was fitted on: {shape}.",
      "x" = "It is {describe_shape(data)}."
    ), call)
  }
  check_deep_numbers(data, arg, call)
  as_doubles(data)
}

describe_shape <- function(x) {
  if (is.null(dim(x))) describe(x) else paste("of dimensions", paste(dim(x), collapse = ", "))
}

check_deep_numbers <- function(x, arg, call) {
  if (!is_numbers(x) && !is.logical(x)) {
    abort_nnfit("data", "{.arg {arg}} must be an array of numbers, not of {typeof(x)}.", call)
  }
  if (0 %in% dim(x)) {
    abort_nnfit("data", c(
      "{.arg {arg}} must have values; it has none.", "x" = "It is {describe_shape(x)}."
    ), call)
  }
}

# Rows of a vector, a matrix or an array.
take_rows <- function(x, rows) {
  if (!is_deep(x)) return(if (is.matrix(x)) x[rows, , drop = FALSE] else x[rows])
  everything <- rep(list(TRUE), length(dim(x)) - 1)
  do.call(`[`, c(list(x, rows), everything, list(drop = FALSE)))
}

# A number for each row, as bad as the worst of its values: for checks that look at
# columns.
worst_of_rows <- function(x) {
  worst <- numeric(nrow(x))
  worst[rowSums(!is.finite(x)) > 0] <- Inf
  worst[rowSums(is.na(x)) > 0] <- NA
  worst
}
