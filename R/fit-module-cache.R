# A fit holds no Python object. A module of the user's own is kept for this
# session only, under a key that the fit carries, and no longer than the fit.

remember_module <- function(model) {
  if (is.null(model)) return(NULL)
  cache$modules <- (cache$modules %||% 0) + 1
  key <- paste(Sys.getpid(), format(Sys.time(), "%Y%m%d%H%M%OS6"), cache$modules)
  live_modules$held[[key]] <- model
  structure(key, lifetime = lifetime_of(key))
}

# An empty environment, which a fit and its copies carry: when R collects it, none
# of them is left, and the module goes. A fit that came from a file has another,
# with no part in this.
lifetime_of <- function(key) {
  lifetime <- new.env(parent = emptyenv())
  reg.finalizer(lifetime, forget_module(key))
  lifetime
}

# Made here, so that the finalizer does not itself hold what it waits for.
forget_module <- function(key) {
  force(key)
  function(lifetime) live_modules$held[[key]] <- NULL
}

# `held`: modules by their key. In a list, as names in an environment are symbols, which R never
# lets go of.
live_modules <- list2env(list(held = list()), parent = emptyenv())

recall_module <- function(fit, model, call) {
  if (is.null(fit$module_key)) {
    check_rule(model, rule("`NULL` for a fit without a module of your own", is.null), "model", call)
    return(NULL)
  }
  if (!is.null(model)) check_module(model, call)
  module <- model %||% live_modules$held[[fit$module_key]]
  if (is.null(module)) {
    abort_nnfit("module", c(
      "This fit needs the torch module that it was made with.",
      "x" = "It holds the module's parameters; the code of your own module is not R data.",
      "i" = "Make the module again and give it: {.code predict(fit, newdata, model = module)}."
    ), call)
  }
  module
}
