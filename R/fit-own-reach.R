# What a function of the user's own finds outside itself: the objects that its code names, theirs in
# turn, and the methods of the workspace. Functions of packages are the same elsewhere.

# `found`: a list of what was found, each with its `name`, `kind` ("workspace", "attached" or
# "closure") and `value`. `python`: names of what is Python's, or lives in this process otherwise.
# `options`: that are read. `beyond`: calls of which none can tell what they find.
reach <- function(fun) {
  seen <- list2env(list(
    found = list(), functions = list(), frames = list(), keys = character(),
    called = character(), classes = implicit_classes,
    python = character(), options = character(), beyond = character()
  ))
  see_value(fun, "loss", seen)
  repeat {
    before <- length(seen$keys)
    see_methods(seen)
    if (length(seen$keys) == before) break
  }
  seen
}

# What R and reticulate dispatch on without an attribute.
implicit_classes <- c(
  "default", "numeric", "integer", "double", "character", "logical", "function", "matrix", "array",
  "list", "data.frame", "factor", "torch.Tensor", "torch._C.TensorBase", "python.builtin.object"
)

see_value <- function(value, name, seen) {
  if (lives_here(value)) {
    seen$python <- union(seen$python, name)
    return()
  }
  seen$classes <- union(seen$classes, attr(value, "class"))
  if (is.function(value)) see_function(value, seen)
  if (is.environment(value)) see_environment(value, seen)
  if (is.language(value)) {
    see_code(read_code(list(value)), environment(value) %||% globalenv(), seen)
  }
  if (is.list(value)) lapply(unclass(value), see_value, name, seen)
  if (is.character(value) && length(value) <= 20) see_strings(value, seen)
  beside <- attributes(value)
  plain <- c("names", "dim", "dimnames", "row.names", "levels", "class", "srcref", "srcfile")
  for (part in beside[setdiff(names(beside), plain)]) see_value(part, name, seen)
}

# Names, it may be, that code is given.
see_strings <- function(strings, seen) {
  for (string in strings) see_name(string, globalenv(), seen)
  seen$classes <- union(seen$classes, strings)
}

lives_here <- function(value) {
  inherits(value, "python.builtin.object") || typeof(value) == "externalptr" ||
    is_s4_of_workspace(value)
}

# Its class is in no package, and so not in another process.
is_s4_of_workspace <- function(value) {
  isS4(value) && identical(attr(class(value), "package"), ".GlobalEnv")
}

see_function <- function(fun, seen) {
  known <- vapply(seen$functions, identical, NA, fun)
  if (any(known) || is.primitive(fun) || is_package_frame(environment(fun))) return()
  seen$functions <- c(seen$functions, list(fun))
  code <- read_code(list(formals(fun), body(fun)))
  see_code(code, environment(fun), seen, names(formals(fun)))
}

see_code <- function(code, env, seen, formals = NULL) {
  seen$called <- union(seen$called, c(code$names, code$strings))
  seen$classes <- union(seen$classes, code$strings)
  seen$options <- union(seen$options, code$options)
  seen$beyond <- union(seen$beyond, code$beyond)
  for (name in union(code$names, code$strings)) {
    own <- if (name %in% formals) "argument" else if (name %in% code$assigned) "assigned" else "no"
    see_name(name, env, seen, own)
  }
  for (value in code$values) see_value(value, "loss", seen)
}

see_environment <- function(env, seen) {
  if (identical(env, globalenv())) {
    seen$beyond <- union(seen$beyond, "globalenv")
    return()
  }
  if (is_package_frame(env) || !is_new_frame(env, "whole", seen)) return()
  for (name in ls(env, all.names = TRUE)) see_binding(name, env, "closure", seen)
}

# From where the function was defined up to the workspace and what is attached beyond it, or to a
# package. Of what is no function the search goes on: R passes it by where a name is called.
see_name <- function(name, env, seen, own = "no") {
  if (is.na(name) || !nzchar(name) || nchar(name, "bytes") > 1000) return()
  while (!is_package_frame(env)) {
    if (identical(env, globalenv())) return(see_searched(name, seen, own))
    if (has(name, env)) {
      if (is.function(see_binding(name, env, "closure", seen, own))) return()
      own <- "hidden"
    }
    env <- parent.env(env)
  }
}

see_searched <- function(name, seen, own) {
  for (place in search_places()) {
    if (!has(name, place$env)) next
    if (is.null(place$kind)) return()
    if (is.function(see_binding(name, place$env, place$kind, seen, own))) return()
    own <- "hidden"
  }
}

# The workspace and what is attached to it, in R's order; of packages no `kind`.
search_places <- function() {
  lapply(seq_along(search()), function(at) {
    name <- search()[at]
    others <- grepl("^(package|tools):|^Autoloads$|^devtools_shims$", name)
    kind <- if (at == 1) "workspace" else if (!others) "attached"
    list(env = as.environment(at), kind = kind)
  })
}

# Gives the value. Of a name that is the code's `own` too: where that is an argument, or hidden by
# another, only functions are found there, and where it is assigned what is Python's is not refused.
see_binding <- function(name, env, kind, seen, own = "no") {
  value <- value_of(name, env)
  if (own %in% c("argument", "hidden") && !is.function(value)) return(value)
  if (own == "assigned" && inherits(value, "python.builtin.object")) return(value)
  if (is_module_of_nnfit(name, value)) return(value)
  if (!is_new_frame(env, name, seen)) return(value)
  seen$found <- c(seen$found, list(list(name = name, kind = kind, value = value)))
  see_value(value, name, seen)
  value
}

has <- function(name, env) exists(name, env, inherits = FALSE)

# NULL also of an argument that was not given, and of one that fails.
value_of <- function(name, env) {
  tryCatch(force(get(name, env, inherits = FALSE)), error = function(error) NULL)
}

# nnfit gives it in every process.
is_module_of_nnfit <- function(name, value) {
  name == "torch" && inherits(value, "python.builtin.module")
}

is_package_frame <- function(env) {
  is.null(env) || identical(env, emptyenv()) || identical(env, baseenv()) || isNamespace(env) ||
    startsWith(environmentName(env), "package:")
}

# Whether this name of this environment was not seen before.
is_new_frame <- function(env, name, seen) {
  at <- which(vapply(seen$frames, identical, NA, env))
  if (!length(at)) {
    seen$frames <- c(seen$frames, list(env))
    at <- length(seen$frames)
  }
  key <- paste(at, name)
  if (key %in% seen$keys) return(FALSE)
  seen$keys <- c(seen$keys, key)
  TRUE
}

# R finds methods in the workspace also for what packages call: those of a function that is named,
# and those for a class that something has.
see_methods <- function(seen) {
  for (place in search_places()) {
    if (is.null(place$kind)) next
    names <- grep(".", ls(place$env, all.names = TRUE), fixed = TRUE, value = TRUE)
    for (name in names) {
      if (is_method(name, seen) && is.function(value_of(name, place$env))) {
        see_binding(name, place$env, place$kind, seen)
      }
    }
  }
}

is_method <- function(name, seen) {
  dots <- gregexpr(".", name, fixed = TRUE)[[1]]
  generics <- substring(name, 1, dots - 1)
  classes <- substring(name, dots + 1)
  if (any(nzchar(generics) & generics %in% seen$called)) return(TRUE)
  any(vapply(generics[nzchar(generics) & classes %in% seen$classes], function(generic) {
    generic %in% groups_of_generics || exists(generic, globalenv(), mode = "function")
  }, NA))
}

groups_of_generics <- c("Ops", "Math", "Summary", "Complex", "matrixOps")
