# Where a fit finds the data again that its call names: where it was made, as a model of lm() goes
# to the environment of its formula, and then where the user is. These places are no part of the
# fit, so that a file of it has none of what else is there: they live as long as the environment of
# its terms does, which copies of the fit share.

# `held`: weak references, by the address of that environment. In a list, as names in an
# environment are symbols, which R never lets go of.
places <- list2env(list(held = list()), parent = emptyenv())

# `call`: the frame of what the user called. The formula is from there or from elsewhere.
remember_places <- function(terms, formula, call) {
  own <- environment(terms)
  found <- list(call = users_frame(caller_of(call)), formula = environment(formula))
  places$held[[rlang::obj_address(own)]] <- rlang::new_weakref(own, found, forget_places)
}

# To another environment of the same terms.
hand_places_on <- function(before, own) {
  held <- places$held[[rlang::obj_address(before)]]
  if (is.null(held)) return()
  places$held[[rlang::obj_address(own)]] <- rlang::new_weakref(
    own, rlang::wref_value(held), forget_places
  )
}

forget_places <- function(own) places$held[[rlang::obj_address(own)]] <- NULL

# None: it was read from a file, or was made in another process.
places_of <- function(fit, written) {
  own <- environment(fit$blueprint$terms)
  held <- if (is.environment(own)) places$held[[rlang::obj_address(own)]]
  if (is.null(held) || !identical(rlang::wref_key(held), own)) return(NULL)
  found <- rlang::wref_value(held)
  # The variables of a formula without data are looked for where it is from.
  if (is.null(written$data)) rev(found) else found
}

# The first place where all is there that the call evaluates, or NULL. `data`: given by the user.
find_place <- function(fit, user, data = NULL) {
  written <- formula_call(fit, NULL)
  Find(function(place) is.null(not_found(fit, written, place, data)), c(
    places_of(fit, written), user
  ))
}

# The same for `generic`, which needs it. `call`: the frame of its method.
data_place <- function(fit, generic, call, user, data = NULL) {
  place <- find_place(fit, user, data)
  if (!is.null(place)) return(place)
  why <- not_found(fit, formula_call(fit, NULL), user, data)
  abort_nnfit("argument", c(
    "{.fn {generic}} reads the rows of the fit again, and does not find them.", "x" = "{why}",
    "i" = "A fit from a file or from another process has no data: give them that name again, or
      fit again."
  ), users_call(call))
}

# What R says of it, or NULL.
not_found <- function(fit, written, place, data = NULL) {
  tryCatch({
    data <- data %||% place_data(fit, written, place)
    # As df() is, where no data of that name are.
    if (is.function(data)) stop("object '", deparse1(written$data), "' not found")
    rows <- if (is.data.frame(data)) as.list(written)[c("weights", "subset", "offset")]
    for (code in rows) rlang::eval_tidy(rlang::new_quosure(code, place), data)
    NULL
  }, error = conditionMessage)
}

# The data of the fit's call.
place_data <- function(fit, written, place) {
  if (!is.null(written$data)) return(eval(written$data, place))
  formula <- if (inherits(written$formula, "formula")) written$formula else fit$formula
  own <- as.list(environment(fit$formula), all.names = TRUE)
  environment(formula) <- list2env(own, parent = place)
  stats::get_all_vars(formula)
}

# Where update() evaluates a call: where the user is, and what is not there as the fit has it.
update_place <- function(fit, call, user, env) {
  before <- formula_call(fit, env)
  if (!identical(call$data, before$data) || is.null(not_found(fit, call, user))) return(user)
  place <- data_place(fit, "update", env, user)
  # What the fit was made of is taken from where it was: the user's place may lack some of it, and
  # have others of the same name, as from a package.
  before <- names_evaluated(before)
  own <- Filter(function(name) {
    !lacks(place, name) && (name %in% before || lacks(user, name))
  }, names_evaluated(call))
  rlang::new_environment(mget(own, place, inherits = TRUE), user)
}

names_evaluated <- function(call) {
  evaluated <- as.list(call)[c("data", "weights", "subset", "offset")]
  if (is.null(call$data)) evaluated <- c(evaluated, call$formula)
  unique(unlist(lapply(evaluated, all.names)))
}

# A function, such as df(), may be none of what is meant.
lacks <- function(place, name) !exists(name, place) || is.function(get(name, place))
