# Objects in the user's workspace, for as long as some code runs, and functions that are from there.

in_workspace <- function(objects, code) {
  list2env(objects, globalenv())
  withr::defer(rm(list = names(objects), envir = globalenv()))
  code
}

workspace_function <- function(fun) {
  environment(fun) <- globalenv()
  fun
}
