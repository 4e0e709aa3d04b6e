# What is drawn or printed, held to the text in expected/NAME.txt: any change of it fails, as does
# a file that is not there. NNFIT_WRITE_EXPECTED=true writes the files: look at what git says then.

expect_as_written <- function(text, name) {
  folder <- test_path("expected")
  file <- file.path(folder, paste0(name, ".txt"))
  if (identical(Sys.getenv("NNFIT_WRITE_EXPECTED"), "true")) {
    dir.create(folder, showWarnings = FALSE)
    writeLines(text, file)
  }
  expect_true(file.exists(file), info = file)
  if (file.exists(file)) expect_identical(text, readLines(file))
}

# The calls that draw or make the pictures, each with what it draws.
expect_pictures <- function(name, ...) {
  expect_as_written(each_text(picture_text, ...), name)
}

# What is printed, with a mark at the end of each line, so that blanks there are seen.
expect_prints <- function(name, ...) {
  expect_as_written(each_text(function(code) paste0(capture.output(code), "|"), ...), name)
}

each_text <- function(text_of, ...) {
  code <- vapply(as.list(substitute(list(...)))[-1], deparse1, "")
  unlist(lapply(seq_along(code), function(k) c(paste("#", code[k]), text_of(...elt(k)), "")))
}

# A fit is plain data: `with_parts(fit, seconds = 1)` is one that says so.
with_parts <- function(fit, ...) {
  parts <- list(...)
  fit[names(parts)] <- parts
  fit
}
