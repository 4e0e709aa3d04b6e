# A method that evaluates what the user wrote - the name of the data, say - has to look where
# the user is, and not in the functions of a package that calls the method on the way, in
# which another thing may have the same name.

# The packages that call methods of fits for a user. (A method here that calls one is so, too.)
go_betweens <- c(
  "base", "stats", "utils", "generics", "broom", "sandwich", "lmtest", "car", "emmeans",
  "estimability", "effects", "insight", "performance", "datawizard", "parameters",
  "modelsummary", "multcomp", "ggeffects", "marginaleffects", "texreg", "purrr", "MASS", "boot",
  "survey", "bayestestR"
)

# `frame`: where the method was called. Of that and those that led to it, the last which is not
# of such a package.
users_frame <- function(frame) {
  force(frame)
  passed_by(frame)$user
}

# The frame of the function that the user called, on the way to that of a method.
users_call <- function(frame) {
  force(frame)
  passed_by(frame)$last
}

# `last`: the last of the functions of such packages.
passed_by <- function(frame) {
  force(frame)
  frames <- sys.frames()
  parents <- sys.parents()
  at <- Position(function(other) identical(other, frame), frames, right = TRUE)
  last <- frame
  while (is_go_between(frame)) {
    last <- frame
    if (is.na(at) || parents[at] == 0) return(list(user = globalenv(), last = last))
    if (parents[at] == at) return(list(user = environment_of_call(frame), last = last))
    at <- parents[at] # a number below it: eval() puts the same frame there several times
    frame <- frames[[at]]
  }
  list(user = frame, last = last)
}

# Where the function was called whose frame this is. That may be no function's frame, but an
# environment in which rlang::eval_tidy() has evaluated the call: sys.parents() then gives the
# frame's own number. (By eval() parent.frame() would be that of eval().)
environment_of_call <- function(frame) rlang::eval_bare(quote(parent.frame()), frame)

is_go_between <- function(frame) {
  if (identical(frame, globalenv())) return(FALSE)
  identical(parent.env(frame), topenv()) || is_other_package(frame)
}

is_other_package <- function(frame) {
  top <- topenv(frame)
  !identical(top, topenv()) && isNamespace(top) && getNamespaceName(top) %in% go_betweens
}

# Names of arguments that such packages may give.
if_go_between <- function(names, frame) if (is_go_between(frame)) names else character()

# The function whose call made the frame, or NULL.
function_of_frame <- function(frame) {
  at <- Position(function(other) identical(other, frame), sys.frames(), right = TRUE)
  if (!is.na(at)) sys.function(at)
}
