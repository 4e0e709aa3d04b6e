# A fit that is written down as it is trained: python/nnfit/core/training/checkpoint.py.

# What crosses: the folder, whether the seed was drawn, so that another call draws another,
# and what of the call R alone can see.
core_checkpoint <- function(options) {
  if (is.null(options$checkpoint)) return(NULL)
  own <- attr(options$loss, "own")
  beside <- list(
    loss = if (!is.null(own)) paste(c(deparse(own), fingerprint(own)), collapse = "\n"),
    "nnfit's version in R" = as.character(utils::packageVersion("nnfit"))
  )
  # Of a path that is too long R warns, and the core says what is wrong.
  path <- suppressWarnings(path.expand(options$checkpoint))
  list(
    path = enc2utf8(path), drawn = isTRUE(options$drawn),
    beside = Filter(Negate(is.null), beside)
  )
}

# The seed that a fit has: one that was drawn is that of the checkpoint, if there was one.
taken_seed <- function(options, used) {
  if (is.null(options$checkpoint) || !isTRUE(options$drawn)) options$seed else used$seed
}

# Whether there is one to go on from: beside the lock.
has_checkpoint <- function(path) {
  !is.null(path) && length(list.files(path, "^nnfit-checkpoint[.]npz$")) > 0
}

# A working directory that was removed: Python does not start there, and another process has
# another.
refuse_relative_nowhere <- function(path, call) {
  if (is.null(path) || !is.null(getwd()) || grepl("^([/\\\\]|[A-Za-z]:)", path)) return(invisible())
  abort_nnfit("argument", c(
    "{.arg checkpoint} is a path from the working directory, which does not exist.",
    "i" = "Give a whole path, or set the working directory with {.fn setwd}."
  ), call)
}
