# A loss of the user's own in another process: with what it finds in the workspace.

# The function with the objects of the workspace, and of what is attached, that it can reach, the
# options that it reads, the packages that are attached, and the state of R's random numbers.
carried_loss <- function(callback) {
  loss <- environment(callback)$f
  seen <- reach(loss)
  packages <- sub("^package:", "", grep("^package:", search(), value = TRUE))
  names <- union(options_always, seen$options)
  list(
    f = loss, objects = objects_of(seen),
    options = stats::setNames(lapply(names, getOption), names), packages = rev(packages),
    random = get0(".Random.seed", globalenv(), inherits = FALSE)
  )
}

# What R's own functions go by in what they compute.
options_always <- c("contrasts", "na.action", "digits", "scipen", "OutDec")

# All go to the other process's workspace.
objects_of <- function(seen) {
  found <- Filter(function(one) one$kind != "closure", seen$found)
  stats::setNames(lapply(found, `[[`, "value"), vapply(found, `[[`, "", "name"))
}

refuse_python_in_loss <- function(callback, call) {
  seen <- reach(environment(callback)$f)
  if (length(seen$python)) {
    abort_nnfit("argument", c(
      "{.arg loss} uses {.code {seen$python[1]}}, which is an object of Python, or of this process
        alone: another process can not have it.",
      "i" = "Make it within the function, or fit with {.code isolate = FALSE}."
    ), call)
  }
  # A name that is one thing in the workspace and a function in what is attached has no place there.
  names <- names(objects_of(seen))
  beyond <- c(seen$beyond, names[duplicated(names)])
  if (length(beyond)) {
    abort_nnfit("argument", c(
      "{.arg loss} uses {.code {beyond[1]}} in a way that does not tell what it finds: another
        process may not have it.",
      "i" = "Name in the function what it uses, or fit with {.code isolate = FALSE}."
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
  list2env(carried$objects, globalenv())
  before <- options(carried$options)
  if (is.null(carried$random)) forget_seed() else keep_state(carried$random)
  list(
    callback = own_loss_callback(structure(list("own", list()), own = carried$f)),
    leave = function() {
      random <- get0(".Random.seed", globalenv(), inherits = FALSE)
      rm(list = names(carried$objects), envir = globalenv())
      options(before)
      if (!identical(random, carried$random)) random
    }
  )
}
