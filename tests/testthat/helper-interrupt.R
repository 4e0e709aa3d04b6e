# Real SIGINTs, to R processes that a test starts.

# Runs code in another R process and interrupts it `after` seconds once it has said that it is
# ready, and again so long after that where there are several: it has to end long before its work
# would. Gives what it returned and said.
interrupted <- function(fun, after = 0.8, ready = "ready", limit = 60, isolate = FALSE) {
  skip_if_not_installed("callr")
  skip_on_os("windows")
  source <- if (is_dev_package()) pkgload::pkg_path()
  said <- withr::local_tempfile()
  process <- callr::r_bg(function(fun, source, isolate) {
    if (is.null(source)) library(nnfit) else pkgload::load_all(source, quiet = TRUE)
    environment(fun) <- globalenv()
    options(nnfit.isolate = isolate)
    nn_fit(c ~ u, thermometer, hidden_units = 2, epochs = 2, engine = "autograd") # warm
    nn_fit(c ~ u, thermometer, hidden_units = 2, epochs = 2)
    message("ready")
    fun()
  }, list(fun, source, isolate), stdout = said, stderr = said)
  on.exit(process$kill())
  wait_for(function() any(grepl(ready, readLines(said, warn = FALSE))), limit)
  for (pause in after) {
    Sys.sleep(pause)
    process$interrupt()
  }
  process$wait(limit * 1000)
  expect_false(process$is_alive())
  list(
    value = tryCatch(process$get_result(), error = identity),
    said = paste(readLines(said, warn = FALSE), collapse = "\n"), status = process$get_exit_status()
  )
}

wait_for <- function(there, limit) {
  end <- Sys.time() + limit
  while (!there()) {
    if (Sys.time() > end) stop("The process did not get ready.")
    Sys.sleep(0.05)
  }
}
