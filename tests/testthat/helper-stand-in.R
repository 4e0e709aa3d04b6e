# Another function in the place of one of the package's, for a test.
local_stand_in <- function(name, value, env = parent.frame()) {
  namespace <- asNamespace("nnfit")
  put <- function(value) {
    unlockBinding(name, namespace)
    assign(name, value, namespace)
    lockBinding(name, namespace)
  }
  before <- get(name, namespace)
  withr::defer(put(before), envir = env)
  put(value)
}
