# A loss of the user's own in another process: with what it finds in the workspace.

# The function with the objects of the workspace that it uses, the packages that are attached, and
# the state of R's random numbers.
carried_loss <- function(callback) {
  loss <- environment(callback)$f
  packages <- sub("^package:", "", grep("^package:", search(), value = TRUE))
  list(
    f = loss, objects = used_objects(loss), packages = rev(packages),
    random = get0(".Random.seed", globalenv(), inherits = FALSE)
  )
}

# What is in the workspace under a name that the function, or a function that it calls, has in its
# code. The functions that it was defined beside go with it as they are.
used_objects <- function(fun) {
  found <- list()
  functions <- list(fun)
  at <- 0
  while (at < length(functions)) {
    at <- at + 1
    for (name in used_names(functions[[at]])) {
      if (exists(name, globalenv(), inherits = FALSE)) found[name] <- list(get(name, globalenv()))
      value <- get0(name, environment(functions[[at]]))
      known <- any(vapply(functions, identical, NA, value))
      if (is_users_closure(value) && !known) functions <- c(functions, list(value))
    }
  }
  Filter(Negate(is_module), found)
}

used_names <- function(fun) {
  setdiff(all.names(body(fun), unique = TRUE), names(formals(fun)))
}

# Not of a package.
is_users_closure <- function(value) {
  is.function(value) && !is.primitive(value) && !inherits(value, "python.builtin.object") &&
    !isNamespace(topenv(environment(value)))
}

# Such as `torch`, which nnfit gives there too.
is_module <- function(value) {
  inherits(value, "python.builtin.module") && inherits(value, "python.builtin.object")
}

refuse_python_in_loss <- function(callback, call) {
  objects <- used_objects(environment(callback)$f)
  wrong <- names(Filter(has_python, objects))
  if (length(wrong)) {
    abort_nnfit("argument", c(
      "{.arg loss} uses {.code {wrong[1]}}, which is an object of Python: another process can not
        have it.",
      "i" = "Make it within the function, or fit with {.code isolate = FALSE}."
    ), call)
  }
}

# -- there --

# The callback that the core calls, and what is to be done when it has ended: the workspace and the
# random numbers are left as they were; gives the state that these had come to.
unpack_loss <- function(carried) {
  if (is.null(carried)) return(NULL)
  for (package in setdiff(carried$packages, .packages())) {
    suppressWarnings(suppressMessages(
      require(package, character.only = TRUE, quietly = TRUE, warn.conflicts = FALSE)
    ))
  }
  list2env(c(carried$objects, list(.Random.seed = carried$random)), globalenv())
  list(
    callback = own_loss_callback(structure(list("own", list()), own = carried$f)),
    leave = function() {
      random <- get0(".Random.seed", globalenv(), inherits = FALSE)
      rm(list = names(carried$objects), envir = globalenv())
      if (!identical(random, carried$random)) random
    }
  )
}
