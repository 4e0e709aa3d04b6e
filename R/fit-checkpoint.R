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
  list(
    path = enc2utf8(path.expand(options$checkpoint)), drawn = isTRUE(options$drawn),
    beside = Filter(Negate(is.null), beside)
  )
}

# The seed that a fit has: one that was drawn is that of the checkpoint, if there was one.
taken_seed <- function(options, used) {
  if (is.null(options$checkpoint) || !isTRUE(options$drawn)) options$seed else used$seed
}
