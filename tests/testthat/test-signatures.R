# The arguments and defaults of every function and method that the package gives: users' code
# rests on them. What they mean is tested where the function is.

test_that("arguments and their defaults are as written", {
  namespace <- asNamespace("nnfit")
  ours <- function(name) {
    value <- get0(name, namespace)
    is.function(value) && identical(environment(value), namespace)
  }
  lines <- readLines(file.path(source_root(), "NAMESPACE"))
  entries <- grep("^(S3method|export)\\(", lines, value = TRUE)
  parts <- strsplit(gsub("\"|^[A-Za-z0-9]*\\(|\\)$", "", entries), ",", fixed = TRUE)
  names <- vapply(parts, function(part) paste(sub("^.*::", "", part), collapse = "."), "")
  # The options have a table of their own, which other tests hold nn_options() to.
  names <- sort(Filter(ours, setdiff(unique(names), "nn_options")), method = "radix")
  expect_gt(length(names), 150)
  signature <- function(name) {
    written <- deparse(args(get(name, namespace)), width.cutoff = 500L)
    paste0(name, sub("^function ", "", paste(trimws(utils::head(written, -1)), collapse = " ")))
  }
  expect_as_written(trimws(vapply(names, signature, "", USE.NAMES = FALSE)), "signatures")
})
