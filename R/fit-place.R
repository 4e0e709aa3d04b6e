# Where a fit finds the data again that its call names: where it was made, as a model of lm() goes
# to the environment of its formula, and then where the user is. A fit holds these places weakly,
# by the environment of its terms: copies of the fit share it, and a file of the fit has none of
# what else is there.

place_name <- ".nnfit_places"

# `call`: the frame of what the user called. The formula is from there or from elsewhere.
remember_places <- function(terms, formula, call) {
  own <- environment(terms)
  places <- list(call = users_frame(caller_of(call)), formula = environment(formula))
  own[[place_name]] <- rlang::new_weakref(own, places)
}

# None: it was read from a file, or was made in another process.
places_of <- function(fit, written) {
  held <- get0(place_name, environment(fit$blueprint$terms), inherits = FALSE)
  places <- if (!is.null(held)) rlang::wref_value(held)
  # The variables of a formula without data are looked for where it is from.
  if (is.null(written$data)) rev(places) else places
}

# The first place that has all that the call names, or NULL. `data`: given by the user.
find_place <- function(fit, user, data = NULL) {
  written <- formula_call(fit, NULL)
  Find(function(place) !length(not_found(fit, written, place, data)), c(places_of(fit, written), user))
}

# The same for `generic`, which needs it. `call`: the frame of its method.
data_place <- function(fit, generic, call, user, data = NULL) {
  place <- find_place(fit, user, data)
  if (!is.null(place)) return(place)
  absent <- not_found(fit, formula_call(fit, NULL), user, data)
  abort_nnfit("argument", c(
    "{.fn {generic}} reads the rows of the fit again, and does not find them.",
    "x" = "There is no {.code {absent}} where the fit was made, nor where it is used now.",
    "i" = "A fit from a file or from another process has no data: give them that name again, or
      fit again."
  ), users_call(call))
}

# Where update() evaluates a call: where the user is, and what is not there the fit has of its own.
update_place <- function(fit, call, user, env) {
  absent <- not_found(fit, call, user)
  if (!length(absent)) return(user)
  place <- data_place(fit, "update", env, user)
  found <- Filter(function(name) exists(name, place), absent)
  rlang::new_environment(mget(found, place, inherits = TRUE), user)
}

# What of the names in a fit's call is not there to be evaluated.
not_found <- function(fit, written, place, data = NULL) {
  absent <- if (is.null(data)) absent_names(data_names(fit, written), place)
  others <- as.list(written)[c("weights", "subset", "offset")]
  others <- unlist(lapply(others, names_of_code))
  if (length(absent) || !length(others)) return(absent)
  columns <- names(data) %||% names(tryCatch(eval(written$data, place), error = function(error) NULL))
  absent_names(setdiff(others, columns), place)
}

data_names <- function(fit, written) {
  if (!is.null(written$data)) return(names_of_code(written$data))
  formula <- if (inherits(written$formula, "formula")) written$formula else fit$formula
  setdiff(variables_in(formula), ls(environment(fit$formula), all.names = TRUE))
}

# Those of `...`, as in `..1`, can not be asked for.
names_of_code <- function(code) {
  if (is.language(code)) grep("^[.][.]+[0-9.]$", all.vars(code), value = TRUE, invert = TRUE)
}

# A function such as df() is no data.
absent_names <- function(names, place) {
  Filter(function(name) {
    found <- get0(name, place)
    is.null(found) || is.function(found)
  }, names)
}

# The data of the fit's call.
place_data <- function(fit, written, place) {
  if (!is.null(written$data)) return(eval(written$data, place))
  formula <- fit$formula
  environment(formula) <- list2env(as.list(environment(formula), all.names = TRUE), parent = place)
  stats::get_all_vars(formula)
}
