# Whether a function of the user's own is the same as another was, in another session: its code and
# all that it finds, as plain data.

fingerprint <- function(fun) {
  seen <- reach(fun)
  found <- lapply(seen$found, function(one) list(one$kind, one$name, plain(one$value, seen)))
  options <- lapply(seen$options, function(name) plain(getOption(name), seen))
  data <- list(plain(fun, seen), found, seen$keys, seen$options, options)
  # This version writes a sequence as its numbers; the first bytes tell the version of R.
  rlang::hash(serialize(data, NULL, version = 2)[-seq_len(14)])
}

# Functions by their code, and by which they are of those that were found, as environments are: what
# is in these is found too.
plain <- function(value, seen) {
  if (inherits(value, "python.builtin.object")) return(plain_python(value))
  if (is.function(value)) return(plain_function(value, seen))
  if (is.environment(value)) {
    return(list("environment", which(vapply(seen$frames, identical, NA, value))))
  }
  if (is.language(value)) return(list("code", code_of(value)))
  if (typeof(value) == "externalptr") return("pointer")
  beside <- attributes(value)
  beside <- lapply(beside[!names(beside) %in% c("srcref", "srcfile")], plain, seen)
  if (is.list(value)) return(list("list", lapply(as.list(unclass(value)), plain, seen), beside))
  if (isS4(value)) list("S4", beside) else list(as.vector(unclass(value)), beside)
}

plain_function <- function(value, seen) {
  at <- which(vapply(seen$functions, identical, NA, value))
  package <- environmentName(topenv(environment(value) %||% baseenv()))
  list("function", at, if (!length(at)) package, code_of(value))
}

# Of a tensor its numbers; other objects of Python can not be compared beyond what they are.
plain_python <- function(value) {
  numbers <- if (is_tensor(value)) tryCatch(as.array(value), error = function(error) NULL)
  list("Python", class(value), numbers)
}

code_of <- function(value) {
  deparse(value, control = c("keepNA", "keepInteger", "niceNames", "showAttributes", "hexNumeric"))
}
