# Sessions of their own, from their start to their end. All have the same Python, so that none
# looks for one, and may keep what they have compiled, as a user's do.
library(nnfit)
invisible(torch$ones(1L))
settings <- c(
  paste0("RETICULATE_PYTHON=", reticulate::py_config()$python), "PYTHONDONTWRITEBYTECODE="
)

session_of <- function(code) {
  code <- paste0("suppressMessages({", code, "})")
  function() {
    program <- file.path(R.home("bin"), "Rscript")
    failed <- system2(program, c("-e", shQuote(code)), stdout = FALSE, env = settings)
    if (failed) stop("a session has failed")
    failed
  }
}

result <- function(failed) failed
